"""자치법규 입법의 수치: 계, 종류별, 유형별. 공포한 의안이 있는 해는 세고, 없으면 보고서의 값을 쓴다."""

from __future__ import annotations

from datetime import date
from functools import partial

from core.figures.figure import Figure, FigureValue, reported, rows_mark
from core.remembering import remembered
from legal.local_laws.dashboard import Enacted
from legal.local_laws.models import ENACTED_DEFINITION, Bill
from legal.local_laws.models.pipeline import Group, LawKind, Stage


def _year_end(as_of: date | None) -> date | None:
    """셀 기간의 마지막 날. 기준일이 없으면 마지막으로 공포한 해의 끝."""
    if as_of:
        return as_of
    newest = Bill.objects.filter(status=Stage.PROMULGATED).order_by("-promulgated_on").values_list("promulgated_on", flat=True).first()
    return date(newest.year, 12, 31) if newest else None


@remembered
def _counted(as_of: date | None) -> tuple[Enacted, str] | None:
    """셀 기간의 입법과 그 의안의 지문. 공포한 의안이 없으면 None."""
    end = _year_end(as_of)
    found = Enacted(Bill.objects.all(), date(end.year, 1, 1), end) if end else None
    return (found, rows_mark(Bill.objects.enacted(found.start, found.end))) if found and found.count() else None


def _enacted(printed: str, kind: str, group: str, as_of: date | None) -> FigureValue:
    counted = _counted(as_of)
    if counted is None:
        return reported(printed, as_of)
    found, mark = counted
    return FigureValue(found.count(kind, group), found.end, "computed", found.url(kind, group), "의안의 공포일", mark=mark)


def _figure(code: str, title: str, printed: str, kind: str = "", group: str = "") -> Figure:
    name = f"자치법규 입법: {title}" if title else "자치법규 입법"
    limit = f"{title}만 센다. " if title else ""
    return Figure(f"local_laws.{code}", name, "건", limit + ENACTED_DEFINITION, partial(_enacted, printed, kind, group))


FIGURES = [
    _figure("total", "", "ordinances.total"),
    *(_figure(f"kind.{kind.value}", str(kind.label), f"ordinances.kind.{kind.label}", kind.value) for kind in LawKind),
    *(_figure(f"type.{group.value}", str(group.label), f"ordinances.action.{group.label}", "", group.value) for group in Group),
]
