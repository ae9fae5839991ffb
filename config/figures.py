"""모든 수치의 목록. 팀의 figures.py 를 모으고, 아직 만들지 않은 업무는 보고서 값을 쓴다."""

from budget.appropriations.figures import FIGURES as APPROPRIATIONS
from core.figures.figure import Figure, reported_figure
from evaluation.four_year_plans.figures import FIGURES as FOUR_YEAR_PLANS
from evaluation.performance.figures import FIGURES as PERFORMANCE
from legal.ordinance_council.figures import FIGURES as ORDINANCE_COUNCIL
from planning.work_plans.figures import FIGURES as WORK_PLANS

# 업무가 만들어지면 그 업무의 figures.py 로 옮겨 간다.
_LAWSUITS = {
    # 수치 코드: (이름, 단위, 뜻, 보고서 값의 코드)
    "total.pending": ("진행 중 소송·심판", "건", "끝나지 않은 행정·민사 소송과 행정심판의 수.", "계.pending"),
    "administrative.pending": ("진행 중 행정소송", "건", "끝나지 않은 행정소송의 수.", "행정.pending"),
    "civil.pending": ("진행 중 민사소송", "건", "끝나지 않은 민사소송의 수.", "민사.pending"),
    "appeal.pending": ("진행 중 행정심판", "건", "끝나지 않은 행정심판의 수.", "심판.pending"),
    "total.closed": ("확정 사건", "건", "그해 확정되거나 종결된 사건의 수.", "계.closed"),
    "total.won": ("승소 사건", "건", "확정 사건 가운데 승소(소취하 등 포함)한 수.", "계.won"),
    "total.win_rate": ("확정 사건 승소율", "%", "승소 ÷ 확정 × 100. 일부인용은 패소, 소취하는 승소다.", "계.win_rate"),
}

REPORTED = [
    *(
        reported_figure(f"lawsuits.{code}", title, unit, definition, f"lawsuits.{printed}")
        for code, (title, unit, definition, printed) in _LAWSUITS.items()
    ),
    reported_figure("next_budget.2024.total", "2024년 예산(안)", "원", "구의회에 낸 2024 회계연도 예산안의 총규모."),
]

FIGURES: list[Figure] = [*APPROPRIATIONS, *FOUR_YEAR_PLANS, *PERFORMANCE, *ORDINANCE_COUNCIL, *WORK_PLANS, *REPORTED]


def figure(code: str) -> Figure:
    """코드로 수치를 찾는다. 없으면 KeyError."""
    return {item.code: item for item in FIGURES}[code]
