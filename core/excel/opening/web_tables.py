"""업무 시스템이 .xls라는 이름으로 내려 주는 웹 문서(HTML, MHTML)를 읽는다. 문서가 가리키는 바깥의 것은 따라가지 않는다."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import compat32
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from core.excel.opening.csv_text import decoded
from core.excel.opening.refusal import Refused, check_size, chosen_sheet
from core.excel.opening.sheet_facts import opening_note

_DEEPEST = 20
_UNSEEN = re.compile(r"display\s*:\s*none", re.I)
_FORMAT = re.compile(r"mso-number-format\s*:\s*(\"[^\"]*\"|'[^']*'|[^;]*)", re.I)
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNREAD = frozenset({"script", "style", "title", "xml"})


@dataclass
class _Cell:
    parts: list[str] = field(default_factory=list)
    down: int = 1
    across: int = 1
    percent: bool = False
    unseen: bool = False

    @property
    def text(self) -> str:
        lines = "".join(self.parts).replace("\xa0", " ").split("\v")
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


@dataclass
class _Table:
    rows: list[tuple[bool, list[_Cell]]] = field(default_factory=list)
    inside: bool = False
    unseen: bool = False

    @property
    def hidden_here(self) -> bool:
        """지금 읽는 자리가 화면에 보이지 않는가"""
        if self.unseen or not self.inside:
            return self.unseen
        hidden, cells = self.rows[-1]
        return hidden or cells[-1].unseen

    @property
    def cell_count(self) -> int:
        return sum(len(cells) for _, cells in self.rows)

    @property
    def is_layout(self) -> bool:
        """한 행에 글이 든 칸이 둘 이상이면 자료의 표이고, 아니면 화면을 나누려고 쓴 표이다."""
        return all(sum(1 for cell in cells if cell.text) < 2 for _, cells in self.rows)


class _Reader(HTMLParser):
    """문서의 표와 표 밖의 글을 엑셀에서 연 것처럼 위에서 아래로 한 시트에 늘어놓는다.

    표 밖의 글을 버리지 않는 까닭은 금액 단위와 기준일이 거기에 적히기 때문이다.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Table] = []
        self.stack: list[_Table] = []
        self._outside = _Cell()
        self._unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread = tag
        if self._unread:
            return
        values = {name: value or "" for name, value in attrs}
        style = values.get("style", "")
        if tag == "table":
            if len(self.stack) >= _DEEPEST:
                raise Refused("표 안에 표가 지나치게 여러 겹 들어 있는 웹 문서입니다")
            if not self.stack:
                self._flush_outside()
            self.stack.append(_Table(unseen=bool(_UNSEEN.search(style))))
        elif self.stack and tag == "tr":
            self.stack[-1].inside = False
            hidden = bool(_UNSEEN.search(style)) or any(outer.hidden_here for outer in self.stack)
            self.stack[-1].rows.append((hidden, []))
        elif self.stack and tag in ("td", "th"):
            table = self.stack[-1]
            if not table.rows:
                table.rows.append((False, []))
            code = _FORMAT.search(style)
            table.rows[-1][1].append(
                _Cell(
                    down=_span(values.get("rowspan")),
                    across=_span(values.get("colspan")),
                    percent=bool(code and "%" in code[1]),
                    unseen=bool(_UNSEEN.search(style)),
                )
            )
            table.inside = True
        elif tag in _BREAKS:
            self._text().parts.append("\v")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unread:
            self._unread = ""
        elif self._unread:
            return
        elif tag == "table" and self.stack:
            self._close_table()
        elif tag in ("td", "th", "tr") and self.stack:
            self.stack[-1].inside = False
        elif tag in _BREAKS:
            self._text().parts.append("\v")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._text().parts.append(data)

    def finish(self) -> list[_Table]:
        """다 읽은 뒤의 덩이들. 표를 닫지 않고 끝난 문서는 받다 만 것이므로 받지 않는다(Refused)."""
        self.close()
        if self.stack or self._unread:
            raise Refused("웹 문서(HTML)가 끝까지 저장되지 않았습니다", "업무 시스템에서 다시 내려받아 올려 주세요")
        self._flush_outside()
        return self.blocks

    def _text(self) -> _Cell:
        if self.stack and self.stack[-1].inside:
            return self.stack[-1].rows[-1][1][-1]
        # 표 안이지만 칸 밖에 적힌 글(caption 따위)은 브라우저처럼 표 위에 둔다.
        return self._outside

    def _flush_outside(self) -> None:
        lines, self._outside = self._outside.text.split("\n"), _Cell()
        if any(lines):
            self.blocks.append(_Table([(False, [_Cell([line])]) for line in lines]))

    def _close_table(self) -> None:
        table = self.stack.pop()
        if not self.stack:
            self._flush_outside()
            self.blocks.append(table)
        elif table.cell_count > 1 and all(outer.is_layout for outer in self.stack):
            # 화면을 나누려고 쓴 표이다. 그때까지의 글이 위에 오도록 먼저 낸다.
            self._flush_outside()
            for outer in self.stack:
                self.blocks.append(_Table(outer.rows))
                outer.rows = [(outer.rows[-1][0], [_Cell(unseen=outer.rows[-1][1][-1].unseen)])] if outer.inside else []
            self.blocks.append(table)
        else:
            # 자료의 칸 안에 든 표는 그 칸의 글이다.
            for _, cells in table.rows:
                for cell in cells:
                    self._text().parts += ["\v", *cell.parts]


def _span(value: str | None) -> int:
    text = (value or "").strip()
    return max(1, min(int(text), 65_534)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _value(cell: _Cell) -> Any:
    text = cell.text
    if cell.percent and _PLAIN_NUMBER.fullmatch(text):
        return {"p": float(text)}
    return text


def _grid(blocks: list[_Table], limits: dict[str, Any]) -> tuple[list[list[Any]], list[list[int]]]:
    """시트의 행들과 합친 칸들. 덩이 사이에는 빈 행을 하나 둔다."""
    rows: list[list[Any]] = []
    merged: list[list[int]] = []
    number = 0
    for block in blocks:
        # 위에서 내려온 칸이 차지한 자리: {열: 끝 행}
        taken: dict[int, int] = {}
        last = number + len(block.rows)
        for hidden, cells in block.rows:
            number += 1
            values: list[Any] = []
            place = 0
            for cell in cells:
                if cell.unseen:
                    continue
                while taken.get(place, 0) >= number:
                    place += 1
                check_size(len(rows), place + cell.across, number, limits)
                bottom, right = min(number + cell.down - 1, last), place + cell.across - 1
                if bottom > number or right > place:
                    merged.append([number, place, bottom, right])
                    taken |= dict.fromkeys(range(place, right + 1), bottom)
                values.extend([""] * (place + 1 - len(values)))
                values[place] = _value(cell)
                place = right + 1
            while values and values[-1] == "":
                values.pop()
            if values:
                rows.append([number, values, int(hidden), 0])
        number += 1
    return rows, merged


def _documents(path: Path, kind: str) -> list[str]:
    data = path.read_bytes()
    if kind == "html":
        return [decoded(data)[0]]
    parts = [part for part in message_from_bytes(data, policy=compat32).walk() if part.get_content_type() == "text/html"]
    return [decoded(bytes(part.get_payload(decode=True) or b""))[0] for part in parts]  # type: ignore[arg-type]


def _sheets(path: Path, kind: str, limits: dict[str, Any]) -> dict[str, tuple[list[list[Any]], list[list[int]]]]:
    found = []
    for text in _documents(path, kind):
        reader = _Reader()
        reader.feed(text)
        blocks = reader.finish()
        # 틀만 있는 문서(MHTML의 frameset)는 시트가 아니다.
        if any(block.cell_count for block in blocks) and "<table" in text.lower():
            found.append(_grid(blocks, limits))
    if not found:
        raise Refused("표가 없는 웹 문서(HTML)입니다")
    return {f"웹 문서 {number}" if len(found) > 1 else "웹 문서": grid for number, grid in enumerate(found, 1)}


def web_rows(
    path: Path, kind: str, wanted: str | None, limits: dict[str, Any]
) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """웹 문서의 알림과 행들."""
    sheets = _sheets(path, kind, limits)
    name = chosen_sheet(next((name for name in sheets if wanted in (None, name)), None), wanted)
    rows, merged = sheets[name]
    note = opening_note(kind, name, [(name, False) for name in sheets]) | {"merged": merged}
    return note, iter([[], *rows])


def web_sheets(path: Path, kind: str, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    return [[name, False, len(rows)] for name, (rows, _) in _sheets(path, kind, limits).items()]
