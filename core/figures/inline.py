"""글 속의 수치: `총 {local_laws.total}건`, `{execution.total.budget:천원}`. 초안에서는 지금의 값으로 보이고 발간하면 굳는다."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.figures.figure import Figure, FigureValue
from core.formats import MISSING

_PLACEHOLDER = re.compile(r"\{(?P<code>[a-z][\w가-힣]*(?:\.[\w가-힣]+)+)(?::(?P<unit>천원|백만원|억원))?\}")


@dataclass(frozen=True)
class Placeholder:
    """글 속의 수치 자리 하나."""

    code: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{{{self.code}:{self.unit}}}" if self.unit else f"{{{self.code}}}"


def parts(text: str) -> Iterator[str | Placeholder]:
    """글을 보통 글과 수치 자리로 나눈다. 이으면 처음 글이 된다."""
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield Placeholder(found["code"], found["unit"] or "")
        end = found.end()
    if end < len(text):
        yield text[end:]


def codes(text: str) -> list[str]:
    """글에 든 수치의 코드, 나온 차례대로."""
    return [part.code for part in parts(text) if isinstance(part, Placeholder)]


@dataclass(frozen=True)
class Reading:
    """수치 하나를 읽은 결과. figure 가 None 이면 그런 코드가 없는 것이다."""

    code: str
    figure: Figure | None
    found: FigureValue

    def text(self, unit: str = "") -> str:
        """글에 적을 모양."""
        return self.figure.text(self.found, unit) if self.figure else MISSING


@dataclass
class FigureReader:
    """한 기준일의 수치를 읽는다. 같은 수치는 한 번만 셈하고, 읽은 것을 차례대로 기억한다."""

    figures: Mapping[str, Figure]
    as_of: date | None = None
    readings: dict[str, Reading] = field(default_factory=dict)

    def __call__(self, code: str) -> Reading:
        if code not in self.readings:
            figure = self.figures.get(code)
            found = figure.at(self.as_of) if figure else FigureValue(None, self.as_of, "missing")
            self.readings[code] = Reading(code, figure, found)
        return self.readings[code]

    def fill(self, text: str) -> list[tuple[str, Reading | None]]:
        """글을 (글자, 수치이면 읽은 것)의 낱으로."""
        found: list[tuple[str, Reading | None]] = []
        for part in parts(text):
            if isinstance(part, Placeholder):
                reading = self(part.code)
                found.append((reading.text(part.unit), reading))
            else:
                found.append((part, None))
        return found
