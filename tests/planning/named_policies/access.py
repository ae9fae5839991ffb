"""정책실명제의 주소 × 역할: 과 사람이 보고, 부서는 제 것과 공개한 것을 보며 제 후보를 올린다. 신청은 맡은 사람만 고친다."""

from __future__ import annotations

from tests.access import (
    OTHER,
    OWN,
    PLANNING_TEAM,
    SIGNED_IN,
    Rows,
    Table,
    by_department,
    of_departments,
    one,
    only,
    own_and_other,
    read_own,
    screens,
)
from tests.planning.named_policies.factories import (
    ApplicationFactory,
    PersonFactory,
    PolicyFactory,
    PostedFactory,
    UpdateFactory,
)

policies, posted_policies = of_departments(PolicyFactory), of_departments(PostedFactory)


def people(rows: Rows) -> dict[str, object]:
    return {whose: PersonFactory(policy=policy) for whose, policy in rows(policies).items()}


def updates(rows: Rows) -> dict[str, object]:
    return {whose: UpdateFactory(policy=policy) for whose, policy in rows(posted_policies).items()}


def applications(rows: Rows) -> dict[str, object]:
    """「기획조정팀」이 맡은 신청."""
    return {
        whose: ApplicationFactory(department=department, handler=rows.people["기획조정팀"])
        for whose, department in rows.departments.items()
    }


_HANDLER = only("기획조정팀")

ACCESS: Table = {
    "planning.named-policies": one(SIGNED_IN),
    # 공개한 카드는 다른 부서도 내려받는다.
    "planning.namedpolicy-sheet": one(SIGNED_IN, lambda rows: {"pk": rows(posted_policies)["other"].pk, "kind": "hwpx"}),
    "planning.namedpolicy-listing": one(SIGNED_IN, lambda rows: {"kind": "hwpx"}),
    **by_department("planning.namedpolicy", "form import", policies, PLANNING_TEAM),
    "planning.namedpolicy-act": one(PLANNING_TEAM, lambda rows: {"pk": rows(posted_policies)["own"].pk, "act": "close"}),
    **by_department("planning.policyperson", "form import", people, PLANNING_TEAM),
    **screens("planning.policyupdate", "form import", SIGNED_IN, PLANNING_TEAM, read_own(updates),
              own_and_other(updates, PLANNING_TEAM | {OTHER: 404}, PLANNING_TEAM | {OWN: 404})),
    **screens("planning.citizenapplication", "form", SIGNED_IN, PLANNING_TEAM, read_own(applications),
              own_and_other(applications, _HANDLER | {OTHER: 404}, _HANDLER | {OWN: 404})),
    "planning.citizenapplication-act": one(
        _HANDLER | {OTHER: 404}, lambda rows: {"pk": rows(applications)["own"].pk, "act": "exclude"}
    ),
}  # fmt: skip
