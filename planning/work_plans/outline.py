"""사업 본문의 얼개: □ ○ - · ※ 로 적은 글을 줄로 읽고, 줄을 다시 글로 적는다.

글자는 적은 그대로 둔다(’ ․ ・ ㆍ 도 바꾸지 않는다). 바꾸는 것은 줄 앞의 표시뿐이다: ㅇ·ㆍ 처럼 달리 친 표시는 ○·· 로 본다.
대괄호로 적는 특별한 줄이 셋 있다. [표: 이름] 은 사업에 딸린 표, [예산현황] 과 [소요예산] 은 금액 칸에서 만드는 줄이다.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

HEADING, CIRCLE, DASH, DOT, NOTE, PLAIN = "□", "○", "-", "·", "※", ""
TABLE, BUDGET, REQUIRED = "table", "budget", "required"
MARKS = (HEADING, CIRCLE, DASH, DOT, NOTE)
RESERVED = {"[예산현황]": BUDGET, "[소요예산]": REQUIRED}
RESERVED_TEXT = {mark: text for text, mark in RESERVED.items()}
# 금액에서 만드는 줄의 구역 이름
MONEY_SECTIONS = {BUDGET: "예산현황", REQUIRED: "소요예산"}

OVERVIEW, RESULTS, DETAILS, DIRECTION, SCHEDULE, AHEAD = (
    "사업개요", "주요 추진실적", "세부 추진계획", "추진방향", "추진일정", "향후계획",
)  # fmt: skip
# 때가 적힌 줄이 있는 구역
DATED = (SCHEDULE, AHEAD)

_INDENT = {HEADING: "", CIRCLE: " ", DASH: "   ", DOT: "     ", NOTE: " "}
_SAME = {
    **dict.fromkeys("□■◻", HEADING), **dict.fromkeys("○◯〇", CIRCLE), **dict.fromkeys("·ㆍ․・•‧∙", DOT), "※": NOTE,
}  # fmt: skip
# 글자와 헷갈리는 표시는 뒤에 빈칸이 있을 때만, 줄표는 뒤가 수가 아닐 때만 표시로 본다(-5% 는 글이다).
_TYPED = re.compile(r"(?:(?P<circle>[ㅇoO])(?=\s)|(?P<dash>[-–—－−])(?=\s|[^\d\s]))")
_TABLE = re.compile(r"\[표:\s*(?P<name>[^\[\]]+?)\s*\]")
_RIGHT = re.compile(r"^(?P<text>.*?\S)\s+(?P<right>\(단위:[^()]*\))$")


@dataclass(frozen=True)
class OutlineLine:
    """본문 한 줄: 표시, 글, 오른쪽 끝에 적는 단위."""

    mark: str
    text: str
    right: str = ""


def parse(body: str) -> list[OutlineLine]:
    """글을 줄로 읽는다. 빈 줄은 버린다."""
    found = (_line(text) for text in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return [line for line in found if line is not None]


def _line(raw: str) -> OutlineLine | None:
    text = raw.strip()
    if not text:
        return None
    if text in RESERVED:
        return OutlineLine(RESERVED[text], "")
    if table := _TABLE.fullmatch(text):
        return OutlineLine(TABLE, table["name"])
    mark, rest = _mark(text)
    if not rest:
        return None
    if unit := _RIGHT.match(rest):
        return OutlineLine(mark, unit["text"], unit["right"])
    return OutlineLine(mark, rest)


def _mark(text: str) -> tuple[str, str]:
    """줄 앞의 표시와 나머지 글."""
    if text[0] in _SAME:
        return _SAME[text[0]], text[1:].strip()
    if typed := _TYPED.match(text):
        return (CIRCLE if typed["circle"] else DASH), text[1:].strip()
    return PLAIN, text


def render(lines: Iterable[OutlineLine]) -> str:
    """줄을 글로 적는다. 다시 읽으면 같은 줄이다."""
    return "\n".join(line_text(line) for line in lines)


def line_text(line: OutlineLine) -> str:
    """한 줄을 글로."""
    if line.mark in RESERVED_TEXT:
        return RESERVED_TEXT[line.mark]
    if line.mark == TABLE:
        return f"[표: {line.text}]"
    text = f"{line.text} {line.right}" if line.right else line.text
    return f"{_INDENT[line.mark]}{line.mark} {text}" if line.mark else text


def is_representable(line: OutlineLine) -> bool:
    """적었다 읽어도 그대로인 줄인가. 표시가 없는 줄은 표시로 시작할 수 없다."""
    return parse(line_text(line)) == [line]


def section_name(heading: str) -> str:
    """□ 줄의 글에서 구역의 이름: 「소요예산: 총 …」 → 「소요예산」"""
    return heading.partition(":")[0].strip()[:40]


def with_sections(lines: Iterable[OutlineLine]) -> list[tuple[OutlineLine, str]]:
    """줄마다 어느 □ 아래에 있는지."""
    found, section = [], ""
    for line in lines:
        if line.mark == HEADING:
            section = section_name(line.text)
        elif line.mark in MONEY_SECTIONS:
            section = MONEY_SECTIONS[line.mark]
        found.append((line, section))
    return found


def under(lines: Iterable[OutlineLine], *names: str) -> list[OutlineLine]:
    """그 이름의 구역에 있는 줄. □ 줄은 뺀다."""
    return [line for line, section in with_sections(lines) if section in names and line.mark != HEADING]


def blank_body(kind: str) -> str:
    """새 사업의 본문에 미리 적어 두는 구역. kind 는 WorkPlan.Kind."""
    names = {
        "result": (OVERVIEW, RESULTS, AHEAD), "plan": (OVERVIEW, DETAILS, SCHEDULE), "focus": (DIRECTION, DETAILS, SCHEDULE),
    }[kind]  # fmt: skip
    money = BUDGET if kind == "result" else REQUIRED
    return render([*(OutlineLine(HEADING, name) for name in names), OutlineLine(money, "")])


# ── 표의 글 ─────────────────────────────────────────────────────────────

LEFT, UP, BREAK = "<", "^", "⏎"


@dataclass(frozen=True)
class GridCell:
    """표의 한 칸. 여러 줄이면 줄마다의 글."""

    lines: tuple[str, ...]
    colspan: int = 1
    rowspan: int = 1
    is_heading: bool = False

    @property
    def is_number(self) -> bool:
        """수로만 된 칸인가. 오른쪽에 붙인다."""
        return all(re.fullmatch(r"[△+-]?[\d,.]+%?|-", line) for line in self.lines) and not self.is_heading


class GridProblem(ValueError):
    """읽을 수 없는 표의 글. 글은 담당자에게 보일 문장이다."""


def parse_grid(text: str, heading_rows: int = 1) -> list[list[GridCell]]:
    """표의 글을 칸으로 읽는다. 줄마다 | 로 칸을 나누고, < 는 왼쪽 칸, ^ 는 위 칸과 합치며, ⏎ 는 칸 안의 줄바꿈이다."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not rows:
        return []
    width = len(rows[0])
    for at, row in enumerate(rows, start=1):
        if len(row) != width:
            raise GridProblem(f"{at}번째 줄의 칸이 {len(row)}개입니다. 첫 줄처럼 {width}개로 맞추고 합친 칸은 < 나 ^ 로 적어 주세요.")
    used: set[tuple[int, int]] = set()
    found: list[list[GridCell]] = []
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            if (r, c) in used:
                continue
            if value in (LEFT, UP):
                raise GridProblem(f"{r + 1}번째 줄 {c + 1}번째 칸의 「{value}」와 합칠 칸이 없습니다. 합친 칸은 네모꼴이어야 합니다.")
            across = 1
            while c + across < width and row[c + across] == LEFT:
                across += 1
            down = 1
            while r + down < len(rows) and rows[r + down][c] == UP and all(
                rows[r + down][c + k] in (UP, LEFT) for k in range(across)
            ):  # fmt: skip
                down += 1
            used |= {(r + i, c + k) for i in range(down) for k in range(across)}
            lines = tuple(part.strip() for part in value.split(BREAK))
            cells.append(GridCell(lines, across, down, r < heading_rows))
        found.append(cells)
    return found
