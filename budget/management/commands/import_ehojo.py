"""e호조 집행현황 파일을 반영하는 명령. 화면과 같은 코드를 쓴다."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from budget.appropriations.services import bring_execution
from core.excel.reader import FileRefused
from core.excel.values import UNITS, CellError, parse_date
from core.history.context import acting_as
from core.ledgers.reading import store_path

# 물음마다 명령에서 답하는 법
REMEDIES = {
    "unit": "--unit 으로 단위를 고르거나, 읽은 대로면 --confirm unit 을 붙여 주세요.",
    "totals": "파일을 고치거나, 읽은 대로면 --confirm totals 를 붙여 주세요.",
    "columns": "--mapping 으로 어느 열인지 고르거나, 읽은 대로면 --confirm columns 를 붙여 주세요.",
    "period": "--year 와 --as-of 를 파일에 맞추거나, 고른 것이 맞으면 --confirm period 를 붙여 주세요.",
    "repeated": "파일에서 지우거나, 정말 따로 있는 건이면 --confirm repeated 를 붙여 주세요.",
}


class _DryRun(Exception):
    """시험 삼아 읽은 것을 모두 물리기 위한 신호."""


class Command(BaseCommand):
    help = "e호조 집행현황(.xlsx, .csv)을 읽어 기준일의 현재 자료로 반영합니다. 고칠 칸이 있으면 아무것도 쓰지 않고 1로 끝납니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="파일")
        parser.add_argument("--year", type=int, required=True, help="회계연도")
        parser.add_argument("--as-of", required=True, help="기준일. 예: 2023-10-31")
        parser.add_argument("--sheet", help="시트 이름. 없으면 첫 시트")
        parser.add_argument("--unit", choices=list(UNITS), help="금액 단위. 없으면 파일에 적힌 대로")
        parser.add_argument(
            "--confirm", choices=list(REMEDIES), action="append", default=[],
            help="두 가지로 읽히는 것을 읽은 대로 반영합니다: unit(금액 단위), totals(합계), columns(뜻이 같은 열), "
            "period(기준일), repeated(똑같은 행). 여러 번 적을 수 있습니다",
        )  # fmt: skip
        parser.add_argument("--mapping", type=Path, help='열 맞춤 JSON. 예: {"budget_amount": "예산액(원)"}')
        parser.add_argument("--no-heading", action="store_true", help="머리글 없이 첫 줄부터 자료인 표. --mapping 에는 A열, B열로 적습니다")
        parser.add_argument("--dry-run", action="store_true", help="읽기만 하고 쓰지 않습니다")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = self._date(options["as_of"])
        if not options["file"].is_file():
            raise CommandError(f"{options['file']} 파일이 없습니다. 경로를 확인해 주세요.")
        mapping = json.loads(options["mapping"].read_text("utf-8")) if options["mapping"] else None
        unit = UNITS[options["unit"]] if options["unit"] else None
        report: dict[str, Any] = {}
        waiting: list[dict[str, str]] = []
        # 파일은 먼저 따로 적는다. 도중에 죽어 쓰이지 않게 되면 하루 뒤 저절로 치운다.
        stored = store_path(options["file"], None)
        try:
            with acting_as(None, "명령 import_ehojo"), transaction.atomic():
                snapshot = bring_execution(
                    stored, fiscal_year=options["year"], as_of=as_of, sheet=options["sheet"], unit=unit, mapping=mapping,
                    headless=options["no_heading"],
                )  # fmt: skip
                report = snapshot.report
                waiting = snapshot.open_questions(options["confirm"])
                if options["dry_run"] or waiting or report["error_count"] or report["missing"] or not report["taken"]:
                    raise _DryRun
                snapshot.apply(options["confirm"])
        except _DryRun:
            stored.discard()
        except FileRefused as refused:
            stored.discard()
            self._refuse(refused, options)
        except Exception:
            stored.discard()
            raise
        self._print(report, waiting, options)
        if waiting or report["error_count"] or report["missing"] or not report["taken"]:
            raise SystemExit(1)

    def _date(self, text: str) -> date:
        try:
            found = parse_date(text)
        except CellError as error:
            raise CommandError(f"기준일 {text}: {error}") from error
        if found is None:
            raise CommandError("기준일을 적어 주세요. 예: --as-of 2023-10-31")
        return found

    def _refuse(self, refused: FileRefused, options: dict[str, Any]) -> None:
        if options["json"]:
            error = {"sheet": "", "row": 0, "column": "", "value": str(options["file"]), "reason": refused.reason, "remedy": refused.remedy}
            self.stdout.write(json.dumps({"rows": 0, "taken": 0, "skipped": [], "errors": [error], "totals": {}}, ensure_ascii=False))
            raise SystemExit(1)
        raise CommandError(f"{refused.reason} {refused.remedy}")

    def _print(self, report: dict[str, Any], waiting: list[dict[str, str]], options: dict[str, Any]) -> None:
        errors = [
            *report["errors"],
            *(
                {"sheet": "", "row": 0, "column": title, "value": "", "reason": "필요한 열이 파일에 없습니다.",
                 "remedy": f"파일의 「{near}」이면 --mapping 으로 알려 주세요." if (near := report["nearest"].get(title))
                 else "--mapping 으로 어느 열인지 알려 주세요."}
                for title in report["missing"]
            ),
        ]  # fmt: skip
        if options["json"]:
            asked = [{**item, "remedy": REMEDIES[item["key"]]} for item in waiting]
            shown = {**report, "errors": errors, "questions": asked, "applied": not (errors or waiting or options["dry_run"])}
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(f"{report['rows']:,}행 가운데 {report['taken']:,}행을 읽고 {report['skipped_count']:,}줄을 덜어 두었습니다.")
        for name, value in report["totals"].items():
            self.stdout.write(f"  {name}: {'-' if value is None else f'{value:,}원'}")
        if report["unit_note"]:
            self.stdout.write(f"  {report['unit_note']}")
        for item in waiting:
            self.stdout.write(f"  물음: {item['text']}. {REMEDIES[item['key']]}")
        for warning in report["warnings"]:
            self.stdout.write(f"  주의: {warning}")
        for error in errors[:50]:
            self.stdout.write(
                f"  [{error['sheet']}] {error['row']}행 {error['column']}: “{error['value']}” – {error['reason']} {error['remedy']}"
            )
        self.stdout.write("쓰지 않았습니다." if errors or waiting or options["dry_run"] else "반영했습니다.")
