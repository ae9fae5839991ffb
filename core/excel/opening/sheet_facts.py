"""읽기 라이브러리가 알려 주지 않는 시트의 사실과, 부모에게 보낼 첫 줄"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def opening_note(kind: str, chosen: str, sheets: list[tuple[str, bool]]) -> dict[str, Any]:
    """첫 줄에 보낼 알림. sheets는 (이름, 숨김)이다."""
    return {"format": kind, "sheet": chosen, "sheets": sheets, "merged": []}


@dataclass
class SheetFacts:
    """읽기 라이브러리가 알려 주지 않는 시트의 사실. 행은 1부터, 열은 0부터 센다."""

    rows: int = 0
    last_row: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[int] = field(default_factory=list)
    faults: dict[int, dict[int, dict[str, str]]] = field(default_factory=dict)
    percents: dict[int, tuple[int, ...]] = field(default_factory=dict)
    scaled: dict[int, int] = field(default_factory=dict)
    formulas: int = 0
    external: int = 0
