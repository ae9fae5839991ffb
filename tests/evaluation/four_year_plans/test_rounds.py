"""분기 점검의 취합: 굳은 대상, 빈 실적, 지난 값과 경고, 엑셀로 채우기, 확정하면 사업의 실적이 된다."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.rounds import COLLECTIONS
from core.access import Role
from core.projects.models import Project, ProjectResult
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from core.rounds.services import confirm, open_round
from evaluation.four_year_plans.models import QuarterResult
from evaluation.four_year_plans.rounds import QuarterCollection
from tests.core.rounds.factories import RoundFactory
from tests.evaluation.four_year_plans.factories import TaskFactory, TaskTargetFactory, judged
from tests.excel_tests import column_at, edit, export, preview
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = QuarterResult.Status
COLLECTION = QuarterCollection()


def opened() -> Round:
    """2023년 4/4분기를 연 회차."""
    round = RoundFactory(form=COLLECTION.code, status=Round.Status.PREPARING, due_at=timezone.now() + timedelta(days=5))
    open_round(round, COLLECTION)
    return round


def rows_of(round: Round) -> list[QuarterResult]:
    return list(COLLECTION.rows(round.submissions.all()))


def test_the_form_can_be_opened_from_the_list_of_forms() -> None:
    assert COLLECTION.code in {one.code for one in COLLECTIONS}


def test_opening_makes_one_empty_result_for_each_live_task_of_each_lead_department() -> None:
    first, second = DepartmentFactory(order=2), DepartmentFactory(order=1)
    tasks = [TaskFactory(department=first), TaskFactory(department=first), TaskFactory(department=second)]
    TaskFactory(department=DepartmentFactory(), ended_on=date(2023, 10, 1))
    TaskTargetFactory(task=tasks[0], text="○ 84면")
    round = opened()
    assert list(round.submissions.order_by("order").values_list("department", flat=True)) == [second.pk, first.pk]
    found = rows_of(round)
    assert [row.task for row in found] == [tasks[2], tasks[0], tasks[1]], "직제순, 그 안에서 과제의 차례"
    assert {(row.year, row.quarter, row.status, row.actual) for row in found} == {(2023, 4, "", "")}
    assert found[1].target == "○ 84면"


def test_a_result_already_typed_is_only_tied_to_the_submission() -> None:
    task = TaskFactory()
    stored = judged(task, 4, "", actual="□ 먼저 적은 실적")
    round = opened()
    stored.refresh_from_db()
    assert (stored.submission, stored.actual) == (round.submissions.get(), "□ 먼저 적은 실적")


def test_the_last_confirmed_quarter_stands_beside_and_doubts_are_told() -> None:
    task = TaskFactory()
    judged(task, 2, Status.OK, progress=Decimal(60))
    judged(task, 3, "", progress=Decimal(90))
    row = rows_of(opened())[0]
    before = COLLECTION.previous([row])[row.pk]
    assert before.progress == 60, "판정하지 않은 3분기는 건너뛴다"
    row.progress, row.self_status, row.actual = Decimal(58), Status.BAD, "□ 추진"
    assert set(COLLECTION.warnings(row, before)) == {"progress", "self_status"}
    row.progress = Decimal(120)
    assert "100%를 넘습니다" in COLLECTION.warnings(row, before)["progress"]
    row.progress, row.reason = Decimal(65), "보상 지연"
    assert COLLECTION.warnings(row, before) == {}


def test_caution_and_behind_need_a_reason_and_a_plan() -> None:
    TaskFactory()
    row = rows_of(opened())[0]
    assert COLLECTION.missing(row) == ["actual", "progress", "self_status"]
    row.actual, row.progress, row.self_status = "□ 추진", Decimal(30), Status.OK
    assert COLLECTION.missing(row) == []
    row.self_status = Status.WARN
    assert COLLECTION.missing(row) == ["reason", "plan_ahead"]


def test_rows_and_their_previous_values_cost_the_same_queries_whatever_the_number() -> None:
    department = DepartmentFactory()
    task = TaskFactory(department=department)
    judged(task, 3, Status.OK)
    round = opened()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            rows = rows_of(round)
            COLLECTION.previous(rows)
            COLLECTION.known(rows)
            for row in rows:
                COLLECTION.row_title(row)
                COLLECTION.warnings(row, None)
        return len(found)

    few = queries()
    submission = round.submissions.get()
    for _ in range(9):
        judged(TaskFactory(department=department), 3, Status.OK)
    for one in department.plan_tasks.exclude(pk=task.pk):
        judged(one, 4, "", submission=submission)
    assert len(rows_of(round)) == 10
    assert queries() == few


def test_a_department_fills_the_excel_and_three_cells_are_three_changes(tmp_path: Path) -> None:
    department = DepartmentFactory()
    for _ in range(4):
        judged(TaskFactory(department=department), 3, Status.OK, progress=Decimal(20))
    round = opened()
    clerk = StaffFactory(role=Role.DEPARTMENT, department=department)
    resource = COLLECTION.resource()
    path = export(resource, tmp_path / "실적.xlsx", COLLECTION.rows(round.submissions.all()))

    def fill(sheet: object) -> None:
        assert sheet.cell(2, column_at(sheet, "지난 분기 공정률(%)")).value == 20  # type: ignore[attr-defined]
        sheet.cell(2, column_at(sheet, "추진실적")).value = "□ 준공"  # type: ignore[attr-defined]
        sheet.cell(2, column_at(sheet, "공정률(%)")).value = 70  # type: ignore[attr-defined]
        sheet.cell(3, column_at(sheet, "자체 평가")).value = "정상"  # type: ignore[attr-defined]

    found = preview(resource, edit(path, fill), clerk)
    assert [str(issue) for issue in found.errors] == []
    assert [len(row.cells) for row in found.rows if row.cells] == [2, 1]
    resource.apply(found, clerk, "실적.xlsx")
    assert rows_of(round)[0].progress == Decimal(70), "70은 70%다"


def test_a_department_cannot_write_what_the_team_judges(tmp_path: Path) -> None:
    department = DepartmentFactory()
    TaskFactory(department=department)
    round = opened()
    clerk = StaffFactory(role=Role.DEPARTMENT, department=department)
    resource = COLLECTION.resource()
    path = export(resource, tmp_path / "실적.xlsx", COLLECTION.rows(round.submissions.all()))
    path = edit(path, lambda sheet: setattr(sheet.cell(2, column_at(sheet, "평가")), "value", "완료"))
    assert ["적는 칸" in issue.reason for issue in preview(resource, path, clerk).errors] == [True]


def project() -> Project:
    return Project.objects.create(title="공영주차장", department=DepartmentFactory(), start_year=2023)


def test_a_confirmed_result_becomes_the_result_of_its_project() -> None:
    linked = TaskFactory(project=project())
    round = opened()
    submission = round.submissions.get()
    QuarterResult.objects.filter(submission=submission).update(progress=Decimal(40), actual="□ 추진", self_status=Status.OK)
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.SUBMITTED)
    submission.refresh_from_db()
    confirm([submission], COLLECTION, StaffFactory(role=Role.ADMIN))
    stored = ProjectResult.objects.get(project=linked.project)
    assert (stored.figure, stored.value, stored.unit, stored.year, stored.number) == ("공정률", 40, "%", 2023, 4)
    assert COLLECTION.known(rows_of(round)) == {}, "이 회차가 적은 값은 다른 취합의 값이 아니다"


def test_a_figure_another_round_took_is_shown_and_never_overwritten() -> None:
    linked = TaskFactory(project=project())
    ProjectResult.objects.create(
        project=linked.project, figure="공정률", year=2023, cycle=Cycle.QUARTER, number=4, value=55, unit="%", source="성과관리",
        source_url="/rounds/999/",
    )  # fmt: skip
    round = opened()
    row = rows_of(round)[0]
    assert COLLECTION.known([row]) == {row.pk: {"progress": Decimal(55)}}
    row.progress = Decimal(40)
    COLLECTION.confirmed(round.submissions.get(), [row])
    assert ProjectResult.objects.get().value == 55
