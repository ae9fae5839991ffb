"""보고서 틀의 줄과 그 주소. 업무가 내놓은 틀에, 네 팀의 표를 함께 쓰는 주요업무보고를 더한다."""

from __future__ import annotations

from budget.appropriations import reports as budget
from budget.appropriations.figures import LAYERS
from budget.appropriations.models.execution import newest_year
from config.figures import FIGURES
from config.functions import FUNCTIONS, GIVEN
from core.reports.template import Library, Template
from core.reports.urls import report_urls
from legal.lawsuits import reports as lawsuits
from legal.lawsuits.dashboard import COLUMNS
from legal.lawsuits.figures import KINDS, RATE
from legal.local_laws.models.pipeline import Group, LawKind
from legal.local_laws.reports import local_law_checks
from planning.work_plans.models import WorkTable
from planning.work_plans.reports import Parts, annual_template

# 인쇄된 값의 코드가 수치의 코드와 다른 것: 수치 → 보고서에 인쇄된 값(config/report_values.py)
PRINTED = {
    **{f"supplementary.{name}": f"supplementary.계.{name}" for name in LAYERS},
    **{
        f"lawsuits.{kind}.{name}": f"lawsuits.{label}.{name}"
        for kind, label in KINDS.items()
        for name in (*COLUMNS, RATE)
    },
    "local_laws.total": "ordinances.total",
    **{f"local_laws.kind.{kind.value}": f"ordinances.kind.{kind.label}" for kind in LawKind},
    **{f"local_laws.type.{group.value}": f"ordinances.action.{group.label}" for group in Group},
}

# 주요업무보고는 네 팀의 표와 업무분장을 함께 쓴다. 네 팀을 모두 아는 이 자리에서만 엮을 수 있다.
ANNUAL = annual_template(
    Parts(
        tables={
            "execution": budget.unit_table,
            WorkTable.Source.SUPPLEMENTARY: budget.layer_table,
            WorkTable.Source.LAWSUITS: lawsuits.lawsuit_table,
        },
        functions=FUNCTIONS,
        checks=(budget.checks, budget.layer_checks, lawsuits.lawsuit_checks, local_law_checks),
        printed=PRINTED,
        as_of=budget.default_as_of,
    )
)

TEMPLATES: list[Template] = [ANNUAL, *(template for given in GIVEN for template in given.reports)]

LIBRARY = Library(tuple(TEMPLATES), {one.code: one for one in FIGURES}, newest_year)

urlpatterns = report_urls(LIBRARY)
