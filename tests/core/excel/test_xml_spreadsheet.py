"""엑셀 2003 XML 스프레드시트를 엑셀과 똑같이 읽는다."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.excel.reader import FileRefused, list_sheets, read_table
from tests.core.excel.files import COLUMNS

HEAD = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
TITLES = "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in ("부서명", "세부사업", "통계목", "예산액", "집행률", "기준일"))
FIRST = (
    '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">총무과</Data></Cell><Cell><Data ss:Type="String">청사 관리</Data></Cell>'
    '<Cell ss:StyleID="code"><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="Number">1000</Data></Cell>'
    '<Cell ss:StyleID="rate"><Data ss:Type="Number">0.5</Data></Cell>'
    '<Cell><Data ss:Type="DateTime">2026-11-22T00:00:00.000</Data></Cell></Row>'
)
SECOND = (
    '<Row><Cell ss:Index="2"><Data ss:Type="String">직원 복지</Data></Cell>'
    '<Cell ss:Index="4"><Data ss:Type="Number">2000</Data></Cell></Row>'
)


def book(path: Path, rows: str = FIRST + SECOND, before: str = "") -> Path:
    path.write_text(
        f'{HEAD}{before}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="code"><NumberFormat ss:Format="00"/></Style>'
        '<Style ss:ID="rate"><NumberFormat ss:Format="Percent"/></Style></Styles>'
        '<Worksheet ss:Name="숨김"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>'
        f'<Worksheet ss:Name="예산"><Table><Row>{TITLES}</Row>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


def test_코드의_0과_백분율과_합친_칸을_지킨다(tmp_path: Path) -> None:
    path = book(tmp_path / "집행.xls")
    with read_table(path, COLUMNS) as reading:
        rows = [row.values for row in reading.rows()]
        assert reading.errors == []
    names = ("department", "program", "item", "budget", "rate")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("총무과", "청사 관리", "01", 1000, 50),
        ("총무과", "직원 복지", rows[1]["item"], 2000, None),
    ]
    assert str(rows[0]["day"]) == "2026-11-22"
    assert rows[1]["item"] in ("", None)
    assert list_sheets(path) == [("숨김", True, 0), ("예산", False, 3)]


@pytest.mark.parametrize(
    ("rows", "before", "reason"),
    [
        (FIRST, '<!DOCTYPE a [<!ENTITY b "x">]>', "DOCTYPE"),
        (FIRST + "<Row>", "", "손상"),
        ('<Row><Cell ss:Index="60000"><Data ss:Type="String">가</Data></Cell></Row>', "", "너무 큽니다"),
        ('<Row ss:Index="1"><Cell><Data ss:Type="String">가</Data></Cell></Row>', "", "손상"),
        ('<Row><Cell><Data ss:Type="Number">가</Data></Cell></Row>', "", "손상"),
    ],
)
def test_꾸민_파일과_잘린_파일은_까닭을_말한다(tmp_path: Path, rows: str, before: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_table(book(tmp_path / "집행.xls", rows, before), COLUMNS)
