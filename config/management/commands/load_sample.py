"""표본을 싣는 명령."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.sample import PASSWORD, accounts, load_sample


class Command(BaseCommand):
    help = "표본 부서·직원·집행 자료를 싣습니다. 모두 「표본」으로 표시되고 remove_sample 로 걷습니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 찍습니다.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("표본 계정의 비밀번호는 누구나 압니다. 운영에서는 싣지 않습니다.")
        counts = load_sample()
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "accounts": accounts()}, ensure_ascii=False))
            return
        self.stdout.write(
            f"표본을 실었습니다. 집행 자료 {counts['snapshots']}벌, 새로 {counts['created']:,}건, 그대로 {counts['unchanged']:,}건. "
            f"계정 {len(accounts())}개(비밀번호 {PASSWORD})"
        )
