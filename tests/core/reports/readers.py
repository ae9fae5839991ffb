"""다 쓴 파일을 다시 읽는 눈. 쓰는 쪽의 꾸러미를 빌리지 않고 표준 라이브러리와 lxml 로만 읽는다(엑셀은 openpyxl)."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
import zipfile
from dataclasses import dataclass, field

import openpyxl
import pytest
from lxml import etree
from lxml import html as lxml_html

HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
HH = "{http://www.hancom.co.kr/hwpml/2011/head}"
OPF = "{http://www.idpf.org/2007/opf/}"


@dataclass
class ReadCell:
    """표의 한 칸: 자리, 합친 크기, 글(줄마다), 정렬."""

    row: int
    column: int
    rowspan: int
    colspan: int
    lines: tuple[str, ...]
    align: str = ""
    is_heading: bool = False
    width: float = 0

    @property
    def place(self) -> tuple[int, int, int, int, tuple[str, ...]]:
        return self.row, self.column, self.rowspan, self.colspan, self.lines


@dataclass
class ReadTable:
    cells: list[ReadCell]
    caption: str = ""
    repeats_heading: bool = False

    @property
    def places(self) -> list[tuple[int, int, int, int, tuple[str, ...]]]:
        return [cell.place for cell in self.cells]


@dataclass
class ReadParagraph:
    style: str
    text: str
    level: int = 0
    tables: list[ReadTable] = field(default_factory=list)
    breaks_page: bool = False
    controls: tuple[str, ...] = ()


# ── 한글 ──


class HwpxFile:
    """한글 파일 하나."""

    def __init__(self, payload: bytes) -> None:
        self.package = zipfile.ZipFile(io.BytesIO(payload))
        first = self.package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert self.package.read("mimetype") == b"application/hwp+zip"
        assert self.package.testzip() is None
        self.header = etree.fromstring(self.package.read("Contents/header.xml"))
        self.section = etree.fromstring(self.package.read("Contents/section0.xml"))
        self.styles = {style.get("id"): style for style in self.header.iter(f"{HH}style")}
        self.shapes = {shape.get("id"): shape for shape in self.header.iter(f"{HH}paraPr")}
        self.letters = {letter.get("id"): letter for letter in self.header.iter(f"{HH}charPr")}
        self.borders = {border.get("id"): border for border in self.header.iter(f"{HH}borderFill")}

    @property
    def properties(self) -> dict[str, str]:
        root = etree.fromstring(self.package.read("Contents/content.hpf"))
        found = {meta.get("name"): meta.text or "" for meta in root.iter(f"{OPF}meta")}
        return found | {"title": root.findtext(f".//{OPF}title")}

    @property
    def paragraphs(self) -> list[ReadParagraph]:
        return [self.paragraph(node) for node in self.section.findall(f"{HP}p")]

    @property
    def tables(self) -> list[ReadTable]:
        return [self.table(node) for node in self.section.iter(f"{HP}tbl")]

    def table_named(self, caption: str) -> ReadTable:
        return next(table for table in self.tables if table.caption == caption)

    def paragraph(self, node: etree._Element) -> ReadParagraph:
        shape = self.shapes[node.get("paraPrIDRef")]
        heading = shape.find(f"{HH}heading")
        level = int(heading.get("level")) + 1 if heading.get("type") == "OUTLINE" else 0
        runs = node.findall(f"{HP}run")
        for run in runs:
            assert run.get("charPrIDRef") in self.letters
        return ReadParagraph(
            style=self.styles[node.get("styleIDRef")].get("name"),
            text="".join(_hwpx_text(text) for run in runs for text in run.findall(f"{HP}t")),
            level=level,
            tables=[self.table(table) for run in runs for table in run.findall(f"{HP}tbl")],
            breaks_page=node.get("pageBreak") == "1",
            controls=tuple(
                etree.QName(control).localname for run in runs for box in run.findall(f"{HP}ctrl") for control in box
            ),
        )

    def table(self, node: etree._Element) -> ReadTable:
        cells = []
        rows = node.findall(f"{HP}tr")
        assert len(rows) == int(node.get("rowCnt"))
        for row, line in enumerate(rows):
            for cell in line.findall(f"{HP}tc"):
                address, span = cell.find(f"{HP}cellAddr"), cell.find(f"{HP}cellSpan")
                assert int(address.get("rowAddr")) == row
                inside = [self.paragraph(inner) for inner in cell.findall(f"{HP}subList/{HP}p")]
                first = cell.find(f"{HP}subList/{HP}p")
                align = self.shapes[first.get("paraPrIDRef")].find(f"{HH}align").get("horizontal")
                cells.append(
                    ReadCell(
                        row,
                        int(address.get("colAddr")),
                        int(span.get("rowSpan")),
                        int(span.get("colSpan")),
                        tuple(paragraph.text for paragraph in inside),
                        align.lower(),
                        cell.get("header") == "1",
                        int(cell.find(f"{HP}cellSz").get("width")),
                    )
                )
        _covers(cells, len(rows), int(node.get("colCnt")))
        return ReadTable(cells, node.findtext(f"{HP}shapeComment") or "", node.get("repeatHeader") == "1")

    def lines(self) -> list[str]:
        """문서의 글을 읽는 차례대로. 표는 칸마다 한 줄."""
        found = []
        for paragraph in self.paragraphs:
            if paragraph.tables:
                found += [line for table in paragraph.tables for cell in table.cells for line in cell.lines]
            elif paragraph.text:
                found.append(paragraph.text)
        return [line for line in found if line]


def _hwpx_text(node: etree._Element) -> str:
    made = node.text or ""
    for child in node:
        made += {"lineBreak": "\n", "tab": " "}[etree.QName(child).localname] + (child.tail or "")
    return made


def _covers(cells: list[ReadCell], height: int, width: int) -> None:
    """칸이 표를 빈자리도 겹침도 없이 덮는다."""
    seen: set[tuple[int, int]] = set()
    for cell in cells:
        area = {
            (cell.row + down, cell.column + across) for down in range(cell.rowspan) for across in range(cell.colspan)
        }
        assert not area & seen
        seen |= area
    assert seen == {(row, column) for row in range(height) for column in range(width)}


# ── PDF ──


def _poppler(tool: str, *options: str, payload: bytes) -> bytes:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool}(poppler-utils)이 없습니다")
    return subprocess.run([tool, *options], input=payload, capture_output=True, check=True).stdout


def pdf_pages(payload: bytes) -> list[str]:
    """쪽마다의 글. 그린 차례대로."""
    return _poppler("pdftotext", "-raw", "-enc", "UTF-8", "-", "-", payload=payload).decode().split("\f")[:-1]


def pdf_info(payload: bytes) -> dict[str, str]:
    """문서 정보: Title, Tagged, Pages …"""
    text = _poppler("pdfinfo", "-", payload=payload).decode()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def pdf_fonts(payload: bytes, path: str) -> list[list[str]]:
    """글꼴마다의 줄: 이름 … emb sub uni"""
    with open(path, "wb") as file:
        file.write(payload)
    return [line.split() for line in _poppler("pdffonts", path, payload=b"").decode().splitlines()[2:]]


class PdfFile:
    """PDF 의 태그 나무: 화면낭독기가 읽는 차례의 글과 표."""

    def __init__(self, payload: bytes) -> None:
        tree = _poppler("pdfinfo", "-struct-text", "-", payload=payload).decode(errors="replace")
        self.texts: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.tables: list[ReadTable] = []
        row = inside = -1
        cell = ReadCell(0, 0, 1, 1, ())
        opened = ""
        for line in tree.splitlines():
            tag = line.strip().split(" ")[0].rstrip(":")
            indent = len(line) - len(line.lstrip())
            if opened == "cell" and indent <= inside:
                opened = ""
            if text := re.fullmatch(r'\s*"(.*)"', line):
                self.texts.append(text[1])
                if opened == "cell":
                    cell.lines = ("".join(cell.lines) + text[1],)
                elif opened == "heading":
                    self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + text[1])
            elif tag == "Table":
                self.tables.append(ReadTable([]))
                row, inside = -1, indent
            elif tag == "THead":
                self.tables[-1].repeats_heading = True
            elif tag == "TR":
                row += 1
            elif tag in ("TH", "TD"):
                cell = ReadCell(row, 0, 1, 1, (), is_heading=tag == "TH")
                self.tables[-1].cells.append(cell)
                opened = "cell"
            elif tag in ("/RowSpan", "/ColSpan"):
                setattr(cell, tag[1:].lower(), int(line.split()[-1]))
            elif re.fullmatch(r"H\d", tag):
                self.headings.append((tag, ""))
                opened = "heading"
            elif tag in ("P", "Div") and not line.startswith("      "):
                opened = ""
        for table in self.tables:
            taken: set[tuple[int, int]] = set()
            for cell in table.cells:
                cell.column = next(place for place in range(999) if (cell.row, place) not in taken)
                taken |= {(cell.row + i, cell.column + j) for i in range(cell.rowspan) for j in range(cell.colspan)}


def bare(text: str) -> str:
    """견주기 위해 빈칸과 줄바꿈을 뺀 글."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def assert_in_order(texts: list[str], whole: str) -> None:
    """texts 가 whole 안에 차례대로 있다."""
    place = 0
    stripped = bare(whole)
    for text in texts:
        found = stripped.find(bare(text), place)
        assert found >= 0, f"‘{text}’ 이(가) 차례에 없습니다: …{stripped[place : place + 120]}…"
        place = found + len(bare(text))


# ── HTML ──


class HtmlFile:
    """HTML 조각이나 한 장."""

    def __init__(self, text: str) -> None:
        self.root = lxml_html.fromstring(text)

    def headings(self) -> list[tuple[str, str]]:
        return [
            (node.tag, " ".join(node.text_content().split()))
            for node in self.root.iter("h1", "h2", "h3", "h4", "h5", "h6")
        ]

    @property
    def tables(self) -> list[ReadTable]:
        return [self._table(node) for node in self.root.xpath("//table[contains(@class,'rp-table')]")]

    def lines(self) -> list[str]:
        """줄과 머리와 칸의 글을 나온 차례대로."""
        wanted = self.root.xpath("//*[self::p or self::h2 or self::h3 or self::h4 or self::h5 or self::td or self::th]")
        return [text for node in wanted if (text := _html_text(node).strip())]

    def _table(self, node: lxml_html.HtmlElement) -> ReadTable:
        cells: list[ReadCell] = []
        taken: set[tuple[int, int]] = set()
        rows = node.xpath("./thead/tr | ./tbody/tr")
        for row, line in enumerate(rows):
            column = 0
            for cell in line.xpath("./td | ./th"):
                while (row, column) in taken:
                    column += 1
                down, across = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
                taken |= {(row + i, column + j) for i in range(down) for j in range(across)}
                align = {"c": "center", "r": "right", "hd": "center"}
                classes = (cell.get("class") or "").split()
                cells.append(
                    ReadCell(
                        row,
                        column,
                        down,
                        across,
                        tuple(_html_text(cell).split("\n")),
                        next((align[name] for name in classes if name in align), "left"),
                        cell.tag == "th",
                    )
                )
                column += across
        width = len(node.xpath("./colgroup/col"))
        _covers(cells, len(rows), width)
        return ReadTable(cells, (node.findtext("caption") or ""), bool(node.xpath("./thead")))


def _html_text(node: lxml_html.HtmlElement) -> str:
    """글. br 은 줄바꿈이고, 화면낭독기만 읽는 말은 뺀다."""
    made = node.text or ""
    for child in node:
        if child.tag == "br":
            made += "\n"
        elif "sr" not in (child.get("class") or "").split():
            made += _html_text(child)
        made += child.tail or ""
    return made


# ── 엑셀 ──


def xlsx_tables(payload: bytes) -> dict[str, ReadTable]:
    """시트마다의 표. 위의 두 줄(이름, 놓인 곳)은 뺀다. 빈 칸도 칸이다."""
    book = openpyxl.load_workbook(io.BytesIO(payload))
    found = {}
    for sheet in book.worksheets[1:]:
        spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
        covered = {
            (row, column)
            for area in spans.values()
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        } - set(spans)
        cells = []
        for line in sheet.iter_rows(min_row=3):
            for cell in line:
                place = (cell.row, cell.column)
                if place in covered:
                    continue
                area = spans.get(place)
                down = area.max_row - area.min_row + 1 if area else 1
                across = area.max_col - area.min_col + 1 if area else 1
                text = "" if cell.value is None else str(cell.value)
                cells.append(ReadCell(cell.row - 3, cell.column - 1, down, across, tuple(text.split("\n"))))
        found[sheet.title] = ReadTable(cells, sheet.cell(1, 1).value or "")
    return found
