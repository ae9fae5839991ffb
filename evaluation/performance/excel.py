"""주요사업, 성과지표, 지표 실적의 엑셀. 실적 옆에는 앞선 평가의 실적을 회색으로 적어 준다."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from evaluation.performance.models import Indicator, IndicatorActual, PerfProject, Stage


def _year(row: Any) -> str:
    return str(row.year)


def _title(row: Any) -> str:
    return str(row.title)


def _name(row: Any) -> str:
    return str(row.name)


def _project(row: Any) -> str:
    return f"{row.department.name} > {row.title}"


def _dated_project(row: Any) -> str:
    return f"{row.plan.year} {_project(row)}"


def _indicator(row: Any) -> str:
    return f"{row.perf_project.department.name} > {row.name}"


def _full_indicator(row: Any) -> str:
    project = row.perf_project
    return f"{project.plan.year} {project.department.name} > {project.title} > {row.name}"


def _plan_period(row: Any) -> tuple[date, date]:
    """계획의 해 동안 있던 부서면 된다."""
    return date(row.plan.year, 1, 1), date(row.plan.year, 12, 31)


class PerfProjectResource(ExcelResource):
    """부서의 주요사업."""

    model = PerfProject
    key = ("plan", "department", "title")
    group = "plan_id"
    year_path = "plan.year"
    lookups: ClassVar = {"plan": Lookup(names=(_year, str)), "department": Lookup(period=_plan_period)}
    synonyms: ClassVar = {"plan": ("연도", "회계연도"), "title": ("사업명",), "department": ("부서명", "소관부서"), "weight": ("가중치",)}
    notes: ClassVar = {"weight": "한 부서의 주요사업 가중치를 더하면 100이어야 합니다."}


class IndicatorResource(ExcelResource):
    """성과지표."""

    model = Indicator
    key = ("perf_project", "name")
    exclude = ("is_sample", "review_opinion", "previous")
    group = "perf_project_id"
    year_path = "perf_project.plan.year"
    lookups: ClassVar = {
        "perf_project": Lookup(names=(_title, _project, _dated_project), related=("plan", "department")),
    }
    synonyms: ClassVar = {
        "perf_project": ("주요사업명", "사업명"), "name": ("성과지표", "지표"), "weight": ("가중치",), "target": ("목표값", "목표치"),
        "base_value": ("기준치",), "formula_text": ("측정산식", "계산식"), "evidence": ("증빙자료",), "data_source": ("자료 출처",),
    }  # fmt: skip
    notes: ClassVar = {"weight": "한 주요사업의 지표 가중치를 더하면 100이어야 합니다."}


class IndicatorActualResource(ExcelResource):
    """지표 실적. 종합평가 옆에는 중간평가 실적을, 중간평가 옆에는 지난해 종합평가 실적을 적어 준다."""

    model = IndicatorActual
    key = ("indicator", "stage")
    fields = ("indicator", "stage", "actual", "note")
    previous: ClassVar = {"indicator": "부서(보는 칸)", "actual": "앞선 평가의 실적"}
    year_path = "indicator.perf_project.plan.year"
    lookups: ClassVar = {
        "indicator": Lookup(names=(_name, _indicator, _full_indicator), related=("perf_project__plan", "perf_project__department")),
    }
    synonyms: ClassVar = {"indicator": ("지표명", "지표"), "actual": ("실적값", "달성실적"), "note": ("추진 실적", "실적 설명")}
    notes: ClassVar = {"actual": "아직 없는 값은 비워 둡니다. 0은 실적이 0이라는 뜻입니다."}

    def previous_values(self, rows: list[Any]) -> dict[Any, dict[str, Any]]:
        mids = [row.indicator_id for row in rows if row.stage == Stage.FINAL]
        before = dict(Indicator.objects.filter(pk__in=[row.indicator_id for row in rows]).values_list("pk", "previous"))
        wanted = [*mids, *(key for key in before.values() if key)]
        found = {(row.indicator_id, row.stage): row.value for row in IndicatorActual.objects.filter(indicator__in=wanted)}
        earlier = {
            row.pk: found.get((row.indicator_id, Stage.MID))
            if row.stage == Stage.FINAL else found.get((before.get(row.indicator_id), Stage.FINAL))
            for row in rows
        }  # fmt: skip
        names = dict(
            Indicator.objects.filter(pk__in=[row.indicator_id for row in rows]).values_list("pk", "perf_project__department__name")
        )
        return {row.pk: {"indicator": names.get(row.indicator_id), "actual": earlier[row.pk]} for row in rows}
