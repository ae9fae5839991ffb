"""읽기 라이브러리가 알려 주지 않는 시트의 사실과, 부모에게 보낼 첫 줄"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.excel.opening.number_formats import Shape


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
    # 행마다 저장된 수와 달리 보이는 칸, 열마다 그 칸에 보이는 금액 단위
    shapes: dict[int, list[tuple[int, Shape]]] = field(default_factory=dict)
    scaled: dict[int, int] = field(default_factory=dict)
    factors: dict[int, set[int]] = field(default_factory=dict)
    # 행마다 모양 때문에 읽지 않을 칸과 (까닭, 할 일)
    unread: dict[int, list[tuple[int, tuple[str, str]]]] = field(default_factory=dict)
    # 들여 쓴 글이나 개요 수준: [행, 열, 깊이, ""]
    indents: list[list[Any]] = field(default_factory=list)
    formulas: int = 0
    external: int = 0

    def put_shape(self, row: int, column: int, shape: Shape) -> None:
        """달리 보이는 칸 하나를 적는다."""
        self.shapes.setdefault(row, []).append((column, shape))
        if shape.silent:
            self.scaled[column] = shape.scale
        if shape.factor:
            self.factors.setdefault(column, set()).add(shape.factor)
