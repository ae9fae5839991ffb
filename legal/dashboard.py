"""의회법무팀의 현황판: 소송 현황판에 팀의 다른 법무 실적을 함께 놓는다. 팀의 업무를 모두 아는 자리다."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.figures.models import ReportedValue
from core.history.revisions import kept_rows
from legal.lawsuits.dashboard import Period
from legal.lawsuits.views.board import BoardView
from legal.local_laws.dashboard import Enacted
from legal.local_laws.models import Bill
from legal.local_laws.models.pipeline import Group, LawKind
from legal.ordinance_council.dashboard import MEETINGS_CODE
from legal.ordinance_council.figures import FIGURES as COUNCIL_FIGURES

COUNCIL_MEETINGS = next(one for one in COUNCIL_FIGURES if one.code == MEETINGS_CODE)
# 소송 밖의 법무 실적. 그 업무에 행이 생기면 그 업무의 수치로 바뀐다.
ORDINANCES = ("kind.조례", "kind.규칙", "kind.훈령", "kind.예규", "action.제정", "action.개정", "action.폐지")
RESULTS = {
    "ordinance_council.meetings": "조례·규칙심의회", "counselling.total": "무료법률상담", "counselling.마을변호사": "마을변호사",
    "counselling.마을법무사": "마을법무사", "legal_training.sessions": "법제·소송 교육", "legal_training.trainees": "교육 인원",
}  # fmt: skip


class LawsuitBoardView(BoardView):
    """소송 수행 현황과 그 밖의 법무 실적."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | legal_results(context["period"], context["is_partial"])


def legal_results(period: Period, is_partial: bool) -> dict[str, Any]:
    """자치법규와 그 밖의 법무 실적. 그 기간의 의안과 회의가 있으면 세고, 없으면 그해의 보고서에 인쇄된 값이다.

    부서의 눈에는 의안이 자기 것만 보이므로 늘 인쇄된 값을 보인다.
    """
    codes = {*(f"ordinances.{code}" for code in ORDINANCES), "ordinances.total", *RESULTS}
    printed_here = ReportedValue.objects.filter(code__in=sorted(codes), document__contains=str(period.end.year)).order_by("pk")
    rows = {row.code: row for row in kept_rows(printed_here)}
    page = reverse("core.reportedvalue-list")

    def cell(title: str, code: str) -> tuple[str, str, str]:
        row = rows.get(code)
        return title, f"{row.printed}{row.unit}" if row else "-", f"{page}?code={code}" if row else ""

    laws = None if is_partial else Enacted(Bill.objects.all(), period.start, period.end)
    if laws and laws.count():
        total = ("계", f"{laws.count():,}건", laws.url())
        counts = [(str(one.label), f"{laws.count(one):,}건", laws.url(one)) for one in LawKind]
        counts += [(str(one.label), f"{laws.count(group=one):,}건", laws.url(group=one)) for one in Group]
    else:
        total, counts = cell("계", "ordinances.total"), [cell(code.partition(".")[2], f"ordinances.{code}") for code in ORDINANCES]
    results = {code: cell(title, code) for code, title in RESULTS.items()}
    meetings = COUNCIL_MEETINGS.at(period.end)
    if not is_partial and meetings.origin == "computed":
        results[MEETINGS_CODE] = (RESULTS[MEETINGS_CODE], f"{meetings.value:,}회", meetings.url)
    printed = [rows[code] for code, (_title, _text, url) in results.items() if url.startswith(page)]
    return {
        "ordinances": counts, "ordinance_total": total, "results": list(results.values()),
        "results_source": f"{printed[0].document} {printed[0].section}" if printed else "",
        "results_printed": "·".join(RESULTS[row.code] for row in printed),
    }  # fmt: skip
