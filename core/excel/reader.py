"""엑셀·CSV 파일에서 표를 찾아 한 행씩 읽는다.

파일은 자식 프로세스(child.py)가 열고, 여기서는 그 결과에서 머리글을 찾아 열을 맞추고 값을 바꾼다. 표 위의 제목, 합계 행,
각주처럼 자료가 아닌 행은 버리지 않고 까닭과 함께 set_aside에 남긴다. 내용이 있는 모든 행은 읽은 행, 오류 행, 따로 둔 행,
머리글 행 가운데 하나이다.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from core.excel.columns import Column
from core.excel.tables.child_process import WHOLE_SHEET, FileRefused, Limits, SheetInfo, list_sheets
from core.excel.tables.inspection import inspect
from core.excel.tables.open_table import open_table
from core.excel.tables.reading import Reading
from core.excel.tables.results import CellIssue, Heading, Question, Row, SetAside, TableInfo, TotalCheck
from core.excel.tables.units import scale_question
from core.excel.values import UNITS

__all__ = [
    "WHOLE_SHEET",
    "CellIssue",
    "FileRefused",
    "Heading",
    "Limits",
    "Question",
    "Reading",
    "Row",
    "SetAside",
    "SheetInfo",
    "TableInfo",
    "TotalCheck",
    "inspect",
    "list_sheets",
    "read_table",
    "scale_question",
]


def read_table(
    path: Path,
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    table: int | None = None,
    mapping: Mapping[str, str] | None = None,
    unit: int | None = None,
    limits: Limits | None = None,
    default_year: int | None = None,
    include_hidden: bool = False,
    name: str = "",
    headless: bool = False,
) -> Reading:
    """파일에서 표를 찾아 읽을 준비를 한다. 행은 돌려받은 Reading의 rows()로 읽는다.

    table은 위에서부터 1로 센 표의 차례이며 한 시트에 표가 여럿일 때 고른다. 없으면 열이 가장 많이 맞는 표이다.
    sheet를 주지 않으면 보이는 시트를 앞에서부터 보아 필수 열이 모두 있는 첫 시트를 쓴다. mapping은 {열 이름: 머리글},
    unit은 사람이 고른 금액 단위 배수, default_year는 '10/31'처럼 연도 없는 날짜의 연도이다. 숨겨진 행은 include_hidden일
    때만 읽는다. name은 올린 파일의 이름이며 없으면 path의 것이다. headless는 머리글 없이 첫 줄부터 자료인 표이고, mapping에는
    ‘A열’처럼 적는다. 읽을 수 없는 파일이면 FileRefused.
    """
    if unit is not None and unit not in UNITS.values():
        raise ValueError(f"금액 단위 배수가 아닙니다: {unit!r}")
    open_sheet = partial(open_table, path, columns, limits or Limits(), mapping, unit, default_year, name=name or path.name,
                         headless=headless)  # fmt: skip
    reading = open_sheet(sheet, table)
    if sheet is None and reading.match.missing_required:
        for name, hidden in reading.sheets[:20]:
            if hidden or name == reading.sheet:
                continue
            other = open_sheet(name)
            if not other.match.missing_required:
                reading.close()
                reading = other
                break
            other.close()
    reading.include_hidden = include_hidden
    if sheet is None:
        reading.warnings += _sheet_warning(reading)
        reading.start_warnings = tuple(reading.warnings)
    return reading


# 우리가 내보낸 파일에 붙는 시트. 자료가 아니다.
_OWN_SHEETS = frozenset({"조건", "작성 방법"})


def _sheet_warning(reading: Reading) -> list[str]:
    visible = [name for name, hidden in reading.sheets if not hidden and name not in _OWN_SHEETS]
    if len(visible) < 2:
        return []
    return [f"보이는 시트 {len(visible)}개 가운데 ‘{reading.sheet}’ 시트를 읽었습니다"]
