"""옛 xls(BIFF8) 통합 문서의 시트를 읽는다."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.excel.opening.calamine_rows import workbook_rows
from core.excel.opening.looks import Looks
from core.excel.opening.number_formats import Shape, special_shapes
from core.excel.opening.ole_stream import ole_stream
from core.excel.opening.refusal import DAMAGED, Refused, check_size, chosen_sheet
from core.excel.opening.sheet_facts import SheetFacts, opening_note
from core.excel.opening.xls_looks import LookRecords

_XLS_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# BIFF 레코드 번호
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMAT, _XF_RECORD = 0x809, 0x0A, 0x2F, 0x85, 0x41E, 0xE0
_SUPBOOK, _EXTERNSHEET = 0x1AE, 0x17
_ROW, _COLINFO, _BOOLERR, _FORMULA, _NUMBER, _RK, _MULRK = 0x208, 0x7D, 0x205, 0x06, 0x203, 0x27E, 0xBD
_LABEL, _LABELSST, _RSTRING = 0x204, 0xFD, 0xD6


@dataclass
class XlsBook:
    """xls에서 읽기 라이브러리가 알려 주지 않는 사실. sheets는 (숨김, 워크시트인지, 시작 위치)이다.

    shapes는 저장된 수와 달리 보이는 스타일, looks는 읽지 않을 모양, outside는 다른 파일을 가리키는 수식에 들어 있는 바이트 무늬이다.
    """

    stream: bytes
    sheets: list[tuple[bool, bool, int]]
    shapes: dict[int, Shape]
    outside: re.Pattern[bytes] | None
    looks: Looks


def _outside(stream: bytes, books: list[bool], references: tuple[int, int] | None) -> re.Pattern[bytes] | None:
    """다른 파일의 칸을 가리키는 토큰(ptgNameX, ptgRef3d, ptgArea3d)과 그 번호의 무늬. 다른 파일을 잇지 않았으면 None."""
    if references is None or not any(books):
        return None
    at, length = references
    count = min(struct.unpack_from("<H", stream, at)[0], (length - 2) // 6)
    places = [struct.unpack_from("<H", stream, at + 2 + 6 * i)[0] for i in range(count)]
    numbers = [struct.pack("<H", i) for i, book in enumerate(places) if book < len(books) and books[book]]
    if not numbers:
        return None
    return re.compile(rb"[\x39-\x3b\x59-\x5b\x79-\x7b](?:" + b"|".join(map(re.escape, numbers)) + rb")", re.S)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """at에서 시작하는 한 부분의 (레코드 번호, 내용 위치, 길이). 안에 든 차트는 건너뛴다."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise Refused(DAMAGED)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, at + 4, length
        at += 4 + length


def open_xls(path: Path) -> XlsBook:
    """xls의 암호와 판을 확인하고 시트 목록과 서식을 읽는다."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
    if "DRMEncrypted".encode("utf-16-le") in data:
        raise Refused("문서 보안(DRM)이 걸려 있습니다", "보안을 해제한 파일을 올려 주세요")
    stream = ole_stream(data)
    sheets: list[tuple[bool, bool, int]] = []
    codes: dict[int, str] = {}
    formats: list[int] = []
    books: list[bool] = []
    references = None
    looks = LookRecords()
    for kind, at, length in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", stream, at)[0] != 0x0600:
            raise Refused("엑셀 97보다 오래된 파일입니다")
        looks.add(kind, stream[at : at + length])
        if kind == _FILEPASS:
            raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
        if kind == _BOUNDSHEET:
            start, state, sort = struct.unpack_from("<IBB", stream, at)
            sheets.append((bool(state & 3), sort == 0, start))
        elif kind == _FORMAT and length > 5:
            number, count, wide = struct.unpack_from("<HHB", stream, at)
            code = stream[at + 5 : at + 5 + count * (1 + (wide & 1))]
            codes[number] = code.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == _XF_RECORD:
            formats.append(struct.unpack_from("<H", stream, at + 2)[0])
        elif kind == _SUPBOOK:
            # 이 통합 문서 자신과 추가 기능은 길이 4의 정해진 표시이고, 나머지는 다른 파일이다.
            books.append(stream[at + 2 : at + 4] not in (b"\x01\x04", b"\x01\x3a"))
        elif kind == _EXTERNSHEET and length > 1:
            references = at, length
    return XlsBook(stream, sheets, special_shapes(formats, codes), _outside(stream, books, references), looks.looks())


def scan_xls_sheet(book: XlsBook, start: int, limits: dict[str, Any]) -> SheetFacts:
    """xls 시트의 오류 칸, 달리 보이는 칸, 숨은 행과 열을 모은다."""
    facts = SheetFacts()
    columns = 0
    empty: list[tuple[int, int]] = []
    for kind, at, length in _records(book.stream, start):
        if kind == _ROW:
            row, _, _, height, *_, flags = struct.unpack_from("<HHHHHHI", book.stream, at)
            if flags & 0x20 or height == 0:
                facts.hidden_rows.add(row + 1)
        elif kind == _COLINFO:
            low, high, width, _, flags = struct.unpack_from("<5H", book.stream, at)
            if flags & 1 or not width:
                facts.hidden_columns.extend(range(low, min(high + 1, limits["columns"])))
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", book.stream, at)
            styles = [struct.unpack_from("<H", book.stream, at + 4 + 6 * i)[0] for i in range((length - 6) // 6)]
            for place, style in enumerate(styles, first):
                if style in book.shapes:
                    facts.put_shape(row + 1, place, book.shapes[style])
                if style in book.looks.styles:
                    facts.unread.setdefault(row + 1, []).append((place, book.looks.styles[style]))
            columns = max(columns, first + len(styles))
        elif kind in (_LABEL, _LABELSST, _RSTRING):
            row, column, style = struct.unpack_from("<3H", book.stream, at)
            run = book.looks.runs.get(struct.unpack_from("<I", book.stream, at + 6)[0]) if kind == _LABELSST else None
            if why := book.looks.of(style, run):
                facts.unread.setdefault(row + 1, []).append((column, why))
        elif kind in (_BOOLERR, _FORMULA, _NUMBER, _RK):
            row, column, style = struct.unpack_from("<3H", book.stream, at)
            if style in book.looks.styles:
                facts.unread.setdefault(row + 1, []).append((column, book.looks.styles[style]))
            columns = max(columns, column + 1)
            error = None
            if kind == _FORMULA:
                facts.formulas += 1
                if book.outside and book.outside.search(book.stream[at + 22 : at + length]):
                    facts.external += 1
                result = book.stream[at + 6 : at + 14]
                error = result[2] if result[6:] == b"\xff\xff" and result[0] == 2 else None
                if result[6:] == b"\xff\xff" and result[0] == 3:
                    empty.append((row + 1, column))
            elif kind == _BOOLERR:
                error = book.stream[at + 6] if book.stream[at + 7] else None
            if error is not None:
                facts.faults.setdefault(row + 1, {})[column] = {"e": _XLS_ERRORS.get(error, "#VALUE!")}
            elif style in book.shapes:
                facts.put_shape(row + 1, column, book.shapes[style])
    check_size(0, columns, 0, limits)
    if len(empty) == facts.formulas:
        # 모든 수식의 결과가 빈 글자이면 프로그램이 적고 엑셀이 아직 계산하지 않은 파일이다.
        for row, column in empty:
            facts.faults.setdefault(row, {})[column] = {"f": "="}
    return facts


def xls_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """xls(BIFF8) 시트 하나의 알림과 행들."""
    import python_calamine

    book = open_xls(path)
    chosen = None
    facts = SheetFacts()
    with path.open("rb") as stream, python_calamine.CalamineWorkbook.from_filelike(stream) as workbook:
        sheets = list(zip(workbook.sheet_names, book.sheets, strict=True))
        for name, (hidden, is_sheet, start) in sheets:
            if is_sheet and (name == wanted or (wanted is None and not hidden)):
                chosen = name
                facts = scan_xls_sheet(book, start, limits)
                if wanted is not None or workbook.get_sheet_by_name(name).end is not None or facts.faults:
                    break
    note = opening_note("xls", chosen_sheet(chosen, wanted), [(name, hidden) for name, (hidden, is_sheet, _) in sheets if is_sheet])
    note |= {"hidden_columns": facts.hidden_columns, "formulas": facts.formulas}
    note |= {"scaled": list(facts.scaled.items()), "external": facts.external}
    note["factors"] = [(place, sorted(found)) for place, found in facts.factors.items()]
    return note, workbook_rows(path, note, facts)


def xls_sheets(path: Path, _limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    import python_calamine

    book = open_xls(path)
    with path.open("rb") as stream, python_calamine.CalamineWorkbook.from_filelike(stream) as workbook:
        return [
            [name, hidden, sum(1 for row in workbook.get_sheet_by_name(name).iter_rows() if any(v != "" for v in row))]
            for name, (hidden, is_sheet, _) in zip(workbook.sheet_names, book.sheets, strict=True)
            if is_sheet
        ]
