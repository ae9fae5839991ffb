"""자치법규 정비의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from tests.access import (
    DIVISION,
    LEGAL_TEAM,
    OTHER,
    OWN,
    POST_ONLY,
    SIGNED_IN,
    Case,
    Rows,
    Table,
    attached,
    by_department,
    common,
    deleted_by_team,
    missing,
    of_departments,
    one,
    read_own,
    screens,
)
from tests.legal.local_laws import factories as make

bills = of_departments(make.BillFactory)
reviews = attached(make.ImpactReviewFactory, "bill", bills)
article_changes = attached(make.ArticleChangeFactory, "bill", bills)
tasks = of_departments(make.RevisionTaskFactory)


def steps(rows: Rows) -> dict[str, Any]:
    return {whose: bill.current_step() for whose, bill in rows(bills).items()}


def opinions(rows: Rows) -> dict[str, Any]:
    """입법예고 중인 의안의 의견."""
    return {
        whose: make.NoticeOpinionFactory(bill__department=department) for whose, department in rows.departments.items()
    }


ACCESS: Table = {
    **{f"legal.local-laws{page}": one(SIGNED_IN) for page in ("", "-report", "-export")},
    "legal.bill-comparison": read_own(bills),
    # 입안은 부서가 스스로 마친다.
    "legal.bill-act": [
        Case(LEGAL_TEAM | {OWN: 200, OTHER: 404}, lambda rows: {"pk": rows(bills)["own"].pk, "act": "finish"}, "자기 부서"),
        Case(LEGAL_TEAM | {OTHER: 404}, lambda rows: {"pk": rows(bills)["own"].pk, "act": "withdraw"}, "팀이 하는 일"),
    ],
    "legal.upperlawchange-tasks": one(POST_ONLY, missing),
    **common("legal.locallaw", "form bulk import", lambda rows: make.LocalLawFactory(), SIGNED_IN, LEGAL_TEAM),
    **common("legal.lawversion", "form import", lambda rows: make.LawVersionFactory(), SIGNED_IN, LEGAL_TEAM),
    **common("legal.upperlawchange", "form import", lambda rows: make.UpperLawChangeFactory(), SIGNED_IN, LEGAL_TEAM),
    **common("legal.reviewkind", "form", lambda rows: make.ReviewKindFactory(), DIVISION, LEGAL_TEAM),
    **by_department("legal.bill", "form bulk import", bills, LEGAL_TEAM),
    **screens("legal.billstep", "", SIGNED_IN, {}, read_own(steps), []),
    **by_department("legal.impactreview", "form", reviews, LEGAL_TEAM),
    **by_department("legal.noticeopinion", "form", opinions, LEGAL_TEAM),
    **by_department("legal.articlechange", "form import", article_changes, LEGAL_TEAM),
    # 팀이 낸 과제는 부서가 적기만 하고 지우지는 못한다.
    **by_department("legal.revisiontask", "form bulk import", tasks, LEGAL_TEAM, LEGAL_TEAM),
    **deleted_by_team("legal.revisiontask", tasks, LEGAL_TEAM),
}
