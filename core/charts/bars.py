"""가로 막대: 갈래마다 이어 붙인 건수."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from core import formats
from core.charts.labels import Number, plain, text_width


def chart_bar(
    rows: Sequence[Mapping[str, Any]], title: str, parts: Sequence[str] = ("건수",), unit: str = "건",
    side: str = "", desc: str = "",
) -> dict[str, Any]:  # fmt: skip
    """가로 막대. 비율이 아니라 건수를 그대로 그려 작은 분모를 숨기지 않는다.

    rows   {"label": "행정", "values": [20, 2], "side": "91%"} 의 줄. 모르는 값은 None
    parts  갈래 이름. values 와 차례가 같다
    side   오른쪽 끝 열의 제목(예: "승소율")
    """
    label_width = min(max((text_width(str(row["label"])) for row in rows), default=0.0) + 10, 130.0)
    side_width = 52.0 if side else 0.0
    tail = 62.0 if len(parts) > 1 else 46.0
    room = 400.0 - label_width - side_width - tail
    largest = max((sum(float(v or 0) for v in row["values"]) for row in rows), default=0.0) or 1.0
    drawn, sentences, first = [], [], 24.0 if side else 4.0
    for at, row in enumerate(rows):
        top, here, rects = first + at * 40, label_width, []
        for order, value in enumerate(row["values"]):
            width = room * float(value or 0) / largest
            if width > 0:
                inside = order < len(parts) - 1 and width > text_width(formats.number(value)) + 10
                rects.append(
                    {
                        "kind": f"k{order + 1}",
                        "x": f"{here:.1f}",
                        "width": f"{max(width - 1.5, 1):.1f}",
                        "text": formats.number(value) if inside else "",
                        "text_x": f"{here + width - 8:.1f}",
                    }
                )
            here += width
        drawn.append({
            "label": row["label"], "y": f"{top:.0f}", "text_y": f"{top + 18:.0f}", "rects": rects,
            "tail": _bar_tail(row["values"], parts), "tail_x": f"{here + 6:.1f}", "side": row.get("side", ""),
            "cells": [formats.number(value) for value in row["values"]],
        })  # fmt: skip
        sentences.append(
            f"{row['label']} "
            + ", ".join(f"{part} {formats.number(value)}" for part, value in zip(parts, row["values"], strict=False))
        )
    return {
        "rows": drawn, "title": title, "desc": desc or ". ".join(sentences) or f"{title}: 자료가 없습니다.",
        "parts": [(f"k{at + 1}", part) for at, part in enumerate(parts)], "unit": unit, "side": side,
        "height": f"{first + 40 * len(rows) - 6:.0f}", "label_x": f"{label_width:.0f}",
        "id": f"b{crc32(title.encode()):08x}",
    }  # fmt: skip


def _bar_tail(values: Sequence[Number | None], parts: Sequence[str]) -> str:
    """막대 끝에 적는 글자. 갈래가 하나면 수, 여럿이면 마지막 갈래의 이름과 수."""
    if not values or all(value is None for value in values):
        return "자료 없음"
    value = values[-1]
    if len(parts) == 1:
        return plain(value, 0)
    name = parts[-1].partition("(")[0]
    return f"{name} {plain(value, 0)}" if value else f"{name} 없음"
