"""목록·입력 화면과 엑셀의 약속, 주간·월중·구청장 일정 화면."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team
from core.excel.preview import CHANGED, ERROR, NEW, SAME
from core.rounds.models import Round, Submission
from core.rounds.services import open_round
from planning.periodic_reports import services
from planning.periodic_reports.dashboard import WeekBoard
from planning.periodic_reports.excel import EntryKindResource, ReportEntryResource
from planning.periodic_reports.models import EntryKind, ReportEntry
from planning.periodic_reports.rounds import WeekCollection
from planning.periodic_reports.todos import TODOS
from planning.periodic_reports.views import records
from tests.excel_tests import ExcelTests, edit, export, preview, write
from tests.factories import DepartmentFactory, StaffFactory
from tests.planning.periodic_reports.factories import MONDAY, EntryKindFactory, ReportEntryFactory, week_round, work
from tests.screens import ScreenTests
from tests.todos import todos_of

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.PLANNING}
OTHER_TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


class TestEntryKind(ScreenTests):
    screens, owner, outsider = records.EntryKindScreens, TEAM, OTHER_TEAM
    change: ClassVar = {"name": "현장"}

    def factory(self) -> EntryKind:
        return EntryKindFactory(name=f"구분 {EntryKind.objects.count() + 1}")


class TestReportEntry(ScreenTests):
    screens, factory, owner, outsider = records.ReportEntryScreens, ReportEntryFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"title": "고친 행사"}
    bulk: ClassVar = {"status": "done"}


class TestEntryKindExcel(ExcelTests):
    resource = EntryKindResource
    broken = ("order", "첫째")

    def make(self) -> list[Any]:
        return [EntryKindFactory(name=f"구분 {number}") for number in range(3)]


class TestReportEntryExcel(ExcelTests):
    resource = ReportEntryResource
    broken = ("starts_on", "다음 주쯤")

    def make(self) -> list[Any]:
        return [ReportEntryFactory(hour=hour) for hour in ("", "09:00", "14:00~15:30")]


@pytest.fixture
def team(db: None) -> Client:
    client = Client()
    client.force_login(StaffFactory(**TEAM))
    return client


def opened(number: int = 45, departments: int = 2) -> Round:
    """연 주간 회차와 그 대상 부서."""
    DepartmentFactory.create_batch(departments)
    round_ = week_round(number)
    open_round(round_, WeekCollection())
    return round_


@pytest.mark.django_db
def test_a_department_fills_new_rows_by_excel_and_only_into_its_open_round(tmp_path: Any) -> None:
    EntryKindFactory()
    submission = opened().submissions.first()
    user = StaffFactory(role=Role.DEPARTMENT, department=submission.responsible)
    heading = ["날짜", "시간", "행사명", "구청장 참석"]
    path = write(tmp_path / "a.xlsx", [heading, ["2023-11-09", "오후 2시", "개관식", "예"], ["2023-10-01", "", "지난 행사", ""]])
    resource = ReportEntryResource()
    found = preview(resource, path, user)
    assert (found.counts[NEW], found.counts[ERROR]) == (1, 1)
    assert "주간 회차가 없는 날짜" in str(found.errors[0])
    resource.apply(found, user, "a.xlsx")
    row = ReportEntry.objects.get()
    assert (row.department, row.submission, row.hour, row.mayor_attends) == (submission.responsible, submission, "14:00", True)
    # 내려받은 것을 고쳐 올리면 같은 행으로 들어온다. 시각은 적는 모양이 달라도 같다.
    again = edit(export(resource, tmp_path / "b.xlsx"), lambda sheet: setattr(sheet.cell(2, 4), "value", "15시"))
    assert preview(resource, again, user).counts[CHANGED] == 1
    assert preview(resource, export(resource, tmp_path / "c.xlsx"), user).counts[SAME] == 1


@pytest.mark.django_db
def test_a_department_adds_on_the_ordinary_form_only_while_its_round_is_open() -> None:
    kind = EntryKindFactory()
    round_ = opened()
    submission = round_.submissions.first()
    client = Client()
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=submission.responsible))
    sent = {"department": submission.responsible_id, "starts_on": "2023-11-30", "title": "미리 적는 행사", "kind": kind.pk, "status": "planned"}
    url = reverse("planning.reportentry-add")
    assert client.post(url, sent).status_code == 302  # 그 주 뒤의 행사도 미리 적는다
    assert ReportEntry.objects.get().submission == submission
    page = client.post(url, sent | {"starts_on": "2023-10-30"})
    assert page.status_code == 422 and "주간 회차가 열려 있지 않습니다" in page.content.decode()
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.SUBMITTED)
    assert client.post(url, sent | {"title": "늦은 행사"}).status_code == 422
    assert client.get(reverse("planning.reportentry-edit", args=[ReportEntry.objects.get().pk])).status_code == 403
    other = ReportEntryFactory()
    assert client.get(reverse("planning.reportentry-detail", args=[other.pk])).status_code == 404


@pytest.mark.django_db
def test_one_entry_feeds_the_week_the_month_and_the_mayor(team: Client, django_assert_max_num_queries: Any) -> None:
    ReportEntryFactory(title="개관식", mayor_attends=True, hour="10:30", place="경로당")
    ReportEntryFactory(title="취소한 행사", mayor_attends=True, status="canceled")
    ReportEntryFactory(title="시각을 모르는 행사", mayor_attends=True, hour="")
    work(title="도로 정비", starts_on=MONDAY, ends_on=MONDAY + timedelta(days=9))
    pages = {
        name: team.get(reverse(f"planning.periodic-reports{name}"), {"on": "2023-11-08"}).content.decode() for name in ("", "-month", "-mayor")
    }
    assert all("개관식" in page and "10:30" in page for page in pages.values())
    assert "도로 정비" in pages[""] and "도로 정비" in pages["-month"] and "도로 정비" not in pages["-mayor"]
    assert not any("취소한 행사" in page for page in pages.values())
    assert "시각을 정하지 않은 일정" in pages["-mayor"]
    # 다음 주에도 이어지는 업무는 그 주의 첫날에 나온다.
    assert "도로 정비" in team.get(reverse("planning.periodic-reports"), {"on": "2023-11-13", "by": "department"}).content.decode()
    # 행이 늘어도 질의는 늘지 않는다.
    ReportEntryFactory.create_batch(30, mayor_attends=True)
    with django_assert_max_num_queries(30):
        team.get(reverse("planning.periodic-reports"), {"on": "2023-11-08"})


@pytest.mark.django_db
def test_every_number_opens_as_many_rows(team: Client) -> None:
    opened()
    ReportEntryFactory(mayor_attends=True)
    ReportEntryFactory(mayor_attends=True, hour="", status="carried")
    work(starts_on=date(2023, 10, 30), title="이어지는 업무")
    services.carry(WeekBoard(ReportEntry.objects.all(), MONDAY).week)
    page = team.get(reverse("planning.periodic-reports"), {"on": "2023-11-08"})
    for item in page.context["kpi"]:
        rows = team.get(item["url"])
        count = len(rows.context["lines"]) if "lines" in rows.context else rows.context["listing"].count
        assert count == item["value"], item


@pytest.mark.django_db
def test_conflicts_are_listed_decided_and_come_back_when_the_time_moves(team: Client) -> None:
    today = timezone.localdate()
    one = ReportEntryFactory(starts_on=today, hour="10:00", mayor_attends=True, title="개관식")
    two = ReportEntryFactory(starts_on=today, hour="10:30", mayor_attends=True, title="협약식")
    ReportEntryFactory(starts_on=today, hour="10:00", mayor_attends=True, title="취소한 것", status="canceled")
    url = reverse("planning.periodic-reports-conflicts")
    user = StaffFactory(**TEAM)
    (todo,) = todos_of(TODOS, user)
    assert todo.text == "일정 겹침 1건" and "구청장 일정이 겹침" in todo.note
    assert todos_of(TODOS, StaffFactory(**OTHER_TEAM)) == []
    assert "개관식" in team.get(todo.url).content.decode()
    assert "협약식" in team.get(reverse("planning.reportentry-detail", args=[one.pk])).content.decode()
    sent = {"first": two.pk, "second": one.pk, "kind": "mayor"}
    assert "까닭을 적어 주세요" in team.post(url, sent, follow=True).content.decode()
    assert "살펴본 것으로" in team.post(url, sent | {"note": "부구청장이 대신 참석"}, follow=True).content.decode()
    assert todos_of(TODOS, user) == []
    two.hour = "10:15"
    two.save()
    assert len(todos_of(TODOS, user)) == 1
    outsider = Client()
    outsider.force_login(StaffFactory(**OTHER_TEAM))
    assert outsider.post(url, sent | {"note": "남의 일"}).status_code == 403
    assert outsider.post(reverse("planning.periodic-reports-carry")).status_code == 403


@pytest.mark.django_db
def test_who_has_not_handed_in(team: Client) -> None:
    round_ = opened(departments=3)
    Submission.objects.filter(pk=round_.submissions.first().pk).update(status="submitted", first_submitted_at=timezone.now())
    page = team.get(reverse("planning.periodic-reports"), {"on": "2023-11-08"}).content.decode()
    left = round_.submissions.exclude(status="submitted")
    assert f"아직 내지 않은 부서 {left.count()}곳" in page
    assert all(re.search(rf"/submissions/{one.pk}/\"", page) for one in left)
