"""아무렇게나 만든 문서: 표시, 합친 칸, 별난 글자가 네 꼴 어디에서도 사라지거나 자리를 바꾸지 않는다."""

from __future__ import annotations

import io

import pytest
from hwpx.tools.package_validator import validate_editor_open_safety
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.reports.characters import clean
from core.reports.document import (
    Approval,
    Block,
    Cell,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Purpose,
    Run,
    Section,
    Table,
    TitleBox,
    as_string,
)
from core.reports.geometry import placed, trimmed
from core.reports.html import render_html
from core.reports.hwpx import hwpx_bytes
from core.reports.pdf import page_numbers, pdf_bytes
from core.reports.xlsx import write_xlsx
from tests.core.reports.readers import HtmlFile, HwpxFile, bare, pdf_pages, xlsx_tables

ODD = "△▲ㆍ․’㎡區ㆎ□○※-·Ⅰ<>&\"'#*_@$\\[]{}~/=+%一"
KOREAN = st.text(st.sampled_from("가힣구정사업보고 ㄱㅏ123,.()" + ODD), max_size=24)
# XML 이 받지 않는 글자, 줄바꿈, 조합 자모, 이모지까지
WILD = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x00\x0b\r\n\t\u2028ᄒᆞᆫ\u200d👩😀\ufeff"), max_size=24
)
SLOW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def runs(words: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Run, ...]]:
    flags = st.booleans()
    run = st.builds(Run, words, st.sampled_from(["", "f.code"]), st.sampled_from(["", "/rows/?a=1"]), flags, flags)
    return st.lists(run, max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn, words: st.SearchStrategy[str], key: str) -> Table:
    """빈자리 없이 덮는 표. 칸은 아무렇게나 합친다."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    taken: set[tuple[int, int]] = set()
    rows = []
    for row in range(height):
        cells = []
        for column in range(width):
            if (row, column) in taken:
                continue
            # 마지막 열은 내려 합치지 않는다: 칸이 하나도 없는 줄은 따로 본다.
            across, down = 1, draw(st.integers(1, min(3, height - row))) if column + 1 < width else 1
            while column + across < width - (down > 1) and (row, column + across) not in taken and draw(st.booleans()):
                across += 1
            taken |= {(row + i, column + j) for i in range(down) for j in range(across)}
            cells.append(
                Cell(
                    colspan=across,
                    rowspan=down,
                    align=draw(st.sampled_from(["left", "center", "right"])),
                    is_heading=draw(st.booleans()),
                    bold=draw(st.booleans()),
                    lines=tuple(draw(st.lists(runs(words), min_size=1, max_size=3))),
                )
            )
        rows.append(tuple(cells))
    return Table(
        key,
        tuple(rows),
        heading_rows=draw(st.integers(0, 6)),
        widths=draw(st.sampled_from([(), (1,) * width, (3, 1)])),
        caption=f"표 {key}",
        unit=draw(st.sampled_from(["", "(단위: 천원)"])),
        unit_below=draw(st.booleans()),
    )


@st.composite
def documents(draw: st.DrawFn, words: st.SearchStrategy[str]) -> Document:
    blocks: list[Block] = []
    for number in range(draw(st.integers(0, 8))):
        key = f"k{number}"
        kind = draw(st.integers(0, 10))
        text = runs(words)
        blocks.append(
            draw(
                [
                    st.builds(
                        Line,
                        st.just(key),
                        st.sampled_from(["□", "○", "-", "·", "※", ""]),
                        text,
                        st.sampled_from(["", "(단위: 건)"]),
                    ),
                    st.builds(Line, st.just(key), st.sampled_from(["□", "○", "-"]), text),
                    tables(words, key),
                    tables(words, key),
                    st.builds(Purpose, st.just(key), text),
                    st.builds(ItemHeading, st.just(key), words, words, words),
                    st.builds(Section, st.just(key), words, words),
                    st.builds(Chapter, st.just(key), words, words),
                    st.builds(Contents, st.just(key)),
                    st.builds(TitleBox, st.just(key), words, words, words, words, st.booleans()),
                    st.sampled_from([PageBreak(key), Approval(key)]),
                ][kind]
            )
        )
    return Document(
        draw(words),
        tuple(blocks),
        header=draw(words),
        first_page=draw(st.integers(0, 3)),
        properties=draw(st.sampled_from([{}, {"date": "2023-11-06", "author": "기획예산과"}])),
        landscape=draw(st.booleans()),
    )


def lines_of(document: Document) -> list[str]:
    return [
        clean(f"{block.mark} {as_string(block.text)}" if block.mark else as_string(block.text))
        for block in document.blocks
        if isinstance(block, Line)
    ]


def cells_of(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [
        (row, column, cell.rowspan, cell.colspan, "\n".join(clean(as_string(text)) for text in cell.paragraphs))
        for row, column, cell in table.grid()
    ]


@SLOW
@given(documents(KOREAN | WILD))
def test_hwpx_opens_and_keeps_every_line_and_cell(document: Document) -> None:
    payload = hwpx_bytes(document)
    report = validate_editor_open_safety(payload)
    assert report.ok, report.summary
    assert not report.validate_document.issues
    read = HwpxFile(payload)
    paragraphs = "\n".join(paragraph.text for paragraph in read.paragraphs)
    place = 0
    for line in lines_of(document):
        place = paragraphs.index(line, place) + len(line)
    named = [table for table in read.tables if table.caption.startswith("표 k")]
    for table, wanted in zip(named, document.tables(), strict=True):
        assert [(*cell.place[:4], "\n".join(cell.lines)) for cell in table.cells] == cells_of(wanted)


def test_a_row_with_no_cell_of_its_own_is_dropped() -> None:
    one = (Run("가"),)
    tall = Table(
        "t", ((Cell(one, rowspan=3), Cell(one)), (Cell(one, rowspan=2),), (), (Cell(one), Cell(one))), caption="표 k"
    )
    document = Document("표", (tall,))
    read = HwpxFile(hwpx_bytes(document)).tables[0]
    assert [cell.place[:4] for cell in read.cells] == [
        (0, 0, 2, 1),
        (0, 1, 1, 1),
        (1, 1, 1, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 1),
    ]
    assert HtmlFile(render_html(document)).tables[0].places == read.places
    assert trimmed(read_again := trimmed(tall)) is read_again
    # 모자란 자리는 빈 칸으로 채우고, 넘치는 칸은 어느 줄인지 말한다.
    short = Table("t", ((Cell(one), Cell(one)), (Cell(one),)))
    assert [place[:2] for place in placed(short)] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    with pytest.raises(ValueError, match="2번째 줄에 칸이 1열보다 많습니다"):
        list(placed(Table("t", ((Cell(one),), (Cell(one), Cell(one))))))


@SLOW
@given(documents(KOREAN | WILD))
def test_html_and_xlsx_keep_every_line_and_cell(document: Document) -> None:
    read = HtmlFile(render_html(document))
    whole = bare("\n".join(read.lines()))
    for line in lines_of(document):
        assert bare(line) in whole
    for table, wanted in zip(read.tables, document.tables(), strict=True):
        assert [(*cell.place[:4], bare("\n".join(cell.lines))) for cell in table.cells] == [
            (*cell[:4], bare(cell[4])) for cell in cells_of(wanted)
        ]
    file = io.BytesIO()
    write_xlsx(document, file)
    sheets = xlsx_tables(file.getvalue())
    for table, wanted in zip(sheets.values(), document.tables(), strict=True):
        assert [(*cell.place[:4], bare("\n".join(cell.lines))) for cell in table.cells] == [
            (*cell[:4], bare(cell[4])) for cell in cells_of(wanted)
        ]


@SLOW
@given(documents(KOREAN))
def test_pdf_keeps_every_line_and_cell(document: Document) -> None:
    payload = pdf_bytes(document)
    assert b"pdfuaid:part" in payload
    assert set(page_numbers(document)) == {
        block.key for block in document.blocks if isinstance(block, Chapter | Section | ItemHeading)
    }
    whole = bare("".join(pdf_pages(payload)))
    for line in lines_of(document):
        assert bare(line) in whole
    for table in document.tables():
        for *_place, text in cells_of(table):
            assert all(bare(part) in whole for part in text.split("\n"))


@SLOW
@given(documents(WILD))
def test_pdf_is_made_whatever_the_characters(document: Document) -> None:
    assert pdf_bytes(document).startswith(b"%PDF")
