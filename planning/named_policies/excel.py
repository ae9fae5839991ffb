"""사업목록, 관련자, 반기 갱신의 엑셀."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from core.excel.examine import Examiner
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from core.excel.values import CellError
from planning.named_policies.models import NamedPolicy, PolicyPerson, PolicyUpdate

_POLICY = Lookup(names=(lambda row: str(row.number), lambda row: str(row.title)))


class NamedPolicyResource(ExcelResource):
    """사업목록. 관리번호가 같은 행을 고치고, 비었으면 새 번호를 준다."""

    model = NamedPolicy
    key = ("number",)
    other_keys = (("department", "title"),)
    required = ("title",)
    fields = (
        "number", "title", "ground", "department", "starts_on", "ends_on", "total_amount", "national_amount", "city_amount",
        "own_amount", "overview", "background",
    )  # fmt: skip
    synonyms: ClassVar = {
        "number": ("관리 번호", "번호"), "title": ("정책명", "과제명"), "ground": ("선정 기준",),
        "department": ("부서", "부서명", "담당 부서"),
        "starts_on": ("시작일", "사업기간(부터)"), "ends_on": ("종료일", "사업기간(까지)"), "total_amount": ("총사업비",),
        "national_amount": ("국비",), "city_amount": ("시비",), "own_amount": ("구비",), "overview": ("사업내용",),
    }  # fmt: skip
    notes: ClassVar = {
        "number": "비우면 새 번호를 줍니다. 한 번 준 번호는 바꾸지 않습니다.",
        "total_amount": "비우면 국비·시비·구비를 더합니다. 모르면 셋 다 비웁니다. 0과 빈 칸은 다릅니다.",
    }


class PolicyPersonResource(ExcelResource):
    """관련자. 닫힌 줄(끝난 날이 적힌 줄)은 고치지 않는다."""

    model = PolicyPerson
    key = ("policy", "part", "name", "starts_on")
    required = ("policy", "part")
    fields = ("policy", "part", "organisation", "grade", "name", "opinion", "starts_on", "ends_on")
    group = "policy_id"
    lookups: ClassVar = {"policy": _POLICY}
    synonyms: ClassVar = {"policy": ("관리번호", "사업명"), "part": ("구분",), "organisation": ("부서",), "name": ("이름",)}


class PolicyUpdateResource(ExcelResource):
    """반기 갱신. 부서는 내려받은 서식의 추진경과와 추진실적을 고쳐 올린다."""

    model = PolicyUpdate
    key = ("policy", "on")
    required = ("policy", "progress")
    fields = ("policy", "on", "progress", "results")
    lookups: ClassVar = {"policy": _POLICY}
    synonyms: ClassVar = {"policy": ("관리번호", "사업명"), "on": ("갱신일", "최종 수정일"), "results": ("주요실적",)}
    previous: ClassVar = {"results": "지난 추진실적(보는 칸)"}

    def previous_values(self, rows: list[Any]) -> Mapping[Any, Mapping[str, Any]]:
        return {key: {"results": old.results} for key, old in before(rows).items()}

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """회차 밖의 새 줄은 팀이 적는 갱신이다."""
        if instance.policy_id is None:
            raise CellError("사업이 비어 있습니다", "관리번호나 사업명을 적어 주세요")


def before(rows: list[Any]) -> dict[int, PolicyUpdate]:
    """{갱신 번호: 같은 사업의 바로 앞 갱신}. 질의 한 번."""
    older: dict[int, list[PolicyUpdate]] = {}
    for one in PolicyUpdate.objects.accepted().filter(policy__in=[row.policy_id for row in rows]).order_by("on", "pk"):
        older.setdefault(one.policy_id, []).append(one)
    found = {}
    for row in rows:
        earlier = [one for one in older.get(row.policy_id, ()) if one.on < row.on and one.pk != row.pk]
        if earlier:
            found[row.pk] = earlier[-1]
    return found
