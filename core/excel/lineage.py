"""없어진 부서의 이름이 적혔을 때, 부서 연혁을 따라 그날의 부서를 찾는다."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.utils import timezone

from core.org.models import Department, DepartmentLineage

Period = tuple[date, date]


def today_only() -> Period:
    """오늘 하루."""
    today = timezone.localdate()
    return today, today


def is_valid(department: Department, period: Period) -> bool:
    """그 기간에 하루라도 있던 부서인가."""
    start, end = period
    return department.valid_from <= end and (department.valid_to is None or department.valid_to >= start)


class Lineage:
    """부서 연혁. 한 번 읽어 두고 여러 칸에 쓴다."""

    def __init__(self) -> None:
        self.links: dict[int, list[DepartmentLineage]] = defaultdict(list)
        for link in DepartmentLineage.objects.select_related("successor").order_by("on"):
            self.links[link.predecessor_id].append(link)

    def successors(self, department: Department, period: Period) -> list[Department]:
        """department 의 일을 이어받아 그 기간에 있던 부서들. 여러 번 개편했으면 끝까지 따라간다."""
        found: dict[int, Department] = {}
        waiting, seen = [department], {department.pk}
        while waiting:
            for link in self.links[waiting.pop().pk]:
                after = link.successor
                if after is None or after.pk in seen:
                    continue
                seen.add(after.pk)
                if is_valid(after, period):
                    found[after.pk] = after
                else:
                    waiting.append(after)
        return list(found.values())

    def reason(self, department: Department) -> str:
        """「2021-01-01 통합된 부서입니다」처럼 왜 쓸 수 없는지."""
        links = self.links[department.pk]
        if links:
            return f"{links[-1].on:%Y-%m-%d} {links[-1].get_kind_display()}된 부서입니다"
        if department.valid_to and department.valid_to < timezone.localdate():
            return f"{department.valid_to:%Y-%m-%d}까지 있던 부서입니다"
        return "그때는 없던 부서입니다"
