"""한글 문서(.hwp, .hwpx)의 표를 엑셀과 똑같이 읽는다.

hangul/ 의 .hwp 는 아래 document() 를 hwpx 로 적어 @rhwp/core(MIT)로 옮긴 것이다. 우리도 dochan 도 쓰지 않은 파일이라 서로를 검사한다.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.excel.columns import Column
from core.excel.reader import FileRefused, list_sheets, read_table
from core.reports.document import Cell, Document, Line, Table, heading, plain
from core.reports.hwpx import hwpx_bytes
from tests.core.excel.files import COLUMNS, xls

HERE = Path(__file__).parent / "hangul"
EXPECTED = [("총무과", "청사 관리", "01", 1_000_000), ("총무과", "직원 복지", "02", -2_000_000), ("예산과", "예산 편성", "01", 3_000_000)]


def cell(text: str, **more: Any) -> Cell:
    return Cell(plain(text), **more)


def budget_table(key: str = "budget") -> Table:
    """부서를 합친 칸으로 적고 합계가 있는 표."""
    return Table(key, (
        (heading("부서명"), heading("세부사업"), heading("통계목"), heading("예산액")),
        (cell("총무과", rowspan=2), cell("청사 관리"), cell("01"), cell("1,000")),
        (cell("직원 복지"), cell("02"), cell("△2,000")),
        (cell("예산과"), cell("예산\n편성", lines=(plain("예산"), plain("편성"))), cell("01"), cell("3,000")),
        (cell("합계", colspan=3), cell("2,000")),
    ))  # fmt: skip


def staff_table() -> Table:
    return Table("staff", ((heading("직급"), heading("성명")), (cell("6급"), cell("표본이")), (cell("7급"), cell("표본김"))))


def document(*tables: Table) -> Document:
    """설명 글, 표마다 제목과 단위."""
    prose = (Line("p1", "□", plain("세출예산 집행현황을 아래와 같이 보고합니다.")), Line("p2", "○", plain("지난달보다 늘었습니다.")))
    blocks: list[Any] = [*prose]
    for number, table in enumerate(tables or (staff_table(), budget_table()), 1):
        blocks += [Line(f"t{number}", "○", plain(f"{number}번 표")), Line(f"u{number}", "", plain("(단위: 천원)")), table]
    return Document("집행현황", (*blocks, Line("end", "※", plain("끝."))))


def hwpx(path: Path, *tables: Table) -> Path:
    path.write_bytes(hwpx_bytes(document(*tables)))
    return path


def taken(path: Path, **more: Any) -> list[tuple[Any, ...]]:
    with read_table(path, COLUMNS[:4], **more) as reading:
        rows = [tuple(row.values[name] for name in ("department", "program", "item", "budget")) for row in reading.rows()]
        assert reading.errors == []
        assert [check.difference for check in reading.total_checks] == [0]
        return rows


@pytest.mark.parametrize("name", ["집행.hwp", "집행.hwpx"])
def test_the_table_is_read_as_a_person_reads_the_print(tmp_path: Path, name: str) -> None:
    path = HERE / name if name.endswith(".hwp") else hwpx(tmp_path / name)
    assert taken(path) == EXPECTED
    assert [sheet.name for sheet in list_sheets(path)] == ["한글 문서"]


def test_the_name_does_not_tell_what_the_file_is(tmp_path: Path) -> None:
    path = tmp_path / "집행.xls"
    path.write_bytes((HERE / "집행.hwp").read_bytes())
    assert taken(path) == EXPECTED


def test_another_table_of_the_document_can_be_chosen() -> None:
    with read_table(HERE / "집행.hwp", COLUMNS[:4]) as reading:
        assert reading.table == 2
        assert len(reading.tables) == 2
    with read_table(HERE / "집행.hwp", (Column("grade", "직급"), Column("name", "성명")), table=1) as reading:
        assert [tuple(row.values.values()) for row in reading.rows()] == [("6급", "표본이"), ("7급", "표본김")]


def test_a_frame_around_the_table_is_not_a_table(tmp_path: Path) -> None:
    inside = hwpx_bytes(document(budget_table()))
    with zipfile.ZipFile(io.BytesIO(inside)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    section = parts["Contents/section0.xml"].decode()
    start, end = section.index("<hp:tbl"), section.index("</hp:tbl>") + len("</hp:tbl>")
    whole = section[start:end]
    first = whole[whole.index("<hp:tc ") : whole.index("</hp:tc>") + len("</hp:tc>")]
    opening = whole[: whole.index("<hp:tr>")].replace('rowCnt="5"', 'rowCnt="1"').replace('colCnt="4"', 'colCnt="1"')
    text = first[first.index("<hp:t>") : first.index("</hp:t>") + len("</hp:t>")]
    framed = opening + "<hp:tr>" + first.replace(text, whole) + "</hp:tr></hp:tbl>"
    assert 'rowCnt="1"' in opening
    parts["Contents/section0.xml"] = (section[:start] + framed + section[end:]).encode()
    assert taken(packed(tmp_path / "틀.hwpx", parts)) == EXPECTED


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", parts.pop("mimetype"), zipfile.ZIP_STORED)
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def parts_of(*tables: Table) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(hwpx_bytes(document(*tables)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(path, COLUMNS[:4]).close()
    return f"{refused.value.reason}. {refused.value.remedy}"


def test_a_locked_document_says_so() -> None:
    assert refusal(HERE / "잠긴 집행.hwp").startswith("암호가 걸려 있거나")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("name", ["집행.hwp", "집행.hwpx"])
def test_half_a_document_is_not_read_as_a_whole_one(tmp_path: Path, name: str, kept: float) -> None:
    whole = (HERE / name).read_bytes() if name.endswith(".hwp") else hwpx_bytes(document())
    path = tmp_path / name
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refusal(path)


def test_a_document_without_a_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "글.hwpx"
    path.write_bytes(hwpx_bytes(Document("글", (Line("a", "□", plain("표가 없는 글")),))))
    assert "표가 없는 한글 문서" in refusal(path)


def test_entities_and_bombs_are_refused(tmp_path: Path) -> None:
    parts = parts_of()
    declared = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]>'
    section = parts["Contents/section0.xml"]
    parts["Contents/section0.xml"] = declared + section[section.index(b"?>") + 2 :]
    assert refusal(packed(tmp_path / "엔티티.hwpx", parts))
    parts = parts_of()
    parts["Contents/big.xml"] = b" " * (600 << 20)
    assert "너무 큰" in refusal(packed(tmp_path / "폭탄.hwpx", parts))


def test_struck_text_is_asked_about(tmp_path: Path) -> None:
    parts = parts_of(budget_table())
    section, header = parts["Contents/section0.xml"].decode(), parts["Contents/header.xml"].decode()
    (look,) = re.findall(r'charPrIDRef="(\d+)"><hp:t>1,000', section)
    (shape,) = re.findall(rf'<hh:charPr id="{look}".*?</hh:charPr>', header, re.S)
    struck = shape.replace(f'id="{look}"', 'id="999"', 1).replace('<hh:strikeout shape="NONE"', '<hh:strikeout shape="SOLID"')
    assert struck.count("SOLID") == shape.count("SOLID") + 1
    parts["Contents/header.xml"] = header.replace(shape, shape + struck).encode()
    parts["Contents/section0.xml"] = section.replace(f'charPrIDRef="{look}"><hp:t>1,000', 'charPrIDRef="999"><hp:t>1,000').encode()
    with read_table(packed(tmp_path / "취소선.hwpx", parts), COLUMNS[:4]) as reading:
        assert len(list(reading.rows())) == 2
        assert [(error.column, "취소선" in error.reason) for error in reading.errors] == [("예산액", True)]


def test_an_old_excel_is_still_excel(tmp_path: Path) -> None:
    path = xls(tmp_path / "집행.hwp", [["부서명", "세부사업", "통계목", "예산액"], ["총무과", "청사 관리", "01", 1000]])
    with read_table(path, COLUMNS[:4]) as reading:
        assert [row.values["budget"] for row in reading.rows()] == [1000]


@pytest.mark.parametrize("name", ["집행.hwp", "집행.hwpx"])
def test_changed_bytes_never_give_other_numbers(tmp_path: Path, name: str) -> None:
    """읽거나 거절할 뿐이고, 읽은 행은 문서에 적힌 행이다."""
    whole = (HERE / name).read_bytes() if name.endswith(".hwp") else hwpx_bytes(document())
    path = tmp_path / name
    outcomes = set()
    for seed in range(25):
        chance = random.Random(seed)
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            with read_table(path, COLUMNS[:4]) as reading:
                rows = [tuple(row.values[name] for name in ("department", "program", "item", "budget")) for row in reading.rows()]
        except FileRefused as refused:
            assert refused.reason
            outcomes.add("거절")
            continue
        if not reading.match.missing_required and not reading.errors:
            assert {row[3] for row in rows} <= {row[3] for row in EXPECTED}, seed
        outcomes.add("읽음")
    assert outcomes == {"거절", "읽음"}
