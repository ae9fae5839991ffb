"""엑셀·CSV 파일을 읽기 프로그램이 어떻게 보는지 적는 명령. 자료는 바꾸지 않는다."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.excel.reader import FileRefused, inspect
from core.excel.values import unit_name

SHOWN = 20
KINDS = {
    "text": "글자", "memo": "긴 글", "code": "코드", "amount": "금액", "integer": "수", "decimal": "소수", "rate": "비율",
    "date": "날짜", "bool": "예·아니오",
}  # fmt: skip
ASIDE = {
    "title": "제목", "unit": "단위", "total": "합계", "parent": "윗단계 행", "note": "설명", "blank": "빈 행",
    "heading_again": "되풀이된 머리글", "printed": "인쇄할 때 붙은 줄", "hidden": "숨긴 행", "other_table": "다른 표",
}  # fmt: skip


class Command(BaseCommand):
    help = "파일의 시트와 표, 머리글, 열, 읽은 행과 따로 둔 행, 합계를 적습니다. 자료는 바꾸지 않습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="엑셀(.xlsx, .xls), 한글(.hwp, .hwpx)이나 CSV 파일")
        parser.add_argument("--sheet", help="이 시트만 봅니다. 숨긴 시트는 이름을 적어야 봅니다")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} 파일이 없습니다. 경로를 확인해 주세요.")
        try:
            result = inspect(path, sheet=options["sheet"])
        except FileRefused as refusal:
            raise CommandError(f"{refusal}.") from refusal
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for info in result["sheets"]:
            hidden = " (숨김)" if info["hidden"] else ""
            self.stdout.write(f"시트 ‘{info['name']}’{hidden}: 내용이 있는 행 {info['rows']:,}개")
        if not result["tables"]:
            self.stdout.write("내용이 있는 보이는 시트가 없습니다.")
        for table in result["tables"]:
            self.stdout.write("")
            for line in table_lines(table):
                self.stdout.write(line)


def table_lines(table: dict[str, Any]) -> Iterator[str]:
    """표 하나를 사람이 읽을 줄로."""
    rows = ", ".join(f"{row}행" for row in table["heading_rows"]) or "찾지 못함"
    yield f"표 {table['table']} ‘{table['sheet']}’ 시트, 머리글 {rows}"
    listed = table["set_aside_rows"]
    aside = sum(item["kind"] != "blank" for item in listed)
    yield f"  읽은 행 {table['taken_count']:,}, 따로 둔 행 {aside:,}, 오류 행 {table['error_row_count']:,}"
    if table["unit_found"]:
        yield f"  단위: {unit_name(table['unit_found'])}"
    yield "  열"
    for column in table["columns"]:
        yield "    " + _column_line(column, table)
    if listed:
        yield "  따로 둔 행"
        checks: dict[int, list[str]] = {}
        for check in table["total_checks"]:
            checks.setdefault(check["row"], []).append(_check_text(check))
        # 다른 표의 행은 그 표에서 보인다.
        others = sum(item["kind"] == "other_table" for item in listed)
        listed = [item for item in listed if item["kind"] != "other_table"]
        for item in listed[:SHOWN]:
            checked = f" → {', '.join(checks[item['row']])}" if item["kind"] == "total" and item["row"] in checks else ""
            where = item["text"] if item["kind"] == "blank" else f"{item['row']}행"
            text = "" if item["kind"] == "blank" else f" {item['text']}"
            yield f"    {where} [{ASIDE.get(item['kind'], item['kind'])}]{text}{checked}"
        if len(listed) > SHOWN:
            yield f"    … {len(listed) - SHOWN:,}가지 더 있습니다. --json 으로 모두 볼 수 있습니다."
        if others:
            yield f"    [{ASIDE['other_table']}] {others:,}행"
    for title, texts in (("확인할 것", table["warnings"]), ("알림", table["notices"])):
        for text in texts:
            yield f"  {title}: {text}"
    for issue in table["errors"][:SHOWN]:
        value = f" ‘{issue['value']}’" if issue["value"] else ""
        yield f"  오류: {issue['row']}행 {issue['letter']}열({issue['column']}){value} {issue['reason']}. {issue['remedy']}."
    if table["error_count"] > SHOWN:
        yield f"  … 오류가 {table['error_count'] - SHOWN:,}가지 더 있습니다."


def _column_line(column: dict[str, Any], table: dict[str, Any]) -> str:
    parts = [f"{column['letter']} {column['text'] or '(머리글 없음)'}: {KINDS.get(column['kind'] or '', '읽지 않음')}"]
    if column["unit"]:
        parts.append(f"단위 {unit_name(column['unit'])}")
    if (total := table["totals"].get(column["letter"])) is not None:
        won = "원" if column["kind"] == "amount" and (column["unit"] or table["unit_found"]) else ""
        parts.append(f"합 {Decimal(total):,}{won}")
    if column["samples"]:
        parts.append("보기 " + " / ".join(sample[:20] for sample in column["samples"]))
    return ", ".join(parts)


def _check_text(check: dict[str, Any]) -> str:
    if not check["difference"]:
        return f"{check['column']} 맞음"
    return f"{check['column']} 적힌 값 {check['printed']:,}, 자료의 합 {check['computed']:,}, 차이 {check['difference']:,}"
