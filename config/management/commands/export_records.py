"""자료를 엑셀·CSV 로 내려받는 명령. 화면의 서식과 같아서 고쳐서 다시 가져올 수 있다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.management.commands.import_records import find_resource


class Command(BaseCommand):
    help = "자료를 엑셀(.xlsx)이나 CSV 로 적습니다. 확장자로 정합니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="APP.MODEL", help="자료의 이름. 예: core.Department")
        parser.add_argument("file", type=Path, metavar="FILE", help="적을 파일. 이름이 .csv 로 끝나면 CSV 로 적습니다")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = find_resource(options["model"])
        path: Path = options["file"]
        rows = resource.model._default_manager.all()
        with path.open("wb") as stream:
            resource.export(rows, None, stream, kind="csv" if path.suffix.lower() == ".csv" else "xlsx")
        count = rows.count()
        if options["json"]:
            self.stdout.write(json.dumps({"model": resource.model._meta.label, "file": str(path), "rows": count}, ensure_ascii=False))
        else:
            self.stdout.write(f"{resource.title} {count:,}행을 {path}에 적었습니다.")
