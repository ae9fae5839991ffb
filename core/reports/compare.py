"""두 문서를 견준다: 어느 조각의 어느 낱말과 수가 바뀌었는가."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from core.reports.document import (
    Block,
    Chapter,
    Document,
    ItemHeading,
    Line,
    Purpose,
    Run,
    Section,
    Table,
    Text,
    TitleBox,
    as_string,
)

_WORD = re.compile(r"\s+|[\d,.△]+|[^\s\d,.△]+")


@dataclass(frozen=True)
class Difference:
    """바뀐 곳 하나. old 가 비면 더한 것, new 가 비면 뺀 것이다."""

    key: str
    place: str
    old: Text
    new: Text

    @property
    def kind(self) -> str:
        """더함 · 뺌 · 바뀜"""
        return "더함" if not self.old else "뺌" if not self.new else "바뀜"


def words(text: str) -> list[str]:
    """견줄 낱말: 수와 글을 나눈다."""
    return _WORD.findall(text)


def marked(old: str, new: str) -> tuple[Text, Text]:
    """바뀐 낱말에 표를 단 두 글."""
    before, after = words(old), words(new)
    left: list[Run] = []
    right: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        changed = tag != "equal"
        if a < b:
            left.append(Run("".join(before[a:b]), changed=changed))
        if c < d:
            right.append(Run("".join(after[c:d]), changed=changed))
    return tuple(left), tuple(right)


def spots(document: Document) -> Iterator[tuple[str, str, str]]:
    """문서의 글이 있는 자리: (자리의 이름, 사람이 읽는 자리, 글). 표는 칸마다 하나다."""
    item = part = ""
    for block in document.blocks:
        if found := _item(block):
            item, part = found, ""
        elif isinstance(block, Line) and block.mark == "□":
            part = as_string(block.text)
        place = " ".join(filter(None, (item, part)))
        match block:
            case TitleBox():
                yield block.key, "표지", " ".join(filter(None, (block.title, block.subtitle, block.date_text)))
            case Chapter() | Section() | ItemHeading():
                yield block.key, place, block.title
            case Purpose():
                yield block.key, f"{place} 목적", as_string(block.text)
            case Line():
                yield block.key, place, f"{block.mark} {as_string(block.text)} {block.right}".strip()
            case Table():
                named = block.caption or "표"
                for row, column, cell in block.grid():
                    text = " ".join(as_string(one) for one in cell.paragraphs)
                    yield f"{block.key}:{row}:{column}", f"{place} {named} {row + 1}행 {column + 1}열", text


def _item(block: Block) -> str:
    """장·절·사업의 머리이면 그 이름."""
    return f"{block.number} {block.title}" if isinstance(block, Chapter | Section | ItemHeading) else ""


def differences(old: Document, new: Document) -> list[Difference]:
    """바뀐 곳을 새 문서의 차례대로. 뺀 것은 끝에 온다."""
    before = {key: (place, text) for key, place, text in spots(old)}
    found = []
    for key, place, text in spots(new):
        was = before.pop(key, None)
        if was is None:
            found.append(Difference(key, place, (), (Run(text, changed=True),)))
        elif was[1] != text:
            found.append(Difference(key, place, *marked(was[1], text)))
    found += [Difference(key, place, (Run(text, changed=True),), ()) for key, (place, text) in before.items()]
    return [one for one in found if as_string(one.old).strip() or as_string(one.new).strip()]


def with_changes(old: Document, new: Document) -> Document:
    """새 문서에, 옛 문서와 다른 줄과 칸을 표해서 준다. 수치와 그 주소는 그대로 둔다."""
    changed = {one.key for one in differences(old, new)}

    def flagged(text: Text) -> Text:
        return tuple(replace(run, changed=True) for run in text)

    blocks: list[Block] = []
    for block in new.blocks:
        if isinstance(block, Line | Purpose) and block.key in changed:
            blocks.append(replace(block, text=flagged(block.text)))
        elif isinstance(block, Table) and any(key.startswith(f"{block.key}:") for key in changed):
            places = {(row, column) for row, column, _cell in block.grid() if f"{block.key}:{row}:{column}" in changed}
            blocks.append(_flag_cells(block, places))
        else:
            blocks.append(block)
    return replace(new, blocks=tuple(blocks))


def _flag_cells(table: Table, places: set[tuple[int, int]]) -> Table:
    cells = iter(list(table.grid()))
    rows = []
    for row in table.rows:
        flagged = []
        for cell in row:
            at, column, _same = next(cells)
            if (at, column) in places:
                lines = tuple(tuple(replace(run, changed=True) for run in line) for line in cell.lines)
                cell = replace(cell, text=tuple(replace(run, changed=True) for run in cell.text), lines=lines)
            flagged.append(cell)
        rows.append(tuple(flagged))
    return replace(table, rows=tuple(rows))
