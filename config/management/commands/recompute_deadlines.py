"""진행 중인 기한을 다시 세는 명령. 작업 프로세스가 날마다 하는 일을 바로 하고 싶을 때 쓴다."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.deadlines.services import mark_missed, recount_open
from core.history.context import acting_as


class Command(BaseCommand):
    help = "공휴일과 규칙이 바뀐 대로 진행 중인 기한을 다시 세고, 법정 기한이 지난 것을 도과로 적습니다. 전과 후는 이력에 남습니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="결과를 JSON 으로 찍습니다.")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(None, "명령 recompute_deadlines"):
            moved = recount_open()
            missed = mark_missed(timezone.localdate())
        if options["json"]:
            self.stdout.write(json.dumps({"moved": len(moved), "missed": len(missed)}))
            return
        for deadline in moved:
            self.stdout.write(f"  {deadline}: 법정 기한 {deadline.due_on.isoformat()}")
        self.stdout.write(f"날짜가 달라진 기한 {len(moved):,}건, 새로 도과한 기한 {len(missed):,}건")
