"""걸음 그림: 한 줄에 한 건, 단계마다 달라진 값(신청 → 심의 → 계약)을 같은 축 위의 표로 찍는다."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from core import formats
from core.charts.labels import text_width

_LEFT, _RIGHT, _ROW = 8.0, 392.0, 46.0


def chart_steps(
    rows: Sequence[Mapping[str, Any]], title: str, stages: Sequence[str], unit: str = "백만원", scale: int = 1_000_000
) -> dict[str, Any]:
    """걸음 그림. 값이 없는 단계는 찍지 않고 「-」로 적는다. 줄의 이름을 누르면 그 자료가 열린다.

    rows    {"label": 이름, "url": 주소, "values": [신청, 심의, 계약]}. 값은 원, 모르면 None
    stages  단계의 이름. values 와 차례가 같고 세 개까지다(동그라미, 네모, 마름모)
    """
    largest = max((value for row in rows for value in row["values"] if value is not None), default=0) or 1
    drawn, sentences = [], []
    for at, row in enumerate(rows):
        top = _ROW * at
        cells = [formats.money(value, scale) for value in row["values"]]
        tail = " → ".join(cells)
        marks = [
            {"kind": f"k{order + 1}", "shape": order, "x": _LEFT + (_RIGHT - _LEFT) * value / largest}
            for order, value in enumerate(row["values"]) if value is not None
        ]  # fmt: skip
        drawn.append({
            "label": row["label"], "short": _shortened(str(row["label"]), 396 - text_width(tail) - 20), "url": row.get("url", ""),
            "text_y": f"{top + 16:.0f}", "y": f"{top + 31:.0f}", "tail": tail, "cells": cells,
            "from": f"{min((one['x'] for one in marks), default=_LEFT):.1f}",
            "to": f"{max((one['x'] for one in marks), default=_LEFT):.1f}",
            "marks": [{**one, "x": f"{one['x']:.1f}", "left": f"{one['x'] - 5:.1f}", "top": f"{top + 26:.0f}",
                       "points": _diamond(one["x"], top + 31)} for one in marks],
        })  # fmt: skip
        sentences.append(f"{row['label']} " + ", ".join(f"{stage} {cell}" for stage, cell in zip(stages, cells, strict=True)))
    return {
        "rows": drawn, "title": title, "desc": f"단위 {unit}. " + ". ".join(sentences) if rows else f"{title}: 자료가 없습니다.",
        "stages": [(order, f"k{order + 1}", stage) for order, stage in enumerate(stages)], "unit": unit,
        "height": f"{_ROW * len(rows):.0f}", "left": _LEFT, "right": _RIGHT, "id": f"s{crc32(title.encode()):08x}",
    }  # fmt: skip


def _diamond(x: float, y: float) -> str:
    return f"{x:.1f},{y - 7:.1f} {x + 6:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 6:.1f},{y:.1f}"


def _shortened(text: str, room: float) -> str:
    """room 에 드는 만큼의 이름. 다 들지 않으면 「…」로 줄인다. 온 이름은 표와 낭독기에 있다."""
    if text_width(text) <= room:
        return text
    while text and text_width(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
