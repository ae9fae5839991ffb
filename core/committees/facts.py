"""위원회의 처음 값을 싣는다. 업무의 load_report.py 가 부른다."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.committees.models import Committee, CommitteeFunction
from core.history.settle import Settling


def put_committee(settling: Settling, code: str, values: Mapping[str, Any], functions: Iterable[tuple[str, str]]) -> None:
    """위원회와 그 기능(이름, 근거). 코드나 이름이 같은 위원회가 있으면 담당자가 고친 것이므로 손대지 않고 지운 기능도 되살리지 않는다."""
    rows = list(functions)
    if Committee.objects.filter(code=code).exists() or Committee.objects.filter(name=values["name"]).exists():
        settling.counts["unchanged"] += 1 + len(rows)
        return
    committee = settling.put(Committee, {"code": code}, dict(values))
    for title, basis in rows:
        settling.put(CommitteeFunction, {"committee": committee, "title": title}, {"basis": basis})
