"""금액 단위가 어디에 무엇이라고 적혀 있는지 모으고, 두 가지로 읽히면 묻는다."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.excel.columns import Column, Match, column_letter, heading_unit, is_unit_only, noted_units, unit_factor
from core.excel.tables.cells import shown
from core.excel.tables.heading import Head
from core.excel.tables.results import Question
from core.excel.values import unit_name

_MOST_SHOWN = 4


def _named_units(name: str) -> list[int]:
    """시트나 파일 이름에 적힌 금액 단위. 집행현황(천원), 집행현황_백만원"""
    words = [word.removeprefix("단위") for word in re.split(r"[\s_()\[\].,-]+", name)]
    found = [factor for word in words if word.endswith("원") and (factor := unit_factor(word)) is not None]
    return found or [factor for word in (*words, name) if (factor := heading_unit(word)) is not None]


# 같은 것의 금액이 앞선 자료의 이만큼 배이면 단위가 틀린 것으로 의심한다.
_FAR = 500


def scale_question(pairs: Iterable[tuple[int | None, int | None]], what: str) -> Question | None:
    """같은 것의 (앞선 금액, 파일의 금액)이 가운데값으로 500배 넘게 다르면 묻는다."""
    ratios = sorted(abs(new) / abs(old) for old, new in pairs if old and new)
    if not ratios:
        return None
    middle = ratios[len(ratios) // 2]
    if 1 / _FAR < middle < _FAR:
        return None
    times = f"{middle:,.0f}배" if middle > 1 else f"{1 / middle:,.0f}분의 1"
    return Question("unit", f"{what}보다 금액이 {times}입니다(견준 {len(ratios):,}건의 가운데값). 파일의 금액 단위를 확인해 주세요")


def _called(factor: int) -> str:
    return unit_name(factor) if factor else "모르는 단위"


class UnitNotes:
    """표의 금액 단위를 적은 곳들. places 는 (배수, 어디에 어떻게 적혀 있는지)이고 배수 0은 모르는 단위이다."""

    def __init__(
        self, columns: Sequence[Column], match: Match, head: Head, heading: tuple[int, int], notes: Sequence[Sequence[Any]],
        span: tuple[int, int], note: Mapping[str, Any], name: str,
    ) -> None:  # fmt: skip
        self.match, self.note = match, note
        self.titles = {column.name: column.title for column in columns}
        self.fixed = {column.name for column in columns if column.unit is not None}
        matched = set(match.matched.values())
        first, size = heading
        above = [
            (factor, f"{head.rows[place][0]}행의 ‘{shown(text)}’")
            for place in range(first)
            for text in dict.fromkeys(head.texts[place])
            for factor in noted_units(text, bare=True)
        ]
        beside = [
            (factor, f"{head.rows[place][0]}행 {column_letter(index)}열의 ‘{shown(text)}’")
            for place in range(first, min(first + size, len(head.rows)))
            for index, text in enumerate(head.texts[place])
            if index not in matched and is_unit_only(text)
            for factor in noted_units(text)
        ]
        top = head.rows[first][0] if size else 0
        # 자료 행의 칸(성과지표의 단위 따위)은 알림이 아니다.
        written = [
            (row, factor, f"{row}행 {column_letter(place)}열의 ‘{shown(text)}’")
            for row, place, text, filled in notes
            if row > top and not (place in matched and filled > 2) and row not in {item[0] for item in head.rows[first : first + size]}
            for factor in noted_units(text)
        ]
        below = [(factor, where) for row, factor, where in written if row <= span[1]]
        names = [(factor, f"시트 이름 ‘{note['sheet']}’") for factor in _named_units(note["sheet"])]
        stem = name.rpartition(".")[0] or name
        names += [(factor, f"파일 이름 ‘{stem}’") for factor in _named_units(stem)]
        self.places = [*reversed(above), *beside, *below, *names]
        if not self.places and span[0] > 1:
            # 둘째 표부터는 맨 위에 적은 단위가 이 표에도 맞는지 알 수 없다.
            self.places = [(0, f"다른 표 {row}행의 ‘{shown(text)}’") for row, _, text, _ in notes if row < span[0]][:1]
        # 표시 형식에 함께 보이는 단위
        self.formats = {
            place: factors for place, factors in note.get("factors", []) if place in matched
        }
        self.scaled = {place: scale for place, scale in note.get("scaled", []) if place in matched}

    @property
    def factor(self) -> int | None:
        """표에 적힌 단위의 배수. 적히지 않았거나 알 수 없으면 None."""
        return next((factor for factor, _ in self.places if factor), None)

    def told(self, units: Mapping[str, int], chosen: int | None) -> str:
        """미리보기에 적을 글: 쓴 단위와 그 단위를 읽은 곳."""
        if chosen is not None:
            return f"금액 단위: {unit_name(chosen)}(사람이 고름)"
        parts = {}
        for name, unit in units.items():
            place = self.match.matched[name]
            if place in self.formats and place not in self.match.units:
                factors = "·".join(_called(factor) for factor in self.formats[place])
                parts[name] = f"{factors}({column_letter(place)}열 칸의 표시 형식)"
            elif place in self.match.units:
                parts[name] = f"{unit_name(unit)}({column_letter(place)}열 머리글)"
            elif name in self.fixed:
                parts[name] = f"{unit_name(unit)}(이 열의 정해진 단위)"
            elif self.factor:
                parts[name] = f"{unit_name(unit)}({next(where for factor, where in self.places if factor)})"
            else:
                parts[name] = "원(파일에 단위가 적혀 있지 않음)"
        kinds = set(parts.values())
        if len({text.partition("(")[0] for text in kinds}) == 1:
            return f"금액 단위: {next(iter(parts.values()))}"
        return "금액 단위: " + ", ".join(f"{self.titles[name]} {text}" for name, text in parts.items())

    def questions(self, units: Mapping[str, int], chosen: int | None) -> Iterator[Question]:
        """두 가지로 읽히는 단위. 사람이 단위를 골랐으면 묻지 않는다."""
        if chosen is not None:
            return
        factors = dict.fromkeys(factor for factor, _ in self.places)
        if len(factors) > 1 or 0 in factors:
            read = f"{unit_name(self.factor)}으로 읽었습니다" if self.factor else "원으로 읽었습니다"
            where = ", ".join(text for _, text in self.places[:_MOST_SHOWN])
            what = "금액 단위가 여러 가지로" if len(factors) > 1 else "알 수 없는 금액 단위가"
            both = ", ".join(f"{unit_name(factor)}이면 {1234 * factor:,}원" for factor in factors if factor)
            both = f". 1,234는 {both}입니다" if len(factors) > 1 else ""
            yield Question("unit", f"{what} 적혀 있습니다({where}). 표 위의 단위를 먼저 보아 {read}{both}")
        own = {
            name: unit for name, unit in units.items() if name not in self.fixed and self.match.matched[name] not in self.formats
        }
        headed = [name for name in own if self.match.matched[name] in self.match.units]
        if headed and len(set(own.values())) > 1:
            text = ", ".join(f"{self.titles[name]} {unit_name(unit)}" for name, unit in own.items())
            yield Question("unit", f"열마다 금액 단위가 다릅니다({text}). 열마다 적힌 대로 읽었습니다")
        elif headed and self.factor and self.factor not in own.values():
            yield Question(
                "unit",
                f"머리글에는 {unit_name(next(iter(own.values())))}, {self.places[0][1]}에는 {unit_name(self.factor)}이라고 적혀 있습니다. "
                "머리글의 단위로 읽었습니다",
            )
        for name, unit in units.items():
            place = self.match.matched[name]
            if unit != 1 and 1 in self.formats.get(place, []):
                yield Question(
                    "unit",
                    f"{self.titles[name]}({column_letter(place)}열)의 칸은 ‘원’으로 보이는데 단위는 {unit_name(unit)}이라고 적혀 있습니다. "
                    f"화면의 1,234원을 {1234 * unit:,}원으로 읽었습니다",
                )
            scale = self.scaled.get(place, 1)
            if scale > 1 and unit != scale and self.formats.get(place) == [scale]:
                yield Question(
                    "unit",
                    f"{self.titles[name]}({column_letter(place)}열)은 {scale:,}으로 나누어 보이는 서식입니다. 화면에 1,234로 보이는 칸을 "
                    f"저장된 {1234 * scale:,}원으로 읽었습니다. 화면에 보이는 1,234원이 맞으면 파일을 고쳐 올려 주세요",
                )
