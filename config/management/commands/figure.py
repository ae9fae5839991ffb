"""수치 하나(또는 모두)의 값과 근거를 적는 명령."""

from __future__ import annotations

import json
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
            value = MISSING if row["value"] is None else row["text"]
            self.stdout.write(f"{row['code']}\t{value}{row['unit'] if row['value'] is not None else ''}\t{row['as_of'] or MISSING}\t{row['origin_label']}")
            if not options["list"]:
                self.stdout.write(f"{row['title']}: {row['definition']}\n출처 {row['source'] or MISSING}\n행 {row['url'] or MISSING}")

    def _row(self, item: Figure, as_of: Any) -> dict[str, Any]:
        value = item.at(as_of)
        places = 0 if value.value is None else max(-value.value.normalize().as_tuple().exponent, 0) if hasattr(value.value, "normalize") else 0  # type: ignore[union-attr, operator]
        plain = None if value.value is None else float(value.value) if places else int(value.value)
        return {
            "code": item.code, "title": item.title, "value": plain, "text": number(value.value, places), "unit": item.unit,
            "as_of": value.as_of.isoformat() if value.as_of else None, "as_of_text": date_plain(value.as_of),
            "origin": value.origin, "origin_label": value.origin_label, "source": value.source,
            "definition": item.definition, "url": value.url,
        }  # fmt: skip
