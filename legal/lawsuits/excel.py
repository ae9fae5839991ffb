"""사건, 심급, 기일, 판결, 비용의 엑셀. 상대방은 가린 이름이 회색 열로만 나오고 올릴 때는 읽지 않는다."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import transaction

from core.excel.lookups import Lookup
from core.excel.preview import Preview, RowId
from core.excel.resource import Applied, ExcelResource
from core.history.context import acting_as
from core.history.models import Change
from legal.lawsuits import services
from legal.lawsuits.models import Cost, Hearing, Instance, Lawsuit, Party, Ruling


class CaseResource(ExcelResource):
    """반영하면 그 사건들의 상태, 확정일, 기한을 함께 다시 정한다. 한 거래다."""

    def apply(
        self, preview: Preview, user: Any, file: Any, chosen: Collection[RowId] | None = None, batch: uuid.UUID | None = None
    ) -> Applied:  # fmt: skip
        with transaction.atomic():
            applied = super().apply(preview, user, file, chosen, batch)
            with acting_as(user, f"엑셀 {file}", applied.batch):
                services.settle_changed(list(Change.objects.filter(batch=applied.batch, model__startswith="legal.")))
        return applied


def _dated(row: Any) -> str:
    return f"{row.title}(접수 {row.received_on:%Y-%m-%d})"


def _number(row: Any) -> str:
    return str(row.case_number)


_CASE = Lookup(names=(str, _dated))
_INSTANCE = Lookup(names=(_number,))


class LawsuitResource(CaseResource):
    """사건. 이미 있는 사건을 한꺼번에 고칠 때 쓴다. 소송대장은 「소송대장」 화면에서 올린다."""

    model = Lawsuit
    exclude = ("is_sample", "related_case")
    required = ("kind", "title", "department", "received_on")
    synonyms: ClassVar = {"department": ("소관부서", "부서"), "title": ("건명",), "kind": ("사건구분",), "handler": ("담당",)}
    previous: ClassVar = {"kind": "사건번호", "title": "상대방(가림)"}

    def previous_values(self, rows: list[Any]) -> Mapping[Any, Mapping[str, Any]]:
        keys = [row.pk for row in rows]
        found: dict[Any, dict[str, Any]] = {key: {} for key in keys}
        for lawsuit, number in Instance.objects.filter(lawsuit__in=keys).in_order().values_list("lawsuit", "case_number"):
            found[lawsuit]["kind"] = number
        opponents = Party.objects.filter(lawsuit__in=keys, side=Party.Side.OPPONENT).order_by("pk")
        for lawsuit, name in opponents.values_list("lawsuit", "masked_name"):
            found[lawsuit]["title"] = ", ".join(filter(None, (found[lawsuit].get("title"), name)))
        return found


class InstanceResource(CaseResource):
    """심급."""

    model = Instance
    key = ("case_number",)
    fields = (
        "case_number", "lawsuit", "level", "court", "panel", "received_on", "officers", "adviser", "counsel", "concluded_on",
        "record_notice_on", "reported_on",
    )  # fmt: skip
    lookups: ClassVar = {"lawsuit": _CASE}
    synonyms: ClassVar = {"court": ("법원", "위원회"), "received_on": ("접수일",), "officers": ("수행자",), "lawsuit": ("사건명",)}


class HearingResource(CaseResource):
    """기일."""

    model = Hearing
    key = ("instance", "on", "kind")
    exclude = ("is_sample", "at_time")
    lookups: ClassVar = {"instance": _INSTANCE}
    synonyms: ClassVar = {"instance": ("사건번호",), "on": ("변론기일", "날짜"), "place": ("법정",)}


class RulingResource(CaseResource):
    """판결·결정."""

    model = Ruling
    key = ("instance",)
    lookups: ClassVar = {"instance": _INSTANCE}
    synonyms: ClassVar = {
        "instance": ("사건번호",), "ruled_on": ("판결일", "재결일"), "served_on": ("송달일",), "outcome": ("판결결과", "선고결과")
    }  # fmt: skip


class CostResource(CaseResource):
    """소송비용."""

    model = Cost
    lookups: ClassVar = {"lawsuit": _CASE, "instance": _INSTANCE}
    required = ("lawsuit", "kind", "amount", "paid_on")
    synonyms: ClassVar = {"lawsuit": ("사건명",), "instance": ("사건번호",), "paid_on": ("지출일",)}
