"""성과관리의 목록·입력 화면과 엑셀의 약속."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Role, Team
from core.excel.preview import CHANGED, NEW, SAME
from evaluation.performance.excel import IndicatorActualResource, IndicatorResource, PerfProjectResource
from evaluation.performance.models import Indicator, IndicatorActual, PerfPlan, Stage
from evaluation.performance.todos import TODOS
from evaluation.performance.views import records
from tests.evaluation.performance import factories as make
from tests.excel_tests import ExcelTests, admin, edit, export, preview
from tests.factories import StaffFactory
from tests.screens import ScreenTests
from tests.todos import todos_of

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.EVALUATION}
OTHER_TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


class TestPerfPlan(ScreenTests):
    screens, owner, outsider = records.PerfPlanScreens, TEAM, OTHER_TEAM
    change: ClassVar = {"cap": "110"}
    years: ClassVar = iter(range(2001, 2100))

    def factory(self) -> PerfPlan:
        return make.PerfPlanFactory(year=next(self.years))

    def make(self, count: int = 1) -> list[Any]:
        type(self).years = iter(range(2001 + PerfPlan.objects.count(), 2100))
        return [self.factory() for _ in range(count)]


class TestGradeBand(ScreenTests):
    screens, factory, owner, outsider = records.GradeBandScreens, make.GradeBandFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"share": "25"}


class TestPerfProject(ScreenTests):
    screens, factory, owner, outsider = records.PerfProjectScreens, make.PerfProjectFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"title": "고친 사업"}
    bulk: ClassVar = {"viewpoint": "finance"}


class TestIndicator(ScreenTests):
    screens, factory, owner, outsider = records.IndicatorScreens, make.IndicatorFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"target": "120"}
    bulk: ClassVar = {"cycle": "month"}


class TestIndicatorStep(ScreenTests):
    screens, factory, owner, outsider = records.IndicatorStepScreens, make.IndicatorStepFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"label": "준공"}


class TestIndicatorPast(ScreenTests):
    screens, factory, owner, outsider = records.IndicatorPastScreens, make.IndicatorPastFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"actual": "77"}


class TestIndicatorActual(ScreenTests):
    screens, factory, owner, outsider = records.IndicatorActualScreens, make.IndicatorActualFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"note": "추진 중"}


class TestPerfScore(ScreenTests):
    screens, factory, owner, outsider = records.PerfScoreScreens, make.PerfScoreFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"adjustment": "0.5", "adjustment_reason": "표창"}


class TestIndicatorChange(ScreenTests):
    screens, factory, owner, outsider = records.IndicatorChangeScreens, make.IndicatorChangeFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"new_target": "70"}


class TestObjection(ScreenTests):
    screens, factory, owner, outsider = records.ObjectionScreens, make.ObjectionFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"reason": "다시 확인"}


class TestPerfProjectExcel(ExcelTests):
    resource = PerfProjectResource
    broken = ("weight", "서른")

    def make(self) -> list[Any]:
        return [make.PerfProjectFactory() for _ in range(3)]


class TestIndicatorExcel(ExcelTests):
    resource = IndicatorResource
    broken = ("target", "많이")

    def make(self) -> list[Any]:
        return [make.IndicatorFactory() for _ in range(3)]


class TestIndicatorActualExcel(ExcelTests):
    resource = IndicatorActualResource
    broken = ("actual", "열둘쯤")

    def make(self) -> list[Any]:
        return [make.IndicatorActualFactory() for _ in range(3)]


@pytest.mark.django_db
def test_three_cells_of_221_are_exactly_three_changes(tmp_path: Any) -> None:
    """221개 지표의 실적을 엑셀로 받아 세 칸만 고쳐 올리면 바뀐 것은 셋이고, 옆의 지난 실적은 읽지 않는다."""
    plan = make.PerfPlanFactory(status=PerfPlan.Status.MID)
    project = make.PerfProjectFactory(plan=plan)
    indicators = Indicator.objects.bulk_create(
        make.IndicatorFactory.build(perf_project=project, name=f"지표 {number}", status=Indicator.Status.MID_EVALUATED)
        for number in range(221)
    )
    for stage, value in ((Stage.MID, Decimal(40)), (Stage.FINAL, Decimal("80.5"))):
        IndicatorActual.objects.bulk_create(IndicatorActual(indicator=one, stage=stage, actual=value) for one in indicators)
    resource = IndicatorActualResource()
    finals = IndicatorActual.objects.filter(stage=Stage.FINAL)
    path = export(resource, tmp_path / "실적.xlsx", finals)

    def fill(sheet: Any) -> None:
        headings = {cell.value: cell.column for cell in sheet[1]}
        assert sheet.cell(2, headings["앞선 평가의 실적"]).value == 40
        for row in (2, 100, 222):
            sheet.cell(row, headings["실적"]).value = 91.25
        sheet.cell(3, headings["앞선 평가의 실적"]).value = 1

    found = preview(resource, edit(path, fill), admin())
    assert (found.counts[CHANGED], found.counts[SAME], found.counts[NEW]) == (3, 218, 0)
    resource.apply(found, admin(), "실적.xlsx")
    assert finals.filter(actual=Decimal("91.25")).count() == 3
    assert IndicatorActual.objects.filter(actual=Decimal("80.5")).count() == 218


# --- 부서 담당자 --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_department_edits_its_drafts_only_while_the_plan_is_open() -> None:
    officer = StaffFactory(role=Role.DEPARTMENT)
    project = make.PerfProjectFactory(department=officer.department)
    draft, sent = make.IndicatorFactory(perf_project=project), make.IndicatorFactory(perf_project=project, status="submitted")
    client = Client()
    client.force_login(officer)

    def status(indicator: Indicator) -> int:
        return client.get(reverse("evaluation.indicator-edit", args=[indicator.pk])).status_code

    assert (status(draft), status(sent)) == (200, 403)
    PerfPlan.objects.update(status=PerfPlan.Status.ADJUSTING)
    assert status(draft) == 403


@pytest.mark.django_db
def test_a_department_neither_sees_nor_writes_the_evaluators_columns(signed_in: Any) -> None:
    officer = StaffFactory(role=Role.DEPARTMENT)
    indicator = make.IndicatorFactory(perf_project__department=officer.department)
    page = signed_in(officer).post(
        reverse("evaluation.indicator-edit", args=[indicator.pk]), {"review_opinion": "내가 적은 조정 의견", "_version": "0"}
    )
    indicator.refresh_from_db()
    assert page.status_code == 422
    assert indicator.review_opinion == ""


@pytest.mark.django_db
def test_the_team_moves_many_and_takes_it_back(signed_in: Any) -> None:
    client = signed_in(StaffFactory(**TEAM))
    rows = [make.IndicatorFactory(status="submitted") for _ in range(3)] + [make.IndicatorFactory()]
    sent = {"pk": [row.pk for row in rows]}
    page = client.post(reverse("evaluation.indicator-move", args=["reviewed"]), sent, follow=True)
    assert "3건을 「검토」(으)로 옮겼습니다. 나머지 1건은" in page.content.decode()
    assert sorted(Indicator.objects.values_list("status", flat=True)) == ["draft", "reviewed", "reviewed", "reviewed"]
    batch = rows[0].history.first().batch
    client.post(reverse("evaluation.indicator-undo", args=[batch]))
    assert sorted(Indicator.objects.values_list("status", flat=True)) == ["draft", "submitted", "submitted", "submitted"]


@pytest.mark.django_db
def test_a_department_cannot_move_indicators_of_the_team(signed_in: Any) -> None:
    officer = StaffFactory(role=Role.DEPARTMENT)
    indicator = make.IndicatorFactory(perf_project__department=officer.department, status="submitted")
    client = signed_in(officer)
    assert client.post(reverse("evaluation.indicator-move", args=["reviewed"]), {"pk": indicator.pk}).status_code == 403
    for route in ("perfplan-advance", "indicatorchange-decide", "objection-decide"):
        assert client.post(reverse(f"evaluation.{route}", args=[1]), {"status": "fixed"}).status_code == 403


@pytest.mark.django_db
def test_lint_column_sorts_and_explains(signed_in: Any) -> None:
    client = signed_in(StaffFactory(**TEAM))
    make.IndicatorFactory(name="깨끗한 지표")
    make.IndicatorFactory(name="증빙 없는 지표", evidence="")
    page = client.get(reverse("evaluation.indicator-list"), {"sort": "-lint"})
    names = [record.name for record in page.context["table"].records]
    assert names[0] == "증빙 없는 지표"
    assert "증빙 없음" in page.content.decode()


@pytest.mark.django_db
def test_objections_and_changes_wait_in_the_teams_todo() -> None:
    objection, change = make.ObjectionFactory(), make.IndicatorChangeFactory()
    waiting = {todo.text: todo.due for todo in todos_of(TODOS, StaffFactory(**TEAM))}
    assert waiting == {str(objection): objection.due_on, f"지표 {change} 승인": None}
    assert todos_of(TODOS, StaffFactory(**OTHER_TEAM)) == []
    assert todos_of(TODOS, StaffFactory(role=Role.DEPARTMENT)) == []


@pytest.mark.django_db
def test_the_team_approves_a_change_and_decides_an_objection_on_the_page(signed_in: Any) -> None:
    client = signed_in(StaffFactory(**TEAM))
    change = make.IndicatorChangeFactory()
    url = reverse("evaluation.indicatorchange-decide", args=[change.pk])
    assert "승인했는지 적어" in client.post(url, {"note": ""}, follow=True).content.decode()
    assert "1건을 승인해" in client.post(url, {"note": "방침 제1호"}, follow=True).content.decode()
    objection = make.ObjectionFactory()
    IndicatorActual.objects.create(indicator=objection.indicator, stage=Stage.FINAL, actual=Decimal(90))
    url = reverse("evaluation.objection-decide", args=[objection.pk])
    sent = {"status": "partial", "accepted_value": "93.5", "decision": "증빙의 일부만 인정"}
    assert "「일부 인용」" in client.post(url, sent, follow=True).content.decode()
    objection.refresh_from_db()
    assert (objection.accepted_value, objection.indicator.actuals.get().value) == (Decimal("93.5"), Decimal("93.5"))
    assert client.post(url, sent, follow=True).content.decode().count("이미 「일부 인용」") == 1
