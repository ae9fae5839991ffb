"""파일을 여는 자식 프로세스. 부모(reader)가 이 파일을 직접 실행한다.

깨졌거나 일부러 꾸민 파일은 읽기 라이브러리를 통째로 죽이거나 메모리를 다 쓸 수 있으므로, 파일은 자원 한도를 건 이
프로세스에서만 연다. 매크로와 수식은 실행하지 않는다. 다른 모듈을 부르지 않아야 `python -I`로 홀로 돌 수 있다.

표준 출력에 한 줄에 하나씩 JSON을 쓴다.
- 첫 줄: {"format", "sheet", "sheets", "merged", ...} 또는 {"refused": [까닭, 할 일]}
- 행마다: [행 번호, [칸...], 숨은 행이면 1, CSV의 칸 수(엑셀은 0)]
- 끝 줄: {"end": 내용이 있는 행의 수}
칸은 문자열·수·참거짓·빈 글자이고, JSON에 없는 것은 {"d": 날짜} {"dt": 일시} {"t": 시각} {"p": 백분율 서식의 값}
{"e": 오류 글자} {"f": 수식} {"long": 글자 수, "s": 앞부분}이다.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

# 부모가 까닭을 알아볼 수 있게 정한 종료 번호
EXIT_DAMAGED = 1
EXIT_MISSING_LIBRARY = 2
EXIT_TOO_MUCH_OUTPUT = 3
EXIT_TOO_MUCH_MEMORY = 4

_SAVE_AS = "엑셀에서 파일을 열어 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주세요"
_DAMAGED = "파일이 손상되어 읽지 못했습니다"
_CHUNK = 1 << 20
_LONGEST_ROW = 64 << 20


class Refused(Exception):
    """파일을 받지 않는다. reason은 까닭, remedy는 할 일이다."""

    def __init__(self, reason: str, remedy: str = _SAVE_AS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


# ── 파일 종류 ─────────────────────────────────────────────────────────

_DRM = (b"DRMONE", b"SCDSA00", b"NASCA DRM", b"Fasoo", b"MarkAny", b"DocumentSAFER", b"DOCUMENTSAFER")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|style|script|tr)\b", re.I)


def file_format(path: Path) -> str:
    """앞부분의 고유한 바이트로 파일 종류를 정한다. 'zip', 'xls', 'csv' 가운데 하나. 받지 않는 종류면 Refused.

    확장자는 믿지 않는다. 업무 시스템이 내려 준 .xls는 HTML인 경우가 많다.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Refused("빈 파일입니다", "내용이 있는 파일인지 확인해 다시 올려 주세요")
    if any(mark in head[:512] for mark in _DRM):
        raise Refused("문서 보안(DRM)이 걸려 있습니다", "보안을 해제한 파일을 올려 주세요")
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(b"%PDF"):
        raise Refused("PDF 파일입니다", "엑셀이나 CSV 파일을 올려 주세요")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(text) or (text.startswith(b"<") and _HTML.search(text)) or text[:13].lower() == b"mime-version:":
        raise Refused("확장자는 엑셀이지만 내용은 웹 문서(HTML)입니다")
    if text.startswith(b"<?xml"):
        raise Refused("엑셀 파일이 아니라 XML 문서입니다")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if head.startswith(_PICTURES) and not head[:64].isascii():
        raise Refused("그림 파일입니다", "엑셀이나 CSV 파일을 올려 주세요")
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if odd > len(head) / 50 and _utf16_guess(head) is None:
        raise Refused("엑셀이나 CSV 파일이 아닙니다", "엑셀(.xlsx, .xls)이나 CSV 파일을 올려 주세요")
    return "csv"


def _utf16_guess(head: bytes) -> str | None:
    """BOM 없는 UTF-16인지 NUL의 자리로 짐작한다. 쉼표와 줄바꿈 때문에 표에는 반드시 한쪽에 NUL이 몰린다."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # '가'(AC00)처럼 끝 바이트가 0인 한글이 있으므로 한쪽에 훨씬 많이 몰렸는지를 본다.
    if odd > 3 and odd > 5 * even:
        return "utf-16-le"
    if even > 3 and even > 5 * odd:
        return "utf-16-be"
    return None


def _note(kind: str, chosen: str, sheets: list[tuple[str, bool]]) -> dict[str, Any]:
    """첫 줄에 보낼 알림. sheets는 (이름, 숨김)이다."""
    return {"format": kind, "sheet": chosen, "sheets": sheets, "merged": []}


# ── CSV ───────────────────────────────────────────────────────────────


def _decoded(data: bytes) -> tuple[str, str]:
    """글자와 인코딩 이름. 몇 글자만 깨졌으면 U+FFFD로 남겨 그 행이 오류로 보이게 한다."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    guess = _utf16_guess(data[:4096])
    for name in (guess,) if guess else ("utf-8", "cp949"):
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    tries = [(data.decode(name, errors="replace"), name) for name in ("utf-8", "cp949")]
    text, name = min(tries, key=lambda pair: pair[0].count("\ufffd"))
    if text.count("\ufffd") > len(text) / 20:
        raise Refused("글자를 알아볼 수 없는 파일입니다", "CSV를 UTF-8로 다시 저장해 올려 주세요")
    return text, name


def _delimiter(text: str) -> str:
    """쉼표, 세미콜론, 탭 가운데 앞쪽 행들을 가장 고르게 여러 칸으로 나누는 것."""
    if re.match(r"sep=.[\r\n]", text):
        return text[4]
    sample = io.StringIO(text[:65536], newline="")
    best, best_score = ",", 0
    for mark in ",\t;":
        sample.seek(0)
        widths: Counter[int] = Counter()
        try:
            for record, _ in zip(csv.reader(sample, delimiter=mark), range(50), strict=False):
                if len(record) > 1:
                    widths[len(record)] += 1
        except csv.Error:
            continue
        score = max((count * min(width, 20) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = mark, score
    return best


def csv_rows(path: Path, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """CSV의 알림과 행들. 행 번호는 엑셀에서 열었을 때의 번호(레코드 차례)이다."""
    text, encoding = _decoded(path.read_bytes())
    mark = _delimiter(text)
    csv.field_size_limit(1 << 22)

    def rows() -> Iterator[list[Any]]:
        number = content = 0
        records = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        while True:
            number += 1
            try:
                record = next(records)
            except StopIteration:
                return
            except csv.Error:
                raise Refused(
                    f"{number}행의 따옴표(\")가 맞지 않아 칸을 나눌 수 없습니다",
                    "엑셀에서 파일을 열어 그 행을 고친 뒤 CSV로 다시 저장해 주세요",
                ) from None
            width = len(record)
            while record and not record[-1].strip():
                record.pop()
            if not record:
                continue
            content += 1
            _check_size(content, len(record), number, limits)
            yield [number, record, 0, width]

    return _note("csv", "CSV", [("CSV", False)]) | {"encoding": encoding, "delimiter": mark}, rows()


def _check_size(rows: int, columns: int, last_row: int, limits: dict[str, Any]) -> None:
    if columns > limits["columns"]:
        raise Refused(
            f"시트 범위가 너무 큽니다. 열이 {columns:,}개로 {limits['columns']:,}개를 넘습니다",
            "필요한 열만 남기고 다시 저장해 올려 주세요",
        )
    if rows > limits["rows"]:
        raise Refused(
            f"행이 {limits['rows']:,}개를 넘습니다", f"{limits['rows']:,}행 이하로 파일을 나누어 차례로 올려 주세요"
        )
    # 내용은 적어도 시트의 맨 끝에 칸이 있으면 읽기 라이브러리가 그 사이를 모두 메모리에 만든다.
    if last_row * columns > limits["cells"]:
        raise Refused(
            "시트 범위가 너무 큽니다. 맨 아래나 맨 오른쪽에 떨어져 있는 칸이 있습니다",
            "표 밖의 칸을 지우고 다시 저장해 올려 주세요",
        )


# ── XLSX ──────────────────────────────────────────────────────────────


@dataclass
class SheetFacts:
    """읽기 라이브러리가 알려 주지 않는 시트의 사실. 행은 1부터, 열은 0부터 센다."""

    rows: int = 0
    last_row: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[int] = field(default_factory=list)
    faults: dict[int, dict[int, dict[str, str]]] = field(default_factory=dict)
    percents: dict[int, tuple[int, ...]] = field(default_factory=dict)
    scaled: dict[int, int] = field(default_factory=dict)
    formulas: int = 0
    external: int = 0


_DOTDOT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_OTHER_ZIPS = (
    ("xl/workbook.bin", "바이너리 통합 문서(.xlsb)입니다"),
    ("content.xml", "오픈도큐먼트(.ods) 파일입니다"),
    ("word/document.xml", "워드 문서입니다"),
    ("ppt/presentation.xml", "파워포인트 문서입니다"),
    ("Contents/header.xml", "한글 문서(.hwpx)입니다"),
    ("Index/Document.iwa", "Numbers 파일입니다"),
)


def open_archive(path: Path, limits: dict[str, Any]) -> zipfile.ZipFile:
    """압축을 풀기 전에 목록만 보고 위험한 파일을 거른다."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("파일이 끝까지 저장되지 않았거나 손상되었습니다") from None
    entries = archive.infolist()
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 65_600))
        endings = stream.read().count(b"PK\x05\x06")
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits["entries"]:
        raise Refused(f"압축 안의 파일이 {limits['entries']:,}개를 넘습니다")
    if total > limits["unpacked_bytes"] or (total > 10 << 20 and total > packed * limits["ratio"]):
        raise Refused(
            f"압축을 풀면 너무 큰 파일입니다({total >> 20:,}MB)", "필요한 시트와 행만 남기고 다시 저장해 올려 주세요"
        )
    if len({name.lower() for name in names}) != len(names) or endings != 1:
        raise Refused("같은 이름의 내용이 두 번 들어 있는 비정상 파일입니다")
    if any(_DOTDOT.search(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise Refused("파일 안에 허용하지 않는 경로가 들어 있습니다")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
    if "xl/workbook.xml" not in names:
        for name, reason in _OTHER_ZIPS:
            if name in names:
                raise Refused(reason)
        raise Refused("엑셀 파일이 아닌 압축 파일입니다", "엑셀(.xlsx, .xls)이나 CSV 파일을 올려 주세요")
    return archive


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """한 부분을 조각으로 풀어 가며 위험한 XML을 거른다. 길이와 CRC가 목록과 다르면 zipfile이 오류를 낸다."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not tail and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in chunk[:4]):
                raise Refused("엑셀이 쓰지 않는 글자 형식으로 저장되어 있습니다")
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                raise Refused("파일 안에 제어 문자가 섞여 있습니다")
            if b"<!" in tail + chunk and _ENTITY.search(tail + chunk):
                raise Refused("허용하지 않는 문서 형식 선언(DOCTYPE)이 들어 있습니다")
            tail = chunk[-9:]
            yield chunk


def _small_part(archive: zipfile.ZipFile, part: str) -> bytes:
    if part not in archive.namelist():
        return b""
    if archive.getinfo(part).file_size > 20 << 20:
        raise Refused(_DAMAGED)
    return b"".join(_chunks(archive, part))


def workbook_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """시트의 (이름, 상태, 부분 경로). 상태는 visible, hidden, veryHidden. 차트 시트는 뺀다."""
    from defusedxml import ElementTree

    links = {}
    for node in ElementTree.fromstring(_small_part(archive, "xl/_rels/workbook.xml.rels")):
        target = node.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        links[node.get("Id")] = (node.get("Type", "").rpartition("/")[2], full)
    sheets = []
    for node in ElementTree.fromstring(_small_part(archive, "xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] != "sheet":
            continue
        link = next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == "id" and "}" in key), "")
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet":
            if part not in archive.namelist():
                raise Refused(_DAMAGED)
            sheets.append((node.get("name", ""), node.get("state", "visible"), part))
    if not sheets:
        raise Refused("시트가 하나도 없는 파일입니다")
    return sheets


_BUILTIN_PERCENT = {9, 10}
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)>")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|&quot;.*?&quot;')
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")


def _attribute(attributes: bytes, name: bytes) -> bytes | None:
    found = re.search(rb"(?<![\w:])" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
    return (found[1] if found[1] is not None else found[2]) if found else None


def special_styles(archive: zipfile.ZipFile) -> tuple[set[int], dict[int, int]]:
    """백분율 서식의 스타일 번호와, 천 단위를 줄여 보이는 서식의 {스타일 번호: 배수}."""
    data = _small_part(archive, "xl/styles.xml")
    percents, scaled = set(_BUILTIN_PERCENT), {}
    for found in _NUMBER_FORMAT.finditer(data):
        number, code = _attribute(found[1], b"numFmtId"), _attribute(found[1], b"formatCode")
        if not number or not code or not number.isdigit():
            continue
        first = _QUOTED.sub("", code.decode("utf-8", "replace")).split(";")[0]
        if "%" in first:
            percents.add(int(number))
        elif commas := _SCALED.search(first):
            scaled[int(number)] = 1000 ** len(commas[1])
    block = _XFS.search(data)
    formats = [int(_attribute(found[1], b"numFmtId") or 0) for found in _XF.finditer(block[0])] if block else []
    return (
        {i for i, number in enumerate(formats) if number in percents},
        {i: scaled[number] for i, number in enumerate(formats) if number in scaled},
    )


_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d+)[\"']")
# 높이나 너비가 0인 행과 열도 보이지 않는다.
_HIDDEN = re.compile(rb"\s(?:hidden\s*=\s*[\"'](?:1|true)|(?:ht|width)\s*=\s*[\"']0(?:\.0*)?)[\"']")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)\d+[\"']")
_EXTERNAL = re.compile(rb"\[\d+\]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def scan_sheet(
    archive: zipfile.ZipFile, part: str, limits: dict[str, Any], percents: set[int], scaled: dict[int, int]
) -> SheetFacts:
    """시트 XML을 한 번 훑어 오류 칸, 계산되지 않은 수식, 숨은 행과 열, 내용이 있는 범위를 모은다.

    전체를 메모리에 올리지 않고 한 행씩 본다. 대부분의 행은 찾기 몇 번으로 끝난다.
    """
    facts = SheetFacts()
    chunks = _chunks(archive, part)
    buffer = next(chunks, b"")
    root = re.search(rb"<(?:([\w.-]+):)?worksheet\b", buffer)
    if not root:
        raise Refused(_DAMAGED)
    prefix = root[1] + b":" if root[1] else b""
    row_start, row_end, cell_start = b"<" + prefix + b"row", b"</" + prefix + b"row>", b"<" + prefix + b"c "
    value_end, text_end, formula = b"</" + prefix + b"v>", b"</" + prefix + b"is>", b"<" + prefix + b"f"
    data_end, cell_end = b"</" + prefix + b"sheetData>", b"</" + prefix + b"c>"
    looks_for_styles = bool(percents or scaled)
    numbers = b"|".join(str(number).encode() for number in sorted({*percents, *scaled})) or b"none"
    styled = re.compile(rb' s="(?:' + numbers + rb')"')
    special = re.compile(rb"\ss\s*=\s*[\"'](?:" + numbers + rb")[\"']|\st\s*=\s*[\"']e[\"']|" + formula + rb"\b")
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
        for start in sorted({row.rfind(cell_start, 0, place) for place in places}):
            tag_end = row.find(b">", start)
            if start < 0 or tag_end < 0:
                continue
            attributes = row[start + len(cell_start) - 1 : tag_end]
            reference = _REFERENCE.match(attributes) or _REFERENCE.search(attributes)
            position = index_of(reference[1]) if reference else row.count(cell_start, 0, start)
            inner = b"" if attributes.endswith(b"/") else row[tag_end + 1 : row.find(cell_end, tag_end)]
            yield position, attributes, inner

    def look_closely(row: bytes, body: int, number: int) -> None:
        row_percents = []
        for position, attributes, inner in special_cells(row, body):
            kind = _attribute(attributes, b"t")
            if kind == b"e":
                shown = _VALUE.search(inner)
                text = shown[1].decode("utf-8", "replace") if shown else "#VALUE!"
                facts.faults.setdefault(number, {})[position] = {"e": text[:20]}
                continue
            if inner.lstrip().startswith(formula):
                facts.formulas += 1
                value = _VALUE.search(inner)
                # 글자 수식(t="str")의 빈 결과는 실제로 빈 글자이고, 나머지는 계산된 적이 없는 수식이다.
                if kind != b"str" and not (value and value[1].strip()):
                    facts.faults.setdefault(number, {})[position] = {"f": "="}
                if _EXTERNAL.search(inner):
                    facts.external += 1
            style = int(_attribute(attributes, b"s") or 0) if kind in (None, b"n") else -1
            if style in percents:
                row_percents.append(position)
            elif style in scaled:
                facts.scaled[position] = scaled[style]
        if row_percents:
            facts.percents[number] = tuple(row_percents)

    def finish_row(row: bytes) -> None:
        nonlocal previous, seen
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
        facts.last_row = number
        last_cell = row.rfind(cell_start, 0, last_value if last_value >= 0 else len(row))
        reference = _REFERENCE.match(row, last_cell + len(cell_start) - 1)
        width = index_of(reference[1]) + 1 if reference else row.count(cell_start)
        if width > facts.columns:
            facts.columns = width
            _check_size(facts.rows, width, number, limits)
        if _HIDDEN.search(head):
            facts.hidden_rows.add(number)
        if looks_for_styles or has_formula or b'"e"' in row or b"'e'" in row:
            look_closely(row, head_end, number)

    while True:
        rows = buffer.split(row_end)
        rest = rows.pop()
        if first and (rows or data_end in rest):
            first = False
            before = (rows[0] if rows else rest).partition(row_start)[0]
            for found in re.finditer(b"<" + prefix + rb"col\b([^>]*)>", before):
                if _HIDDEN.search(b" " + found[1]):
                    low, high = _attribute(found[1], b"min") or b"1", _attribute(found[1], b"max") or b"1"
                    facts.hidden_columns.extend(range(int(low) - 1, min(int(high), limits["columns"])))
        for row in rows:
            finish_row(row)
        if facts.rows > limits["rows"] or facts.last_row * facts.columns > limits["cells"]:
            _check_size(facts.rows, facts.columns, facts.last_row, limits)
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


def _check_shared_strings(archive: zipfile.ZipFile) -> None:
    part = "xl/sharedStrings.xml"
    if part not in archive.namelist():
        return
    first = True
    for chunk in _chunks(archive, part):
        count = re.search(rb"<(?:\w+:)?sst\b([^>]*)>", chunk) if first else None
        first = False
        # 적힌 개수만큼 미리 자리를 잡는 라이브러리가 죽지 않도록, 부분의 길이보다 큰 개수는 믿지 않는다.
        if count and int(_attribute(count[1], b"uniqueCount") or 0) > archive.getinfo(part).file_size:
            raise Refused(_DAMAGED)


def xlsx_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """xlsx 시트 하나의 알림과 행들."""
    with open_archive(path, limits) as archive:
        sheets = workbook_sheets(archive)
        _check_shared_strings(archive)
        percents, scaled = special_styles(archive)
        facts = SheetFacts()
        chosen = None
        for name, state, part in sheets:
            if name == wanted or (wanted is None and state == "visible"):
                chosen = name
                facts = scan_sheet(archive, part, limits, percents, scaled)
                if facts.rows or wanted is not None:
                    break
        macro = any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    chosen = _chosen(chosen, wanted)
    note = _note("xlsx", chosen, [(name, state != "visible") for name, state, _ in sheets])
    note |= {
        "macro": macro,
        "hidden_columns": facts.hidden_columns,
        "scaled": list(facts.scaled.items()),
        "formulas": facts.formulas,
        "external": facts.external,
    }
    return note, _workbook_rows(path, note, facts)


def _chosen(chosen: str | None, wanted: str | None) -> str:
    if chosen is not None:
        return chosen
    if wanted is not None:
        raise Refused(f"‘{wanted}’ 시트가 없습니다", "시트 이름을 확인하거나 다른 시트를 골라 주세요")
    raise Refused("보이는 시트가 없습니다. 모든 시트가 숨겨져 있습니다", "시트 숨기기를 취소하고 다시 저장해 올려 주세요")


def _workbook_rows(path: Path, note: dict[str, Any], facts: SheetFacts) -> Iterator[Any]:
    """calamine으로 행을 읽고, 훑어서 알아낸 오류 칸과 백분율 칸을 되살린다."""
    import python_calamine

    # 시트를 여는 데까지를 먼저 해 두어야 합친 칸을 첫 줄에 알릴 수 있다.
    with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
        sheet = workbook.get_sheet_by_name(note["sheet"])
        note["merged"] = [
            [top + 1, left, bottom + 1, right]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            if top != bottom or left != right
        ]
        yield []
        number = 0
        cells: list[Any]
        for number, cells in enumerate(sheet.iter_rows() if sheet.end is not None else (), 1):
            row = _patched(number, cells, facts)
            if row is not None:
                yield row
        # 계산되지 않은 수식만 있는 맨 아래 행은 라이브러리가 없는 것으로 본다.
        for below in sorted(row for row in facts.faults if row > number):
            yield _patched(below, [], facts)


def _patched(number: int, cells: list[Any], facts: SheetFacts) -> list[Any] | None:
    """한 행에 오류 칸과 백분율 칸을 되살린 것. 내용이 없으면 None."""
    faults = facts.faults.get(number)
    if faults:
        cells.extend([""] * (max(faults) + 1 - len(cells)))
        for place, fault in faults.items():
            cells[place] = fault
    while cells and (cells[-1] == "" or (type(cells[-1]) is str and not cells[-1].strip())):
        cells.pop()
    if not cells:
        return None
    for place in facts.percents.get(number, ()):
        if place < len(cells) and isinstance(cells[place], float):
            cells[place] = {"p": cells[place]}
    return [number, cells, int(number in facts.hidden_rows), 0]


def xlsx_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    roomy = limits | {"rows": 1_048_576, "columns": 16_384, "cells": 1 << 40}
    with open_archive(path, limits) as archive:
        return [
            [name, state != "visible", scan_sheet(archive, part, roomy, set(), {}).rows]
            for name, state, part in workbook_sheets(archive)
        ]


# ── XLS ───────────────────────────────────────────────────────────────

_END_OF_CHAIN = 0xFFFFFFFA
_XLS_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# BIFF 레코드 번호
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMAT, _XF_RECORD = 0x809, 0x0A, 0x2F, 0x85, 0x41E, 0xE0
_ROW, _COLINFO, _BOOLERR, _FORMULA, _NUMBER, _RK, _MULRK = 0x208, 0x7D, 0x205, 0x06, 0x203, 0x27E, 0xBD


@dataclass
class XlsBook:
    """xls에서 읽기 라이브러리가 알려 주지 않는 사실. sheets는 (숨김, 워크시트인지, 시작 위치)이다."""

    stream: bytes
    sheets: list[tuple[bool, bool, int]]
    percents: set[int]


def _ole_stream(data: bytes) -> bytes:
    """OLE 파일에서 Workbook 스트림을 꺼낸다. 고리를 이루거나 파일 밖을 가리키는 섹터 사슬은 손상으로 본다."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    fat_count, directory_start = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, mini_fat_start = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
    difat_start = struct.unpack_from("<I", data, 68)[0]
    size = 1 << shift
    if shift not in (9, 12) or mini_shift != 6 or fat_count * size > len(data):
        raise Refused(_DAMAGED)
    sectors = len(data) // size + 1

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def chain(start: int, table: Any) -> Iterator[int]:
        for _ in range(max(sectors, len(table)) + 1):
            if start >= _END_OF_CHAIN:
                return
            yield start
            start = table[start]
        raise Refused(_DAMAGED)

    def numbers(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    places = list(struct.unpack_from("<109I", data, 76))
    for _ in range(sectors):
        if difat_start >= _END_OF_CHAIN:
            break
        *more, difat_start = numbers(sector(difat_start))
        places += more
    fat = numbers(b"".join(sector(place) for place in places[:fat_count] if place < _END_OF_CHAIN))

    def stream(start: int) -> bytes:
        return b"".join(sector(place) for place in chain(start, fat))

    directory = stream(directory_start)
    root = b""
    found: tuple[int, int] | None = None
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + max(0, struct.unpack_from("<H", directory, at + 64)[0] - 2)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", directory, at + 116)
        if directory[at + 66] == 5:
            root = stream(start)
        elif name.lower() == "workbook" and directory[at + 66] == 2:
            found = start, length
    if found is None:
        raise Refused("엑셀 97 이후의 통합 문서가 아닙니다")
    start, length = found
    if length >= cutoff:
        return stream(start)[:length]
    mini_fat = numbers(stream(mini_fat_start))
    return b"".join(root[place * 64 : place * 64 + 64] for place in chain(start, mini_fat))[:length]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """at에서 시작하는 한 부분의 (레코드 번호, 내용 위치, 길이). 안에 든 차트는 건너뛴다."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise Refused(_DAMAGED)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, at + 4, length
        at += 4 + length


def open_xls(path: Path) -> XlsBook:
    """xls의 암호와 판을 확인하고 시트 목록과 백분율 서식을 읽는다."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
    if "DRMEncrypted".encode("utf-16-le") in data:
        raise Refused("문서 보안(DRM)이 걸려 있습니다", "보안을 해제한 파일을 올려 주세요")
    stream = _ole_stream(data)
    sheets: list[tuple[bool, bool, int]] = []
    percent_formats, formats = set(_BUILTIN_PERCENT), []
    for kind, at, length in _records(stream, 0):
        if kind == _BOF and struct.unpack_from("<H", stream, at)[0] != 0x0600:
            raise Refused("엑셀 97보다 오래된 파일입니다")
        if kind == _FILEPASS:
            raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
        if kind == _BOUNDSHEET:
            start, state, sort = struct.unpack_from("<IBB", stream, at)
            sheets.append((bool(state & 3), sort == 0, start))
        elif kind == _FORMAT and length > 5:
            number, count, wide = struct.unpack_from("<HHB", stream, at)
            code = stream[at + 5 : at + 5 + count * (1 + (wide & 1))]
            if "%" in _QUOTED.sub("", code.decode("utf-16-le" if wide & 1 else "latin-1", "replace")).split(";")[0]:
                percent_formats.add(number)
        elif kind == _XF_RECORD:
            formats.append(struct.unpack_from("<H", stream, at + 2)[0])
    return XlsBook(stream, sheets, {i for i, number in enumerate(formats) if number in percent_formats})


def scan_xls_sheet(book: XlsBook, start: int, limits: dict[str, Any]) -> SheetFacts:
    """xls 시트의 오류 칸, 백분율 칸, 숨은 행과 열을 모은다."""
    facts = SheetFacts()
    percents: dict[int, list[int]] = {}
    columns = 0
    for kind, at, length in _records(book.stream, start):
        if kind == _ROW:
            row, *_, flags = struct.unpack_from("<HHHHHHI", book.stream, at)
            if flags & 0x20:
                facts.hidden_rows.add(row + 1)
        elif kind == _COLINFO:
            low, high, _, _, flags = struct.unpack_from("<5H", book.stream, at)
            if flags & 1:
                facts.hidden_columns.extend(range(low, min(high + 1, limits["columns"])))
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", book.stream, at)
            styles = [struct.unpack_from("<H", book.stream, at + 4 + 6 * i)[0] for i in range((length - 6) // 6)]
            percents.setdefault(row + 1, []).extend(first + i for i, s in enumerate(styles) if s in book.percents)
            columns = max(columns, first + len(styles))
        elif kind in (_BOOLERR, _FORMULA, _NUMBER, _RK):
            row, column, style = struct.unpack_from("<3H", book.stream, at)
            columns = max(columns, column + 1)
            error = None
            if kind == _FORMULA:
                facts.formulas += 1
                result = book.stream[at + 6 : at + 14]
                error = result[2] if result[6:] == b"\xff\xff" and result[0] == 2 else None
            elif kind == _BOOLERR:
                error = book.stream[at + 6] if book.stream[at + 7] else None
            if error is not None:
                facts.faults.setdefault(row + 1, {})[column] = {"e": _XLS_ERRORS.get(error, "#VALUE!")}
            elif style in book.percents:
                percents.setdefault(row + 1, []).append(column)
    _check_size(0, columns, 0, limits)
    facts.percents = {row: tuple(places) for row, places in percents.items()}
    return facts


def xls_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """xls(BIFF8) 시트 하나의 알림과 행들."""
    import python_calamine

    book = open_xls(path)
    chosen = None
    facts = SheetFacts()
    with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
        sheets = list(zip(workbook.sheet_names, book.sheets, strict=True))
        for name, (hidden, is_sheet, start) in sheets:
            if is_sheet and (name == wanted or (wanted is None and not hidden)):
                chosen = name
                facts = scan_xls_sheet(book, start, limits)
                if wanted is not None or workbook.get_sheet_by_name(name).end is not None or facts.faults:
                    break
    note = _note("xls", _chosen(chosen, wanted), [(name, hidden) for name, (hidden, is_sheet, _) in sheets if is_sheet])
    note |= {"hidden_columns": facts.hidden_columns, "formulas": facts.formulas}
    return note, _workbook_rows(path, note, facts)


def xls_sheets(path: Path) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    import python_calamine

    book = open_xls(path)
    with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
        return [
            [name, hidden, sum(1 for row in workbook.get_sheet_by_name(name).iter_rows() if any(v != "" for v in row))]
            for name, (hidden, is_sheet, _) in zip(workbook.sheet_names, book.sheets, strict=True)
            if is_sheet
        ]


# ── 내보내기 ──────────────────────────────────────────────────────────


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"dt": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"t": str(value)}
    raise TypeError(type(value).__name__)


def _without_long_cells(cells: list[Any], longest: int) -> list[Any]:
    return [
        {"long": len(cell), "s": cell[:100]} if isinstance(cell, str) and len(cell) > longest else cell
        for cell in cells
    ]


def send(note: dict[str, Any], rows: Iterator[list[Any]], limits: dict[str, Any], out: Any) -> None:
    """알림 한 줄과 행들, 끝 줄을 쓴다."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_encoded).encode
    if note["format"] != "csv":
        next(rows)
    out.write(encode(note) + "\n")
    content = 0
    longest = limits["cell_chars"]
    for row in rows:
        content += 1
        line = encode(row)
        if len(line) > longest:
            row[1] = _without_long_cells(row[1], longest)
            line = encode(row)
        out.write(line + "\n")
    out.write(encode({"end": content}) + "\n")


def run(request: dict[str, Any], out: Any) -> None:
    """부탁 하나를 처리한다. request: {"task": "rows"|"sheets", "path", "sheet", "limits"}"""
    path, limits, wanted = Path(request["path"]), request["limits"], request.get("sheet")
    size = path.stat().st_size
    if size > limits["file_bytes"]:
        raise Refused(
            f"파일이 {limits['file_bytes'] >> 20}MB를 넘습니다", "필요한 시트와 행만 남기고 다시 저장해 올려 주세요"
        )
    kind = file_format(path)
    if request["task"] == "sheets":
        if kind == "csv":
            sheets = [["CSV", False, sum(1 for _ in csv_rows(path, limits)[1])]]
        else:
            sheets = xlsx_sheets(path, limits) if kind == "zip" else xls_sheets(path)
        out.write(json.dumps({"sheets": sheets}, ensure_ascii=False) + "\n")
        return
    if kind == "csv":
        note, rows = csv_rows(path, limits)
    elif kind == "zip":
        note, rows = xlsx_rows(path, wanted, limits)
    else:
        note, rows = xls_rows(path, wanted, limits)
    send(note, rows, limits, out)


def _set_limits(limits: dict[str, Any]) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))


def main() -> int:
    """argv[1]의 JSON 부탁을 처리하고 종료 번호를 돌려준다."""
    request = json.loads(sys.argv[1])
    _set_limits(request["limits"])
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="\n")
    try:
        with out:
            try:
                run(request, out)
            except Refused as refusal:
                out.write(json.dumps({"refused": [refusal.reason, refusal.remedy]}, ensure_ascii=False) + "\n")
            except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, IndexError, UnicodeError):
                out.write(json.dumps({"refused": [_DAMAGED, _SAVE_AS]}, ensure_ascii=False) + "\n")
    except ModuleNotFoundError:
        return EXIT_MISSING_LIBRARY
    except OSError as error:
        return EXIT_TOO_MUCH_OUTPUT if error.errno == errno.EFBIG else EXIT_DAMAGED
    except (MemoryError, ImportError):
        # 메모리가 모자라면 라이브러리를 싣는 데서부터 실패한다.
        return EXIT_TOO_MUCH_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
