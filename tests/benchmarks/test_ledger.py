"""재는 데 쓰는 장부: 바로 적은 것과 엑셀로 가져온 것이 같다."""

from datetime import date

from benchmarks.ledger import fill_ledger, write_workbook
from budget.appropriations.models import ExecutionPointer
from budget.appropriations.services import bring_execution


def test_filled_rows_equal_the_imported_workbook(db, tmp_path):
    filled = fill_ledger(500, year=2023, as_of=date(2023, 10, 31))
    assert ExecutionPointer.objects.get().snapshot == filled
    write_workbook(tmp_path / "장부.xlsx", 500)
    brought = bring_execution(tmp_path / "장부.xlsx", fiscal_year=2023, as_of=date(2023, 11, 30))
    assert brought.report["errors"] == [] and brought.report["new_programs"] == brought.report["warnings"] == [] and brought.row_count == 500
    names = ("row_number", "detail_program", "stat_item", "department", "budget_amount", "spent_amount", "funding", "state_amount", "own_amount")
    assert list(brought.rows.values_list(*names)) == list(filled.rows.values_list(*names))


def test_a_second_date_uses_the_same_codes(db):
    fill_ledger(40, year=2023, as_of=date(2023, 9, 30))
    again = fill_ledger(40, year=2023, as_of=date(2023, 10, 31))
    assert again.rows.values("detail_program").distinct().count() == 40 == again.fiscal_year.detailprogram_set.count()
