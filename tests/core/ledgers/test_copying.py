"""원장 행을 한꺼번에 넣기: 두 데이터베이스에서 같은 값이 들어간다."""

import pytest

from budget.appropriations.models import ExecutionRow
from core.ledgers.copying import copy_rows
from tests.budget.appropriations import factories as make


@pytest.mark.django_db
def test_rows_arrive_as_given_with_missing_as_missing():
    snapshot, program = make.snapshot(), make.program("가\t나\\N'\"줄")
    fields = ("snapshot", "row_number", "detail_program", "department_name", "funding", "budget_amount", "spent_amount", "own_amount")
    copy_rows(ExecutionRow, fields, [(snapshot.pk, 5, program.pk, "탭\t과\\N", "own", 10**15, -3, None)])
    row = ExecutionRow.objects.get()
    assert (row.row_number, row.department_name, row.budget_amount, row.spent_amount) == (5, "탭\t과\\N", 10**15, -3)
    assert row.own_amount is None and row.current_amount is None and row.detail_program == program
