"""현황판의 표 하나가 화면, 엑셀, 보고서에 같은 수를 적는지."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from core.excel.writer import write_xlsx
from core.reports.document import Run, as_string, heading
from core.screens.board_table import BoardTable, Cell, Column, On, Row
from core.states import Sign

COLUMNS = (
    Column("구분", "name", excel="이름"), Column("예산액", "amount"), Column("예산현액", "amount", on=On.EXCEL),
    Column("건수", small="(건)", group="실적"), Column("집행률", "rate", group="실적"), Column("상태", "state", on=On.SCREEN | On.EXCEL),
)  # fmt: skip
ROWS = (
    Row((Cell("계"), Cell(2_500_000, "/all/"), None, Cell(3), Decimal("52.14"), ""), is_sum=True),
    Row((Cell("<가>", "/a/", lead="1-1"), Cell(1_500_000, "/a/rows/"), 1_600_000, Cell(0, "/a/none/", text="-"), None, Sign("부진", "bad")), level=1),
)


def table() -> BoardTable:
    return BoardTable("t1", "구분별 예산액", COLUMNS, ROWS, empty="없습니다.")


def test_the_screen_links_numbers_to_their_rows_and_escapes_names() -> None:
    html = table().html
    assert '<a class="v" href="/all/">2,500</a>' in html and '<tr class="sum">' in html and '<tr class="kid">' in html
    assert '<th scope="row" class="stick"><span class="sub">1-1</span> <a class="v" href="/a/">&lt;가&gt;</a></th>' in html
    # 엑셀에만 있는 열은 보이지 않고, 「-」 는 누를 수 없다.
    assert "예산현액" not in html and "/a/none/" not in html
    assert '<th scope="col" rowspan="2" class="stick">구분</th>' in html and '<th scope="colgroup" colspan="2">실적</th>' in html
    assert '<th scope="col" class="bl">건수<br><span class="cap sub">(건)</span></th>' in html
    assert 'class="sig bad">부진' in html


def test_a_table_without_rows_says_so() -> None:
    html = BoardTable("t1", "구분별", COLUMNS, (), empty="없습니다.").html
    assert '<td colspan="5">없습니다.</td>' in html


def test_excel_has_true_numbers_in_won() -> None:
    out = BytesIO()
    write_xlsx(out, [table().sheet("현황")])
    sheet = load_workbook(out)["현황"]
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["이름", "예산액(원)", "예산현액(원)", "실적", None, "상태"]
    assert rows[1] == [None, None, None, "건수(건)", "집행률", None]
    assert rows[2:] == [["계", 2_500_000, "-", 3, 52.14, None], ["  <가>", 1_500_000, 1_600_000, 0, "-", "부진"]]


def test_the_report_keeps_links_units_and_its_own_headings() -> None:
    block = table().block("k", caption="예산", unit="(단위: 천원)", spaced={"구분": "구 분"})
    assert (block.heading_rows, block.caption, block.unit) == (2, "예산", "(단위: 천원)")
    assert block.rows[0][:2] == (heading("구 분", rowspan=2), heading("예산액", rowspan=2))
    assert block.rows[2][1].text == (Run("2,500", url="/all/"),) and block.rows[2][1].value == 2_500
    name, *numbers = block.rows[3]
    assert as_string(name.text) == "1-1 <가>" and [as_string(cell.text) for cell in numbers] == ["1,500", "-", "-"]
    assert block.rows[2][0].bold and not name.bold
