"""현황판과 성과표: 모든 수는 그만큼의 행을 열고, 질의 수는 행의 수와 상관없다."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import Role, Team
from core.figures.models import ReportedValue
from evaluation.performance.figures import FIGURES
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan, PerfScore
from evaluation.performance.services import advance, settle
from tests.evaluation.performance import factories as make
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
D = Decimal
BOARD = "evaluation.performance-board"


@pytest.fixture
def plan() -> PerfPlan:
    """세 부서: 다 달성, 위험이 하나, 실적이 하나 없음."""
    plan = make.PerfPlanFactory(status=PerfPlan.Status.FIXED)
    for order, actuals in enumerate([(100, 120), (95, 40), (99, None)]):
        department = DepartmentFactory(name=f"부서{order}", order=order)
        make.department_plan(department, plan, actuals, status=Indicator.Status.FIXED)
    make.GradeBandFactory(plan=plan, grade="S", share=D(50), order=1, is_excellent=True)
    return plan


@pytest.fixture
def client(signed_in: Any) -> Client:
    found: Client = signed_in(StaffFactory(role=Role.TEAM, team=Team.EVALUATION))
    return found


def listed(client: Client, url: str) -> int:
    """그 주소의 목록이 센 행."""
    page = client.get(url)
    assert page.status_code == 200, url
    return int(page.context["listing"].count)


def numbers(page: Any) -> Iterator[tuple[str, int, str]]:
    """현황판의 (이름, 수, 주소)."""
    for item in page.context["kpi"]:
        if isinstance(item["value"], int):
            yield item["title"], item["value"], item["url"]
    for row in page.context["lines"]:
        yield "부서의 사업", len(row["line"].projects), row["projects_url"]
        yield "부서의 지표", len(row["line"].indicators), row["indicators_url"]
        for kind, count, url in row["cells"]:
            yield f"{row['line'].department} {kind}", count, url
    for row in page.context["projects"]:
        yield "사업의 지표", len(row["one"].indicators), row["indicators_url"]
        for kind, count, url in row["cells"]:
            yield f"{row['one'].project} {kind}", count, url
    for title, _text, count, url in page.context["lint"]:
        yield title, count, url
    yield "바뀐 지표", len(page.context["pairs"]), page.context["moved_url"]


@pytest.mark.parametrize("query", [{}, {"tab": "projects"}, {"stage": "final"}, {"stage": "final", "tab": "changes"}])
def test_every_number_opens_exactly_the_rows_it_counts(client: Client, plan: PerfPlan, query: dict[str, str]) -> None:
    # 종합평가의 실적이 하나 있어 「바뀐 것」도 있다.
    make.IndicatorActualFactory(indicator=Indicator.objects.first(), stage="final", actual=D(50))
    page = client.get(reverse(BOARD), {"stage": "mid", **query})
    if query.get("stage") != "final":
        assert [item["value"] for item in page.context["kpi"][:5]] == [6, 2, 2, 1, 1]
    checked = 0
    for name, count, url in numbers(page):
        if name == "바뀐 지표" and query.get("stage") != "final":
            continue
        assert listed(client, url) == count, (name, url)
        checked += 1
    assert checked > 10


def test_ranks_grades_and_the_provisional_department(client: Client, plan: PerfPlan) -> None:
    lines = {row["line"].department.name: row["line"] for row in client.get(reverse(BOARD), {"stage": "mid"}).context["lines"]}
    assert [(one.score, one.rank, one.grade) for one in lines.values()] == [
        (D(100), 1, "S"), (D("67.5"), 2, ""), (D("49.5"), None, ""),
    ]  # fmt: skip
    page = client.get(reverse(BOARD), {"stage": "mid"}).content.decode()
    assert "잠정" in page
    assert "우수부서" in page


@pytest.mark.parametrize("query", [{}, {"tab": "projects"}, {"stage": "final", "tab": "changes"}])
def test_the_board_costs_the_same_queries_whatever_the_rows(client: Client, plan: PerfPlan, query: dict[str, str]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(BOARD), query).status_code == 200
        return len(found)

    queries()
    few = queries()
    for _ in range(12):
        make.department_plan(plan=plan, actuals=(90, 95, None))
    assert queries() == few
    assert few < 45


def test_the_sheet_costs_the_same_queries_whatever_the_rows(client: Client, plan: PerfPlan) -> None:
    first = Indicator.objects.select_related("perf_project").first()
    assert first is not None
    url = reverse("evaluation.performance-sheet", args=[plan.pk, first.perf_project.department_id])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    queries()
    few = queries()
    make.department_plan(first.perf_project.department, plan, (90, 95, None, 80))
    assert queries() == few


def test_the_sheet_shows_how_every_score_was_made(client: Client, plan: PerfPlan) -> None:
    first = Indicator.objects.select_related("perf_project").order_by("pk")[2]
    page = client.get(reverse("evaluation.performance-sheet", args=[plan.pk, first.perf_project.department_id]), {"stage": "mid"})
    text = page.content.decode()
    assert "실적 95 ÷ 목표 100 × 100 = 95.0%" in text
    assert "95.0 × 50 ÷ 100 = 47.50" in text
    assert "67.50 × 100 ÷ 100 = 67.50" in text


def test_the_counts_reconcile_with_the_report(client: Client, plan: PerfPlan) -> None:
    for code, value in (("departments", 3), ("major_projects", 3), ("indicators", 221)):
        ReportedValue.objects.create(
            document="2023년 주요업무보고", section="Ⅱ-3", code=f"performance.{code}", label=code, value=value, printed=str(value), unit="개"
        )
    checks = client.get(reverse(BOARD)).context["checks"]
    assert [check["ok"] for check in checks] == [True, True, False, True]
    assert checks[2]["detail"] == "보고서 Ⅱ-3 221개"


def test_a_settled_score_is_checked_against_a_new_sum(client: Client, plan: PerfPlan) -> None:
    IndicatorActual.objects.filter(actual=None).update(adjusted_value=D(0), opinion="내지 않음")
    settle(plan, "mid")
    PerfScore.objects.filter(rank=1).update(score=D(99))
    check = client.get(reverse(BOARD), {"stage": "mid"}).context["checks"][-1]
    assert not check["ok"]
    assert "2/3" in check["text"]


def test_the_excel_has_real_numbers(client: Client, plan: PerfPlan) -> None:
    answer = client.get(reverse("evaluation.performance-export"), {"stage": "mid"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[:3] == ["부서별", "사업별", "지표별"]
    rows = list(book["지표별"].iter_rows(values_only=True))
    assert len(rows) == 7
    assert rows[1][5:10] == (100, 100, 100, 50, 50)
    blank = next(row for row in rows if row[10] == "실적 없음")
    assert (blank[6], blank[7], blank[9]) == ("-", "-", "-")


# --- 부서 담당자 --------------------------------------------------------------------------------------


def test_a_department_sees_only_its_own_rows_and_no_live_rank(signed_in: Any, plan: PerfPlan) -> None:
    project = Indicator.objects.select_related("perf_project__department").first()
    assert project is not None
    department = project.perf_project.department
    client = signed_in(StaffFactory(role=Role.DEPARTMENT, department=department))
    page = client.get(reverse(BOARD), {"stage": "mid"})
    assert [row["line"].department for row in page.context["lines"]] == [department]
    assert page.context["lines"][0]["line"].rank is None
    assert "부서1" not in page.content.decode()
    assert page.context["checks"] == []
    IndicatorActual.objects.filter(actual=None).update(adjusted_value=D(0), opinion="내지 않음")
    advance(plan, PerfPlan.Status.MID)
    assert client.get(reverse(BOARD), {"stage": "mid"}).context["lines"][0]["line"].rank == 1


def test_an_empty_board_says_what_to_do(client: Client) -> None:
    page = client.get(reverse(BOARD)).content.decode()
    assert "올해의 계획을 등록하고" in page
    assert client.get(reverse("evaluation.performance-lint")).status_code == 200
    assert client.get(reverse("evaluation.performance-export")).status_code == 404


@pytest.mark.parametrize("query", [{"year": "1999"}, {"stage": "가"}, {"tab": "가"}])
def test_a_strange_address_is_not_a_server_error(client: Client, plan: PerfPlan, query: dict[str, str]) -> None:
    assert client.get(reverse(BOARD), query).status_code == 404


def test_figures_count_the_rows(plan: PerfPlan) -> None:
    values = {figure.code: figure.at() for figure in FIGURES}
    assert [values[f"performance.{name}"].value for name in ("departments", "major_projects", "indicators")] == [3, 3, 6]
    assert values["performance.achieved_rate"].value == D("40.0")
    assert {value.origin for value in values.values()} == {"computed"}
