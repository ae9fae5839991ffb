"""원장의 길: 열과 적는 법만 달리한 다른 원장도 같은 길을 간다."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionRow, ExecutionSnapshot
from budget.appropriations.services import LEDGER as EXECUTION
from core.documents.models import StoredFile
from core.excel.columns import Column
from core.excel.reader import Row
from core.ledgers.reading import RowWriter, bring, discard_preview
from tests.budget.appropriations import factories as make

pytestmark = pytest.mark.django_db

PLACE = {"year": 2023, "as_of": "2023-10-31"}


class NoteWriter(RowWriter):
    """사업 하나의 금액만 적는 원장."""

    fields = ("snapshot", "row_number", "detail_program", "department_name", "funding", "budget_amount", "spent_amount")

    def prepare(self, batch: tuple[Row, ...]) -> None:
        self.program = DetailProgram.objects.first() or make.program("하나뿐인 사업")

    def row(self, row: Row) -> tuple[Any, ...] | None:
        amount = row.values["amount"]
        if amount < 0:
            self.refuse(row, "금액", str(amount), "음수입니다.", "금액을 고쳐 주세요.")
            return None
        if not amount:
            self.doubts["금액이 0입니다"].append(row.number)
        self.totals["amount"] = (self.totals.get("amount") or 0) + amount
        self.count += 1
        return self.snapshot.pk, row.number, self.program.pk, row.values["name"], "", amount, 0

    def warnings(self) -> list[str]:
        return ["표본 원장입니다."]


COLUMNS = (Column("name", "이름", required=True), Column("amount", "금액", "amount", required=True))
LEDGER = replace(EXECUTION, columns=COLUMNS, writer=NoteWriter, row="budget.note")


def file(tmp_path: Path, lines: list[list[Any]], name: str = "one.xlsx") -> Path:
    return make.ehojo_file(tmp_path / name, lines, heading=["이름", "금액"])


def test_another_ledger_goes_the_same_road(tmp_path: Path) -> None:
    snapshot = bring(LEDGER, file(tmp_path, [["가", 100], ["나", 0], ["계", 100]]), PLACE)
    report = snapshot.report
    assert (snapshot.row_count, report["taken"], report["totals"]) == (2, 2, {"amount": 100})
    assert "금액이 0입니다: 1행(3행)" in report["warnings"] and report["warnings"][-1] == "표본 원장입니다."
    assert snapshot.gaps() == [] and snapshot.marks == [2] and snapshot.can_apply
    assert not ExecutionPointer.objects.exists()
    snapshot.apply()
    assert ExecutionPointer.objects.get().snapshot == snapshot


def test_a_row_the_ledger_refuses_leaves_no_row_at_all(tmp_path: Path) -> None:
    snapshot = bring(LEDGER, file(tmp_path, [["가", 100], ["나", -5]]), PLACE)
    (error,) = snapshot.report["errors"]
    assert (error["row"], error["column"], error["reason"]) == (3, "금액", "음수입니다.")
    assert not snapshot.can_apply and not ExecutionRow.objects.exists()
    discard_preview(snapshot)
    assert not ExecutionSnapshot.objects.exists()


def test_the_pointer_of_a_place_moves_and_moves_back(tmp_path: Path) -> None:
    first, second = (bring(LEDGER, file(tmp_path, [["가", amount]], f"{amount}.xlsx"), PLACE) for amount in (100, 200))
    later = bring(LEDGER, file(tmp_path, [["가", 300]], "3.xlsx"), {**PLACE, "as_of": "2023-11-30"})
    first.apply()
    assert second.earlier_pointer().snapshot == first and later.earlier_pointer().snapshot == first
    second.apply()
    assert ExecutionPointer.objects.get().snapshot == second and first.earlier_pointer().snapshot == second
    second.take_back()
    assert ExecutionPointer.objects.get().snapshot == first
    assert StoredFile.objects.count() == 3


def test_a_sum_that_left_its_rows_is_told(tmp_path: Path) -> None:
    snapshot = bring(LEDGER, file(tmp_path, [["가", 100], ["나", 50]]), PLACE)
    ExecutionRow.objects.filter(department_name="나").update(budget_amount=51)
    gaps = snapshot.gaps()
    assert gaps and {gap.column for gap in gaps} == {"예산액(원)"}
    assert "행 51, 합 50" in str(gaps[0])
    snapshot.summarise()
    assert snapshot.gaps() == []
