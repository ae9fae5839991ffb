"""화면 묶음에 적은 낱말에서 나오는 표·거르기·폼. 적은 클래스가 있으면 그것을 쓰고, 정하는 일은 만들지 않는다."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.db.models import Q
from django.http import QueryDict

from budget.appropriations.models import ExecutionRow
from core.access import Role
from core.functions import function_trail
from core.org.models import Department, Transfer, Vehicle
from core.screens.binder import Screens
from core.screens.filters import DayFilter, DepartmentFilter, PeriodFilter, PickedFilter, PresentFilter, YesNo, asks
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from legal.lawsuits.models import Hearing, Party
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory


class TestDerivedClasses:
    def test_columns_filters_search_and_inputs_come_in_the_written_order(self) -> None:
        class Some(Screens):
            model = Vehicle
            columns = ("name", ("size", ValueColumn("대수", accessor="quantity")), "department")
            shown = ("name", "size")
            filters = ("category", ("department", DepartmentFilter()))
            search = ("name", "department__name")

        assert list(Some.table.base_columns) == ["name", "size", "department"]
        assert Some.table.default_columns == ("name", "size")
        assert list(Some.filterset.base_filters) == ["category", "department", "q"]
        assert Some.filterset.base_filters["q"].label == "명칭·부서명"
        assert list(Some.form.base_fields) == ["department", "category", "name", "model_name", "body", "quantity", "note"]
        assert Some.select_related == ("department",)

    def test_a_written_class_wins(self) -> None:
        class Written(RecordTable):
            class Meta:
                model = Vehicle
                fields = ("name",)

        class Some(Screens):
            model, table, columns = Vehicle, Written, ("name", "note")
            select_related = ()

        assert Some.table is Written
        assert Some.select_related == ()

    def test_sample_rows_are_marked_without_being_asked(self) -> None:
        class Some(Screens):
            model, columns = Hearing, ("on", "kind")

        assert list(Some.table.base_columns) == ["on", "kind", "is_sample"]
        assert "is_sample" not in Some.form.base_fields

    def test_a_tab_is_filterable_without_being_written_twice(self) -> None:
        class Some(Screens):
            model, columns, segments = Department, ("name", "kind"), "kind"

        assert list(Some.filterset.base_filters) == ["kind"]

    def test_relations_of_names_are_read_together(self) -> None:
        class Some(Screens):
            model, columns = Hearing, ("on", "instance__lawsuit", "instance__lawsuit__department")

        assert set(Some.select_related) == {"instance__lawsuit", "instance__lawsuit__department"}

    def test_personal_fields_are_never_derived_into_a_form(self) -> None:
        with pytest.raises(TypeError, match="inputs 를 적거나"):
            type("Some", (Screens,), {"model": Party, "columns": ("masked_name",)})
        named = type("Named", (Screens,), {"model": Party, "columns": ("masked_name",), "inputs": ("lawsuit", "side", "role")})
        assert list(named.form.base_fields) == ["lawsuit", "side", "role"]

    def test_a_ledger_says_that_it_is_only_looked_at(self) -> None:
        with pytest.raises(TypeError, match="form = None"):
            type("Some", (Screens,), {"model": ExecutionRow, "columns": ("row_number",)})

    def test_form_base_and_parent_reach_the_form(self) -> None:
        class Base(RecordForm):
            class Meta:
                widgets = {"note": forms.Textarea}

        class Some(Screens):
            model, columns, form_base, parent = Vehicle, ("name",), Base, "department"

        assert issubclass(Some.form, Base)
        assert isinstance(Some.form.base_fields["note"].widget, forms.Textarea)
        assert Some.form.parent == "department"

    def test_crumbs_come_from_the_function(self) -> None:
        assert function_trail("legal.lawsuits.views.records") == ("의회법무팀", ("소송사무", "legal.lawsuits"))
        assert function_trail("core.org.views") == ()
        assert function_trail("tests.anything") == ()


@pytest.mark.django_db
class TestParent:
    def test_a_part_opened_from_its_parent_does_not_ask_for_it(self) -> None:
        class Some(Screens):
            model, columns, parent = Vehicle, ("name",), "department"

        user = StaffFactory(role=Role.ADMIN)
        assert not Some.form(user=user)["department"].is_hidden
        assert Some.form(user=user, initial={"department": 1})["department"].is_hidden
        assert Some.form(user=user, instance=VehicleFactory())["department"].is_hidden


@pytest.mark.django_db
class TestFilters:
    def rows(self, found: Any, text: str, model: Any = Vehicle) -> list[str]:
        some = type("Some", (Screens,), {"model": model, "columns": ("pk",), "filters": (("f", found),), "form": None})
        user = StaffFactory(role=Role.ADMIN)
        filterset = some.filterset(QueryDict(f"f={text}"), model.objects.order_by("pk"), user=user)
        assert not filterset.unread()
        return [str(getattr(row, "name", row.pk)) for row in filterset.qs]

    def test_yes_no_takes_a_condition_or_a_question(self) -> None:
        VehicleFactory(name="있음", note="비고")
        VehicleFactory(name="없음", note="")
        for condition in (~Q(note=""), lambda rows: rows.exclude(note="")):
            assert self.rows(YesNo("비고", condition), "yes") == ["있음"]
            assert self.rows(YesNo("비고", condition), "no") == ["없음"]
            assert self.rows(YesNo("비고", condition), "") == ["있음", "없음"]

    def test_present_tells_blank_from_filled(self) -> None:
        first = DepartmentFactory(valid_to=None)
        second = DepartmentFactory(valid_to=date(2020, 1, 1))
        found = PresentFilter("valid_to", "폐지", blank="있는 부서", filled="없어진 부서")
        assert self.rows(found, "yes", Department) == [first.name]
        assert self.rows(found, "no", Department) == [second.name]
        turned = PresentFilter("valid_to", "폐지", blank="있는 부서", filled="없어진 부서", blank_is="no")
        assert self.rows(turned, "no", Department) == [first.name]

    def test_period_includes_both_ends(self) -> None:
        DepartmentFactory(name="첫날", valid_from=date(2023, 1, 1))
        DepartmentFactory(name="끝날", valid_from=date(2023, 11, 6))
        DepartmentFactory(name="다음 날", valid_from=date(2023, 11, 7))
        found = PeriodFilter(label="생긴 날", field_name="valid_from")
        assert self.rows(found, "2023-01-01:2023-11-06", Department) == ["첫날", "끝날"]

    def test_asks_the_queryset(self) -> None:
        DepartmentFactory(name="옛 부서", valid_from=date(2000, 1, 1), valid_to=date(2010, 1, 1))
        DepartmentFactory(name="지금 부서", valid_from=date(2010, 1, 1))
        found = DayFilter(label="그날", method=asks("valid_on"))
        assert self.rows(found, "2005-01-01", Department) == ["옛 부서"]

    def test_picked_is_hidden_and_named_after_its_field(self) -> None:
        found = PickedFilter(Transfer, "staff")
        assert found.label == str(Transfer._meta.get_field("staff").verbose_name)
        assert isinstance(found.field.widget, forms.HiddenInput)

    def test_department_filter_offers_closed_departments_only_when_asked(self) -> None:
        closed = DepartmentFactory(is_reporting=False)
        assert closed not in DepartmentFilter().extra["queryset"]
        assert closed in DepartmentFilter(every=True).extra["queryset"]
