"""인사발령: 날짜가 있는 이동."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team
from core.history.models import Change
from core.org.models import Assignment, Staff, Transfer
from core.org.transfers import apply_transfers
from core.org.views import TransferScreens
from tests.factories import (
    AssignmentFactory,
    DepartmentFactory,
    GradeFactory,
    PostFactory,
    StaffFactory,
    TransferFactory,
)
from tests.screens import ScreenTests


class TestTransferScreens(ScreenTests):
    screens, factory = TransferScreens, TransferFactory
    owner: ClassVar = {"role": Role.ADMIN}
    outsider: ClassVar = {"role": Role.TEAM}
    change: ClassVar = {"basis": "정기 인사발령"}

    def test_a_transfer_of_today_is_applied_at_once(self, client: Client) -> None:
        staff, department = StaffFactory(role=Role.VIEWER), DepartmentFactory()
        sent = {"staff": staff.pk, "on": timezone.localdate().isoformat(), "department": department.pk,
                "role": "department", "position": "handler"}  # fmt: skip
        answer = client.post(self.url("add"), sent, follow=True)
        assert "적용함" in answer.content.decode()
        staff.refresh_from_db()
        assert (staff.department, staff.role) == (department, Role.DEPARTMENT)
        # 적용한 발령은 고치지 않는다.
        transfer = Transfer.objects.get()
        assert client.get(self.url("edit", transfer.pk)).status_code == 403
        assert client.post(self.url("delete", transfer.pk)).status_code == 403
        assert transfer.state in client.get(reverse("core.staff-detail", args=[staff.pk])).content.decode()

    def test_a_post_of_another_department_is_refused(self, client: Client) -> None:
        transfer = TransferFactory()
        sent = self.data(transfer, client) | {"post": PostFactory().pk}
        answer = client.post(self.url("edit", transfer.pk), sent)
        assert answer.status_code == 422
        assert "다른 부서의 보직입니다" in answer.content.decode()

    def test_a_department_that_is_not_there_yet_is_refused(self, client: Client) -> None:
        transfer = TransferFactory(department=DepartmentFactory(valid_from=date(2091, 1, 1)))
        answer = client.post(self.url("edit", transfer.pk), self.data(transfer, client))
        assert answer.status_code == 422
        assert "없는 부서입니다" in answer.content.decode()


@pytest.mark.django_db
class TestApplying:
    """발령일이 되면."""

    def test_it_waits_for_its_day(self) -> None:
        on = timezone.localdate() + timedelta(days=3)
        transfer = TransferFactory(on=on)
        before = transfer.staff.department
        assert apply_transfers(on - timedelta(days=1)) == []
        assert [one.pk for one in apply_transfers(on)] == [transfer.pk]
        staff = Staff.objects.get(pk=transfer.staff_id)
        assert staff.department == transfer.department != before
        assert apply_transfers(on) == []

    def test_the_seats_are_cut_and_joined_on_that_day(self) -> None:
        staff = StaffFactory(grade=GradeFactory(), department=DepartmentFactory())
        old = AssignmentFactory(staff=staff, starts_on=date(2022, 1, 1))
        post = PostFactory()
        TransferFactory(staff=staff, department=post.department, post=post, on=date(2023, 7, 1), role=Role.TEAM, team=Team.LEGAL,
                        basis="2023. 7. 1.자 인사발령")  # fmt: skip
        apply_transfers(date(2023, 7, 1))
        old.refresh_from_db()
        new = Assignment.objects.get(post=post)
        assert (old.ends_on, new.starts_on, new.grade) == (date(2023, 6, 30), date(2023, 7, 1), staff.grade)
        staff.refresh_from_db()
        assert (staff.role, staff.team) == (Role.TEAM, Team.LEGAL)
        change = Change.objects.for_record(staff).first()
        assert change.source == "인사발령: 2023. 7. 1.자 인사발령"
        assert set(change.values) == {"department", "role", "team"}

    def test_two_moves_of_one_person_come_in_order(self) -> None:
        staff = StaffFactory(department=DepartmentFactory())
        last = TransferFactory(staff=staff, on=date(2023, 7, 1))
        TransferFactory(staff=staff, on=date(2023, 1, 1))
        apply_transfers(date(2023, 12, 31))
        staff.refresh_from_db()
        assert staff.department == last.department
