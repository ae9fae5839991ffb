"""화면과 인쇄: 제목의 깊이, 표의 머리글, 행으로 가는 링크, 바뀐 낱, 모양의 값."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from core.reports import style
from core.reports.document import Document, ItemHeading, Line, Run, as_string, plain
from core.reports.html import render_html, write_html
from tests.core.reports.book import approval_sheet, report2023
from tests.core.reports.readers import HtmlFile, assert_in_order

pytestmark = pytest.mark.draws("문서를 파일로 옮긴다. 자료는 읽지 않는다")


@pytest.fixture(scope="module")
def annual() -> HtmlFile:
    return HtmlFile(render_html(report2023(), {"lawsuits.total": "그해 수행한 소송의 수."}))


def test_lines_and_headings_read_in_order(annual: HtmlFile) -> None:
    document = report2023()
    texts = [f"{line.mark} {as_string(line.text)}" for line in document.blocks if isinstance(line, Line)]
    assert_in_order(texts, "\n".join(annual.lines()))
    headings = annual.headings()
    assert [text for tag, text in headings if tag == "h2"] == [
        "Ⅰ. 일반현황",
        "Ⅱ. 주요업무 추진실적",
        "Ⅲ. 2024년 주요업무 추진계획",
        "Ⅳ. 2024년 신규·중점 추진사업",
    ]
    items = [f"{block.number} {block.title}" for block in document.blocks if isinstance(block, ItemHeading)]
    assert [text for tag, text in headings if tag == "h3"][4:] == items
    assert {tag for tag, _ in headings} == {"h2", "h3", "h4"}


def test_tables_say_what_their_headings_cover(annual: HtmlFile) -> None:
    tables = report2023().tables()
    for read, table in zip(annual.tables, tables, strict=True):
        assert read.caption == table.caption
        assert read.places == [
            (row, column, cell.rowspan, cell.colspan, tuple(as_string(text) for text in cell.paragraphs))
            for row, column, cell in table.grid()
        ]
        assert [cell.align for cell in read.cells] == [
            "center" if cell.is_heading else cell.align for _, _, cell in table.grid()
        ]
    heads = annual.root.xpath("//table[caption='추가경정예산 편성']/thead//th")
    assert [(node.text_content(), node.get("scope")) for node in heads][3:6] == [
        ("추경", "colgroup"),
        ("간주처리", "col"),
        ("소계", "col"),
    ]


def test_figures_open_their_rows_and_the_contents_open_the_items(annual: HtmlFile) -> None:
    link = annual.root.xpath("//a[@href='/legal/lawsuits/?year=2023']")[0]
    assert (link.text_content(), link.get("title")) == ("191", "그해 수행한 소송의 수.")
    assert annual.root.xpath("//a[@href='/legal/laws/?year=2023']")[0].text_content() == "108"
    rows = annual.root.xpath("//table[contains(@class,'rp-contents')]/tbody/tr")
    assert [row.xpath("string(td[3])") for row in rows] == ["4", "5", "6", "7", "8", "10", "11", "12", "13"]
    for row in rows:
        target = row.xpath("string(td[2]/a/@href)")[1:]
        assert annual.root.xpath(f"//*[@id='{target}']//*[contains(., '{row.xpath('string(td[2])')}')]")


def test_changed_runs_are_marked_with_words_and_text_is_escaped() -> None:
    text = (Run("<b>작년</b> "), Run("58\n건", changed=True, url="/x/?a=1&b=2", figure="f"), Run(" 끝", bold=True))
    html = render_html(Document("견줌", (Line("a", "○", text), Line("b", "□", plain("")))))
    assert "&lt;b&gt;작년&lt;/b&gt;" in html
    root = HtmlFile(html).root
    mark = root.xpath("//mark")[0]
    assert mark.text_content() == "지난 호와 다름: 58건"
    assert mark.xpath(".//a/@href") == ["/x/?a=1&b=2"]
    assert root.xpath("//strong")[0].text_content() == " 끝"
    # 빈 □ 줄은 제목이 되지 않는다.
    assert not root.xpath("//h2")


def test_a_page_that_stands_alone_carries_its_style_and_no_links() -> None:
    file = io.BytesIO()
    write_html(report2023(), file)
    text = file.getvalue().decode()
    assert text.startswith("<!DOCTYPE html>")
    assert 'href="data:text/css;base64,' in text
    assert "/legal/" not in text
    assert HtmlFile(text).headings()[0] == ("h1", "2023년 주요업무보고")
    approval = HtmlFile(render_html(approval_sheet()))
    assert approval.root.xpath("//table[contains(@class,'rp-apv')]//th[@scope='col']/text()") == [
        "담당",
        "팀장",
        "과장",
    ]


def test_the_stylesheet_is_small_and_has_the_same_values_as_the_house_style() -> None:
    path = Path(finders.find("css/report.css"))
    css = path.read_text(encoding="utf-8")
    assert path.stat().st_size <= 10 * 1024
    sizes = {
        ".rp-chapter": "chapter",
        ".rp-section": "section",
        ".rp-purpose": "purpose",
        ".rp-l1": "□",
        ".rp-l2": "○",
        ".rp-l3": "-",
        ".rp-l4": "·",
        ".rp-l5": "※",
        ".rp-name": "title",
        ".rp-sub": "subtitle",
        ".rp-header": "header",
    }
    for selector, key in sizes.items():
        assert (
            f"{{font-size:{style.STYLES[key].size:g}pt"
            in re.search(rf"\.rp {re.escape(selector)}\{{[^}}]*", css).group()
        ), key
    for number, mark in enumerate("□○-·※", 1):
        assert f".rp-l{number} .rp-m{{width:{style.STYLES[mark].hanging:g}pt}}" in css
        if style.STYLES[mark].left:
            assert re.search(rf"\.rp-l{number}\{{[^}}]*0 {style.STYLES[mark].left:g}pt", css)
    for name in ("bar", "band", "shade", "inner", "changed"):
        assert f"--{name}:{style.COLORS[name]};" in css or f"--{name}:{style.COLORS[name]}" in css
    across, down = style.CELL_PADDING[0], style.CELL_PADDING[1]
    assert f"padding:{down:g}pt {across:g}pt" in css
