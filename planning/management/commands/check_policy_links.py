"""정책실명제 카드의 게시 주소를 열어 보는 명령."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.history.context import acting_as
from planning.named_policies.links import check_links


class Command(BaseCommand):
    help = (
        "공개하고 있는 정책실명제 카드의 게시 주소를 하나씩 열어 봅니다. 바깥 주소로 나가는 명령입니다. "
        "열리지 않는 것이 있으면 1로 끝납니다."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(None, "명령 check_policy_links"):
            broken = check_links(timezone.localdate())
        for policy in broken:
            self.stdout.write(f"{policy.number} {policy}: {policy.link_failure} {policy.url}")
        if broken:
            raise SystemExit(1)
        self.stdout.write("공개하고 있는 카드의 주소가 모두 열립니다.")
