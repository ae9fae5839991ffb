"""시트 XML을 한 번 훑어 읽기 라이브러리가 감추는 것을 모은다."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from core.excel.opening.looks import Looks, run_of
from core.excel.opening.number_formats import Shape, attribute
from core.excel.opening.refusal import DAMAGED, Refused, check_size
from core.excel.opening.sheet_facts import SheetFacts
from core.excel.opening.zip_checks import xml_chunks

_LONGEST_ROW = 64 << 20
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d+)[\"']")
# 높이나 너비가 0인 행과 열도 보이지 않는다.
_HIDDEN = re.compile(rb"\s(?:hidden\s*=\s*[\"'](?:1|true)|(?:ht|width)\s*=\s*[\"']0(?:\.[0-9]*)?)[\"']")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)\d+[\"']")
# 다른 파일은 [1]시트!A1, 프로그램이 만든 파일에서는 [Book1.xlsx]시트!A1 로 적힌다. 표의 열 이름(표[열])은 아니다.
_EXTERNAL = re.compile(rb"\[\d+\]|\[[^\[\]<>]+\][^\[\]<>()+*/,]*!")
_WON_ROWS = 200
_ZERO = re.compile(rb"-?0(?:\.0*)?")
_TEXT_KINDS = (b"s", b"inlineStr", b"str")
_TEXT_CELL = re.compile(rb"\st\s*=\s*[\"'](?:s|inlineStr)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def scan_sheet(
    archive: zipfile.ZipFile, part: str, limits: dict[str, Any], shapes: dict[int, Shape], stale: bool,
    looks: Looks | None = None,
) -> SheetFacts:  # fmt: skip
    """시트 XML을 한 번 훑어 오류 칸, 계산되지 않은 수식, 숨은 행과 열, 내용이 있는 범위를 모은다.

    shapes는 저장된 수와 달리 보이는 스타일, looks는 읽지 않을 모양이고, stale이면 저장값이 0인 수식을 계산되지 않은 것으로 본다.
    전체를 메모리에 올리지 않고 한 행씩 본다. 대부분의 행은 찾기 몇 번으로 끝난다.
    """
    facts, looks = SheetFacts(), looks or Looks()
    chunks = xml_chunks(archive, part)
    buffer = next(chunks, b"")
    root = re.search(rb"<(?:([\w.-]+):)?worksheet\b", buffer)
    if not root:
        raise Refused(DAMAGED)
    prefix = root[1] + b":" if root[1] else b""
    row_start, row_end, cell_start = b"<" + prefix + b"row", b"</" + prefix + b"row>", b"<" + prefix + b"c "
    value_end, text_end, formula = b"</" + prefix + b"v>", b"</" + prefix + b"is>", b"<" + prefix + b"f"
    data_end, cell_end = b"</" + prefix + b"sheetData>", b"</" + prefix + b"c>"
    # 「원」만 붙인 서식은 열의 단위를 알 만큼(앞의 몇 행)만 본다. 칸마다 보면 큰 원장이 두 배 느려진다.
    watched = {style: shape for style, shape in shapes.items() if not shape.only_won}

    def patterns(styles: Collection[int]) -> tuple[bool, re.Pattern[bytes], re.Pattern[bytes]]:
        numbers = b"|".join(str(number).encode() for number in sorted(styles)) or b"none"
        return (
            bool(styles),
            re.compile(rb' s="(?:' + numbers + rb')"'),
            re.compile(rb"\ss\s*=\s*[\"'](?:" + numbers + rb")[\"']|\st\s*=\s*[\"']e[\"']|" + formula + rb"\b"),
        )

    looks_for_styles, styled, special = patterns({*shapes, *looks.styles, *looks.indents})
    columns: dict[bytes, int] = {}
    previous = seen = 0
    first = True

    def index_of(letters: bytes) -> int:
        if letters not in columns:
            if len(letters) > 3:
                raise Refused("시트 범위가 너무 큽니다", "표 밖의 칸을 지우고 다시 저장해 올려 주세요")
            columns[letters] = _column_index(letters)
        return columns[letters]

    def special_cells(row: bytes, body: int) -> Iterator[tuple[int, bytes, bytes]]:
        """눈여겨볼 칸의 (열 번호, 여는 태그의 속성, 내용). 칸을 모두 가르지 않고 표시가 있는 곳만 되짚는다."""
        if b"='" in row or b" =" in row:
            places = [found.start() for found in special.finditer(row, body)]
        else:
            # 엑셀이 쓰는 모양 그대로일 때는 고정 글자로 시작하는 찾기가 서너 배 빠르다.
            places = [found.start() for found in styled.finditer(row, body)] if looks_for_styles else []
            for mark in (b' t="e"', formula):
                at = row.find(mark, body)
                while at >= 0:
                    places.append(at)
                    at = row.find(mark, at + 2)
        if looks.runs or b"rPr" in row:
            places += [found.start() for found in _TEXT_CELL.finditer(row, body)]
        for start in sorted({row.rfind(cell_start, 0, place) for place in places}):
            tag_end = row.find(b">", start)
            if start < 0 or tag_end < 0:
                continue
            attributes = row[start + len(cell_start) - 1 : tag_end]
            reference = _REFERENCE.match(attributes) or _REFERENCE.search(attributes)
            position = index_of(reference[1]) if reference else row.count(cell_start, 0, start)
            inner = b"" if attributes.endswith(b"/") else row[tag_end + 1 : row.find(cell_end, tag_end)]
            yield position, attributes, inner

    def look_of(kind: bytes | None, attributes: bytes, inner: bytes) -> tuple[str, str] | None:
        run = run_of(inner) if kind == b"inlineStr" else None
        if kind == b"s" and looks.runs and (shared := _VALUE.search(inner)):
            run = looks.runs.get(int(shared[1])) if shared[1].strip().isdigit() else None
        return looks.of(int(attribute(attributes, b"s") or 0), run) if run or looks.styles else None

    def look_closely(row: bytes, body: int, number: int) -> None:
        for position, attributes, inner in special_cells(row, body):
            kind = attribute(attributes, b"t")
            if inner and (why := look_of(kind, attributes, inner)):
                facts.unread.setdefault(number, []).append((position, why))
            if looks.indents and inner and kind in _TEXT_KINDS and (deep := looks.indents.get(int(attribute(attributes, b"s") or 0))):
                facts.indents.append([number, position, deep, ""])
            if kind == b"e":
                shown = _VALUE.search(inner)
                text = shown[1].decode("utf-8", "replace") if shown else "#VALUE!"
                facts.faults.setdefault(number, {})[position] = {"e": text[:20]}
                continue
            if inner.lstrip().startswith(formula):
                facts.formulas += 1
                value = _VALUE.search(inner)
                # 글자 수식(t="str")의 빈 결과는 실제로 빈 글자이고, 나머지는 계산된 적이 없는 수식이다.
                written = value[1].strip() if value else b""
                if kind != b"str" and (not written or (stale and kind in (None, b"n") and _ZERO.fullmatch(written))):
                    facts.faults.setdefault(number, {})[position] = {"f": "="}
                if _EXTERNAL.search(inner):
                    facts.external += 1
            style = int(attribute(attributes, b"s") or 0) if kind in (None, b"n") else -1
            if style in watched and inner:
                facts.put_shape(number, position, watched[style])
            elif style in shapes and inner:
                facts.factors.setdefault(position, set()).add(1)

    def finish_row(row: bytes) -> None:
        nonlocal previous, seen, looks_for_styles, styled, special
        start = row.rfind(row_start)
        head_end = row.find(b">", start)
        head = row[start:head_end]
        written = _ROW_NUMBER.search(head)
        number = int(written[1]) if written else previous + row.count(row_start)
        previous = number
        last_value = max(row.rfind(value_end, head_end), row.rfind(text_end, head_end))
        has_formula = formula in row
        if last_value < 0 and not has_formula:
            return
        if number <= seen or number > 1_048_576:
            raise Refused("행 번호가 겹치거나 차례가 맞지 않는 비정상 시트입니다")
        seen = number
        facts.rows += 1
        if facts.rows == _WON_ROWS and len(watched) < len(shapes):
            looks_for_styles, styled, special = patterns({*watched, *looks.styles, *looks.indents})
        facts.last_row = number
        last_cell = row.rfind(cell_start, 0, last_value if last_value >= 0 else len(row))
        reference = _REFERENCE.match(row, last_cell + len(cell_start) - 1)
        width = index_of(reference[1]) + 1 if reference else row.count(cell_start)
        if width > facts.columns:
            facts.columns = width
            check_size(facts.rows, width, number, limits)
        if _HIDDEN.search(head):
            facts.hidden_rows.add(number)
        if looks_for_styles or has_formula or b'"e"' in row or b"'e'" in row or looks.runs or b"rPr" in row:
            look_closely(row, head_end, number)

    while True:
        rows = buffer.split(row_end)
        rest = rows.pop()
        if first and (rows or data_end in rest):
            first = False
            before = (rows[0] if rows else rest).partition(row_start)[0]
            for found in re.finditer(b"<" + prefix + rb"col\b([^>]*)>", before):
                if _HIDDEN.search(b" " + found[1]):
                    low, high = attribute(found[1], b"min") or b"1", attribute(found[1], b"max") or b"1"
                    facts.hidden_columns.extend(range(int(low) - 1, min(int(high), limits["columns"])))
        for row in rows:
            finish_row(row)
        if facts.rows > limits["rows"] or facts.last_row * facts.columns > limits["cells"]:
            check_size(facts.rows, facts.columns, facts.last_row, limits)
        if data_end in rest or re.search(b"<" + prefix + rb"sheetData\s*/>", rest):
            ending = rest
            for chunk in chunks:
                ending = ending[-100:] + chunk
            if b"</" + prefix + b"worksheet>" not in ending[-200:]:
                raise Refused("시트 내용이 중간에 끊겨 있습니다")
            return facts
        if len(rest) > _LONGEST_ROW:
            raise Refused("한 행이 지나치게 큰 비정상 시트입니다")
        chunk = next(chunks, b"")
        if not chunk:
            raise Refused("시트 내용이 중간에 끊겨 있습니다")
        buffer = rest + chunk
