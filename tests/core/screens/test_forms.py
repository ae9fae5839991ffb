"""입력 폼: 공무원이 적는 모양을 읽고, 볼 수만 있는 항목은 보내도 받지 않는다."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict

from budget.appropriations.models import BudgetLine
from core.access import DepartmentScope, Role
from core.org.models import Vehicle
from core.org.views import StaffScreens, VehicleScreens
from core.screens.forms import CHOOSE, AmountField, KoreanDateField, RecordForm
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory


class LineForm(RecordForm):
    class Meta:
        model = BudgetLine
        fields = ("amount", "own_amount")


@pytest.mark.parametrize(("typed", "won"), [("1,234천원", 1_234_000), ("△1,234", -1_234), ("１２３", 123), ("0", 0)])
def test_amount_as_officers_type_it(typed: str, won: int) -> None:
    assert AmountField().clean(typed) == won


def test_amount_blank_is_missing_not_zero() -> None:
    assert AmountField(required=False).clean("") is None
    assert AmountField(required=False).clean("-") is None


def test_amount_says_what_is_wrong_and_how() -> None:
    with pytest.raises(ValidationError, match="숫자로 적어 주세요"):
        AmountField().clean("천이백만")


@pytest.mark.parametrize("typed", ["2023-10-31", "20231031", "231031", "2023. 10. 31.(화)"])
def test_date_as_officers_type_it(typed: str) -> None:
    assert KoreanDateField().clean(typed) == date(2023, 10, 31)


def test_date_without_year_is_of_the_fiscal_year_or_asked() -> None:
    field = KoreanDateField()
    with pytest.raises(ValidationError, match="연도가 적혀 있지 않습니다"):
        field.clean("12/10")
    field.year_of = lambda: 2023
    assert field.clean("12/10") == date(2023, 12, 10)
    assert field.clean("2024-01-05") == date(2024, 1, 5)


@pytest.mark.django_db
def test_form_picks_the_field_by_the_model() -> None:
    form = LineForm(user=StaffFactory(role=Role.ADMIN))
    assert isinstance(form.fields["amount"], AmountField)
    assert form.fields["own_amount"].required is False
    assert form.fields["amount"].prepare_value(1_234_000) == "1,234,000"


@pytest.mark.django_db
def test_blank_choice_is_korean() -> None:
    form = StaffScreens.form(user=StaffFactory(role=Role.ADMIN))
    assert form.fields["grade"].empty_label == CHOOSE
    assert form.fields["team"].choices[0] == ("", CHOOSE)


@pytest.mark.django_db
class TestDepartmentOfficer:
    """부서 담당자는 자기 부서에만, 팀이 적는 항목은 빼고 적는다."""

    @pytest.fixture(autouse=True)
    def own_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Vehicle, "scope", DepartmentScope(open_when=Q(), team_only=("note",)))

    def test_only_the_own_department_can_be_chosen(self) -> None:
        officer, other = StaffFactory(role=Role.DEPARTMENT), DepartmentFactory()
        form = VehicleScreens.form(QueryDict(f"department={other.pk}&name=차&category=장비"), user=officer)
        assert list(form.fields["department"].queryset) == [officer.department]
        assert "department" in form.errors

    def test_team_only_field_is_not_in_the_add_form(self) -> None:
        form = VehicleScreens.form(user=StaffFactory(role=Role.DEPARTMENT))
        assert "note" not in form.fields

    def test_posted_team_only_value_is_ignored(self) -> None:
        officer = StaffFactory(role=Role.DEPARTMENT)
        vehicle = VehicleFactory(department=officer.department, note="팀이 적음")
        data = QueryDict(f"department={officer.department_id}&name=새 이름&category=장비&note=바꿔치기&_version=0")
        form = VehicleScreens.form(data, instance=vehicle, user=officer)
        assert form.is_valid(), form.errors
        form.save()
        vehicle.refresh_from_db()
        assert (vehicle.name, vehicle.note) == ("새 이름", "팀이 적음")
        assert form.fields["note"].locked_text == "팀이 적음"
