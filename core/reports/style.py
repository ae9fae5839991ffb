"""보고서의 모양새: 종이, 글꼴, 크기, 들여쓰기, 표의 선과 바탕. 네 꼴(화면, 한글, PDF, 엑셀)이 모두 여기 값을 쓴다.

길이는 점(pt), 여백은 밀리미터, 색은 여섯 자리 16진수이다. 글의 모양은 줄 안에서 세 값으로 정한다.
left 는 첫 줄이 시작하는 자리, hanging 은 다음 줄부터 더 들어가는 만큼이다(한글의 왼쪽 여백과 내어쓰기).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.reports.document import Align, Cell, Document

Face = Literal["serif", "sans", "table"]


@dataclass(frozen=True)
class Paper:
    """종이. 여백은 밀리미터. header, footer 는 머리말과 꼬리말의 높이(한글과 같다)."""

    width: float = 210
    height: float = 297
    top: float = 12
    bottom: float = 12
    left: float = 20
    right: float = 20
    header: float = 8
    footer: float = 8

    @property
    def text_width(self) -> float:
        """글이 놓이는 너비(점)."""
        return (self.width - self.left - self.right) * 72 / 25.4


@dataclass(frozen=True)
class TextStyle:
    """글 한 갈래의 모양.

    name     한글의 스타일 목록에 보이는 이름
    face     글꼴의 갈래(FACES)
    spacing  줄 간격(%)
    level    한글의 개요 수준(1부터). 0 이면 본문
    """

    name: str
    face: Face
    size: float
    bold: bool = False
    align: Literal["left", "center", "right", "justify"] = "left"
    left: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    spacing: int = 150
    level: int = 0
    keep_with_next: bool = False
    color: str = "#000000"


PAPER = Paper()
LANDSCAPE = Paper(width=297, height=210)

# 한글 문서에 이름으로 적는 글꼴(함초롬은 한글에 늘 들어 있다)과, 없을 때 대신할 글꼴.
FACES: dict[Face, tuple[str, str]] = {
    "serif": ("함초롬바탕", "바탕"),
    "sans": ("함초롬돋움", "맑은 고딕"),
    "table": ("맑은 고딕", "함초롬돋움"),
}
# PDF 에 심는 글꼴의 차례. 앞의 글꼴에 없는 글자는 뒤에서 찾는다.
_FALLBACK = ("Noto Emoji", "DejaVu Sans Report")
PDF_FACES: dict[Face, tuple[str, ...]] = {
    "serif": ("Noto Serif CJK KR", "Noto Sans CJK KR", *_FALLBACK),
    "sans": ("Noto Sans CJK KR", "Noto Serif CJK KR", *_FALLBACK),
    "table": ("Noto Sans CJK KR", "Noto Serif CJK KR", *_FALLBACK),
}

STYLES: dict[str, TextStyle] = {
    "title": TextStyle("문서 제목", "sans", 26, bold=True, align="center", spacing=140),
    "subtitle": TextStyle("문서 부제목", "sans", 15, align="center", spacing=140),
    "date": TextStyle("표지 날짜", "sans", 16, bold=True, align="center"),
    "organisation": TextStyle("표지 기관", "sans", 22, bold=True, align="center"),
    "chapter": TextStyle("장 제목", "sans", 20, bold=True, level=1, keep_with_next=True, spacing=130),
    "section": TextStyle(
        "절 제목", "sans", 16, bold=True, level=2, keep_with_next=True, before=10, after=4, spacing=130
    ),
    "item_number": TextStyle("사업 번호", "sans", 17, bold=True, align="center", spacing=130, color="#ffffff"),
    "item_title": TextStyle("사업 제목", "sans", 16, bold=True, level=2, keep_with_next=True, spacing=130),
    "item_team": TextStyle("사업 담당", "sans", 12, align="right", spacing=130),
    "purpose": TextStyle("목적", "serif", 13, align="justify"),
    "□": TextStyle("□ 큰제목", "sans", 14, bold=True, hanging=19, before=7, after=1, level=3, keep_with_next=True),
    "○": TextStyle("○ 항목", "serif", 13, align="justify", left=8, hanging=18, before=2, level=4),
    "-": TextStyle("- 세부", "serif", 13, align="justify", left=24, hanging=11, before=1, level=5),
    "·": TextStyle("· 내용", "serif", 12.5, align="justify", left=36, hanging=9, level=6),
    "※": TextStyle("※ 참고", "sans", 11, align="justify", left=24, hanging=15, before=1, spacing=140),
    "": TextStyle("보고서 본문", "serif", 13, align="justify"),
    "unit": TextStyle("단위", "sans", 10.5, align="right", spacing=120, keep_with_next=True),
    "table_head": TextStyle("표 머리", "table", 10.5, bold=True, align="center", spacing=130),
    "table_left": TextStyle("표 글", "table", 10.5, align="left", spacing=130),
    "table_center": TextStyle("표 가운데", "table", 10.5, align="center", spacing=130),
    "table_right": TextStyle("표 수", "table", 10.5, align="right", spacing=130),
    "table_place": TextStyle("표 자리", "table", 10.5, spacing=100),
    "contents_head": TextStyle("차례 머리", "sans", 14, bold=True, align="center"),
    "contents_number": TextStyle("차례 연번", "sans", 14, align="center", spacing=180),
    "contents_title": TextStyle("차례 사업명", "serif", 14, align="left", spacing=180),
    "contents_page": TextStyle("차례 쪽", "sans", 14, align="center", spacing=180),
    "approval": TextStyle("결재란", "sans", 10, align="center", spacing=120),
    "header": TextStyle("보고서 머리말", "sans", 9, align="right", spacing=120, color="#555555"),
    "footer": TextStyle("보고서 쪽 번호", "sans", 10, align="center", spacing=120),
}

# 색과 선. 선의 굵기는 한글이 받는 값(mm)만 쓴다.
COLORS = {
    "bar": "#1f3a68",  # 장 제목 아래의 굵은 선, 사업 번호 상자
    "band": "#e9eef6",  # 사업 머리의 띠
    "shade": "#e6e9ee",  # 표 머리
    "line": "#000000",
    "inner": "#7f7f7f",
    "changed": "#fff2a8",
}
LINES = {"outer": 0.4, "inner": 0.12, "bar": 1.0, "dotted": 0.25}
# 칸의 안쪽 여백(점): 좌우, 위아래
CELL_PADDING = (4.0, 3.0)
PURPOSE_PADDING = (9.0, 7.0)
ITEM_PADDING = (7.0, 6.0)
CONTENTS_PADDING = (6.0, 5.0)
ITEM_WIDTHS = (0.08, 0.72, 0.20)
CONTENTS_WIDTHS = (0.13, 0.74, 0.13)
APPROVAL_CELL = (54.0, 18.0, 40.0)  # 결재란 한 칸의 너비, 직위 칸의 높이, 도장 칸의 높이
APPROVAL_TITLE = "결재"
TITLE_PADDING = 16.0
PAGE_NUMBER = ("- ", " -")

# 이보다 줄이 많은 칸은 가운데가 아니라 위에 붙인다.
_LINES_IN_MIDDLE = 4
_CELL_STYLES: dict[Align, str] = {"left": "table_left", "center": "table_center", "right": "table_right"}


def paper(document: Document) -> Paper:
    """이 문서의 종이."""
    return LANDSCAPE if document.landscape else PAPER


def is_top(lines: int) -> bool:
    """위에 붙여 적는 칸인가. 여러 줄을 늘어놓은 칸(업무분장)은 줄 수가 달라도 첫 줄이 나란하다."""
    return lines > _LINES_IN_MIDDLE


def cell_style_key(cell: Cell) -> str:
    """표의 칸에 쓰는 글의 이름(STYLES)."""
    return "table_head" if cell.is_heading else _CELL_STYLES[cell.align]
