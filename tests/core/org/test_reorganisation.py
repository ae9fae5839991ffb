"""조직개편: 열려 있는 일은 연혁을 따라가고, 끝난 일과 지난 보고서는 옛 이름을 지킨다."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.models import ExecutionRow
from config.open_items import OPEN_ITEMS
from core.access import Role, Team
from core.history.models import Change
from core.org.models import Assignment, Department, DepartmentLineage, Post, Quota, Staff
from core.org.reorganisation import Reorganisation, following, reorganise
from core.projects.models import Project
from core.rounds.models import ConfirmationRule, Round, Submission
from tests.budget.appropriations import factories as make
from tests.factories import (
    AssignmentFactory,
    DepartmentFactory,
    PostFactory,
    ProjectFactory,
    QuotaFactory,
    StaffFactory,
    VehicleFactory,
)

pytestmark = pytest.mark.django_db
ON = date(2023, 7, 1)


@pytest.fixture
def admin() -> Staff:
    return StaffFactory(role=Role.ADMIN)


def plan(kind: str, before: list[Department], after: list[Department | str], on: date = ON) -> Reorganisation:
    made = [Department(name=one) if isinstance(one, str) else one for one in after]
    return Reorganisation(kind, on, before, made, "행정기구 설치 조례")


def submission(department: Department, status: str = "not_started", form: str = "시험") -> Submission:
    round_, _ = Round.objects.get_or_create(
        form=form, defaults={"title": form, "team": Team.EVALUATION, "cycle": "once", "year": 2023, "as_of": ON, "due_at": timezone.now()}
    )
    return Submission.objects.create(
        round=round_, department=department, department_name=department.name, responsible=department, status=status
    )


def left_behind(departments: list[Department], on: date = ON) -> list[Any]:
    """닫힌 부서에 남은 열린 일과 직원."""
    found = [row for items in OPEN_ITEMS for row in items.of_departments(departments, on)]
    return [*found, *Staff.objects.filter(department__in=departments, is_active=True)]


def test_two_departments_become_one_in_the_middle_of_a_year(admin: Staff) -> None:
    roads, parks = DepartmentFactory(name="도로과", code="R"), DepartmentFactory(name="공원과", code="P")
    here, there = StaffFactory(role=Role.DEPARTMENT, department=roads), StaffFactory(department=parks)
    open_project, done = ProjectFactory(department=roads), ProjectFactory(department=parks, status=Project.Status.DONE)
    program = make.program("보도 정비", department=roads)
    last_year = make.program("지난해 보도 정비", make.unit(year=2022), department=roads)
    snapshot = make.snapshot(date(2023, 5, 31))
    make.row(snapshot, 2, program, 1_000, 500)
    waiting, confirmed = submission(roads), submission(parks, "confirmed")
    result = reorganise(plan("merged", [roads, parks], ["도로공원과"]), OPEN_ITEMS, {}, admin)

    (merged,) = result.successors
    assert (merged.valid_from, merged.name, merged.code) == (ON, "도로공원과", "임시-001")
    for old in (roads, parks):
        old.refresh_from_db()
        assert old.valid_to == date(2023, 6, 30)
    assert set(DepartmentLineage.objects.filter(successor=merged, on=ON, kind="merged").values_list("predecessor__name", flat=True)) == {"도로과", "공원과"}
    for row in (open_project, program, here, there, waiting):
        row.refresh_from_db()
    assert open_project.department == program.department == here.department == there.department == waiting.responsible == merged
    assert left_behind([roads, parks]) == []
    # 끝난 것, 지난해의 것, 받은 원장, 회차의 대상은 옛 부서다.
    for row in (done, last_year, confirmed):
        row.refresh_from_db()
    assert (done.department, last_year.department, confirmed.responsible) == (parks, roads, parks)
    assert ExecutionRow.objects.get().department == roads
    assert (waiting.department, waiting.department_name) == (roads, "도로과")
    assert result.moved["사업"] == 1
    assert result.moved["직원"] == 2


def test_the_history_tells_the_reorganisation(admin: Staff) -> None:
    old = DepartmentFactory(name="건축과")
    project = ProjectFactory(department=old)
    result = reorganise(plan("renamed", [old], ["건축디자인과"]), OPEN_ITEMS, {}, admin)
    change = project.history.first()
    assert change.source == "조직개편 2023. 7. 1. 건축과 개칭"
    assert (change.actor, change.batch) == (admin, result.batch)
    assert Change.objects.for_record(old).filter(batch=result.batch).exists()


def test_a_new_name_keeps_the_seats_the_quota_and_the_settings(admin: Staff) -> None:
    bureau = DepartmentFactory(kind="bureau")
    old = DepartmentFactory(name="건축과", order=24, parent=bureau)
    below = DepartmentFactory(parent=old)
    seat, empty = PostFactory(department=old, title="과장"), PostFactory(department=old, title="주무관")
    head = StaffFactory(department=old)
    sitting = AssignmentFactory(post=seat, staff=head)
    quota = QuotaFactory(department=old, headcount=5)
    ConfirmationRule.objects.create(department=old, steps="head")
    vehicle = VehicleFactory(department=old)
    (new,) = reorganise(plan("renamed", [old], ["건축디자인과"]), OPEN_ITEMS, {}, admin).successors
    assert (new.order, new.parent) == (24, bureau)
    sitting.refresh_from_db()
    assert (sitting.post, sitting.ends_on) == (seat, date(2023, 6, 30))
    again = Assignment.objects.get(staff=head, starts_on=ON)
    assert (again.post.title, again.post.department, again.ends_on) == ("과장", new, None)
    assert set(Post.objects.filter(department=new).values_list("title", flat=True)) == {"과장", empty.title}
    quota.refresh_from_db()
    assert quota.valid_to == date(2023, 6, 30)
    assert Quota.objects.get(department=new).headcount == 5
    for row in (below, vehicle):
        row.refresh_from_db()
    assert (below.parent, vehicle.department) == (new, new)
    assert new.confirmation_rule.steps == "head"
    # 그날의 부서로 물으면 그때의 이름이 나온다.
    assert list(Department.objects.valid_on(date(2023, 6, 30)).filter(pk__in=[old.pk, new.pk])) == [old]
    assert list(Department.objects.valid_on(ON).filter(pk__in=[old.pk, new.pk])) == [new]


def test_a_split_sends_each_thing_where_it_was_chosen(admin: Staff) -> None:
    old = DepartmentFactory(name="문화체육과")
    culture, sports = ProjectFactory(department=old, title="도서관"), ProjectFactory(department=old, title="체육관")
    stays, goes = StaffFactory(department=old), StaffFactory(department=old)
    seat = AssignmentFactory(post=PostFactory(department=old), staff=goes)
    both = plan("split", [old], ["문화과", "체육과"])
    keys = {line.row: line.key for line in following(both, OPEN_ITEMS)}
    first, second = reorganise(both, OPEN_ITEMS, {keys[sports]: 1, keys[goes]: 1}, admin).successors
    for row in (culture, sports, stays, goes):
        row.refresh_from_db()
    assert (culture.department, sports.department) == (first, second)
    assert (stays.department, goes.department) == (first, second)
    assert Assignment.objects.get(staff=goes, starts_on=ON).post.department == second
    seat.refresh_from_db()
    assert seat.ends_on == ON - timedelta(days=1)
    assert left_behind([old]) == []


def test_a_department_may_stay_after_a_part_leaves(admin: Staff) -> None:
    old = DepartmentFactory(name="행정과")
    stays, goes = ProjectFactory(department=old), ProjectFactory(department=old)
    part = plan("split", [old], [old, "민원과"])
    key = {line.row: line.key for line in following(part, OPEN_ITEMS)}[goes]
    _, new = reorganise(part, OPEN_ITEMS, {key: 1}, admin).successors
    for row in (old, stays, goes):
        row.refresh_from_db()
    assert (old.valid_to, stays.department, goes.department) == (None, old, new)
    assert stays.history.count() == 1
    assert DepartmentLineage.objects.get().successor == new


def test_a_department_may_enter_one_that_stands(admin: Staff) -> None:
    small, big = DepartmentFactory(name="작은과"), DepartmentFactory(name="큰과")
    ConfirmationRule.objects.create(department=small, steps="head")
    kept = ConfirmationRule.objects.create(department=big)
    project = ProjectFactory(department=small)
    reorganise(plan("merged", [small], [big]), OPEN_ITEMS, {}, admin)
    project.refresh_from_db()
    kept.refresh_from_db()
    assert (project.department, kept.steps) == (big, "handler")


def test_what_cannot_be_done_changes_nothing(admin: Staff) -> None:
    first, second = DepartmentFactory(), DepartmentFactory(name="있는과")
    project = ProjectFactory(department=first)
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused = [
        (plan("merged", [first], ["새과"]), "둘 이상"),
        (plan("split", [first, second], ["가", "나"]), "옛 부서를 하나"),
        (plan("renamed", [first], ["가", "나"]), "하나씩"),
        (plan("renamed", [first], ["있는과"]), "이미 있는 부서"),
        (plan("renamed", [first], ["새과"], on=tomorrow), "아직 오지 않았습니다"),
        (plan("renamed", [first], ["새과"], on=date(1999, 1, 1)), "이어지는 부서가 아닙니다"),
    ]
    for one, reason in refused:
        with pytest.raises(ValidationError, match=reason):
            reorganise(one, OPEN_ITEMS, {}, admin)
    reorganise(plan("renamed", [first], ["새과"]), OPEN_ITEMS, {}, admin)
    with pytest.raises(ValidationError, match="이어지는 부서가 아닙니다"):
        reorganise(plan("renamed", [first], ["다른 새과"]), OPEN_ITEMS, {}, admin)
    project.refresh_from_db()
    assert project.department.name == "새과"
    assert DepartmentLineage.objects.count() == 1


# --- 화면 -------------------------------------------------------------------------------------------


def test_the_page_shows_what_follows_before_anything_moves(admin: Staff, signed_in: Callable[[Staff], Client]) -> None:
    old = DepartmentFactory(name="문화체육과")
    project, officer = ProjectFactory(department=old, title="체육관"), StaffFactory(department=old)
    client, url = signed_in(admin), reverse("core.reorganise")
    sent = {"kind": "split", "on": "2023-07-01", "predecessors": [old.pk], "name1": "문화과", "name2": "체육과", "code2": "SP"}
    page = client.post(url, sent | {"preview": 1})
    text = page.content.decode()
    assert "체육관" in text
    assert str(officer) in text
    assert "2건을 옮기고 개편하기" in text
    assert not Department.objects.filter(name="체육과").exists()
    key = next(line.key for line in following(page.context["plan"], OPEN_ITEMS) if line.row == project)
    # 미리보기 뒤에 일이 하나 늘면 다시 보인다.
    late = ProjectFactory(department=old)
    answer = client.post(url, sent | {"apply": 1, "count": page.context["count"], f"to-{key}": "1"})
    assert answer.status_code == 409
    assert "따라갈 일이 바뀌었습니다" in answer.content.decode()
    answer = client.post(url, sent | {"apply": 1, "count": answer.context["count"], f"to-{key}": "1"}, follow=True)
    assert "개편했습니다" in answer.content.decode()
    project.refresh_from_db()
    late.refresh_from_db()
    assert (project.department.name, project.department.code, late.department.name) == ("체육과", "SP", "문화과")
    # 지난 자료를 보는 사람은 옛 부서의 화면에서 닫힌 날을 본다.
    assert "2023. 6. 30." in client.get(reverse("core.department-detail", args=[old.pk])).content.decode()


def test_a_mistake_is_told_and_nothing_moves(admin: Staff, signed_in: Callable[[Staff], Client]) -> None:
    old = DepartmentFactory()
    answer = signed_in(admin).post(
        reverse("core.reorganise"), {"kind": "merged", "on": "2023-07-01", "predecessors": [old.pk], "name1": "새과", "preview": 1}
    )
    assert answer.status_code == 422
    assert "통합은 옛 부서를 둘 이상" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEAM, Role.DEPARTMENT, Role.VIEWER])
def test_only_administrators_reorganise(role: Role, signed_in: Callable[[Staff], Client]) -> None:
    assert signed_in(StaffFactory(role=role)).post(reverse("core.reorganise"), {}).status_code == 403
