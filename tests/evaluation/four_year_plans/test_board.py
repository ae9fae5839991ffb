"""한눈판: 센 수와 그 수가 여는 목록이 같고, 질의 수는 과제 수와 상관없다."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.figures import figure
from core.access import Role, Team
from core.documents.models import Attachment, StoredFile
from core.org.models import Staff
from evaluation.four_year_plans.dashboard import ATTENTION, Board, parse_quarter, text_of
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult, Task
from evaluation.four_year_plans.models.plans import quarter_of
from tests.evaluation.four_year_plans.factories import (
    FourYearPlanFactory,
    GoalFactory,
    PlanFieldFactory,
    QuarterResultFactory,
    TaskFactory,
    judged,
)
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = QuarterResult.Status
BOARD = "evaluation.four-year-plan-board"


def member() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.EVALUATION)


@pytest.fixture
def client() -> Client:
    found = Client()
    found.force_login(member())
    return found


def build() -> dict[str, Task]:
    """두 분야, 일곱 과제: 3분기에 완료·정상·주의·부진(2)·미착수, 하나는 판정 전."""
    goal = GoalFactory(number=1, title="살기 좋은 도시")
    fields = [PlanFieldFactory(goal=goal, number=number) for number in (1, 2)]
    one, two = DepartmentFactory(name="도로과", order=2), DepartmentFactory(name="건축과", order=1)
    states = {
        "완료": (Status.OK, Status.DONE, 100), "정상": (Status.OK, Status.OK, 30), "주의": (Status.WARN, Status.WARN, 20),
        "부진": (Status.BAD, Status.BAD, 10), "새부진": (Status.OK, Status.BAD, 12), "미착수": (Status.NONE, Status.NONE, 0),
        "판정전": (Status.OK, "", 25),
    }  # fmt: skip
    tasks = {}
    for at, (title, (before, now, progress)) in enumerate(states.items()):
        task = TaskFactory(field=fields[at % 2], number=at + 1, title=title, department=(one, two)[at % 2], weight=at + 1)
        judged(task, 2, before, progress=progress)
        judged(task, 3, now, progress=progress, reason="토지 보상 지연" if now == Status.BAD else "")
        tasks[title] = task
    Task.objects.filter(title="주의").update(due_on=date(2023, 8, 31))
    return tasks


def board(quarter: str = "2023-3") -> Board:
    plan = FourYearPlan.objects.get()
    return Board(Task.objects.all(), plan, parse_quarter(quarter))


def listed(client: Client, url: str) -> int:
    """그 주소의 목록에 나온 과제 수."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["listing"].count


def test_every_count_on_the_board_opens_exactly_the_tasks_it_counts(client: Client) -> None:
    tasks = build()
    file = StoredFile.objects.store(ContentFile(b"x", name="증빙.txt"), None)
    Attachment.objects.create(record=tasks["정상"].results.get(quarter=3), file=file)
    found = board()
    counted = [(found.total.url(), found.total.total)]
    for tally in (found.total, *found.rates(), *found.by_department()):
        counted += [(tally.url(), tally.total), *((url, count) for _label, count, url in tally.cells)]
    for group in found.matrix:
        for line in group["lines"]:
            counted += [(line["url"], line["tally"].total), *((url, count) for _label, _kind, count, url in line["marks"])]
    counted += [(url, count) for _label, count, url in found.attention()]
    counted.append((found.total.url(state="watch"), len(found.watched)))
    assert len(counted) > 40
    for url, count in dict(counted).items():
        assert listed(client, url) == count, url


def test_the_strip_adds_up_and_shows_the_quarter_before(client: Client) -> None:
    build()
    found = board()
    assert [(label, count) for label, count, _url in found.total.cells] == [
        ("완료", 1), ("정상", 1), ("주의", 1), ("부진", 2), ("미착수", 1), ("판정 전", 1),
    ]  # fmt: skip
    assert sum(count for _label, count, _url in found.total.cells) == found.total.total == 7
    assert (found.earlier or {})[Status.OK] == 4
    page = client.get(reverse(BOARD), {"quarter": "2023-3"}).content.decode()
    assert "이번 분기 1건 늘어남" in page
    assert "지난 분기 4" in page


def test_tasks_to_watch_come_worst_and_longest_first() -> None:
    build()
    found = board().watched
    assert [watch.task.title for watch in found] == ["부진", "새부진", "주의"]
    assert found[0].since == "2분기부터 2회 연속 부진"
    assert (found[1].since, found[1].reason) == ("", "토지 보상 지연")
    assert [(label, count) for label, count, _url in board().attention()] == [
        (ATTENTION["twice_bad"], 1), (ATTENTION["overdue"], 1), (ATTENTION["no_evidence"], 5),
    ]  # fmt: skip


def test_both_rates_leave_out_tasks_without_progress() -> None:
    build()
    QuarterResult.objects.filter(task__title="판정전", quarter=3).update(progress=None)
    total = board().total
    # (100+30+20+10+12+0) ÷ 6, Σ(가중치×공정률) ÷ Σ가중치 = 320 ÷ 21
    assert total.simple_rate == Decimal("28.7")
    assert total.weighted_rate == Decimal("15.2")
    assert len(total.known) == 6


def test_sixteen_quarters_and_the_quarter_being_read_is_marked() -> None:
    build()
    strip = board().strip()
    assert strip is not None
    assert (len(strip["quarters"]), strip["years"]) == (16, [(2023, 4), (2024, 4), (2025, 4), (2026, 4)])
    assert [head["text"] for head in strip["quarters"] if head["now"]] == ["3/4"]
    # 가장 챙겨야 할 과제의 분야가 먼저 열린다.
    assert strip["field"] == board().watched[0].task.field
    row = next(row for row in strip["rows"] if row["task"].title == "부진")
    assert [cell["label"] for cell in row["cells"][:4]] == ["", "부진", "부진", ""]


def test_a_revised_task_keeps_its_old_name_and_department_in_old_quarters() -> None:
    tasks = build()
    old = tasks["정상"]
    new = DepartmentFactory(name="새부서", order=9)
    Task.objects.filter(pk=old.pk).update(title="바꾼 이름", department=new)
    then = next(task for task in board().tasks if task.pk == old.pk)
    assert (then.title, then.department.name) == ("정상", "건축과")
    now = next(task for task in board("2023-4").tasks if task.pk == old.pk)
    assert (now.title, now.department.name) == ("바꾼 이름", "새부서")


def test_two_quarters_are_compared(client: Client) -> None:
    build()
    answer = client.get(reverse("evaluation.four-year-plan-compare"), {"quarter": "2023-3", "from": "2023-2"})
    assert {row["task"].title for row in answer.context["moved"]} == {"완료", "새부진", "판정전"}
    assert (answer.context["better"], answer.context["worse"], answer.context["whole"]) == (1, 1, 7)
    assert sum(answer.context["sums"]) == 7


def test_queries_do_not_grow_with_tasks(client: Client) -> None:
    build()
    pages = [reverse(name) for name in (
        BOARD, "evaluation.four-year-plan-compare", "evaluation.four-year-plan-review", "evaluation.four-year-plan-book",
    )]  # fmt: skip

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    before = [queries(url) for url in pages]
    field = PlanFieldFactory(goal=GoalFactory(number=9), number=9)
    for number in range(1, 16):
        task = TaskFactory(field=field, number=number)
        judged(task, 2, Status.BAD, progress=1)
        judged(task, 3, Status.BAD, progress=1)
    assert [queries(url) for url in pages] == before


def test_an_empty_plan_and_no_plan_say_what_to_do(client: Client) -> None:
    assert "계획 등록" in client.get(reverse(BOARD)).content.decode()
    FourYearPlanFactory()
    page = client.get(reverse(BOARD)).content.decode()
    assert "엑셀로 가져오세요" in page
    assert client.get(reverse("evaluation.four-year-plan-export")).status_code == 404


def test_a_quarter_outside_the_plan_is_not_found(client: Client) -> None:
    build()
    for text in ("2022-4", "2027-1", "2023-5", "가나다"):
        assert client.get(reverse(BOARD), {"quarter": text}).status_code == 404, text


def test_a_department_sees_its_own_tasks(client: Client) -> None:
    tasks = build()
    department = tasks["부진"].department
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=department))
    answer = client.get(reverse(BOARD))
    assert {task.department for task in answer.context["board"].tasks} == {department}


def test_excel_holds_every_task_and_quarter(client: Client) -> None:
    build()
    answer = client.get(reverse("evaluation.four-year-plan-export"), {"quarter": "2023-3"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book["과제별"].values)
    head = next(at for at, row in enumerate(rows) if row[0] == "번호")
    assert len(rows) - head - 1 == 7
    assert rows[head][-1] == "2026 4/4"
    total = next(row for row in book["목표·분야별"].values if row[1] == "전체")
    assert total[2:9] == (7, 1, 1, 1, 2, 1, 1)


def test_figures_count_the_last_quarter_fully_judged(client: Client) -> None:
    tasks = build()
    assert figure("four_year_plan.tasks").at().value == 7
    assert figure("four_year_plan.behind").at().value == 1, "3분기는 판정 전 과제가 있어 2분기를 센다"
    judged_now = tasks["판정전"].results.get(quarter=3)
    judged_now.judge(member(), Status.OK)
    judged_now.save()
    answer = figure("four_year_plan.behind").at()
    assert (answer.value, answer.as_of, answer.origin) == (2, date(2023, 9, 30), "computed")
    assert listed(client, answer.url) == 2


def test_a_plan_without_tasks_gives_the_reported_number() -> None:
    from core.figures.models import ReportedValue

    FourYearPlanFactory()
    ReportedValue.objects.create(document="보고서", section="Ⅱ-4", code="four_year_plan.tasks", label="과제", printed="100", value=100, unit="개")
    answer = figure("four_year_plan.tasks").at()
    assert (answer.value, answer.origin) == (100, "reported")
    assert figure("four_year_plan.done").at().origin == "missing"


def test_counts_per_plan_are_checked_not_assumed(client: Client) -> None:
    build()
    FourYearPlan.objects.update(goal_count=1, field_count=2, task_count=8)
    page = client.get(reverse(BOARD)).content.decode()
    assert "이행과제 7개가 등록되어, 정한 8개와 다릅니다" in page
    FourYearPlan.objects.update(task_count=7)
    assert "계획에서 정한 수와 같습니다" in client.get(reverse(BOARD)).content.decode()


@pytest.mark.parametrize(
    ("progress", "expected"), [("100", Status.DONE), ("17.1", Status.OK), ("15", Status.WARN), ("9", Status.BAD), (None, "")]
)
def test_proposal_compares_progress_with_time_passed(progress: str | None, expected: str) -> None:
    # 3분기 말은 대상기간 1,461일 가운데 273일(18.7%)이다.
    result = QuarterResultFactory(progress=Decimal(progress) if progress else None)
    assert result.proposal == expected
    assert text_of(quarter_of(2023, 3)) == "2023년 3분기"


def test_a_task_that_starts_later_is_proposed_as_not_started() -> None:
    result = QuarterResultFactory(progress=Decimal(0))
    result.task.starts_on = date(2024, 7, 1)
    assert result.proposal == Status.NONE


def test_book_prints_every_task_of_the_year_with_its_quarters(client: Client) -> None:
    build()
    answer: Any = client.get(reverse("evaluation.four-year-plan-book"), {"year": "2023"})
    page = answer.content.decode()
    assert answer.context["count"] == 7
    assert page.count(">2/4<") == page.count(">3/4<") == 7
