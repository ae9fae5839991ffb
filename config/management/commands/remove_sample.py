"""표본을 걷는 명령."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.sample import remove_sample


class Command(BaseCommand):
    help = "표본을 모두 걷습니다. 사람이 적은 자료와, 그 자료가 기대고 있는 표본은 남기고 알려 줍니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 찍습니다.")

    def handle(self, *args: Any, **options: Any) -> None:
        result = remove_sample()
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for kind, count in result["removed"].items():
            self.stdout.write(f"  {kind} {count:,}건을 걷었습니다.")
        for row in result["kept"]:
            self.stdout.write(f"  남김: {row['kind']} 「{row['name']}」 — {row['because']}")
        if not result["removed"] and not result["kept"]:
            self.stdout.write("걷을 표본이 없습니다.")
