"""정·현원: 한 과의 직급마다 정원, 현원, 과부족(현원 − 정원)을 세고, 보고서가 쓸 수치로 내놓는다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from core.figures.figure import Figure, FigureValue, digest
from core.figures.models import ReportedValue
from core.org.models import Assignment, Department, Grade, Quota, division
from core.remembering import remembered

QUOTA, CURRENT, SURPLUS = "quota", "current", "surplus"
ROWS = {QUOTA: "정원", CURRENT: "현원", SURPLUS: "과부족"}
_DEFINITIONS = {
    QUOTA: "기준일에 쓰는 직급별 정원.",
    CURRENT: "기준일에 그 직급으로 보임된 사람의 수. 보임 기록이 없으면 보고서에 인쇄된 현원.",
    SURPLUS: "현원 − 정원. 모자라면 △.",
}


class Staffing:
    """한 과의 어느 날의 정·현원."""

    def __init__(self, department: Department | None, on: date) -> None:
        self.department, self.on = department, on

    @cached_property
    def grades(self) -> list[Grade]:
        return list(Grade.objects.all())

    @cached_property
    def quota(self) -> dict[int, int]:
        """직급의 번호마다 정원."""
        rows = Quota.objects.valid_on(self.on).filter(department=self.department)
        return dict(rows.values_list("grade", "headcount"))

    @cached_property
    def assigned(self) -> dict[int, int]:
        """직급의 번호마다 보임된 사람."""
        rows = Assignment.objects.on(self.on).filter(post__department=self.department).order_by()
        return dict(rows.values_list("grade").annotate(Count("staff", distinct=True)))

    @cached_property
    def present(self) -> dict[int, int]:
        """직급의 번호마다 현원. 보임이 하나도 없으면 보고서에 인쇄된 현원을 쓴다."""
        if self.assigned:
            return self.assigned
        values = ReportedValue.objects.filter(code__startswith="staffing.current.").order_by("pk")
        printed = {value.code: value.value for value in values}
        found = ((grade, printed.get(f"staffing.current.{code_of(grade)}")) for grade in self.grades)
        return {grade.pk: int(value) for grade, value in found if value is not None}

    @cached_property
    def surplus(self) -> dict[int, int]:
        """직급의 번호마다 과부족. 현원을 모르면 비어 있다."""
        if not self.present:
            return {}
        return {grade.pk: self.present.get(grade.pk, 0) - self.quota.get(grade.pk, 0) for grade in self.grades}

    @property
    def source(self) -> str:
        """현원의 출처."""
        return "보임 기록에서 셈" if self.assigned else "보고서 값"

    def rows(self) -> list[tuple[str, Mapping[int, int]]]:
        """(이름, 직급마다의 수). 아는 것이 없으면 비어 있다."""
        if not self.quota and not self.present:
            return []
        return [(ROWS[QUOTA], self.quota), (ROWS[CURRENT], self.present), (ROWS[SURPLUS], self.surplus)]


def code_of(grade: Grade) -> str:
    """수치의 코드에 쓰는 직급: general.6"""
    return f"{grade.series}.{grade.level}"


@remembered
def _staffing(on: date) -> Staffing:
    return Staffing(division(), on)


@remembered
def _marks(on: date) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """직급마다 정원의 행과 보임의 행(번호, 판 번호). 지문이 된다. 질의 두 번."""
    department = _staffing(on).department
    quotas = Quota.objects.valid_on(on).filter(department=department)
    people = Assignment.objects.on(on).filter(post__department=department)
    found: tuple[dict[int, list[Any]], dict[int, list[Any]]] = defaultdict(list), defaultdict(list)
    for marks, rows in zip(found, (quotas, people), strict=True):
        for grade, *mark in rows.order_by("pk").values_list("grade", "pk", "version"):
            marks[grade].append(tuple(mark))
    return found


def _mark(rows: dict[int, list[Any]], grade: Grade | None) -> str:
    """그 직급(없으면 모두)의 행의 지문. rows_mark 와 같은 글이다."""
    return digest(*(rows.get(grade.pk, []) if grade else sorted(one for found in rows.values() for one in found)))


def _quota_url(staffing: Staffing, grade: Grade | None) -> str:
    """그 정원을 이루는 행의 목록."""
    asked = {"department": staffing.department.pk if staffing.department else "", "grade": grade.pk if grade else "", "on": staffing.on}
    return f"{reverse('core.quota-list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _value(row: str, grade: Grade | None, as_of: date | None) -> FigureValue:
    on = as_of or timezone.localdate()
    staffing = _staffing(on)
    counts = {QUOTA: staffing.quota, CURRENT: staffing.present, SURPLUS: staffing.surplus}[row]
    if not counts:
        return FigureValue(None, as_of, "missing")
    value = counts.get(grade.pk, 0) if grade else sum(counts.values())
    reported = row != QUOTA and not staffing.assigned
    quotas, people = (_mark(rows, grade) for rows in _marks(on))
    marks = {QUOTA: [quotas], CURRENT: [people], SURPLUS: [quotas, people]}
    url = _quota_url(staffing, grade) if row == QUOTA else f"{reverse('core.staffing')}?on={on}"
    return FigureValue(
        value, on, "reported" if reported else "computed", url, staffing.source, mark=digest(*marks[row])
    )


def _figure(row: str, grade: Grade | None) -> Figure:
    code = code_of(grade) if grade else "total"
    return Figure(f"staffing.{row}.{code}", f"{ROWS[row]} {grade or '계'}", "명", _DEFINITIONS[row], partial(_value, row, grade))


# 과의 정원·현원·과부족. 글에서 {staffing.quota.total} 로 쓴다.
FIGURES = [_figure(row, None) for row in ROWS]


def staffing_figures() -> list[Figure]:
    """정·현원표의 칸마다 수치 하나. 직급은 자료에 있는 것이라 부를 때 짠다."""
    grades = list(Grade.objects.all())
    return [*FIGURES, *(_figure(row, grade) for row in ROWS for grade in grades)]
