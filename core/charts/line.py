"""꺾은선: 달마다의 값과 점선 기준, 추정."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zlib import crc32

from core import formats
from core.charts.labels import Number, plain

_TOP, _BOTTOM = 16.0, 212.0


def chart_line(
    values: Sequence[Number | None], title: str, unit: str = "%", name: str = "집행률",
    reference: Number | Sequence[Number | None] | None = None, reference_name: str = "기준",
    labels: Sequence[str] = (), estimate: Sequence[Number | None] = (), top: Number | None = None,
    places: int = 1, desc: str = "",
) -> dict[str, Any]:  # fmt: skip
    """꺾은선 하나와 점선 기준. 없는 달(None)은 끊어 그린다. 마지막 값과 기준의 차이를 붉은 선으로 적는다.

    values     달마다의 값. 모르는 달은 None
    reference  기준 하나(가로선) 또는 달마다의 기준
    estimate   추정값(점선). 실제 값이 있는 달은 None
    top        세로축의 끝. 주지 않으면 값에서 정한다. 축은 늘 0에서 시작한다
    """
    count = len(values)
    names = [str(label) for label in labels] or [f"{month}월" for month in range(1, count + 1)]
    marks: list[Number | None] = (
        list(reference) if isinstance(reference, Sequence) else [] if reference is None else [reference] * count
    )
    guesses = list(estimate)
    known = [float(v) for v in (*values, *marks, *guesses) if v is not None]
    ceiling = float(top) if top is not None else _ceiling(max(known, default=0.0), unit)

    levels = [ceiling * part / 4 for part in range(5)]
    ticks = [formats.number(Decimal(str(level)), 0 if level == int(level) else 1) for level in levels]
    last = max((at for at, value in enumerate(values) if value is not None), default=None)
    # 끝 달의 값이 있으면 그 오른쪽에 수를 적을 자리를 남긴다.
    left, right = max(30.0, max(map(len, ticks)) * 7.0 + 8), 244.0 if last is not None and last > count - 3 else 280.0

    def x(at: int) -> float:
        return left + (right - left) * at / max(count - 1, 1)

    def y(value: Number) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * min(max(float(value), 0.0), ceiling) / ceiling

    def runs(line: Sequence[Number | None]) -> list[list[tuple[float, float]]]:
        found: list[list[tuple[float, float]]] = [[]]
        for at, value in enumerate(line):
            if value is None:
                found.append([])
            else:
                found[-1].append((x(at), y(value)))
        return [run for run in found if run]

    actual = runs(values)
    if last is not None and guesses:
        guesses[last] = values[last]
    chart: dict[str, Any] = {
        "left": f"{left:.0f}", "right": f"{right:.0f}", "tick_x": f"{left - 6:.0f}",
        "grid": [(f"{y(level):.1f}", f"{y(level) + 4:.1f}", text) for level, text in zip(levels, ticks, strict=True)],
        "months": [(f"{x(at):.1f}", text, "end" if at == count - 1 and right > 250 else "middle")
                   for at, text in _spread(names)],
        "areas": [f"M{_points(run, ' L')} L{run[-1][0]:.1f} {_BOTTOM} L{run[0][0]:.1f} {_BOTTOM}Z"
                  for run in actual if len(run) > 1],
        "lines": [_points(run) for run in actual],
        "dots": [(f"{run[0][0]:.1f}", f"{run[0][1]:.1f}") for run in actual if len(run) == 1],
        "refs": [_points(run) for run in runs(marks)],
        "guesses": [_points(run) for run in runs(guesses) if len(run) > 1],
        "last": None,
    }  # fmt: skip
    sentence = desc
    if last is not None:
        value = values[last]
        assert value is not None
        mark = marks[last] if last < len(marks) else None
        chart["last"] = _last_point(
            x(last), y(value), value, None if mark is None else y(mark), mark, reference_name, places
        )
        sentence = sentence or _line_sentence(names[last], name, value, mark, reference_name, unit, places)
    rows = [
        (names[at], plain(values[at], places), plain(marks[at] if at < len(marks) else None, places))
        for at in range(count)
    ]
    return {
        "chart": chart, "title": title, "desc": sentence or f"{title}: 자료가 없습니다.", "name": name, "unit": unit,
        "reference_name": reference_name if marks else "", "has_estimate": bool(chart["guesses"]), "rows": rows,
        "id": f"c{crc32(title.encode()):08x}",
    }  # fmt: skip


def _ceiling(largest: float, unit: str) -> float:
    """세로축의 끝을 보기 좋은 수로 올린다. 비율은 100까지는 100."""
    if unit == "%" and largest <= 100:
        return 100.0
    step = 1.0
    while step * 10 < largest:
        step *= 10
    top = next(step * scale for scale in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10) if step * scale >= largest)
    return top if unit == "%" or top >= 40 else float(-(-top // 4) * 4)


def _spread(names: Sequence[str]) -> list[tuple[int, str]]:
    """가로축 이름을 다섯 개쯤만 고른다. 열두 달이면 1월·3·6·9·12월."""
    count = len(names)
    if count == 12 and names[0] == "1월":
        return [(0, "1월"), (2, "3"), (5, "6"), (8, "9"), (11, "12월")]
    step = max((count - 1) // 4, 1)
    chosen = sorted({*range(0, count, step), count - 1})
    if len(chosen) > 2 and chosen[-1] - chosen[-2] < step:
        del chosen[-2]
    return [(at, names[at]) for at in chosen]


def _last_point(
    at_x: float, at_y: float, value: Number, ref_y: float | None, ref: Number | None, ref_name: str, places: int
) -> dict[str, Any]:
    """마지막 점과 그 오른쪽에 적을 값, 기준, 차이의 자리."""
    under = ref is None or float(ref) >= float(value)
    found: dict[str, Any] = {
        "x": f"{at_x:.1f}", "y": f"{at_y:.1f}", "side": f"{at_x + 7:.1f}",
        "text": formats.rate(Decimal(str(value)), places), "text_y": f"{min(at_y + 16 if under else at_y - 8, 206):.1f}",
        "gap": None,
    }  # fmt: skip
    if ref is None or ref_y is None:
        return found
    found |= {
        "ref_x": f"{at_x + 7 if at_x < 110 else at_x - 6:.1f}", "ref_anchor": "start" if at_x < 110 else "end",
        "ref_y": f"{max(ref_y - 9, 10) if under else min(ref_y + 18, 206):.1f}",
        "ref_text": f"{ref_name} {formats.rate(Decimal(str(ref)), places)}",
    }  # fmt: skip
    distance = Decimal(str(value)) - Decimal(str(ref))
    if abs(at_y - ref_y) > 26 and distance < 0:
        found["gap"] = {
            "y1": f"{at_y - 6:.1f}", "y2": f"{ref_y:.1f}", "text_y": f"{(at_y + ref_y) / 2 + 4:.1f}",
            "text": formats.points(distance, places),
        }  # fmt: skip
    return found


def _line_sentence(
    when: str, name: str, value: Number, ref: Number | None, ref_name: str, unit: str, places: int
) -> str:
    """그림을 보지 않고도 알 수 있는 한 문장."""
    shown = formats.rate(Decimal(str(value)), places)
    if ref is None:
        return f"{when} {name} {shown}{unit}입니다."
    distance = Decimal(str(value)) - Decimal(str(ref))
    gap_unit = "%포인트" if unit == "%" else unit
    word = "낮습니다" if distance < 0 else "높습니다"
    text = f"{when} {name} {shown}{unit}로 {ref_name} {formats.rate(Decimal(str(ref)), places)}{unit}"
    if distance == 0:
        return f"{text}와 같습니다."
    return f"{text}보다 {formats.rate(abs(distance), places)}{gap_unit} {word}."


def _points(run: Sequence[tuple[float, float]], joint: str = " ") -> str:
    """좌표의 줄을 SVG 속성으로 적는다."""
    comma = "," if joint == " " else " "
    return joint.join(f"{px:.1f}{comma}{py:.1f}" for px, py in run)
