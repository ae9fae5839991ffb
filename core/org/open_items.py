"""조직이나 사람이 바뀔 때 따라가야 하는 일의 목록 한 줄. 무엇이 있는지는 업무의 given.py 에 적는다."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from core.org.models import Department, Staff


@dataclass(frozen=True)
class OpenItems:
    """열려 있는 일 한 갈래.

    label       사람에게 보일 이름(예: "사업")
    rows        그날 아직 열려 있는 행. 끝났거나 굳은 행은 옛 부서의 이름을 지키므로 주지 않는다
    department  맡은 부서를 적는 항목. 부서로 움직이지 않으면 비운다
    handler     맡은 사람을 적는 항목. 사람으로 움직이지 않으면 비운다
    related     이름을 적을 때 함께 읽을 관계
    """

    label: str
    rows: Callable[[date], QuerySet[Any]]
    department: str = "department"
    handler: str = ""
    related: Sequence[str] = ()

    def of_departments(self, departments: Collection[Department], on: date) -> list[Any]:
        """그날 departments 가 맡고 있는 열린 행."""
        if not self.department:
            return []
        return list(self.rows(on).filter(**{f"{self.department}__in": departments}).select_related(*self.related))

    def of_handler(self, staff: Staff, on: date) -> list[Any]:
        """그날 staff 가 맡고 있는 열린 행."""
        if not self.handler:
            return []
        return list(self.rows(on).filter(**{self.handler: staff}).select_related(*self.related))

    def move(self, rows: Sequence[Any], to: Department) -> int:
        """rows 를 to 부서의 것으로 옮기고 건수를 준다. 이력은 행마다 남는다.

        부서마다 하나만 두는 설정은 to 에 이미 있으면 옮기지 않는다.
        """
        return _assign(rows, self.department, to)

    def hand_over(self, rows: Sequence[Any], to: Staff) -> int:
        """rows 의 맡은 사람을 to 로 바꾸고 건수를 준다."""
        return _assign(rows, self.handler, to)


def _assign(rows: Sequence[Any], name: str, to: Model) -> int:
    if not rows:
        return 0
    model: Any = type(rows[0])
    keys = [row.pk for row in rows]
    if model._meta.get_field(name).unique:
        keys = [] if model._base_manager.filter(**{name: to}).exists() else keys[:1]
    return int(model._base_manager.filter(pk__in=keys).update(**{name: to}))
