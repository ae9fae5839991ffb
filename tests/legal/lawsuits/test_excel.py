"""소송의 엑셀: 사건과 판결의 왕복, 그리고 부서마다 다르게 적은 소송대장."""

from __future__ import annotations

import uuid
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command

from core.excel import importing
from core.excel.preview import CHANGED, NEW, SAME
from core.history.models import Change
from core.org.models import Staff
from legal.lawsuits.excel import LawsuitResource, RulingResource
from legal.lawsuits.ledger import LedgerResource
from legal.lawsuits.models import Instance, Lawsuit, Outcome, Party, Ruling
from legal.lawsuits.models.ledger import LedgerRow, read_kind, read_level, read_progress
from tests.excel_tests import ExcelTests, preview, write
from tests.factories import DepartmentFactory
from tests.legal.lawsuits import factories

HEAD = [
    "연번", "구분", "사건번호", "사건명", "원고(청구인)", "피고", "소관부서", "법원", "접수일", "소가(천원)", "소송수행자", "대리인", "진행상황/결과",
    "선고일", "송달일", "확정일", "관련 사건번호", "비고",
]  # fmt: skip


class TestLawsuitExcel(ExcelTests):
    resource = LawsuitResource
    broken = ("received_on", "열흘")

    def make(self) -> list[Lawsuit]:
        return [factories.PartyFactory().lawsuit for _ in range(3)]

    def test_names_are_masked_and_only_for_reading(self, tmp_path: Path) -> None:
        self.make()
        path = tmp_path / "a.xlsx"
        with path.open("wb") as stream:
            LawsuitResource().export(Lawsuit.objects.all(), None, stream)
        cells = [str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
        assert "홍○○" in cells
        assert not [cell for cell in cells if "홍길동" in cell or "어느길" in cell]


class TestRulingExcel(ExcelTests):
    resource = RulingResource
    broken = ("ruled_on", "열흘")

    def make(self) -> list[Ruling]:
        return [factories.RulingFactory() for _ in range(3)]


class TestLedgerExcel(ExcelTests):
    resource = LedgerResource
    broken = ("received_on", "열흘")

    def make(self) -> list[LedgerRow]:
        department = DepartmentFactory(name="건축과")
        return [
            LedgerRow.objects.create(
                case_number=f"2020구합{number}", title="과징금", plaintiff="홍길동", department=department, received_on=date(2020, 1, 2)
            )
            for number in range(3)
        ]  # fmt: skip


# --- 적힌 말을 읽는 법 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("행정소송", "2023구합1", "administrative"), ("행정", "2023행심12", "appeal"), ("심판", "2023-0123", "appeal"), ("", "2022가단3", "civil"),
        ("민사", "2022나40288", "civil"), ("기타", "2023헌라1", "other"),
    ],
)  # fmt: skip
def test_mixed_kinds_are_read(text: str, number: str, kind: str) -> None:
    assert read_kind(text, number) == kind


def test_kind_and_number_that_disagree_are_asked() -> None:
    with pytest.raises(ValidationError, match="행정 사건의 부호"):
        read_kind("민사", "2023구합1")
    with pytest.raises(ValidationError, match="어느 구분인지"):
        read_kind("갑", "12-3")
    assert read_level("2021두51620", "대법원", "administrative") == "third"
    assert read_level("모름", "서울고등법원", "civil") == "second"


@pytest.mark.parametrize(
    ("text", "plaintiff", "outcome", "appeal", "ended"),
    [
        ("진행중", False, "", "unknown", False), ("", False, "", "unknown", False), ("변론 중(3회)", False, "", "unknown", False),
        ("승소(확정)", False, "won", "unknown", True), ("원고 패", False, "won", "unknown", False), ("원고패소", False, "won", "unknown", False),
        ("원고승", False, "lost", "unknown", False), ("기각", False, "won", "unknown", False), ("기각", True, "lost", "unknown", False),
        ("인용", False, "lost", "unknown", False), ("일부 인용, 피고 항소", False, "partly_lost", "ours", False),
        ("패소(항소)", False, "lost", "ours", False), ("승소 - 원고측 상고", False, "won", "theirs", False),
        ("소취하 종결", False, "withdrawn", "unknown", True), ("조정성립", False, "settled", "unknown", False),
        ("패소, 항소포기", False, "lost", "none", False), ("각하", False, "dismissed", "unknown", False),
    ],
)  # fmt: skip
def test_progress_is_read_from_the_districts_side(text: str, plaintiff: bool, outcome: str, appeal: str, ended: bool) -> None:
    found = read_progress(text, plaintiff)
    assert (found.outcome, found.appeal, found.ended) == (outcome, appeal, ended)


@pytest.mark.parametrize("text", ["확정", "어쩌고", "일부인용(항소)"])
def test_ambiguous_progress_is_asked(text: str) -> None:
    with pytest.raises(ValidationError) as found:
        read_progress(text)
    assert "주세요" in found.value.messages[0]


# --- 대장 한 벌 -------------------------------------------------------------------------------------


def ledger(tmp_path: Path, *rows: list[Any], head: bool = True) -> Path:
    lines: list[list[Any]] = [["2023년 소송수행 대장"], [], HEAD, *rows] if head else list(rows)
    return write(tmp_path / "소송대장.xlsx", lines)


def row(number: str, kind: str = "", name: str = "홍길동", **values: Any) -> list[Any]:
    found = dict.fromkeys(HEAD, "") | {
        "사건번호": number, "구분": kind, "사건명": "이행강제금 부과처분 취소", "원고(청구인)": name, "피고": "영등포구청장", "소관부서": "건축과",
        "법원": "서울행정법원", "접수일": "2023-05-02",
    } | values  # fmt: skip
    return list(found.values())


@pytest.fixture(scope="module")
def rules(once: None) -> None:
    factories.rules()


@pytest.fixture
def legal(rules: None, db: None) -> Staff:
    DepartmentFactory(name="건축과", valid_from=date(2000, 1, 1))
    return factories.clerk(name="송무박")


def move(path: Path, user: Staff) -> Any:
    resource = LedgerResource()
    found = preview(resource, path, user)
    assert [str(issue) for issue in found.errors] == []
    return resource.apply(found, user, path.name, batch=uuid.uuid4())


def test_a_ledger_becomes_cases(tmp_path: Path, legal: Staff) -> None:
    """이상한 날짜, 섞인 구분, 두 심급의 한 사건이 사건과 심급과 판결이 된다."""
    path = ledger(
        tmp_path,
        row("2021구합 11", "행정소송", 접수일="'21.5.2.", **{"진행상황/결과": "패소(항소)", "선고일": 20220310, "송달일": "22/03/15", "소가(천원)": "12,400"}),
        row("2022누22", "행정", 법원="서울고등법원", 접수일="2022. 4. 1.", **{"진행상황/결과": "승소 확정", "선고일": "2022-12-01", "확정일": "2022-12-29"}),
        row("2022두33", "행정", "이몽룡", 법원="대법원", 사건명="변상금", 접수일="2023.1.3", **{"진행상황/결과": "진행중", "비고": "주심 배정"}),
        row("2023행심44", "행심", "성춘향 외 3명", 사건명="정보공개거부처분 취소", 법원="", **{"진행상황/결과": "인용", "선고일": "2023-08-01", "송달일": "2023-08-07"}),
        row("2023가단55", "민사", "영등포구", 사건명="부당이득금", 피고="㈜가나건설", 법원="서울남부지법", 소송수행자="송무박", 대리인="법무법인 다"),
        row("2021나66", "민사", "변학도", 사건명="손해배상", 법원="서울고등법원", 접수일="2021-02-01",
            **{"진행상황/결과": "소취하 종결", "선고일": "2021-06-01", "관련 사건번호": ""}),
    )  # fmt: skip
    applied = move(path, legal)
    assert (LedgerRow.objects.count(), Instance.objects.count(), Lawsuit.objects.count()) == (6, 6, 5)
    two = Lawsuit.objects.get(instances__case_number="2021구합11")
    assert [one.case_number for one in two.instances.in_order()] == ["2021구합11", "2022누22"]
    assert (two.status, two.outcome, two.final_on, two.claim_amount) == ("cost_recovery", Outcome.WON, date(2022, 12, 29), 12_400_000)
    assert two.instances.get(level="first").ruling.appeal == Ruling.Appeal.OURS
    assert two.handler == legal
    tribunal = Lawsuit.objects.get(kind="appeal")
    assert (tribunal.status, tribunal.final_on, tribunal.parties.get().masked_name) == ("final", date(2023, 8, 7), "성○○ 외 3명")
    ours = Lawsuit.objects.get(instances__case_number="2023가단55")
    assert (ours.position, ours.parties.get().name, ours.instances.get().counsel) == ("plaintiff", "㈜가나건설", "법무법인 다")
    assert ours.instances.get().officers.get() == legal
    assert Lawsuit.objects.get(instances__case_number="2021나66").status == "closed"
    # 적혀 있던 글은 대장에 남고, 이름은 가려진다.
    kept = LedgerRow.objects.get(case_number="2022두33")
    assert (kept.note, kept.progress, kept.plaintiff, kept.defendant) == ("주심 배정", "진행중", "이○○", "영등포구청장")
    assert "이몽룡" not in str(list(Change.objects.values_list("values", "object_text")))
    # 같은 파일을 다시 올리면 바뀐 것이 없고, 결과가 나오면 그 심급만 바뀐다.
    again = preview(LedgerResource(), path, legal)
    assert (again.counts[SAME], again.counts[NEW], again.counts[CHANGED]) == (6, 0, 0)
    later = row("2022두33", "행정", "이몽룡", 법원="대법원", 사건명="변상금", 접수일="2023.1.3", **{"진행상황/결과": "패소 확정", "선고일": "2023-06-01", "확정일": "2023-06-01", "비고": "주심 배정"})
    move(ledger(tmp_path, later), legal)
    assert Lawsuit.objects.get(instances__case_number="2022두33").outcome == Outcome.LOST
    assert Party.objects.filter(name="이몽룡").count() == 1
    assert applied.created == 6


def test_problem_rows_say_where_what_and_how(tmp_path: Path, legal: Staff) -> None:
    path = ledger(
        tmp_path,
        row("2023구합1", "민사"), row("2023구합2", "행정", 접수일="2023-13-02"), row("2023구합3", **{"진행상황/결과": "확정"}),
        row("2023구합4", **{"진행상황/결과": "패소"}), row("2023누5", **{"관련 사건번호": "2000구합1"}), row("2023구합6", 소관부서="없는과"),
        row("2023구합6"), row("", "행정"),
    )  # fmt: skip
    found = preview(LedgerResource(), path, legal)
    told = {(issue.row, issue.column): issue for issue in found.errors}
    assert {(4, "구분"), (5, "접수일"), (6, "진행상황"), (7, "선고일"), (8, ""), (9, "소관부서"), (11, "사건번호")} <= set(told)
    assert "민사" in told[4, "구분"].value
    assert "2000구합1" in told[8, ""].reason
    assert all(issue.sheet and issue.reason and issue.remedy for issue in found.errors)
    assert not Lawsuit.objects.exists()


def test_import_is_undone_with_the_cases_it_made(tmp_path: Path, legal: Staff) -> None:
    path = ledger(tmp_path, row("2023구합1", **{"진행상황/결과": "승소 확정", "선고일": "2023-08-01", "확정일": "2023-09-01"}), row("2023구합2"))
    batch, _sure = importing.start(ContentFile(path.read_bytes(), "대장.xlsx"), legal, LedgerResource())
    importing.refresh(batch, LedgerResource(), legal)
    importing.apply_batch(batch, LedgerResource(), legal)
    assert Lawsuit.objects.count() == 2
    importing.undo_batch(batch, LedgerResource(), legal)
    assert not Lawsuit.objects.exists()
    assert not Instance.objects.exists()
    assert not LedgerRow.objects.exists()


def test_command_moves_a_ledger(tmp_path: Path, legal: Staff) -> None:
    path = ledger(tmp_path, row("2023구합1"), row("2023구합2", 사건명="과징금"))
    out = StringIO()
    call_command("import_records", "legal.LedgerRow", str(path), user=legal.employee_number, stdout=out)
    assert Lawsuit.objects.count() == 2


def test_progress_and_result_in_two_columns_are_read_together(tmp_path: Path, legal: Staff) -> None:
    """「진행상황」에 확정, 「결과」에 승소를 적은 대장도 결과를 잃지 않는다."""
    head = ["사건번호", "사건명", "원고", "소관부서", "접수일", "진행상황", "결과", "선고일", "송달일"]
    path = write(tmp_path / "대장.xlsx", [head, [
        "2022구합77", "과징금", "홍길동", "건축과", "2022-03-02", "확정", "일부패소", "2023-02-01", "2023-02-08",
    ]])  # fmt: skip
    move(path, legal)
    assert Lawsuit.objects.get(instances__case_number="2022구합77").outcome == Outcome.PARTLY_LOST
    kept = LedgerRow.objects.get()
    assert (kept.progress, kept.result) == ("확정", "일부패소")
