"""모든 수치의 목록. 팀의 figures.py 를 모으고, 아직 만들지 않은 업무는 보고서 값을 쓴다."""

from budget.appropriations.figures import FIGURES as APPROPRIATIONS
from core.figures.figure import Figure, reported_figure
from evaluation.four_year_plans.figures import FIGURES as FOUR_YEAR_PLANS
from evaluation.performance.figures import FIGURES as PERFORMANCE
from legal.lawsuits.figures import FIGURES as LAWSUITS
from legal.local_laws.figures import FIGURES as LOCAL_LAWS
from legal.ordinance_council.figures import FIGURES as ORDINANCE_COUNCIL
from planning.periodic_reports.figures import FIGURES as PERIODIC_REPORTS
from planning.work_plans.figures import FIGURES as WORK_PLANS

REPORTED = [
    reported_figure("next_budget.2024.total", "2024년 예산(안)", "원", "구의회에 낸 2024 회계연도 예산안의 총규모."),
]

FIGURES: list[Figure] = [
    *APPROPRIATIONS, *FOUR_YEAR_PLANS, *PERFORMANCE, *LOCAL_LAWS, *LAWSUITS, *ORDINANCE_COUNCIL, *WORK_PLANS,
    *PERIODIC_REPORTS, *REPORTED,
]  # fmt: skip


def figure(code: str) -> Figure:
    """코드로 수치를 찾는다. 없으면 KeyError."""
    return {item.code: item for item in FIGURES}[code]
