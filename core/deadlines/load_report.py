"""공휴일과 기한 규칙을 파일에서 싣는다."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.deadlines.models import DeadlineRule, Holiday
from core.history.settle import Settling

_KINDS = (
    ("대체공휴일", Holiday.Kind.SUBSTITUTE), ("임시공휴일", Holiday.Kind.TEMPORARY), ("선거일", Holiday.Kind.ELECTION),
)  # fmt: skip
# 법원의 기간까지 미뤄지는지 분명하지 않은 공휴일
_DISPUTED = "노동절"


def load_holidays(data: dict[str, Any], settling: Settling) -> None:
    """{"basis", "holidays": {해: [[날짜, 이름], …]}}. 이미 있는 날은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    for days in data["holidays"].values():
        for day, name in days:
            kind = next((kind for word, kind in _KINDS if word in name), Holiday.Kind.LEGAL)
            values = {"name": name, "kind": kind, "source": data["basis"], "is_disputed": _DISPUTED in name}
            settling.put(Holiday, {"date": date.fromisoformat(day)}, values)


def load_rules(data: dict[str, Any], settling: Settling) -> None:
    """{"rules": [{code, name, area, trigger, length, article, …}]}. 이미 있는 규칙은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    for item in data["rules"]:
        row = DeadlineRule(**{**item, "valid_from": date.fromisoformat(item.get("valid_from", "2000-01-01"))})
        row.full_clean(validate_unique=False, validate_constraints=False)
        names = [field.name for field in DeadlineRule._meta.concrete_fields if field.editable and not field.primary_key]
        values = {name: getattr(row, name) for name in names if name not in ("code", "valid_from")}
        settling.put(DeadlineRule, {"code": row.code, "valid_from": row.valid_from}, values)
