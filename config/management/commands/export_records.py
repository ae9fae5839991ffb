"""자료를 엑셀·CSV 로 내려받는 명령. 화면의 서식과 같아서 고쳐서 다시 가져올 수 있다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.management.commands.import_records import find_resource, find_user
from core.excel.values import CellError


class Command(BaseCommand):
    help = "자료를 엑셀(.xlsx)이나 CSV 로 적습니다. 확장자로 정합니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", metavar="APP.MODEL", help="자료의 이름. 예: core.Department")
        parser.add_argument("file", type=Path, metavar="FILE", help="적을 파일. 이름이 .csv 로 끝나면 CSV 로 적습니다")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="항목=값",
            help="이 값의 행만. 엑셀에 적는 글자로 적고, 여러 번 쓰면 모두 맞는 행입니다. 예: 부서=건축과",
        )  # fmt: skip
        parser.add_argument("--year", type=int, help="이 회계연도의 행만")
        parser.add_argument("--user", metavar="사번", help="이 사람이 볼 수 있는 행만")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        resource = find_resource(options["model"])
        path: Path = options["file"]
        user = find_user(options["user"])
        rows: Any = resource.model._default_manager.all()
        rows = rows if user is None else rows.for_user(user)
        pairs = [text.partition("=") for text in options["filter"]]
        if wrong := [name for name, equals, _value in pairs if not equals]:
            raise CommandError(f"--filter 는 항목=값으로 적어 주세요: {wrong[0]}")
        wanted = {name.strip(): value.strip() for name, _equals, value in pairs}
        try:
            rows = resource.narrowed(rows, wanted, options["year"])
        except CellError as error:
            raise CommandError(f"{error}.") from error
        conditions = [("회계연도", options["year"])] if options["year"] else []
        conditions += list(wanted.items())
        with path.open("wb") as stream:
            kind = "csv" if path.suffix.lower() == ".csv" else "xlsx"
            resource.export(rows, user, stream, conditions=conditions, kind=kind)
        count = rows.count()
        if options["json"]:
            result = {"model": resource.model._meta.label, "file": str(path), "rows": count, "conditions": dict(conditions)}
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"{resource.title} {count:,}행을 {path}에 적었습니다.")
