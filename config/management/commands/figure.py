"""수치 하나(또는 모두)의 값과 근거를 적는 명령."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.figures import FIGURES, figure
from core.excel.values import CellError, parse_date
from core.figures.figure import Figure
from core.formats import MISSING, date_plain, number


class Command(BaseCommand):
    help = "수치의 값, 단위, 기준일, 계산인지 보고서 값인지, 뜻, 행의 주소를 적습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", nargs="?", help="수치 코드. 예: execution.total.rate")
        parser.add_argument("--list", action="store_true", help="모든 수치")
        parser.add_argument("--as-of", help="기준일. 없으면 가장 최근")
        parser.add_argument("--json", action="store_true", help="JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = parse_date(options["as_of"]) if options["as_of"] else None
        except CellError as error:
            raise CommandError(f"기준일 {options['as_of']}: {error}") from error
        if options["list"]:
            rows = [self._row(item, as_of) for item in FIGURES]
        elif options["code"]:
            try:
                rows = [self._row(figure(options["code"]), as_of)]
            except KeyError:
                raise CommandError(f"{options['code']}라는 수치가 없습니다. --list 로 코드를 확인해 주세요.") from None
        else:
            raise CommandError("수치 코드를 적거나 --list 를 쓰세요.")
        if options["json"]:
            shown: Any = rows if options["list"] else rows[0]
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        for row in rows:
            shown = MISSING if row["value"] is None else row["text"] + row["unit"]
            self.stdout.write("\t".join([row["code"], shown, row["as_of"] or MISSING, row["origin_label"]]))
            if not options["list"]:
                self.stdout.write(f"{row['title']}: {row['definition']}")
                self.stdout.write(f"출처 {row['source'] or MISSING}")
                self.stdout.write(f"행 {row['url'] or MISSING}")

    def _row(self, item: Figure, as_of: date | None) -> dict[str, Any]:
        found = item.at(as_of)
        value = None if found.value is None else Decimal(found.value)
        whole = value is not None and value == value.to_integral_value() and item.unit != "%"
        return {
            "code": item.code, "title": item.title, "unit": item.unit,
            "value": None if value is None else int(value) if whole else float(value),
            "text": number(value, 0 if whole or value is None else _places(value)),
            "as_of": found.as_of.isoformat() if found.as_of else None, "as_of_text": date_plain(found.as_of),
            "origin": found.origin, "origin_label": found.origin_label, "source": found.source,
            "definition": item.definition, "url": found.url,
        }  # fmt: skip


def _places(value: Decimal) -> int:
    """뒤의 0을 뺀 소수 자리 수."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
