"""집행 행과, 행과 함께 적어 둔 합이 원까지 같은지 확인하는 명령."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from budget.appropriations.models import ExecutionSnapshot

SHOWN = 5


class Command(BaseCommand):
    help = "집행 자료마다 행을 다시 더해 적어 둔 합과 원까지 견줍니다. 다른 곳이 있으면 적고 1로 끝납니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="다른 자료의 합을 행에서 다시 셈해 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = checked = 0
        for key in ExecutionSnapshot.objects.order_by("as_of", "pk").values_list("pk", flat=True):
            with transaction.atomic():
                # 견주는 사이에 다른 사람이 되돌리거나 지우지 않게 잠근다.
                snapshot = ExecutionSnapshot.objects.select_for_update().defer("report").filter(pk=key).first()
                if snapshot is None:
                    continue
                checked += 1
                gaps = snapshot.gaps()
                if not gaps:
                    continue
                wrong += 1
                more = f" 외 {len(gaps) - SHOWN:,}곳" if len(gaps) > SHOWN else ""
                self.stdout.write(f"{snapshot}: {len(gaps):,}곳이 행의 합과 다릅니다.")
                for gap in gaps[:SHOWN]:
                    self.stdout.write(f"  {gap}")
                if more:
                    self.stdout.write(f" {more}")
                if options["repair"]:
                    snapshot.summarise()
                    self.stdout.write("  행에서 다시 셈해 적었습니다.")
        if not wrong:
            self.stdout.write(f"집행 자료 {checked:,}벌의 합이 행과 원까지 같습니다.")
        elif not options["repair"]:
            self.stdout.write("바로잡으려면 --repair 를 붙여 다시 실행하세요. 행은 바뀌지 않습니다.")
            raise SystemExit(1)
