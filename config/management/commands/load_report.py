"""보고서 파일을 싣는 명령."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.load_report import REPORT, load_report, read_report
from core.deadlines.load_report import differences
from core.history.settle import read_fixture


class Command(BaseCommand):
    help = "주요업무보고 한 권의 사실(조직, 예산, 인쇄된 값)을 싣습니다. 여러 번 실어도 같습니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=REPORT, help="보고서 파일(JSON)")
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 찍습니다.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            data = read_report(path)
        except OSError as error:
            raise CommandError(f"{path} 을(를) 읽을 수 없습니다: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{path} 은(는) JSON 파일이 아닙니다.") from error
        try:
            counts = load_report(data)
        except (KeyError, TypeError) as error:
            raise CommandError(f"{path} 에 있어야 할 항목이 없습니다: {error}. fixtures/report2023.json 의 모양을 보세요.") from error
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(
            f"보고서를 실었습니다. 새로 {counts['created']:,}건, 고침 {counts['changed']:,}건, "
            f"그대로 {counts['unchanged']:,}건, 사람이 고쳐서 둔 것 {counts['kept']:,}건"
        )
        if found := differences(read_fixture("deadline_rules")):
            self.stdout.write(
                f"이미 실은 기한 규칙 {len(found):,}건이 파일과 다릅니다. deadline_rules 로 보고, 고른 것만 정한 날부터 바꿉니다."
            )
