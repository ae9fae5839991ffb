"""공휴일을 파일에서 싣는다."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.deadlines.models import Holiday
from core.history.settle import Settling

_KINDS = (
    ("대체공휴일", Holiday.Kind.SUBSTITUTE), ("임시공휴일", Holiday.Kind.TEMPORARY), ("선거일", Holiday.Kind.ELECTION),
)  # fmt: skip


def load_holidays(data: dict[str, Any], settling: Settling) -> None:
    """{"basis", "holidays": {해: [[날짜, 이름], …]}}. 이미 있는 날은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    for days in data["holidays"].values():
        for day, name in days:
            kind = next((kind for word, kind in _KINDS if word in name), Holiday.Kind.LEGAL)
            settling.put(
                Holiday, {"date": date.fromisoformat(day)}, {"name": name, "kind": kind, "source": data["basis"]}
            )
