"""조직과 사람, 내 계정의 주소 × 역할."""

from __future__ import annotations

from datetime import date

from core.access import Role
from core.org.models import Assignment, DepartmentLineage, Grade, Post, Quota, Transfer, Vehicle
from tests.access import ADMIN, DIVISION, POST_ONLY, SIGNED_IN, Rows, Table, common, expect, one


def grade(rows: Rows) -> Grade:
    return Grade.objects.create(series=Grade.Series.GENERAL, level=7, order=1)


def post(rows: Rows) -> Post:
    return Post.objects.create(department=rows.departments["own"], title="주무관")


def lineage(rows: Rows) -> DepartmentLineage:
    return DepartmentLineage.objects.create(
        kind=DepartmentLineage.Kind.ABOLISHED, on=date(2023, 1, 1), predecessor=rows.departments["other"]
    )


def quota(rows: Rows) -> Quota:
    return Quota.objects.create(
        department=rows.departments["own"], grade=rows(grade), headcount=1, valid_from=date(2023, 1, 1)
    )


def vehicle(rows: Rows) -> Vehicle:
    return Vehicle.objects.create(department=rows.departments["own"], name="승용차")


def assignment(rows: Rows) -> Assignment:
    return Assignment.objects.create(
        post=rows(post), staff=rows.people["열람자"], grade=rows(grade), starts_on=date(2023, 1, 1)
    )


def transfer(rows: Rows) -> Transfer:
    return Transfer.objects.create(
        staff=rows.people["열람자"], on=date(2090, 1, 1), department=rows.departments["own"], role=Role.VIEWER
    )


ACCESS: Table = {
    "core.org-chart": one(DIVISION),
    "core.staffing": one(DIVISION),
    "core.reorganise": one(ADMIN),
    **common("core.department", "form bulk import", lambda rows: rows.departments["own"]),
    **common("core.departmentlineage", "form", lineage),
    **common("core.staff", "form bulk import", lambda rows: rows.people["열람자"], DIVISION),
    **common("core.grade", "form import", grade),
    **common("core.post", "form bulk import", post),
    **common("core.assignment", "form bulk", assignment),
    **common("core.transfer", "form", transfer, DIVISION),
    **common("core.quota", "form bulk import", quota),
    **common("core.vehicle", "form bulk import", vehicle),
    # 내 계정
    "login": one(expect(302, anonymous=200)),
    "logout": one(POST_ONLY),
    "password_change": one(SIGNED_IN),
    "password_change_done": one(SIGNED_IN),
    "keepalive": one(expect(204)),
    "preferences": one(SIGNED_IN),
    "preferences-year": one(POST_ONLY),
    "preferences-pin": one(POST_ONLY),
}
