"""소송의 주소 × 역할: 과 사람과 소관 부서가 가린 글로 보고 의회법무팀이 고친다. 당사자는 맡은 사람만 고친다."""

from __future__ import annotations

from datetime import date
from typing import Any

from legal.lawsuits.models import LedgerRow, OutcomeBucket
from tests.access import (
    DIVISION,
    LEGAL_TEAM,
    OTHER,
    OWN,
    SIGNED_IN,
    Case,
    Rows,
    Table,
    attached,
    by_department_read,
    common,
    key,
    one,
    only,
    own_and_other,
    screens,
)
from tests.legal.lawsuits import factories as make


def lawsuits(rows: Rows) -> dict[str, Any]:
    """소송 한 건씩. 의회법무팀이 송무 담당이다."""
    return {
        whose: make.LawsuitFactory(department=department, handler=rows.people["의회법무팀"])
        for whose, department in rows.departments.items()
    }


instances = attached(make.InstanceFactory, "lawsuit", lawsuits)
rulings = attached(make.RulingFactory, "instance", instances)
parties = attached(make.PartyFactory, "lawsuit", lawsuits)


def outcome_bucket(rows: Rows) -> OutcomeBucket:
    """승패 분류 한 줄."""
    return OutcomeBucket.objects.get_or_create(outcome="settled", bucket="neither", valid_from=date(2000, 1, 1))[0]


def ledger_row(rows: Rows) -> LedgerRow:
    return LedgerRow.objects.create(
        case_number="2020구합1", title="과징금 부과처분 취소", department=rows.departments["own"], received_on=date(2020, 1, 2)
    )


ACCESS: Table = {
    # 현황. 부서는 자기 부서와 맡은 사건만 센다.
    **{f"legal.lawsuits{page}": one(SIGNED_IN) for page in ("", "-analysis", "-export")},
    **by_department_read("legal.lawsuit", "form bulk import", lawsuits, LEGAL_TEAM),
    **by_department_read("legal.instance", "form import", instances, LEGAL_TEAM),
    **by_department_read("legal.ruling", "form import", rulings, LEGAL_TEAM),
    **by_department_read("legal.hearing", "form bulk import", attached(make.HearingFactory, "instance", instances), LEGAL_TEAM),
    **by_department_read("legal.filing", "form bulk", attached(make.FilingFactory, "instance", instances), LEGAL_TEAM),
    **by_department_read("legal.appealreview", "form", attached(make.AppealReviewFactory, "ruling", rulings), LEGAL_TEAM),
    **by_department_read("legal.cost", "form import", attached(make.CostFactory, "lawsuit", lawsuits), LEGAL_TEAM),
    **by_department_read("legal.costrecovery", "form", attached(make.CostRecoveryFactory, "lawsuit", lawsuits), LEGAL_TEAM),
    **by_department_read("legal.lossreview", "form", attached(make.LossReviewFactory, "lawsuit", lawsuits), LEGAL_TEAM),
    **by_department_read("legal.party", "form", parties, LEGAL_TEAM),
    **{
        f"legal.party-{act}": own_and_other(parties, only("의회법무팀") | {OTHER: 404}, only("의회법무팀") | {OWN: 404})
        for act in ("edit", "delete")
    },
    "legal.lawsuit-act": [
        Case(LEGAL_TEAM | {OTHER: 404}, lambda rows: {"pk": rows(lawsuits)["own"].pk, "act": "stay"}, "자기 부서"),
        Case(LEGAL_TEAM | {OWN: 404}, lambda rows: {"pk": rows(lawsuits)["other"].pk, "act": "stay"}, "다른 부서"),
    ],
    "legal.case-number": one(SIGNED_IN),
    **screens("legal.ledgerrow", "import", DIVISION, LEGAL_TEAM, one(DIVISION, key(ledger_row)), []),
    **common("legal.outcomebucket", "form", outcome_bucket, DIVISION, LEGAL_TEAM),
}
