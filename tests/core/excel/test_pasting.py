"""붙여넣은 표: 파일 하나가 되어 올린 파일과 같은 길을 간다. 제목 없는 표는 첫 줄을 잃지 않는다."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from core.documents.models import StoredFile
from core.excel.columns import Column
from core.excel.models import ImportBatch, RememberedMapping
from core.excel.reader import read_table
from core.org.models import Department

pytestmark = pytest.mark.django_db

MONEY = (Column("name", "사업", required=True), Column("budget", "예산액", "amount"), Column("spent", "지출액", "amount"))


def test_pasted_text_without_script_is_a_file_like_any_other(desk: Client, here: str) -> None:
    answer = desk.post(here, {"pasted": "부서 코드\t부서명\r\n0012\t가나과\r\n"})
    batch = ImportBatch.objects.get()
    assert batch.file.name.startswith("붙여넣은 표 ") and batch.file.name.endswith(".tsv")
    assert "1건 반영" in desk.get(answer["Location"]).content.decode()
    desk.post(answer["Location"], {"action": "apply"})
    assert Department.objects.get().code == "0012"


def test_a_file_and_a_paste_together_are_not_chosen_between(desk: Client, here: str) -> None:
    file = SimpleUploadedFile("부서.csv", "부서 코드,부서명\n1,가과\n".encode())
    answer = desk.post(here, {"file": file, "pasted": "부서 코드\t부서명\n2\t나과\n"})
    assert answer.status_code == 422 and "하나만 남겨 주세요" in answer.content.decode()
    assert not ImportBatch.objects.exists() and not StoredFile.objects.exists()
    assert desk.post(here, {"pasted": " \r\n"}).status_code == 422


@pytest.mark.parametrize("text", ["\0\x01\0\x02" * 50, "<script>alert(1)</script>", '"따옴표', "가" * 100_000, "\ud800"])
def test_what_is_not_a_table_never_breaks_the_page(desk: Client, here: str, text: str) -> None:
    answer = desk.post(here, {"pasted": text.encode("utf-8", "replace").decode()}, follow=True)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.content.decode()
    assert not Department.objects.exists()


@pytest.mark.parametrize("first", ["0012\t가나과", "가나과\t0012", "가나과\t나"])
def test_the_first_row_of_a_table_without_headings_is_asked_and_kept(desk: Client, here: str, first: str) -> None:
    other = {"0012\t가나과": "0013\t다라과", "가나과\t0012": "다라과\t0013", "가나과\t나": "다라과\t다"}[first]
    url = desk.post(here, {"pasted": f"{first}\n{other}\n"})["Location"]
    page = desk.get(url).content.decode()
    assert first.replace("\t", " · ") in page and "B열" in page
    name, code = ("col_1", "col_0") if first.startswith("0") else ("col_0", "col_1")
    chosen = {"action": "map", name: "name", code: "code"}
    assert desk.post(url, chosen).status_code == 422
    desk.post(url, {**chosen, "heading": "none"})
    batch = ImportBatch.objects.get()
    assert batch.headless and batch.counts["new"] == 2
    desk.post(f"{here}?batch={batch.pk}", {"action": "apply"})
    assert "가나과" in set(Department.objects.values_list("name", flat=True)) and Department.objects.count() == 2
    # 다음에 붙인 표도 같은 차례라는 보장이 없다.
    assert not RememberedMapping.objects.exists()


def test_saying_it_is_a_heading_leaves_that_line_out(desk: Client, here: str) -> None:
    url = desk.post(here, {"pasted": "과 이름\t번호\n가과\t1\n"})["Location"]
    desk.post(url, {"action": "map", "col_0": "name", "col_1": "code", "heading": "row"})
    batch = ImportBatch.objects.get()
    assert (batch.headless, batch.counts["new"]) == (False, 1)


def test_commas_in_pasted_amounts_do_not_split_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "붙임.tsv"
    path.write_text("사업\t예산액\t지출액\n청사 관리\t1,234,567,000\t1,000,000,000\n예산 편성\t2,000,000,000\t1\n", "utf-8")
    with read_table(path, MONEY) as reading:
        rows = [(row.values["name"], row.values["budget"], row.values["spent"]) for row in reading.rows()]
    assert rows == [("청사 관리", 1_234_567_000, 1_000_000_000), ("예산 편성", 2_000_000_000, 1)]


def test_a_unit_above_a_table_without_headings_is_used(tmp_path: Path) -> None:
    path = tmp_path / "붙임.tsv"
    path.write_text("\t\t(단위: 천원)\n청사 관리\t1,000\t900\n", "utf-8")
    mapping = {"name": "A열", "budget": "B열", "spent": "C열"}
    with read_table(path, MONEY, mapping=mapping, headless=True) as reading:
        assert [row.values["budget"] for row in reading.rows()] == [1_000_000]
        assert "1행" in reading.unit_note


def test_the_command_reads_a_table_without_headings(tmp_path: Path) -> None:
    path, mapping = tmp_path / "붙임.tsv", tmp_path / "열.json"
    path.write_text("1\t가과\n2\t나과\n", "utf-8")
    mapping.write_text(json.dumps({"code": "A열", "name": "B열"}), "utf-8")
    call_command("import_records", "core.Department", str(path), mapping=mapping, no_heading=True)
    assert set(Department.objects.values_list("name", flat=True)) == {"가과", "나과"}
