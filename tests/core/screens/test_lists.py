"""목록: 조건, 탭, 저장한 조건, 고른 열, 빈 목록의 말."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils.choices import flatten_choices

from benchmarks.ledger import fill_ledger
from budget.appropriations.views.records import DetailProgramScreens, ExecutionRowScreens
from core.access import Role, Team
from core.org.models import Staff, Vehicle
from core.org.views import DepartmentScreens, StaffScreens, VehicleScreens
from core.screens.listing import Listing
from core.screens.models import ColumnChoice, SavedFilter
from tests.factories import DepartmentFactory, StaffFactory, VehicleFactory

pytestmark = pytest.mark.django_db
URL = "/org/departments/"
SCREEN = "core.department-list"


@pytest.fixture
def admin() -> Staff:
    return StaffFactory(role=Role.ADMIN)


@pytest.fixture
def client(admin: Staff, signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(admin)


def test_tabs_count_what_they_open(client: Client) -> None:
    DepartmentFactory.create_batch(3, kind="division", is_reporting=True)
    DepartmentFactory.create_batch(2, kind="dong", is_reporting=True)
    DepartmentFactory(kind="dong", is_reporting=False)
    page = client.get(URL, {"is_reporting": "yes"})
    for tab in page.context["listing"].segments:
        assert client.get(URL + tab["url"]).context["listing"].count == tab["count"], tab
    assert [tab["count"] for tab in page.context["listing"].segments if tab["count"]] == [5, 3, 2]


def test_chips_name_the_condition_and_remove_it(client: Client) -> None:
    bureau = DepartmentFactory(name="행정국")
    DepartmentFactory(name="총무과", parent=bureau)
    listing = client.get(URL, {"q": "총무", "parent": bureau.pk, "kind": "division"}).context["listing"]
    assert [chip.text for chip in listing.chips] == ["상위 부서: 행정국", "부서명·코드: 총무"]
    chip = next(chip for chip in listing.chips if "총무" in chip.text)
    assert "q=" not in chip.url
    assert "kind=division" in chip.url


def test_condition_that_cannot_be_read_is_told(client: Client) -> None:
    DepartmentFactory()
    page = client.get(URL, {"parent": "없음"}).content.decode()
    assert "상위 부서 조건은 읽지 못해" in page


def test_no_result_names_the_tightest_condition(client: Client) -> None:
    DepartmentFactory.create_batch(3, is_reporting=True)
    page = client.get(URL, {"q": "없는말", "is_reporting": "yes"}).content.decode()
    assert "조건에 맞는 부서가 없습니다. ‘부서명·코드: 없는말’을 지우면 3건이 있습니다." in page


def test_first_use_offers_what_to_do(client: Client) -> None:
    page = client.get("/org/vehicles/").content.decode()
    assert "아직 등록한 차량·장비가 없습니다." in page
    assert reverse("core.vehicle-add") in page


def test_page_size_is_remembered_and_bounded(client: Client, admin: Staff) -> None:
    DepartmentFactory.create_batch(40)
    assert len(list(client.get(URL, {"per_page": 30}).context["table"].page)) == 30
    assert len(list(client.get(URL).context["table"].page)) == 30
    assert len(list(client.get(URL, {"per_page": 100_000}).context["table"].page)) == 30
    assert ColumnChoice.objects.get(owner=admin).per_page == 30


def test_pages_do_not_repeat_rows_when_values_are_equal(client: Client) -> None:
    DepartmentFactory.create_batch(40, kind="division")
    seen = []
    for number in (1, 2, 3):
        page = client.get(URL, {"sort": "kind", "page": number}).context["table"].page
        seen += [row.record.pk for row in page]
    assert len(seen) == len(set(seen)) == 40


# 다시 올릴 때 행을 알아보는 숨긴 열
KEYS = ["부서 행 번호(그대로 두세요)", "판(그대로 두세요)"]


def test_columns_are_chosen_by_each_person(client: Client, admin: Staff) -> None:
    DepartmentFactory()
    response = client.post(reverse("core.columns"), {"screen": SCREEN, "column": ["order", "code"], "next": URL})
    assert response["Location"] == URL
    # 이름 열은 늘 처음에 있다.
    assert client.get(URL).context["table"].shown_columns == ["name", "order", "code"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{URL}export/").streaming_content)))
    assert [cell.value for cell in book.worksheets[0][1]] == ["부서명", "직제순", "부서 코드", *KEYS]
    client.post(reverse("core.columns"), {"screen": SCREEN, "reset": "1", "next": URL})
    assert len(client.get(URL).context["table"].shown_columns) == 8
    assert ColumnChoice.objects.filter(owner=admin).count() == 1


def test_going_back_never_leaves_our_server(client: Client) -> None:
    response = client.post(reverse("core.columns"), {"screen": SCREEN, "next": "https://evil.example/"})
    assert "evil" not in response["Location"]


def test_saved_filter_is_shared_with_the_team_only(signed_in: Callable[[Staff], Client]) -> None:
    DepartmentFactory()
    mine, mate, other = (StaffFactory(role=Role.TEAM, team=team) for team in (Team.BUDGET, Team.BUDGET, Team.LEGAL))
    sent = {"screen": SCREEN, "query": "kind=dong", "name": "동만", "is_shared": "on", "next": URL}
    signed_in(mine).post(reverse("core.savedfilter-add"), sent)
    names = {
        person.pk: [one["filter"].name for one in signed_in(person).get(URL).context["listing"].saved]
        for person in (mine, mate, other)
    }
    assert names == {mine.pk: ["동만"], mate.pk: ["동만"], other.pk: []}
    saved = SavedFilter.objects.get()
    assert signed_in(mate).post(reverse("core.savedfilter-delete", args=[saved.pk])).status_code == 404
    signed_in(mine).post(reverse("core.savedfilter-delete", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_chip_of_choices_given_as_a_function(client: Client) -> None:
    """고를 것을 함수로 적은 칸(개인정보 열람 기록의 자료)의 조건도 이름으로 적는다."""
    address = reverse("core.personalaccess-list")
    choices = dict(client.get(address).context["listing"].filterset.form.fields["model"].choices)
    model, label = next((value, label) for value, label in choices.items() if value)
    listing = client.get(address, {"model": model}).context["listing"]
    assert [chip.text for chip in listing.chips] == [f"자료: {label}"]


def test_excel_has_real_values_and_conditions(client: Client) -> None:
    DepartmentFactory(name="총무과", order=7, valid_to=date(2024, 3, 1), is_reporting=False)
    DepartmentFactory(name="다른과")
    response = client.get(f"{URL}export/", {"q": "총무"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.worksheets[0].values)
    found = dict(zip(rows[0], rows[1], strict=True))
    assert len(rows) == 2
    assert (found["직제순"], found["자료 제출 부서"], found["폐지일"].date()) == (7, "아니오", date(2024, 3, 1))
    conditions = dict(book["조건"].values)
    assert conditions["조건"] == "부서명·코드: 총무"
    assert {"기준일", "내려받은 사람", "내려받은 때"} <= set(conditions)


def test_every_matching_row_is_edited_across_pages(client: Client) -> None:
    VehicleFactory.create_batch(20, category="장비", name="찾을 차")
    VehicleFactory(category="장비", name="다른 것")
    sent = {"all_matching": "1", "query": "q=찾을", "_apply": "1", "set-category": "on", "category": "특수"}
    # 그 사이 건수가 바뀌면 다시 확인한다.
    response = client.post("/org/vehicles/bulk/", sent | {"_count": "19"})
    assert response.status_code == 422
    assert "지금은 20건입니다" in response.content.decode()
    response = client.post("/org/vehicles/bulk/", sent | {"_count": "20"})
    assert response["Location"].startswith("/org/vehicles/?")
    assert Vehicle.objects.filter(category="특수").count() == 20


def test_bulk_edit_breaking_a_rule_changes_nothing(client: Client) -> None:
    early, late = DepartmentFactory(valid_from=date(2000, 1, 1)), DepartmentFactory(valid_from=date(2024, 1, 1))
    sent = {"pk": [early.pk, late.pk], "_apply": "1", "_count": "2", "set-valid_to": "on", "valid_to": "20101231"}
    response = client.post(f"{URL}bulk/", sent)
    assert response.status_code == 422
    assert "폐지일이 설치일보다 앞섭니다" in response.content.decode()
    early.refresh_from_db()
    assert early.valid_to is None


def test_undo_lists_what_was_edited_since(client: Client) -> None:
    departments = DepartmentFactory.create_batch(2, kind="division")
    keys = [one.pk for one in departments]
    client.post(f"{URL}bulk/", {"pk": keys, "_apply": "1", "_count": "2", "set-kind": "on", "kind": "dong"})
    batch = departments[0].history.first().batch
    departments[1].refresh_from_db()
    departments[1].short_name = "뒤에 고침"
    departments[1].save()
    response = client.post(reverse("core.department-undo", args=[batch]))
    assert response.status_code == 409
    assert "뒤에 고침" in response.content.decode()
    departments[0].refresh_from_db()
    assert departments[0].kind == "dong"


def test_only_the_person_who_did_it_undoes_it(client: Client, signed_in: Callable[[Staff], Client]) -> None:
    vehicle = VehicleFactory()
    client.post(f"/org/vehicles/{vehicle.pk}/delete/")
    batch = vehicle.history.first().batch
    someone = signed_in(StaffFactory(role=Role.TEAM))
    assert someone.post(reverse("core.vehicle-undo", args=[batch])).status_code == 403


@pytest.mark.parametrize("screens", [DepartmentScreens, StaffScreens, ExecutionRowScreens, DetailProgramScreens, VehicleScreens])
def test_excel_rows_read_as_values_are_the_same_as_read_from_records(screens: Any, admin: Staff) -> None:
    """엑셀은 행을 모델로 만들지 않고 값만 읽는다. 한 행씩 읽은 것과 한 칸도 다르지 않다."""
    fill_ledger(40, year=2023, as_of=date(2023, 10, 31))
    DepartmentFactory(parent=DepartmentFactory(), valid_to=date(2030, 12, 31))
    VehicleFactory(department=DepartmentFactory())
    listed = Listing(screens, admin, QueryDict("year=2023")).table.queryset
    table = screens.table(listed, screens=screens, chosen=list(screens.table.base_columns))
    for resource in (None, screens.resource and screens.resource()):
        titles, rows = table.excel(resource)
        found = list(rows)
        columns = [table._excel_column(bound, resource) for bound in table.columns]
        assert [row[: len(columns)] for row in found] == [[column.read(record) for column in columns] for record in table.queryset]
        assert found
        assert all(len(row) == len(titles) for row in found)


def test_excel_asks_the_same_number_of_questions_for_more_rows(client: Client) -> None:
    counts = []
    client.get(reverse("preferences"))  # 세션은 1분에 한 번 적는다
    for rows in (20, 400):
        fill_ledger(rows, year=2023, as_of=date(2023, 10, 31))
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get("/budget/appropriations/rows/export/", {"year": 2023, "department": "all"}).streaming_content)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def lists(patterns: Any = None) -> dict[str, Any]:
    """모든 목록: 주소 이름과 화면 묶음."""
    found: dict[str, Any] = {}
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            found |= lists(one.url_patterns)
        elif (one.name or "").endswith("-list") and "screens" in getattr(one.callback, "view_initkwargs", {}):
            found[one.name] = one.callback.view_initkwargs["screens"]
    return found


def test_every_choice_of_every_list_can_be_chosen(admin: Staff) -> None:
    """고르는 값마다 목록이 열리고, 걸린 조건이 고른 이름으로 적힌다. 고를 것을 함수로 적었어도 같다."""
    tried = 0
    for name, screens in lists().items():
        form = Listing(screens, admin, QueryDict()).filterset.form
        for field_name, field in form.fields.items():
            if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
                continue
            for value, label in flatten_choices(iter(field.choices)):
                if value in (None, ""):
                    continue
                query = QueryDict(mutable=True)
                query[field_name] = str(value)
                listing = Listing(screens, admin, query)
                listing.filterset.count()
                assert any(one.text.endswith(f": {label}") for one in listing.conditions), (name, field_name, value)
                tried += 1
    assert tried > 300
