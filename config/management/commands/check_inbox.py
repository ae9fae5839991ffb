"""할 일의 표가 자료와 같은지 확인하는 명령."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.inbox import INBOX
from core.inbox import keeping

SHOWN = 5


class Command(BaseCommand):
    help = "할 일을 자료에서 다시 내어 적어 둔 표와 견줍니다. 다른 줄이 있으면 적고 1로 끝납니다."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="다른 줄을 자료에 맞춰 고쳐 적습니다")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = lines = 0
        for source in INBOX:
            wanted, stored = keeping.wanted(source), keeping.stored(source)
            lines += len(wanted)
            gaps = [("없음", line) for line in wanted - stored.keys()]
            gaps += [("남음", line) for line, keys in stored.items() if line not in wanted or len(keys) > 1]
            if not gaps:
                continue
            wrong += len(gaps)
            self.stdout.write(f"{source.name}: {len(gaps):,}줄이 자료와 다릅니다.")
            for what, line in sorted(gaps, key=lambda pair: (pair[1].record, pair[0]))[:SHOWN]:
                self.stdout.write(f"  {what}: {source.model._meta.verbose_name} {line.record} · {line.whom} · {line.text}")
            if len(gaps) > SHOWN:
                self.stdout.write(f"  외 {len(gaps) - SHOWN:,}줄")
        if not wrong:
            self.stdout.write(f"할 일 {lines:,}줄이 자료와 같습니다.")
        elif options["repair"]:
            keeping.mend(INBOX)
            self.stdout.write("자료에 맞춰 고쳐 적었습니다.")
        else:
            self.stdout.write("바로잡으려면 --repair 를 붙여 다시 실행하세요. 업무 자료는 바뀌지 않습니다.")
            raise SystemExit(1)
