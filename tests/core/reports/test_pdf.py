"""PDF: 글이 차례대로 있고, 글꼴을 심었고, 책갈피와 태그가 있고, 쪽 번호가 맞고, 같은 문서는 같은 바이트이다."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest

from core.reports import style
from core.reports.document import (
    Cell,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Purpose,
    Run,
    Table,
    as_string,
    plain,
)
from core.reports.pdf import FONT_FOLDER, page_numbers, pdf_bytes
from tests.core.reports.book import approval_sheet, evaluation, head, lawsuits, number, report2023, words
from tests.core.reports.readers import PdfFile, assert_in_order, bare, pdf_fonts, pdf_info, pdf_pages

pytestmark = pytest.mark.draws("문서를 파일로 옮긴다. 자료는 읽지 않는다")


@pytest.fixture(scope="module")
def annual() -> bytes:
    return pdf_bytes(report2023())


def test_the_whole_report_is_drawn_in_order(annual: bytes) -> None:
    document = report2023()
    texts = []
    for block in document.blocks:
        if isinstance(block, ItemHeading):
            texts += [block.number, block.title, block.team]
        elif isinstance(block, Purpose):
            texts.append(as_string(block.text))
        elif isinstance(block, Line):
            texts.append(f"{block.mark} {as_string(block.text)} {block.right}")
    whole = "".join(re.sub(r"\n- \d+ -\n?$", "", page) for page in pdf_pages(annual))
    assert_in_order(texts, whole)
    for table in document.tables():
        for _row, _column, cell in table.grid():
            assert bare("".join(map(as_string, cell.paragraphs))) in bare(whole)


def test_a_screen_reader_reads_lines_and_tables_in_order() -> None:
    """태그 나무의 차례, 제목의 깊이, 표의 머리글과 합친 칸. (poppler 의 태그 읽기가 느려 짧은 문서로 본다.)"""
    document = Document(
        "한 건",
        (
            Chapter("c", "Ⅱ", "주요업무 추진실적"),
            ItemHeading("i", "5", "체계적 법률 지원", "의회법무팀"),
            Purpose("p", plain("사업 추진을 위한 법적 근거 마련")),
            Line("l", "□", plain("주요 추진실적"), "(단위: 건)"),
            lawsuits(),
            Line("m", "○", plain("무료법률상담: 총 538건")),
            evaluation(),
        ),
    )
    read = PdfFile(pdf_bytes(document))
    texts = [
        "Ⅱ. 주요업무 추진실적",
        "5",
        "체계적 법률 지원",
        "의회법무팀",
        "사업 추진을 위한",
        "□ 주요 추진실적(단위: 건)",
    ]
    for table in document.tables():
        texts += [as_string(text) for row in table.rows for cell in row for text in cell.paragraphs]
        if table is document.tables()[0]:
            texts.append("○ 무료법률상담: 총 538건")
    assert_in_order(texts, "".join(read.texts))
    for found, table in zip(read.tables, document.tables(), strict=True):
        assert [(*cell.place[:4], bare("".join(cell.lines)), cell.is_heading) for cell in found.cells] == [
            (
                row,
                column,
                cell.rowspan,
                cell.colspan,
                bare("".join(map(as_string, cell.paragraphs))),
                row < table.heading_rows,
            )
            for row, column, cell in table.grid()
        ]
    assert [tag for tag, _ in read.headings] == ["H1", "H2", "H3"]


def test_pages_are_numbered_as_the_contents_say(annual: bytes) -> None:
    """2023 주요업무보고의 차례와 같은 쪽에 놓인다: Ⅱ 는 4–8쪽, Ⅲ 은 10–13쪽."""
    document = report2023()
    pages = pdf_pages(annual)
    numbers = page_numbers(document)
    items = [block for block in document.blocks if isinstance(block, ItemHeading)]
    assert [numbers[item.key] for item in items] == [4, 5, 6, 7, 8, 10, 11, 12, 13, 14]
    for item in items:
        page = pages[numbers[item.key]]  # 표지가 0쪽이다
        assert bare(item.title) in bare(page)
        assert page.rstrip().endswith(f"- {numbers[item.key]} -")
    assert "- 0 -" not in pages[0]
    contents = bare(pages[3])
    for item in items[:5]:
        assert re.search(rf"{re.escape(bare(item.title))}·*{numbers[item.key]}", contents)


def test_it_is_tagged_titled_and_always_the_same(annual: bytes) -> None:
    assert annual == pdf_bytes(report2023())
    info = pdf_info(annual)
    assert (info["Title"], info["Author"], info["Tagged"]) == ("2023년 주요업무보고", "기획예산과", "yes")
    assert int(info["Pages"]) == 15
    assert b"pdfuaid:part" in annual
    assert b"pdfaid:part" in annual
    assert b"/Outlines" in annual
    assert annual.count(b"/Type /OutlineItem") or annual.count(b"/Dest") > 15
    # 날짜가 없는 문서도 접근성 규격은 지킨다.
    plain_sheet = pdf_bytes(approval_sheet())
    assert b"pdfuaid:part" in plain_sheet
    assert b"CreationDate" not in plain_sheet


def test_fonts_are_embedded(annual: bytes, tmp_path: Path) -> None:
    fonts = pdf_fonts(annual, str(tmp_path / "annual.pdf"))
    assert fonts
    assert all(font[-5] == "yes" for font in fonts)
    assert {font[0].split("+")[-1].split("-")[0] for font in fonts} <= {
        "NotoSansCJKkr",
        "NotoSerifCJKkr",
        "DejaVuSansReport",
    }


COVERED = "△▲ㆍ․·‧’‘“”㎡㎢區Ⅰ Ⅱ Ⅲ Ⅳ□○※→∼～～「」『』《》①⑳㉠㈜℃％½–—─│◎●◇◆★☎✔☑☐㏊ㆎᆞᄒᆞᆫ힣가뷁國會豫算😀👍🏻"


def test_the_fonts_have_every_character_reports_use(tmp_path: Path) -> None:
    """규격 표시가 있으면 글꼴에 없는 글자가 하나도 없다는 뜻이다."""
    hangul = "".join(map(chr, range(0xAC00, 0xD7A4)))
    hanja = "".join(bytes((high, low)).decode("euc-kr") for high in range(0xCA, 0xFE) for low in range(0xA1, 0xFF))
    symbols = ""
    for high in range(0xA1, 0xAD):
        for low in range(0xA1, 0xFF):
            try:
                symbols += bytes((high, low)).decode("euc-kr")
            except UnicodeDecodeError:
                continue
    document = Document(
        "글자", tuple(Line(str(i), "", plain(t)) for i, t in enumerate((hangul, hanja, symbols, COVERED)))
    )
    payload = pdf_bytes(document)
    assert b"pdfuaid:part" in payload
    assert bare(COVERED) in bare("".join(pdf_pages(payload)))
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 12 * 1024 * 1024
    assert {path.name for path in FONT_FOLDER.glob("LICENSE*")} == {"LICENSE-OFL.txt", "LICENSE-DejaVu.txt"}


def test_a_character_no_font_has_still_makes_a_pdf() -> None:
    payload = pdf_bytes(Document("글자", (Line("a", "○", plain("태국 글자 ก 뒤")),)))
    assert payload.startswith(b"%PDF")
    assert_in_order(["태국 글자", "뒤"], "".join(pdf_pages(payload)))


def test_text_is_never_read_as_commands() -> None:
    text = '#let x = 1; *굵게* _기울임_ $x$ <label> @ref \\n "#sys.inputs" [칸] {틀} ~ -- --- ... // 말'
    payload = pdf_bytes(Document("글", (Line("a", "○", plain(text)), Chapter("b", "#", text))))
    assert_in_order([text], "".join(pdf_pages(payload)))


def long_table(rows: int) -> Table:
    """머리글 두 줄, 여섯 열의 긴 표."""
    return Table(
        "long",
        rows=(
            (head("연번", rowspan=2), head("사업", rowspan=2), head("예산", colspan=4)),
            tuple(head(text) for text in ("계", "국비", "시비", "구비")),
            *(
                (
                    number(f"{row:,}"),
                    words(f"사업 {row}번의 이름"),
                    *(number(f"{row * step:,}") for step in (1000, 300, 300, 400)),
                )
                for row in range(1, rows + 1)
            ),
        ),
        heading_rows=2,
        caption="긴 표",
        unit="(단위: 천원)",
    )


def test_a_long_table_repeats_its_heading_and_keeps_rows_whole() -> None:
    started = perf_counter()
    payload = pdf_bytes(Document("긴 표", (long_table(400),)))
    assert perf_counter() - started < 5
    pages = pdf_pages(payload)
    assert len(pages) > 8
    assert all("국비" in page for page in pages)
    seen = [int(found) for page in pages for found in re.findall(r"사업 (\d+)번의 이름", page)]
    assert seen == list(range(1, 401))
    # 여러 줄 칸은 쪽을 넘어 갈라지지 않는다.
    tall = Table(
        "tall",
        rows=(
            (head("구분"), head("내용")),
            *((words(f"{row}"), words("|".join(f"행{row}줄{line}끝" for line in range(7)))) for row in range(30)),
        ),
    )
    pages = pdf_pages(pdf_bytes(Document("표", (tall,))))
    for row in range(30):
        holding = [page for page in pages if f"행{row}줄" in page]
        assert len(holding) == 1
        assert holding[0].count(f"행{row}줄") == 7


def test_changed_words_are_painted_and_headings_step_without_gaps() -> None:
    blocks = (
        Line("a", "□", plain("장도 사업도 없는 문서")),
        Line("b", "○", (Run("작년 "), Run("58", changed=True))),
        Chapter("c", "Ⅰ", "장"),
        Line("d", "□", plain("사업 없이 바로")),
        Contents("e"),
        PageBreak("f"),
        ItemHeading("g", "1", "사업", "예산팀"),
        Line("h", "□", plain("")),
    )
    # 제목의 깊이를 건너뛰면 접근성 규격을 붙일 수 없다.
    payload = pdf_bytes(Document("제목", blocks))
    assert b"pdfuaid:part" in payload
    plain_payload = pdf_bytes(Document("제목", (blocks[0], Line("b", "○", plain("작년 58")), *blocks[2:])))
    assert len(payload) > len(plain_payload)


def test_making_many_reports_does_not_fill_the_memory() -> None:
    """조판 꾸러미가 쌓아 두는 것을 버린다. 버리지 않으면 아래에서 200MB 가 는다."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

    def some(turn: int) -> Document:
        lines = (Line(str(i), "○", plain(f"{turn}번째 {i}줄: 구정 사업의 추진 관리")) for i in range(800))
        return Document("기억", tuple(lines))

    pdf_bytes(some(0))
    before = resident()
    for turn in range(1, 9):
        pdf_bytes(some(turn))
    assert resident() - before < 80


def test_contents_at_the_front_lists_the_chapters() -> None:
    items = (ItemHeading("i", "1", "사업", "예산팀"),)
    blocks = (Contents("t"), Chapter("a", "Ⅰ", "처음"), *items, PageBreak("p"), Chapter("b", "Ⅱ", "다음"))
    pages = pdf_pages(pdf_bytes(Document("차례", blocks)))
    assert re.search(r"Ⅰ처음·+1Ⅱ다음·+2", bare(pages[0]))


def test_landscape_paper() -> None:
    info = pdf_info(pdf_bytes(Document("가로", (Line("a", "○", plain("글")),), landscape=True)))
    width, height = (float(value) for value in re.findall(r"[\d.]+", info["Page size"])[:2])
    assert (round(width), round(height)) == (842, 595)
    assert style.LANDSCAPE.text_width > style.PAPER.text_width
    assert Cell().paragraphs == ((),)
