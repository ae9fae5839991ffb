"""엑셀·CSV 로 자료를 가져오는 명령. 화면의 가져오기와 같은 코드다."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.excel import RESOURCES, resource_for
from core.excel.preview import (
    CHANGED,
    CONFLICT,
    ERROR,
    MINE,
    MISSING,
    NEW,
    NOW,
    SAME,
    TITLES,
    ApplyRefused,
    Preview,
    PreviewStale,
    choose_every,
)
from core.excel.reader import FileRefused
from core.excel.resource import ExcelResource
from core.excel.values import UNITS
from core.org.models import Staff

SHOWN = 20
LAST_ROW = 1_048_576


def find_resource(label: str) -> ExcelResource:
    """앱.모델 이름의 자원. 없으면 쓸 수 있는 이름을 알려 준다."""
    found = resource_for(label)
    if found is None:
        known = ", ".join(resource.model._meta.label for resource in RESOURCES)
        raise CommandError(f"{label}은(는) 엑셀로 다루지 않습니다. 쓸 수 있는 자료: {known}")
    return found()


def find_user(number: str | None) -> Staff | None:
    """사번의 직원. 적지 않았으면 None(서버 명령)."""
    if not number:
        return None
    user = Staff.objects.filter(employee_number=number, is_active=True).first()
    if user is None:
        raise CommandError(f"사번 {number}인 직원이 없습니다.")
    return user


def row_numbers(text: str) -> set[int]:
    """「2-40,52」가 뜻하는 엑셀 행 번호."""
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        low, dash, high = part.partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or int(high or low) < int(low) or int(high or low) > LAST_ROW:
            raise CommandError(f"행 번호 ‘{part}’ 를 읽지 못했습니다. 2-40,52 처럼 적어 주세요.")
        found |= set(range(int(low), int(high or low) + 1))
    return found


class Command(BaseCommand):
    help = "엑셀, 한글이나 CSV 로 자료를 가져옵니다. --dry-run 이면 무엇이 바뀌는지만 봅니다. 오류가 있으면 아무것도 반영하지 않습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="APP.MODEL", help="자료의 이름. 예: core.Department")
        parser.add_argument("file", type=Path, metavar="FILE", help="엑셀(.xlsx, .xls), 한글(.hwp, .hwpx)이나 CSV 파일")
        parser.add_argument("--dry-run", action="store_true", help="미리보기만 하고 반영하지 않습니다")
        parser.add_argument("--year", type=int, help="올리는 회계연도. 다른 해의 행은 오류이고, 해가 없는 날짜(10/31)는 이 해로 봅니다")
        parser.add_argument("--unit", choices=list(UNITS), help="금액 단위. 없으면 파일에 적힌 대로")
        parser.add_argument(
            "--confirm", choices=["unit", "totals", "columns", "repeated"], action="append", default=[],
            help="두 가지로 읽히는 것을 읽은 대로 반영합니다: unit(금액 단위), totals(합계), columns(뜻이 같은 열), "
            "repeated(똑같은 행). 여러 번 적을 수 있습니다",
        )  # fmt: skip
        parser.add_argument("--rows", metavar="행", help="이 엑셀 행만 반영합니다. 예: 2-40,52")
        parser.add_argument(
            "--conflicts", choices=["keep", "file"],
            help="내려받은 뒤 다른 사람이 고친 칸에 지금 값을 두거나(keep) 파일의 값을 적습니다(file). 없으면 그 행은 반영하지 않습니다",
        )  # fmt: skip
        parser.add_argument("--skip-errors", action="store_true", help="오류 행을 빼고 나머지를 반영합니다")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help='열 맞춤 JSON 파일. 예: {"code": "기관코드"}')
        parser.add_argument("--no-heading", action="store_true", help="머리글 없이 첫 줄부터 자료인 표. --mapping 에는 A열, B열로 적습니다")
        parser.add_argument("--sheet", help="읽을 시트")
        parser.add_argument("--user", metavar="사번", help="누구의 권한과 이름으로 반영할지. 없으면 서버 명령으로 남습니다")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = find_resource(options["model"])
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} 파일이 없습니다. 경로를 확인해 주세요.")
        user = find_user(options["user"])
        numbers = row_numbers(options["rows"]) if options["rows"] else None
        unit = UNITS[options["unit"]] if options["unit"] else None
        mapping, year = self._mapping(options["mapping"]), options["year"]
        try:
            with resource.read(
                path, sheet=options["sheet"], mapping=mapping, unit=unit, year=year, name=path.name, headless=options["no_heading"]
            ) as reading:
                if absent := reading.match.missing_required:
                    words = ", ".join(f"{told}[{column.name}]" for told, column in zip(reading.match.asked(), absent, strict=True))
                    raise CommandError(f"꼭 있어야 하는 열이 없습니다: {words}. --mapping 으로 파일의 열을 알려 주세요.")
                preview = resource.preview(reading, user, year=year)
                if options["conflicts"]:
                    choice = NOW if options["conflicts"] == "keep" else MINE
                    preview = resource.preview(reading, user, year=year, choices=choose_every(preview, choice))
            result = self._result(preview)
            blocked = [n for n in preview.error_numbers if numbers is None or n in numbers] if not options["skip_errors"] else []
            waiting = [item for item in preview.questions if item.waits(options["confirm"])]
            if not options["dry_run"] and not blocked and not waiting:
                chosen = None if numbers is None else {row.id for row in preview.rows if row.number in numbers}
                applied = resource.apply(preview, user, path.name, chosen, uuid.uuid4())
                result |= {"batch": str(applied.batch), "applied": applied.total}
        except (FileRefused, ApplyRefused, PreviewStale) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._print(preview, result, options["json"])
        if waiting and not blocked and not options["dry_run"]:
            raise CommandError(
                "답하지 않은 물음이 있어 아무것도 반영하지 않았습니다. 단위는 --unit 으로 고르고, 읽은 대로면 "
                + " ".join(f"--confirm {key}" for key in dict.fromkeys(item.key for item in waiting)) + " 을 붙여 주세요."
            )  # fmt: skip
        if blocked and not options["dry_run"]:
            raise CommandError("오류가 있어 아무것도 반영하지 않았습니다. 고쳐서 다시 하거나 --skip-errors 를 쓰세요.")

    def _mapping(self, path: Path | None) -> dict[str, str | None] | None:
        if path is None:
            return None
        try:
            mapping = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"열 맞춤 파일 {path}을(를) 읽지 못했습니다: {error}") from error
        if not isinstance(mapping, dict):
            raise CommandError('열 맞춤은 {"열 이름": "파일의 제목"} 이어야 합니다.')
        return mapping

    def _result(self, preview: Preview) -> dict[str, Any]:
        return {
            "counts": preview.counts, "applied": 0, "batch": None, "warnings": preview.warnings,
            "questions": [asdict(item) for item in preview.questions], "unit_note": preview.unit_note,
            "errors": [asdict(issue) for issue in preview.errors],
            "conflicts": [
                {"row": row.number, "label": row.label, "applied": row.writes, "cells": [
                    {"name": cell.name, "title": cell.title, "base": cell.base, "now": cell.old, "file": cell.new, "who": cell.note,
                     "choice": cell.choice}
                    for cell in row.cells if cell.contested
                ]}
                for row in preview.of(CONFLICT)
            ],
            "set_aside": [asdict(aside) for aside in preview.set_aside],
        }  # fmt: skip

    def _print(self, preview: Preview, result: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
            return
        counts = preview.counts
        parts = [f"{TITLES[state]} {counts[state]:,}" for state in (NEW, CHANGED, SAME, CONFLICT, ERROR)]
        self.stdout.write(f"파일의 {counts['file_rows']:,}행: " + ", ".join(parts) + f" (파일에 없음 {counts[MISSING]:,})")
        if preview.unit_note:
            self.stdout.write(f"  {preview.unit_note}")
        for item in preview.questions:
            self.stdout.write(f"  물음({item.key}): {item.text}.")
        for issue in preview.errors[:SHOWN]:
            self.stdout.write(f"  {issue}")
        if len(preview.errors) > SHOWN:
            self.stdout.write(f"  … 오류가 {len(preview.errors) - SHOWN:,}가지 더 있습니다. --json 으로 모두 볼 수 있습니다.")
        if waiting := sum(not row.settled for row in preview.of(CONFLICT)):
            self.stdout.write(f"  충돌 {waiting:,}행은 반영하지 않습니다. --conflicts keep 이나 --conflicts file 로 고르세요.")
        if result["batch"]:
            self.stdout.write(f"{result['applied']:,}건을 반영했습니다(묶음 {result['batch']}).")
