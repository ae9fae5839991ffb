"""한글 문서: 스키마 검사를 통과하고, 쓰는 꾸러미가 아닌 눈으로 다시 읽어 스타일·표·쪽이 그대로이다."""

from __future__ import annotations

import pytest
from hwpx.tools.package_validator import validate_editor_open_safety

from core.reports import style
from core.reports.document import (
    Cell,
    Chapter,
    Document,
    ItemHeading,
    Line,
    Purpose,
    Run,
    Section,
    Table,
    TitleBox,
    as_string,
    plain,
)
from core.reports.hwpx import hwpx_bytes
from core.reports.pdf import heading_places, page_numbers
from tests.core.reports.book import approval_sheet, report2023
from tests.core.reports.readers import HH, HP, HwpxFile, assert_in_order

pytestmark = pytest.mark.draws("문서를 파일로 옮긴다. 자료는 읽지 않는다")


@pytest.fixture(scope="module")
def annual() -> HwpxFile:
    return HwpxFile(hwpx_bytes(report2023()))


@pytest.mark.parametrize("document", [report2023(), approval_sheet(), Document("빈 문서", ())], ids=lambda d: d.title)
def test_the_library_finds_nothing_that_stops_hangul_opening_it(document: Document) -> None:
    payload = hwpx_bytes(document)
    report = validate_editor_open_safety(payload)
    assert report.ok, report.summary
    assert not report.validate_document.issues
    assert payload == hwpx_bytes(document)


def test_every_line_is_there_in_order_with_its_style_and_level(annual: HwpxFile) -> None:
    lines = [block for block in report2023().blocks if isinstance(block, Line)]
    assert len(lines) > 180
    read = [paragraph for paragraph in annual.paragraphs if paragraph.text[:1] in "□○-·※" and paragraph.text]
    assert [paragraph.text for paragraph in read] == [
        f"{line.mark} {as_string(line.text)}{' ' + line.right if line.right else ''}" for line in lines
    ]
    assert [paragraph.style for paragraph in read] == [style.STYLES[line.mark].name for line in lines]
    assert {paragraph.text[0]: paragraph.level for paragraph in read} == {"□": 3, "○": 4, "-": 5, "·": 6, "※": 0}


def test_styles_are_listed_by_name_and_indent_the_marks(annual: HwpxFile) -> None:
    names = {node.get("name") for node in annual.styles.values() if node.get("type") == "PARA"}
    assert {wanted.name for wanted in style.STYLES.values()} <= names
    letters = {node.get("name") for node in annual.styles.values() if node.get("type") == "CHAR"}
    assert {"강조", "지난 호와 다름"} <= letters
    for mark in "□○-·※":
        wanted = style.STYLES[mark]
        node = next(node for node in annual.styles.values() if node.get("name") == wanted.name)
        shape, letter = annual.shapes[node.get("paraPrIDRef")], annual.letters[node.get("charPrIDRef")]
        margin = next(shape.iter(f"{HH}margin"))
        values = {child.tag.rpartition("}")[2]: int(child.get("value")) for child in margin}
        assert (values["left"], values["intent"]) == (round(wanted.left * 100), round(-wanted.hanging * 100))
        assert int(letter.get("height")) == wanted.size * 100
        assert (letter.find(f"{HH}bold") is not None) == wanted.bold
        font = int(letter.find(f"{HH}fontRef").get("hangul"))
        faces = annual.header.find(f".//{HH}fontface[@lang='HANGUL']")
        assert faces[font].get("face") == style.FACES[wanted.face][0]
    # 개요에는 수준만 있고 번호의 모양은 비어 있어 글 앞에 번호가 붙지 않는다.
    outline = annual.section.find(f".//{HP}secPr").get("outlineShapeIDRef")
    numbering = next(node for node in annual.header.iter(f"{HH}numbering") if node.get("id") == outline)
    assert len(numbering) == 10
    assert not any(head.text for head in numbering)


@pytest.mark.parametrize("caption", ["조직", "인력", "예산 현황", "추가경정예산 편성", "평가 개요", "소송 수행"])
def test_tables_keep_their_merged_cells_widths_and_alignment(annual: HwpxFile, caption: str) -> None:
    table = next(table for table in report2023().tables() if table.caption == caption)
    read = annual.table_named(caption)
    assert read.places == [
        (row, column, cell.rowspan, cell.colspan, tuple(as_string(text) for text in cell.paragraphs))
        for row, column, cell in table.grid()
    ]
    for cell, (_row, _column, wanted) in zip(read.cells, table.grid(), strict=True):
        assert cell.align == ("center" if wanted.is_heading else wanted.align)
    assert read.repeats_heading
    assert {cell.row for cell in read.cells if cell.is_heading} == set(range(table.heading_rows))
    full = style.PAPER.text_width * 100
    for row in {cell.row for cell in read.cells}:
        across = sum(cell.width for cell in read.cells if cell.row <= row < cell.row + cell.rowspan)
        assert across == pytest.approx(full, abs=30)


def test_headings_purpose_and_contents_are_laid_out_like_the_report(annual: HwpxFile) -> None:
    document = report2023()
    items = [block for block in document.blocks if isinstance(block, ItemHeading)]
    bars = [
        table for table in annual.tables if [cell.column for cell in table.cells] == [0, 1, 2] and not table.caption
    ]
    assert [tuple(cell.lines[0] for cell in bar.cells) for bar in bars] == [
        (item.number, item.title, item.team) for item in items
    ]
    purposes = [as_string(block.text) for block in document.blocks if isinstance(block, Purpose)]
    single = [table.cells[0].lines[0] for table in annual.tables if len(table.cells) == 1]
    assert single[1:] == purposes
    pages = page_numbers(document)
    contents = [table for table in annual.tables if table.caption == "차례"]
    listed = [tuple(cell.lines[0] for cell in table.cells[3:]) for table in contents]
    expected = [[(item.number, item.title, str(pages[item.key])) for item in part] for part in (items[:5], items[5:9])]
    assert listed == [tuple(text for row in part for text in row) for part in expected]
    assert_in_order(
        [as_string(block.text) for block in document.blocks if isinstance(block, Line)], " ".join(annual.lines())
    )


def test_page_number_header_breaks_and_properties(annual: HwpxFile) -> None:
    document = report2023()
    number = annual.section.find(f".//{HP}pageNum")
    assert (number.get("pos"), number.get("sideChar")) == ("BOTTOM_CENTER", "-")
    assert "".join(annual.section.find(f".//{HP}header").itertext()) == document.header
    paragraphs = annual.paragraphs
    assert "pageHiding" in paragraphs[0].controls
    breaking = [paragraph for paragraph in paragraphs if paragraph.breaks_page]
    assert len(breaking) == sum(type(block).__name__ == "PageBreak" for block in document.blocks)
    # 표지는 번호가 없고 다음 쪽이 1쪽이다.
    assert "newNum" in breaking[0].controls
    assert annual.properties["title"] == "2023년 주요업무보고"
    assert annual.properties["creator"] == "기획예산과"
    assert annual.properties["CreatedDate"] == "2023-11-06T00:00:00Z"
    page = annual.section.find(f".//{HP}pagePr")
    assert (page.get("width"), page.get("height"), page.get("landscape")) == ("59528", "84189", "WIDELY")


def test_bold_changed_and_odd_characters_survive() -> None:
    odd = "△ ㆍ ․ ’ ㎡ 區 ㆎ ᄒᆞᆫ 한 😀 👨‍👩‍👧 <b>&amp;\u00a0끝"
    document = Document(
        "글자",
        (
            Line("a", "○", (Run(odd), Run("굵게", bold=True), Run("바뀜", changed=True))),
            Line("b", "", plain("앞\x00\x0b뒤\ttab\u2028셋")),
            Table("t", ((),)),
        ),
    )
    payload = hwpx_bytes(document)
    assert validate_editor_open_safety(payload).ok
    read = HwpxFile(payload)
    assert [paragraph.text for paragraph in read.paragraphs] == [f"○ {odd}굵게바뀜", "앞\n뒤 tab\n셋"]
    runs = read.section.findall(f"{HP}p")[0].findall(f"{HP}run")
    bold, changed = (read.letters[run.get("charPrIDRef")] for run in runs[-2:])
    assert bold.find(f"{HH}bold") is not None
    assert changed.get("shadeColor") == style.COLORS["changed"].upper()


def test_tables_are_as_tall_as_their_wrapped_lines(annual: HwpxFile) -> None:
    """표의 높이는 행의 합이고, 행은 줄을 바꾼 뒤의 글이 드는 높이이다. 0 인 것은 없다."""
    for node in annual.section.iter(f"{HP}tbl"):
        heights: dict[int, int] = {}
        for cell in node.iter(f"{HP}tc"):
            if cell.find(f"{HP}cellSpan").get("rowSpan") == "1":
                row = int(cell.find(f"{HP}cellAddr").get("rowAddr"))
                height = int(cell.find(f"{HP}cellSz").get("height"))
                assert height == heights.setdefault(row, height) > 0
        if len(heights) == int(node.get("rowCnt")):
            assert int(node.find(f"{HP}sz").get("height")) == sum(heights.values())

    def tall(block: Purpose | Table | TitleBox) -> int:
        read = HwpxFile(hwpx_bytes(Document("높이", (block,))))
        return int(read.section.find(f".//{HP}tbl/{HP}sz").get("height"))

    def table(text: str) -> Table:
        return Table("t", ((Cell(plain(text)), Cell(plain("짧은 글"))),), heading_rows=0, widths=(1, 9))

    # 한 줄: 글자 크기 + 위아래 여백. 두 줄부터는 줄 간격이 더해진다.
    assert tall(table("짧다")) == 1050 + 600
    assert tall(table("길어서 두 줄로")) == 1050 + 1365 + 600
    # 목적: 너비 170mm(481.9점)에서 여백을 빼면 13점 글자가 35자 남짓 든다.
    assert tall(Purpose("p", plain("가" * 30))) == 1300 + 1400
    assert tall(Purpose("p", plain("가나다라 " * 20))) == 1300 + 2 * 1950 + 1400
    assert tall(TitleBox("t", "제목", "부제목")) == 2600 + 1040 + 1500 + 3200


def test_a_heading_that_starts_a_page_in_the_pdf_starts_one_in_hangul() -> None:
    lines = tuple(Line(f"l-{number}", "○", plain("줄")) for number in range(31))
    document = Document("쪽", (Chapter("c", "Ⅰ", "장"), *lines, Section("s", "1", "절"), Section("n", "2", "다음 절")))
    assert [place["page"] for place in heading_places(document)] == [1, 2, 2]
    breaking = [paragraph.text for paragraph in HwpxFile(hwpx_bytes(document)).paragraphs if paragraph.breaks_page]
    assert [text.strip() for text in breaking] == ["1  절"]


def test_the_space_above_a_cover_title_is_not_above_the_first_paragraph() -> None:
    """쪽의 첫 문단 위의 간격은 버리는 프로그램이 있다."""
    read = HwpxFile(hwpx_bytes(Document("표지", (TitleBox("t", "제목", is_cover=True),))))
    first = read.shapes[read.section.find(f"{HP}p").get("paraPrIDRef")]
    margin = {child.tag.rpartition("}")[2]: int(child.get("value")) for child in next(first.iter(f"{HH}margin"))}
    assert margin["prev"] == 0 and margin["next"] > 10_000
