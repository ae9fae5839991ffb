"""학술용역의 수치: 심의 통과율, 감액률, 공개율, 조건 이행률, 활용 확인 비율과 건수."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from budget.research_projects.dashboard import ResearchYear, newest_year, projects_url
from budget.research_projects.models import ResearchProject
from core.figures.figure import Figure, FigureValue, rows_mark
from core.remembering import remembered


@remembered
def _year(as_of: date | None) -> ResearchYear | None:
    """기준일의 예산 연도. 없으면 가장 늦은 해."""
    year = as_of.year if as_of else newest_year()
    found = ResearchYear(None, year) if year else None
    return found if found and found.rows else None


def _value(read: Callable[[ResearchYear], tuple[int | Decimal | None, str]], as_of: date | None) -> FigureValue:
    found = _year(as_of)
    if found is None:
        return FigureValue(None, as_of, "missing")
    value, url = read(found)
    mark = rows_mark(ResearchProject.objects.filter(pk__in=[one.pk for one in found.rows]))
    return FigureValue(value, as_of, "computed", url, f"{found.year}년 학술용역", mark=mark)


def _rate(code: str, found: ResearchYear) -> tuple[Decimal | None, str]:
    measure = next(one for one in found.measures if one.code == code)
    return (round(measure.rate, 1) if measure.rate is not None else None), measure.url


def _judged(found: ResearchYear) -> tuple[int, str]:
    return len(found.judged), projects_url(found.year, judged="yes")


def _requested(found: ResearchYear) -> tuple[int, str]:
    return found.requested, projects_url(found.year)


_RATES = {
    "pass_rate": ("심의 통과율", "그해 심의를 마친 용역 가운데 적정이나 조건부로 의결한 용역의 비율. 재심의는 아직 마친 것이 아니다."),
    "cut_rate": ("감액률", "심의에서 줄인 금액 ÷ 그해 신청한 모든 용역(철회 제외)의 요구액."),
    "open_rate": ("결과 공개율", "완료한 용역 가운데 결과를 공개한 용역의 비율. 사유가 있는 비공개도 분모에 든다."),
    "condition_rate": ("조건 이행률", "조건부 의결에 붙은 조건 가운데 부서가 조치를 마친 조건의 비율."),
    "used_rate": ("활용 확인 비율", "활용을 점검한 용역 가운데 한 번이라도 활용(일부까지)이 확인된 용역의 비율."),
}
FIGURES = [
    Figure("research_projects.judged", "학술용역 심의", "건", "그해 예산의 학술용역 가운데 심의를 마친 용역의 수.",
           partial(_value, _judged)),
    Figure("research_projects.requested", "학술용역 신청액", "원", "그해 신청한 모든 용역(철회 제외)의 요구액을 더한 값.",
           partial(_value, _requested)),
    *(Figure(f"research_projects.{code}", f"학술용역 {title}", "%", meaning, partial(_value, partial(_rate, code)))
      for code, (title, meaning) in _RATES.items()),
]  # fmt: skip
