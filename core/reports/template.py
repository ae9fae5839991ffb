"""보고서의 틀: 업무가 저마다 reports.py 에 적어 내놓고 config/reports.py 가 모은다."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from core.figures.figure import Figure
from core.figures.inline import FigureReader, Placeholder, parts
from core.figures.models import Setting, Settings
from core.formats import MISSING, UNIT_NAMES
from core.reports.document import Align, Cell, Document, Run, Text


@dataclass(frozen=True)
class Part:
    """담당자가 넣고 뺄 수 있는 절."""

    key: str
    title: str
    # 아무것도 고르지 않았을 때 넣는 절인가
    is_default: bool = True


@dataclass(frozen=True)
class Check:
    """검산 한 줄: 맞는가, 무엇을, 두 수, 차이를 보는 주소."""

    ok: bool
    text: str
    detail: str = ""
    url: str = ""


@dataclass
class Context:
    """한 보고서를 만드는 데 드는 것: 해, 기간, 기준일, 고른 절, 수치."""

    year: int
    start: date
    as_of: date
    reader: FigureReader
    parts: frozenset[str] = frozenset()
    options: dict[str, str] = field(default_factory=dict)
    _settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """기준일에 쓰는 설정. 한 번만 읽는다."""
        if self._settings is None:
            self._settings = Setting.objects.values_on(self.as_of)
        return self._settings

    def has(self, part: str) -> bool:
        """고른 절인가. 아무것도 고르지 않았으면 모두 넣는다."""
        return not self.parts or part in self.parts

    def figure(self, code: str, unit: str = "", *, bold: bool = False) -> Run:
        """수치 하나를 글의 낱으로."""
        reading = self.reader(code)
        return Run(reading.text(unit), code, reading.found.url, bold, unit=unit)

    def cell(self, code: str, unit: str = "", *, bold: bool = False, dash_zero: bool = False, align: Align = "right") -> Cell:
        """수치 하나를 표의 칸으로. 엑셀에는 unit 으로 나눈 진짜 수가 들어간다. dash_zero 면 0 을 「-」로 적는다."""
        found = self.reader(code).found.value
        scale = {name: won for won, name in UNIT_NAMES.items()}.get(unit, 1)
        value = None if found is None else Decimal(found) / scale
        run = self.figure(code, unit, bold=bold)
        if dash_zero and value == 0:
            run = replace(run, text=MISSING)
        return Cell((run,), align=align, bold=bold, value=value)

    def text(self, raw: str) -> Text:
        """`총 {…}건` 같은 글을 지금의 값으로 채운다."""
        return tuple(
            self.figure(part.code, part.unit) if isinstance(part, Placeholder) else Run(part) for part in parts(raw)
        )


def _no_checks(context: Context) -> list[Check]:
    return []


def _no_figures(year: int) -> list[Figure]:
    return []


@dataclass(frozen=True)
class Template:
    """보고서 한 가지.

    code    명령과 주소에 쓰는 이름(예: "annual")
    title   보고서의 제목. {year} 는 그해다.
    team    맡은 팀
    cycle   언제 내는가(해마다, 분기마다, 필요할 때)
    parts   넣고 뺄 수 있는 절
    build   문서를 만드는 법
    checks  검산
    figures 이 틀에서만 쓰는 그해의 수치(사업마다의 예산처럼 행에 따라 생기는 것)
    default_as_of  그해의 기준일을 주는 법. 비우면 오늘(지난해면 12월 31일)
    """

    code: str
    title: str
    team: str
    cycle: str
    parts: tuple[Part, ...]
    build: Callable[[Context], Document]
    checks: Callable[[Context], list[Check]] = _no_checks
    default_as_of: Callable[[int], date] | None = None
    figures: Callable[[int], Iterable[Figure]] = _no_figures

    @property
    def default_parts(self) -> frozenset[str]:
        """절을 고르지 않았을 때 넣는 절."""
        return frozenset(part.key for part in self.parts if part.is_default)

    @property
    def title_plain(self) -> str:
        """해를 뺀 제목."""
        return self.title.replace("{year}년", "").replace("{year}", "").strip()

    def title_of(self, year: int) -> str:
        """그해 보고서의 제목."""
        return self.title.format(year=year)


@dataclass(frozen=True)
class Library:
    """틀과 수치의 모음. 네 팀을 아는 config 가 만들어 화면과 명령에 건넨다."""

    templates: tuple[Template, ...]
    figures: Mapping[str, Figure]
    # 사람이 해를 고르지 않았을 때의 해(자료가 있는 가장 늦은 해)
    newest_year: Callable[[], int | None] = lambda: None

    def template(self, code: str) -> Template:
        """코드로 찾는다. 없으면 KeyError."""
        return {one.code: one for one in self.templates}[code]

    def context(
        self, template: Template, year: int, start: date, as_of: date, parts: frozenset[str] = frozenset()
    ) -> Context:
        """보고서 하나를 만들 준비."""
        figures = {**self.figures, **{one.code: one for one in template.figures(year)}}
        return Context(year, start, as_of, FigureReader(figures, as_of), parts or template.default_parts)
