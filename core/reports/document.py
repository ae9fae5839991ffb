"""보고서 문서의 모형. 화면(HTML), 한글(HWPX), PDF, 엑셀이 모두 이것 하나에서 나온다.

문서는 조각(Block)을 차례로 늘어놓은 것이다. 조각의 key 는 한 보고서 안에서 하나뿐이고 해가 바뀌어도 같은 자리를 가리킨다.
담당자가 고친 글, 잠근 조각, 지난 호와의 견줌이 key 로 이어진다. 글은 낱(Run)의 묶음이라 그 안의 수가 어느 행에서
왔는지 잃지 않는다.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Align = Literal["left", "center", "right"]
# □ ○ - · ※ 의 차례. 빈 글은 표시 없는 줄이다.
Mark = Literal["□", "○", "-", "·", "※", ""]
MARKS: tuple[Mark, ...] = ("□", "○", "-", "·", "※")


@dataclass(frozen=True)
class Run:
    """글의 한 낱.

    figure   이 낱이 수치이면 그 코드
    url      수치를 이루는 행의 주소
    unit     수치를 나누어 적은 단위(천원·백만원). 글을 고칠 때 코드로 되돌린다
    changed  지난 호와 다른 낱인가(견주어 볼 때만)
    """

    text: str
    figure: str = ""
    url: str = ""
    bold: bool = False
    changed: bool = False
    unit: str = ""


Text = tuple[Run, ...]


def plain(text: str) -> Text:
    """수치가 없는 글."""
    return (Run(text),) if text else ()


def as_string(text: Text) -> str:
    """글자만."""
    return "".join(run.text for run in text)


@dataclass(frozen=True)
class Block:
    """문서의 한 조각."""

    key: str


@dataclass(frozen=True)
class TitleBox(Block):
    """제목 상자. is_cover 이면 한 쪽을 다 쓰는 표지이고 그 쪽에는 쪽 번호를 적지 않는다(쪽 나눔은 따로 둔다)."""

    title: str
    subtitle: str = ""
    organisation: str = ""
    date_text: str = ""
    is_cover: bool = False


@dataclass(frozen=True)
class Approval(Block):
    """결재란."""

    posts: tuple[str, ...] = ("담당", "팀장", "과장")


@dataclass(frozen=True)
class Chapter(Block):
    """장의 제목: Ⅰ. 일반현황"""

    number: str
    title: str


@dataclass(frozen=True)
class Contents(Block):
    """한 장의 차례. 쪽 번호는 옮기는 쪽이 채운다. 항목은 이 조각 뒤, 다음 장 앞의 ItemHeading 이다."""

    headings: tuple[str, str, str] = ("연번", "사 업 명", "쪽")


@dataclass(frozen=True)
class Section(Block):
    """일반현황의 절: 1 조 직"""

    number: str
    title: str


@dataclass(frozen=True)
class ItemHeading(Block):
    """사업 한 건의 머리: 번호, 사업명, 팀"""

    number: str
    title: str
    team: str


@dataclass(frozen=True)
class Purpose(Block):
    """목적을 적은 상자."""

    text: Text


@dataclass(frozen=True)
class Line(Block):
    """□ ○ - · ※ 한 줄. right 는 오른쪽 끝에 적는 말(단위)이다."""

    mark: Mark
    text: Text
    right: str = ""


@dataclass(frozen=True)
class Cell:
    """표의 한 칸.

    value   엑셀에 적을 진짜 수. 글이면 None
    lines   여러 줄이면 줄마다의 글. 비우면 text 한 줄
    """

    text: Text = ()
    colspan: int = 1
    rowspan: int = 1
    align: Align = "left"
    is_heading: bool = False
    bold: bool = False
    value: int | Decimal | None = None
    lines: tuple[Text, ...] = ()

    @property
    def paragraphs(self) -> tuple[Text, ...]:
        """줄마다의 글."""
        return self.lines or (self.text,)


def heading(text: str, *, colspan: int = 1, rowspan: int = 1) -> Cell:
    """머리글 칸."""
    return Cell(plain(text), colspan, rowspan, "center", is_heading=True)


@dataclass(frozen=True)
class Table(Block):
    """표. 머리글은 여러 줄일 수 있고 칸을 합칠 수 있다.

    rows     모든 줄. 앞의 heading_rows 줄이 머리글이다. 합친 칸에 덮인 자리는 적지 않는다(HTML 과 같다).
    widths   열 너비의 비
    caption  표의 이름(화면낭독기와 엑셀 시트 이름에 쓴다)
    unit     오른쪽 위에 적는 단위와 기준일: "단위: 백만원 / 23.11.06.기준"
    """

    rows: tuple[tuple[Cell, ...], ...]
    heading_rows: int = 1
    widths: tuple[float, ...] = ()
    caption: str = ""
    unit: str = ""
    unit_below: bool = False

    @property
    def column_count(self) -> int:
        """열의 수."""
        return sum(cell.colspan for cell in self.rows[0]) if self.rows else 0

    def grid(self) -> Iterator[tuple[int, int, Cell]]:
        """(행, 열, 칸): 합친 칸을 펼친 왼쪽 위의 자리."""
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                taken |= {
                    (row + down, column + across) for down in range(cell.rowspan) for across in range(cell.colspan)
                }
                yield row, column, cell
                column += cell.colspan


@dataclass(frozen=True)
class PageBreak(Block):
    """쪽 나눔. 쪽은 이것으로만 나뉜다: 장이나 사업의 머리가 스스로 쪽을 넘기지 않는다."""


@dataclass(frozen=True)
class Document:
    """보고서 한 권.

    first_page  첫 쪽의 번호
    header      쪽마다 위에 적는 말
    landscape   가로로 놓은 종이인가
    properties  파일의 속성에 적을 말: author, subject, keywords, description, date(2023-11-06)
    """

    title: str
    blocks: tuple[Block, ...]
    header: str = ""
    first_page: int = 1
    properties: dict[str, str] = field(default_factory=dict)
    landscape: bool = False

    def tables(self) -> list[Table]:
        """표만 차례로."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def figures(self) -> list[Run]:
        """문서에 나온 수치. 나온 차례대로, 되풀이도 그대로."""
        found = []
        for block in self.blocks:
            texts: list[Text] = []
            if isinstance(block, Line | Purpose):
                texts = [block.text]
            elif isinstance(block, Table):
                texts = [text for row in block.rows for cell in row for text in cell.paragraphs]
            found += [run for text in texts for run in text if run.figure]
        return found
