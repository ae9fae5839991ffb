"""엑셀·CSV 로 자료를 가져오는 명령. 화면의 가져오기와 같은 코드다."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.resources import RESOURCES, resource_for
from core.excel.preview import CHANGED, CONFLICT, ERROR, MISSING, NEW, SAME, TITLES, ApplyRefused, Preview, PreviewStale
from core.excel.reader import FileRefused
from core.excel.resource import ExcelResource
from core.org.models import Staff

SHOWN = 20


def find_resource(label: str) -> ExcelResource:
    """앱.모델 이름의 자원. 없으면 쓸 수 있는 이름을 알려 준다."""
    found = resource_for(label)
    if found is None:
        known = ", ".join(resource.model._meta.label for resource in RESOURCES)
        raise CommandError(f"{label}은(는) 엑셀로 다루지 않습니다. 쓸 수 있는 자료: {known}")
    return found()


class Command(BaseCommand):
    help = "엑셀이나 CSV 로 자료를 가져옵니다. --dry-run 이면 무엇이 바뀌는지만 보여 줍니다. 오류가 있으면 아무것도 반영하지 않습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="APP.MODEL", help="자료의 이름. 예: core.Department")
        parser.add_argument("file", type=Path, metavar="FILE", help="엑셀(.xlsx, .xls)이나 CSV 파일")
        parser.add_argument("--dry-run", action="store_true", help="미리보기만 하고 반영하지 않습니다")
        parser.add_argument("--skip-errors", action="store_true", help="오류 행을 빼고 나머지를 반영합니다")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help='열 맞춤 JSON 파일. 예: {"code": "기관코드"}')
        parser.add_argument("--sheet", help="읽을 시트")
        parser.add_argument("--user", metavar="사번", help="누구의 권한과 이름으로 반영할지. 없으면 서버 명령으로 남습니다")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = find_resource(options["model"])
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} 파일이 없습니다. 경로를 확인해 주세요.")
        user = self._user(options["user"])
        try:
            with resource.read(path, sheet=options["sheet"], mapping=self._mapping(options["mapping"])) as reading:
                if absent := reading.match.missing_required:
                    words = ", ".join(f"「{column.title}」({column.name})" for column in absent)
                    raise CommandError(f"꼭 있어야 하는 열이 없습니다: {words}. --mapping 으로 파일의 열을 알려 주세요.")
                preview = resource.preview(reading, user)
            result = self._result(preview)
            if not options["dry_run"] and (options["skip_errors"] or not preview.error_row_count):
                applied = resource.apply(preview, user, path.name, batch=uuid.uuid4())
                result |= {"batch": str(applied.batch), "applied": applied.total}
        except (FileRefused, ApplyRefused, PreviewStale) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._print(preview, result, options["json"])
        if preview.error_row_count and not options["dry_run"] and not options["skip_errors"]:
            raise CommandError("오류가 있어 아무것도 반영하지 않았습니다. 고쳐서 다시 하거나 --skip-errors 를 쓰세요.")

    def _user(self, number: str | None) -> Staff | None:
        if not number:
            return None
        user = Staff.objects.filter(employee_number=number, is_active=True).first()
        if user is None:
            raise CommandError(f"사번 {number}인 직원이 없습니다.")
        return user

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
            "errors": [asdict(issue) for issue in preview.errors],
            "set_aside": [asdict(aside) for aside in preview.set_aside],
        }  # fmt: skip

    def _print(self, preview: Preview, result: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
            return
        counts = preview.counts
        parts = [f"{TITLES[state]} {counts[state]:,}" for state in (NEW, CHANGED, SAME, CONFLICT, ERROR)]
        self.stdout.write(f"파일의 {counts['file_rows']:,}행: " + ", ".join(parts) + f" (파일에 없음 {counts[MISSING]:,})")
        for issue in preview.errors[:SHOWN]:
            self.stdout.write(f"  {issue}")
        if len(preview.errors) > SHOWN:
            self.stdout.write(f"  … 오류가 {len(preview.errors) - SHOWN:,}가지 더 있습니다. --json 으로 모두 볼 수 있습니다.")
        if result["batch"]:
            self.stdout.write(f"{result['applied']:,}건을 반영했습니다(묶음 {result['batch']}).")
