"""자기 부서의 것만: 목록 밖의 길(걸린 조건의 이름, 검산, 사유, 되돌리기)로도 남의 것이 새거나 바뀌지 않는다."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from budget.appropriations.excel import MonthlyPlanResource
from budget.appropriations.models import (
    Account,
    BudgetVersion,
    DetailProgram,
    ExecutionReason,
    LayerTotal,
    MonthlyPlan,
    ReportProgram,
)
from budget.appropriations.models.codes import ExpenseItem
from core.access import Role
from core.documents.models import StoredFile
from core.excel.importing import undo_batch
from core.excel.models import ImportBatch
from core.history.context import acting_as
from core.history.models import Change
from core.org.models import Staff
from core.screens.views.bulk import BulkView
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
SECRET = "남의 부서만 아는 사업"


@pytest.fixture
def officer() -> Staff:
    return StaffFactory(role=Role.DEPARTMENT, department=make.department("우리과"))


@pytest.fixture
def client(officer: Staff, signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(officer)


@pytest.fixture
def board(officer: Staff) -> Any:
    """우리 과와 다른 과의 사업이 한 줄씩 있는 집행 자료."""
    snapshot = make.snapshot()
    make.row(snapshot, 2, make.program("우리 사업", department=officer.department), 1_000, 400)
    report = ReportProgram.objects.create(
        fiscal_year=make.fiscal_year(), section="Ⅱ-1", title=SECRET, unit_program_name="가", team="budget"
    )
    theirs = make.program("남의 사업", department=make.department("다른과"), report_program=report)
    make.row(snapshot, 3, theirs, 5_000, 700, stat_item=make.stat_item())
    return snapshot


def test_a_condition_does_not_name_what_the_rows_do_not_show(client: Client, board: Any) -> None:
    item = ExpenseItem.objects.get()
    ExpenseItem.objects.filter(pk=item.pk).update(name=SECRET)
    for name, key in (("report", ReportProgram.objects.get().pk), ("expense", item.pk)):
        page = client.get(reverse("budget.executionrow-list"), {name: key})
        assert page.status_code == 200
        assert SECRET not in page.content.decode()


@pytest.mark.parametrize("name", ["report", "expense", "funding", "team", "unit", "department"])
@pytest.mark.parametrize("value", ["abc", "9" * 30, "0001-01-01"])
def test_a_strange_condition_is_no_server_error(client: Client, board: Any, name: str, value: str) -> None:
    assert client.get(reverse("budget.executionrow-list"), {name: value}).status_code == 200


def test_a_moment_before_the_calendar_is_no_server_error(client: Client, officer: Staff) -> None:
    program = make.program("우리 사업", department=officer.department)
    page = client.get(reverse("budget.detailprogram-history", args=[program.pk]), {"at": "0001-01-01T00:00"})
    assert page.status_code == 200
    assert page.context["unread"]


def test_the_dashboard_of_a_department_tells_nothing_of_others(client: Client, officer: Staff, board: Any) -> None:
    """파일 전체의 계, 구 전체의 추경, 같은 세부사업을 쓰는 다른 부서의 사유는 보이지 않는다."""
    ReportProgram.objects.update(title="함께 쓰는 사업")
    theirs = DetailProgram.objects.get(name="남의 사업")
    make.row(board, 4, theirs, 900, 100, department=officer.department)
    ExecutionReason.objects.create(detail_program=theirs, as_of=board.as_of, reason=SECRET, measure=SECRET)
    board.report |= {"check_count": 1, "checks": [
        {"row": 9, "label": SECRET, "column": "예산액", "difference": 77_000, "printed": 1, "computed": 2, "sheet": "가"},
    ]}  # fmt: skip
    board.save()
    version = BudgetVersion.objects.create(fiscal_year=make.fiscal_year(), kind="supplementary", seq=1, effective_on=board.as_of)
    account = Account.objects.create(fiscal_year=make.fiscal_year(), name=SECRET)
    LayerTotal.objects.create(budget_version=version, account=account, amount=1, as_of=board.as_of, source="가")
    for tab in ("units", "programs"):
        page = client.get(reverse("budget.execution"), {"tab": tab})
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
    assert "77,000" not in client.get(reverse("budget.execution")).content.decode()


# --- 고칠 수 없는 자리로 옮기기 ------------------------------------------------------------------------


@pytest.fixture
def plan(officer: Staff, monkeypatch: pytest.MonkeyPatch) -> MonthlyPlan:
    """6월까지만 열린 월별 계획의 3월 줄."""
    monkeypatch.setattr(MonthlyPlan.scope, "open_when", Q(month__lte=6))
    program = make.program("우리 사업", department=officer.department)
    return MonthlyPlan.objects.create(detail_program=program, month=3, amount=1_000)


def test_a_row_cannot_be_moved_into_a_closed_place(client: Client, plan: MonthlyPlan) -> None:
    data = {"detail_program": plan.detail_program_id, "month": 9, "amount": "1,000", "_version": plan.version}
    assert client.post(reverse("budget.monthlyplan-edit", args=[plan.pk]), data).status_code == 403
    plan.refresh_from_db()
    assert plan.month == 3
    assert client.post(reverse("budget.monthlyplan-edit", args=[plan.pk]), {**data, "month": 4}).status_code == 302


def test_many_rows_cannot_be_moved_into_a_closed_place(
    client: Client, plan: MonthlyPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MonthlyPlan.scope, "open_when", Q(amount__lte=5_000))
    data = {"pk": plan.pk, "_apply": "1", "_count": "1", "set-amount": "on", "amount": "9,000"}
    assert client.post(reverse("budget.monthlyplan-bulk"), data).status_code == 403
    plan.refresh_from_db()
    assert plan.amount == 1_000


def test_bulk_does_not_overwrite_what_another_just_changed(
    client: Client, plan: MonthlyPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """행을 읽은 뒤 저장하기 앞에 다른 사람이 고쳤다."""
    check = BulkView.problems

    def meanwhile(self: BulkView, rows: list[Any], changes: dict[str, Any]) -> Any:
        MonthlyPlan.objects.filter(pk=plan.pk).update(month=5)
        return check(self, rows, changes)

    monkeypatch.setattr(BulkView, "problems", meanwhile)
    data = {"pk": plan.pk, "_apply": "1", "_count": "1", "set-amount": "on", "amount": "9,000"}
    assert client.post(reverse("budget.monthlyplan-bulk"), data).status_code == 422
    plan.refresh_from_db()
    assert (plan.month, plan.amount) == (5, 1_000)


def test_undo_does_not_bring_a_row_back_to_another_department(client: Client, plan: MonthlyPlan) -> None:
    """지운 뒤 그 사업이 다른 부서로 넘어갔다."""
    client.post(reverse("budget.monthlyplan-delete", args=[plan.pk]))
    batch = Change.objects.get(action="deleted").batch
    DetailProgram.objects.update(department=make.department("다른과"))
    assert client.post(reverse("budget.monthlyplan-undo", args=[batch])).status_code == 403
    assert not MonthlyPlan.objects.exists()


def test_undo_meets_the_same_row_made_again(client: Client, plan: MonthlyPlan) -> None:
    client.post(reverse("budget.monthlyplan-delete", args=[plan.pk]))
    batch = Change.objects.get(action="deleted").batch
    MonthlyPlan.objects.create(detail_program=plan.detail_program, month=3, amount=7)
    answer = client.post(reverse("budget.monthlyplan-undo", args=[batch]), follow=True)
    assert "그 사이 같은 자료가 생겨" in answer.content.decode()
    assert MonthlyPlan.objects.get().amount == 7


def test_undoing_an_import_does_not_reopen_a_closed_place(
    officer: Staff, plan: MonthlyPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """엑셀로 9월에서 3월로 고친 뒤 하반기가 닫혔다. 되돌리면 닫힌 9월의 자리가 된다."""
    plan.month = 9
    plan.save()
    stored = StoredFile.objects.store(ContentFile(b"x", name="계획.xlsx"), officer)
    batch = ImportBatch.objects.create(owner=officer, model="budget.monthlyplan", file=stored, status="applied")
    with acting_as(officer, "엑셀 계획.xlsx", batch.pk):
        plan.month = 3
        plan.save()
    with pytest.raises(PermissionDenied):
        undo_batch(batch, MonthlyPlanResource(), officer)
    plan.refresh_from_db()
    assert plan.month == 3


def test_a_number_too_big_to_be_a_key_is_no_server_error(client: Client, plan: MonthlyPlan) -> None:
    assert client.post(reverse("budget.monthlyplan-bulk"), {"pk": ["9" * 30]}).status_code == 302
