"""시험에 쓸 엑셀·CSV 파일을 만든다. 정상 파일은 XlsxWriter로, 비정상 파일은 XML과 바이트를 직접 적어 만든다."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from core.excel.columns import Column, column_letter

COLUMNS = (
    Column("department", "부서명", required=True),
    Column("program", "세부사업", required=True),
    Column("item", "통계목", "code", width=2),
    Column("budget", "예산액", "amount", required=True, synonyms=("예산", "예산금액")),
    Column("spent", "집행액", "amount"),
    Column("rate", "집행률", "rate"),
    Column("day", "기준일", "date"),
    Column("memo", "비고", "memo"),
)
HEADINGS = [column.title for column in COLUMNS]
ROWS: list[list[Any]] = [
    ["총무과", "청사 관리", "01", 1000, 500, 50, date(2026, 11, 22), ""],
    ["총무과", "직원 복지", "02", 2000, 0, 0, date(2026, 11, 22), "첫 줄\n둘째 줄"],
    ["예산과", "예산 편성", "01", 3000, 3000, 100, None, ""],
]


def xlsx(
    path: Path,
    rows: Iterable[Sequence[Any]],
    *,
    name: str = "예산",
    merges: Sequence[tuple[int, int, int, int, Any]] = (),
    formats: Mapping[int, str] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    """행들을 그대로 적은 xlsx. merges는 (첫 행, 첫 열, 끝 행, 끝 열, 값)이고 0부터 센다. formats는 {열: 표시 형식}."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        styles = {column: book.add_format({"num_format": code}) for column, code in (formats or {}).items()}
        for sheet_name, sheet_rows in {name: rows, **(more or {})}.items():
            page = book.add_worksheet(sheet_name)
            for r, row in enumerate(sheet_rows):
                for c, value in enumerate(row):
                    if isinstance(value, date):
                        page.write_datetime(r, c, value, day)
                    elif isinstance(value, str):
                        page.write_string(r, c, value)
                    elif isinstance(value, bool):
                        page.write_boolean(r, c, value)
                    elif value is not None:
                        page.write_number(r, c, value, styles.get(c))
            if sheet_name == name:
                for top, left, bottom, right, value in merges:
                    page.merge_range(top, left, bottom, right, value)
                for r in hidden_rows:
                    page.set_row(r, None, None, {"hidden": True})
                for c in hidden_columns:
                    page.set_column(c, c, None, None, {"hidden": True})
    return path


def table(path: Path, rows: Iterable[Sequence[Any]] = ROWS, *, above: Sequence[Sequence[Any]] = (), **options: Any) -> Path:
    """머리글과 자료 행이 있는 xlsx. above는 머리글 위의 행들이다."""
    return xlsx(path, [*above, HEADINGS, *rows], **options)


def text_csv(path: Path, rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """행들을 적은 CSV"""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


# ── XML을 직접 적은 xlsx ──────────────────────────────────────────────

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
CONTENT_TYPES = (
    f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def cell(reference: str, value: Any) -> str:
    """칸 하나의 XML. 값이 '<'로 시작하는 글자이면 칸의 XML 그대로 쓴다."""
    if isinstance(value, str) and value.startswith("<"):
        return value.replace('r="REF"', f'r="{reference}"').replace("r='REF'", f"r='{reference}'")
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def row_xml(number: int, values: Sequence[Any]) -> str:
    """행 하나의 XML. None은 칸이 없는 것이다."""
    cells = "".join(cell(f"{column_letter(i)}{number}", value) for i, value in enumerate(values) if value is not None)
    return f'<row r="{number}">{cells}</row>'


def sheet_xml(rows: Iterable[Sequence[Any]], *, namespace: str = MAIN, before: str = "", after: str = "") -> str:
    """시트의 XML"""
    body = "".join(row_xml(number, values) for number, values in enumerate(rows, 1))
    return f'{_DECLARATION}<worksheet xmlns="{namespace}">{before}<sheetData>{body}</sheetData>{after}</worksheet>'


def parts(sheet: str, *, namespace: str = MAIN, sheets: Sequence[tuple[str, str]] = (("예산", "visible"),)) -> dict[str, Any]:
    """xlsx를 이루는 부분들 {경로: 내용}. 모든 시트가 같은 내용이다."""
    relation = _STRICT_REL if namespace == STRICT else _REL
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" state="{state}" r:id="rId{i}"/>' for i, (name, state) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{relation}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'{_DECLARATION}<Relationships xmlns="{_PACKAGE_REL}"><Relationship Id="rId1" '
        f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_DECLARATION}<workbook xmlns="{namespace}" xmlns:r="{relation}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_DECLARATION}<Relationships xmlns="{_PACKAGE_REL}">{links}</Relationships>',
    } | {f"xl/worksheets/sheet{i}.xml": sheet for i in range(1, len(sheets) + 1)}


def package(path: Path, contents: Mapping[str, Any], *, again: Mapping[str, str] | None = None) -> Path:
    """부분들을 압축한 파일. again은 같은 이름으로 한 번 더 넣을 부분이다."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
        for name, content in (again or {}).items():
            archive.writestr(name, content)
    return path


def raw(path: Path, rows: Iterable[Sequence[Any]], **options: Any) -> Path:
    """머리글 없이 준 행 그대로, XML을 직접 적은 xlsx"""
    return package(path, parts(sheet_xml(rows, **options)))


# ── xls (BIFF8) ───────────────────────────────────────────────────────


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _wide(text: str, count: str) -> bytes:
    return struct.pack(f"<{count}B", len(text), 1) + text.encode("utf-16-le")


def biff(
    rows: Sequence[Sequence[Any]], *, hidden_rows: Sequence[int] = (), hidden_columns: Sequence[int] = (), locked: bool = False
) -> bytes:
    """시트 하나를 담은 BIFF8 스트림. ('#', 번호)는 오류 칸, ('%', 수)는 백분율, (',', 수)는 천으로 나누어 보이는 서식의 칸,
    ('[]', 수)는 다른 파일의 칸을 가리키는 수식, ('=', 수)는 이 파일 안을 가리키는 수식의 저장된 결과이다.
    """
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    styles = _record(0x41E, struct.pack("<HHB", 164, 6, 0) + b"#,##0,")
    styles += b"".join(_record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 10, 164))
    outer = struct.pack("<HHB", 1, len("Book1.xlsx"), 0) + b"Book1.xlsx"
    styles += _record(0x1AE, struct.pack("<H2s", 1, b"\x01\x04")) + _record(0x1AE, outer)
    styles += _record(0x17, struct.pack("<7H", 2, 0, 0, 0, 1, 0, 0))
    lock = _record(0x2F, bytes(6)) if locked else b""
    code_page = _record(0x42, struct.pack("<H", 1200))
    sheet_at = len(start) + len(lock) + len(code_page) + len(styles) + 4 + 8 + 4 + 4
    bound = _record(0x85, struct.pack("<IBB", sheet_at, 0, 0) + _wide("예산", "B"))
    head = start + lock + code_page + styles + bound + _record(0x0A, b"")
    assert len(head) == sheet_at
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for column in hidden_columns:
        body += _record(0x7D, struct.pack("<5HH", column, column, 2048, 0, 1, 0))
    for r in range(len(rows)):
        body += _record(0x208, struct.pack("<6HI", r, 0, 20, 255, 0, 0, 0x100 | (0x20 if r in hidden_rows else 0)))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                body += _record(0x204, struct.pack("<3H", r, c, 0) + _wide(value, "H"))
            elif isinstance(value, tuple) and value[0] == "#":
                body += _record(0x205, struct.pack("<3HBB", r, c, 0, value[1], 1))
            elif isinstance(value, tuple) and value[0] in ("[]", "="):
                token = struct.pack("<BHHH", 0x5A, 1 if value[0] == "[]" else 0, 0, 0)
                body += _record(0x06, struct.pack("<3HdHIH", r, c, 0, value[1], 0, 0, len(token)) + token)
            elif value is not None:
                number, style = (value[1], "%,".index(value[0]) + 1) if isinstance(value, tuple) else (value, 0)
                body += _record(0x203, struct.pack("<3Hd", r, c, style, number))
    return head + body + _record(0x0A, b"")


def ole(path: Path, streams: Mapping[str, bytes]) -> Path:
    """스트림들을 담은 OLE 파일"""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        entries.append((name, 2, len(sectors), len(padded)))
        count = len(padded) // 512
        fat += [*range(len(sectors) + 1, len(sectors) + count), 0xFFFFFFFE]
        sectors += [padded[i * 512 : i * 512 + 512] for i in range(count)]
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) * 2 + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        + bytes(36)
        + struct.pack("<IQ", start, size)
        for name, kind, start, size in entries
    ).ljust(512, b"\0")
    directory_at = len(sectors)
    sectors.append(directory)
    fat += [0xFFFFFFFE, 0xFFFFFFFD]
    sectors.append(struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", len(sectors) - 1, *[0xFFFFFFFF] * 108)
    path.write_bytes(header + b"".join(sectors))
    return path


def xls(path: Path, rows: Sequence[Sequence[Any]], **options: Any) -> Path:
    """BIFF8 xls 파일"""
    return ole(path, {"Workbook": biff(rows, **options)})
