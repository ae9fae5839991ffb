"""이력: 어느 길로 바꿔도 남고, 그때의 모습을 알 수 있고, 한꺼번에 되돌릴 수 있다."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from budget.appropriations.models import BudgetLine, BudgetVersion, EarlyExecutionTarget, ReportProgram
from core.history.context import acting_as
from core.history.models import Change, ChangeQuerySet, RecordQuerySet, UndoConflict, tracked_many, undo
from core.org.models import Department
from tests.budget.appropriations import factories as make
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


def changes(record):
    return [(change.action, change.values) for change in Change.objects.for_record(record).order_by("pk")]


def test_every_way_of_writing_leaves_who_from_where_and_what():
    staff = StaffFactory()
    with acting_as(staff, "화면 /org/"):
        saved = DepartmentFactory(name="가과")
        saved.name = "나과"
        saved.save()
        Department.objects.filter(pk=saved.pk).update(order=7)
        (bulk,) = Department.objects.bulk_create([Department(code="B1", name="다과")])
        bulk.name = "라과"
        Department.objects.bulk_update([bulk], ["name"])
        bulk.delete()
    assert [action for action, _values in changes(saved)] == ["created", "changed", "changed"]
    assert changes(saved)[1][1] == {"name": ["가과", "나과"]}
    assert changes(saved)[2][1]["order"][1] == 7
    kept = Change.objects.filter(object_text="라과", action="deleted").get()
    assert (kept.actor, kept.source, kept.values["name"]) == (staff, "화면 /org/", ["라과", None])


def test_saving_the_same_values_leaves_nothing_and_keeps_the_version():
    row = DepartmentFactory()
    before = row.version
    row.save()
    assert len(changes(row)) == 1 and row.version == before
    row.name = "바뀐 과"
    row.save()
    assert row.version == before + 1


def test_personal_taste_and_password_are_not_history():
    staff = StaffFactory()
    staff.density = "comfortable"
    staff.set_password("다른-열쇠말-9")
    staff.save()
    ((_action, values),) = changes(staff)
    assert not {"password", "density"} & set(values)


def test_deleting_a_parent_tells_what_went_with_it():
    version = BudgetVersion.objects.create(fiscal_year=make.fiscal_year(), kind="original", effective_on=date(2023, 1, 1))
    line = BudgetLine.objects.create(
        budget_version=version, detail_program=make.program("가"), stat_item=make.stat_item(), amount=1_000
    )
    key = line.pk
    version.delete()
    gone = Change.objects.get(model="budget.budgetline", object_id=key, action="deleted")
    assert gone.values["amount"] == [1_000, None]


def test_deleting_asks_the_same_however_many_rows_go_with_it():
    def deleting(lines):
        version = BudgetVersion.objects.create(fiscal_year=make.fiscal_year(), kind="original", effective_on=date(2023, 1, 1))
        for number in range(lines):
            program = make.program(f"{lines}의 {number}")
            BudgetLine.objects.create(budget_version=version, detail_program=program, stat_item=make.stat_item(), amount=1_000)
        version = BudgetVersion.objects.get(pk=version.pk)
        with CaptureQueriesContext(connection) as asked:
            version.delete()
        return len(asked)

    assert deleting(12) == deleting(3)


def test_emptying_a_link_by_deletion_is_history_too():
    unit = make.unit()
    report = ReportProgram.objects.create(
        fiscal_year=unit.fiscal_year, section="Ⅱ-1", title="가", unit_program_name=unit.name, team="budget"
    )
    program = make.program("나", unit, report_program=report)
    key = report.pk
    ReportProgram.objects.filter(pk=key).delete()
    assert changes(program)[-1] == ("changed", {"report_program": [key, None]})


def test_many_choices_are_history_and_can_be_undone():
    target = EarlyExecutionTarget.objects.create(fiscal_year=make.fiscal_year(), period="H1", target_rate=Decimal("60.5"))
    item, batch = make.stat_item(), uuid.uuid4()
    with acting_as(None, "시험", batch), tracked_many(target):
        target.stat_items.add(item)
    assert changes(target)[-1] == ("changed", {"stat_items": [[], [item.pk]]})
    undo(batch, EarlyExecutionTarget)
    assert not target.stat_items.exists()


def test_history_can_be_neither_edited_nor_deleted():
    DepartmentFactory()
    change = Change.objects.get(model="core.department")
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()
    with pytest.raises(TypeError):
        Change.objects.filter(pk=change.pk).update(object_text="꾸밈")
    with pytest.raises(TypeError):
        Change.objects.all().delete()


def test_undo_locks_the_rows_before_looking(monkeypatch: pytest.MonkeyPatch):
    """살펴본 뒤 되돌리기 앞에 다른 사람이 고친 값을 덮지 않게, 먼저 잠근다."""
    row, batch, steps = DepartmentFactory(), uuid.uuid4(), []
    with acting_as(None, "시험", batch):
        Department.objects.filter(pk=row.pk).update(order=7)
    lock, look = RecordQuerySet.select_for_update, ChangeQuerySet.exclude
    monkeypatch.setattr(RecordQuerySet, "select_for_update", lambda self: steps.append("잠금") or lock(self))
    monkeypatch.setattr(ChangeQuerySet, "exclude", lambda self, **by: steps.append("살핌") or look(self, **by))
    undo(batch, Department)
    assert steps == ["잠금", "살핌"]


def test_state_at_a_past_time():
    row = DepartmentFactory(name="처음")
    born = timezone.now()
    row.name = "나중"
    row.save()
    assert row.state_at(born)["name"] == "처음"
    assert row.state_at(timezone.now())["name"] == "나중"
    assert row.state_at(timezone.now() - timezone.timedelta(days=1)) is None


def test_undo_restores_changed_created_and_deleted_rows():
    kept, gone = DepartmentFactory(name="그대로"), DepartmentFactory(name="사라짐", valid_from=date(2020, 1, 1))
    key, batch = gone.pk, uuid.uuid4()
    with acting_as(None, "엑셀 파일.xlsx", batch):
        Department.objects.filter(pk=kept.pk).update(name="바뀜", valid_to=date(2024, 1, 1))
        gone.delete()
        made = DepartmentFactory(name="새로")
    assert undo(batch, Department) == 3
    assert Department.objects.get(pk=kept.pk).name == "그대로" and Department.objects.get(pk=kept.pk).valid_to is None
    assert Department.objects.get(pk=key).valid_from == date(2020, 1, 1)
    assert not Department.objects.filter(pk=made.pk).exists()


def test_undo_refuses_when_someone_edited_since():
    row, batch = DepartmentFactory(name="처음"), uuid.uuid4()
    with acting_as(None, "엑셀", batch):
        Department.objects.filter(pk=row.pk).update(name="엑셀이 바꿈")
    row.refresh_from_db()
    row.name = "사람이 고침"
    row.save()
    with pytest.raises(UndoConflict) as refused:
        undo(batch, Department)
    assert [change.values["name"] for change in refused.value.changes] == [["엑셀이 바꿈", "사람이 고침"]]
    assert Department.objects.get(pk=row.pk).name == "사람이 고침"


class UndoIsExact(TestCase):
    @settings(max_examples=25)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["name", "short_name", "order", "valid_to"]), st.integers(0, 9)), min_size=1, max_size=6
        )
    )
    def test_any_edits_in_a_batch_are_undone_to_the_same_row(self, edits):
        row, batch = DepartmentFactory(), uuid.uuid4()
        before = Department.objects.filter(pk=row.pk).values("name", "short_name", "order", "valid_to").get()
        with acting_as(None, "시험", batch):
            for name, number in edits:
                value = {"order": number, "valid_to": date(2030, 1, number + 1) if number else None}.get(name, f"값{number}")
                Department.objects.filter(pk=row.pk).update(**{name: value})
        if Change.objects.filter(batch=batch).exists():
            undo(batch, Department)
        assert Department.objects.filter(pk=row.pk).values(*before).get() == before
