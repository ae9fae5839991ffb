"""이미 실은 기한 규칙이 파일과 다른지 보고, 고른 것만 정한 날부터 반영하는 명령."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.deadlines.load_report import Difference, differences, load_rules, missing
from core.excel.values import CellError, parse_date
from core.formats import date_plain
from core.history.context import acting_as
from core.history.settle import Settling, read_fixture

SOURCE = "명령 deadline_rules"


class Command(BaseCommand):
    help = "프로그램과 함께 온 기한 규칙과 지금 쓰는 규칙의 다른 점을 적습니다. --apply 날짜 와 코드를 적으면 그것만 그날부터 바꿉니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="코드", help="반영할 규칙의 코드")
        parser.add_argument("--apply", metavar="날짜", help="고른 규칙을 이날부터 파일의 것으로 바꿉니다. 앞의 규칙은 전날에 닫힙니다.")
        parser.add_argument("--all", action="store_true", help="다른 규칙을 모두 반영합니다.")
        parser.add_argument("--add", action="store_true", help="아직 싣지 않은 규칙만 싣습니다. 이미 있는 규칙은 건드리지 않습니다.")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 찍습니다.")

    def handle(self, *args: Any, **options: Any) -> None:
        data = read_fixture("deadline_rules")
        found, new = {one.now.code: one for one in differences(data)}, missing(data)
        if options["add"]:
            with acting_as(None, SOURCE):
                load_rules(data, Settling())
            self.stdout.write(f"기한 규칙 {len(new):,}건을 새로 실었습니다. 다른 규칙 {len(found):,}건은 그대로 두었습니다.")
            return
        if options["apply"]:
            codes = list(found) if options["all"] else options["codes"]
            self.apply([self.one(found, code) for code in codes], options["apply"])
            return
        if options["json"]:
            told = {"differences": {code: one.lines for code, one in found.items()}, "missing": [rule.code for rule in new]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for code, one in found.items():
            self.stdout.write(f"{code}\t{one.now}")
            for line in one.lines:
                self.stdout.write(f"  {line}")
        for rule in new:
            self.stdout.write(f"{rule.code}\t{rule}: 아직 싣지 않음. --add 로 싣습니다.")
        self.stdout.write(f"파일과 다른 규칙 {len(found):,}건. 사람이 고친 것도 있습니다. --apply 날짜 코드… 로 고른 것만 바꿉니다.")

    def one(self, found: dict[str, Difference], code: str) -> Difference:
        """파일과 다른 규칙 하나."""
        if code not in found:
            raise CommandError(f"「{code}」은(는) 파일과 다른 규칙이 아닙니다. 코드 없이 불러 다른 규칙을 먼저 보세요.")
        return found[code]

    def apply(self, chosen: list[Difference], text: str) -> None:
        """고른 것을 한 거래로 반영한다."""
        if not chosen:
            raise CommandError("반영할 규칙의 코드를 적거나 --all 을 쓰세요.")
        try:
            day = parse_date(text)
        except CellError as error:
            raise CommandError(f"날짜 {text}: {error}") from error
        if day is None:
            raise CommandError("날짜를 적어 주세요. 예: 2027-01-01")
        try:
            with transaction.atomic(), acting_as(None, SOURCE):
                for one in chosen:
                    one.apply(day)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"기한 규칙 {len(chosen):,}건을 {date_plain(day)}부터 바꿨습니다. 그 앞의 날에서 센 기한은 그대로입니다.")
