"""법정 기한을 세는 명령."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.deadlines.models import DeadlineRule, RuleMissing
from core.deadlines.services import count_by_rule
from core.excel.values import CellError, parse_date
from core.formats import date_long


class Command(BaseCommand):
    help = "규칙 하나로 기한을 셉니다. 조문, 쉬는 날을 보기 전의 날, 법정 기한, 안전 기한, 어떻게 세었는지 적습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule", nargs="?", help="규칙의 코드. 예: suit.appeal")
        parser.add_argument("date", nargs="?", help="기산의 바탕이 되는 날. 예: 2026-09-11")
        parser.add_argument("--list", action="store_true", help="오늘 쓰는 규칙의 코드, 이름, 조문")
        parser.add_argument("--json", action="store_true", help="JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self.show_rules(options["json"])
            return
        if not options["rule"] or not options["date"]:
            raise CommandError("규칙과 날짜를 적거나(deadline suit.appeal 2026-09-11) --list 를 쓰세요.")
        found = self.count(options["rule"], options["date"])
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(f"{found['rule']}\t{found['article']}")
        for step in found["steps"]:
            self.stdout.write(f"  {step}")
        self.stdout.write(f"법정 기한 {found['due']}  안전 기한 {found['safe']}")

    def count(self, code: str, text: str) -> dict[str, Any]:
        """센 결과. 날짜는 2026-09-11 꼴이다."""
        try:
            trigger = parse_date(text)
            if trigger is None:
                raise CommandError("날짜를 적어 주세요. 예: 2026-09-11")
            rule, found = count_by_rule(code, trigger)
        except CellError as error:
            raise CommandError(f"날짜 {text}: {error}") from error
        except RuleMissing as error:
            raise CommandError(f"{error} 명령에서는 --list 로 봅니다.") from error
        except (OverflowError, ValueError) as error:
            raise CommandError(f"{date_long(trigger)}에서 세면 달력을 벗어납니다. 날짜를 확인해 주세요.") from error
        return {
            "rule": rule.code, "article": rule.article, "trigger": found.trigger.isoformat(), "raw": found.raw.isoformat(),
            "due": found.due.isoformat(), "safe": found.safe.isoformat(), "steps": found.steps,
        }  # fmt: skip

    def show_rules(self, as_json: bool) -> None:
        """오늘 쓰는 규칙. 코드 차례."""
        rules = DeadlineRule.objects.valid_on(timezone.localdate()).order_by("code")
        rows = [{"code": rule.code, "name": rule.name, "article": rule.article} for rule in rules]
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        if not rows:
            raise CommandError("실은 규칙이 없습니다. load_report 로 먼저 실어 주세요.")
        for row in rows:
            self.stdout.write("\t".join(row.values()))
