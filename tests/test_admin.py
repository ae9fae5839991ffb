"""관리자 화면: 시스템관리자만, 모든 모델, 이력은 그대로, 원장과 이력은 볼 수만."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from config.admin import OUR_APPS, ReadOnlyAdmin, RecordAdmin, site
from config.excel import RESOURCES
from core.access import Role
from core.history.models import Change, Record
from core.org.models import Department, Staff
from tests.excel_tests import admin

pytestmark = pytest.mark.django_db

ADMINS = [(model._meta.label, model, found) for model, found in site._registry.items()]
EACH = pytest.mark.parametrize(("label", "model", "found"), ADMINS, ids=[one[0] for one in ADMINS])


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(admin())
    return client


def place(model: Any, action: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


DRAWS = pytest.mark.draws("장고 관리자 화면을 그린다. 고치고 지우는 시험은 남긴다")


@DRAWS
@EACH
def test_every_list_opens_and_searches(desk: Client, label: str, model: Any, found: Any) -> None:
    page = desk.get(place(model, "changelist"), {"q": "없는 것"} if found.search_fields else {})
    assert page.status_code == 200
    # 엄격한 CSP 아래에서 막힐 것이 없다.
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)", page.content.decode())


@DRAWS
@EACH
def test_only_records_can_be_added_and_their_form_opens(desk: Client, label: str, model: Any, found: Any) -> None:
    expected = 403 if isinstance(found, ReadOnlyAdmin) else 200
    assert desk.get(place(model, "add")).status_code == expected
    assert isinstance(found, ReadOnlyAdmin) or issubclass(model, Record)


def test_every_model_of_ours_is_there() -> None:
    from django.apps import apps

    assert {model for model in apps.get_models() if model._meta.app_label in OUR_APPS} == set(site._registry)
    assert {"core.Change", "core.StoredFile", "budget.ExecutionRow", "budget.ExecutionSnapshot", "budget.ExecutionPointer"} <= {
        label for label, _model, found in ADMINS if isinstance(found, ReadOnlyAdmin)
    }


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_comes_in(client: Client, role: str) -> None:
    where = Department.objects.create(code="1", name="가과")
    client.force_login(Staff.objects.create(
        employee_number="x", name="사람", role=role, team="budget", department=where, must_change_password=False))  # fmt: skip
    for address in (reverse("admin:index"), place(Department, "changelist"), place(Department, "import"), place(Department, "export")):
        assert client.get(address, follow=True).status_code == 403


def test_login_is_ours(client: Client) -> None:
    response = client.get("/admin/core/department/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('login')}?next=/admin/core/department/"


def test_a_save_leaves_history_with_its_place(desk: Client) -> None:
    row = Department.objects.create(code="1", name="가과")
    data = {"code": "1", "name": "나과", "order": 3, "kind": "division", "valid_from": "2020-01-01", "is_reporting": "on"}
    assert desk.post(place(Department, "change", row.pk), data).status_code == 302
    change = Change.objects.for_record(row).first()
    assert change.values["name"] == ["가과", "나과"]
    assert change.source.startswith("관리자 화면 ")
    assert change.actor.employee_number == "excel-admin"
    assert desk.get(place(Department, "history", row.pk), follow=True).status_code == 200


def test_the_models_own_rules_hold(desk: Client) -> None:
    row = Department.objects.create(code="1", name="가과")
    data = {"code": "1", "name": "가과", "order": 3, "kind": "division", "valid_from": "2020-01-01", "valid_to": "2019-01-01"}
    page = desk.post(place(Department, "change", row.pk), data)
    assert "폐지일이 설치일보다 앞섭니다" in page.content.decode()


def test_deleting_many_leaves_history(desk: Client) -> None:
    rows = [Department.objects.create(code=str(n), name=f"{n}과") for n in range(3)]
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    desk.post(place(Department, "changelist"), data)
    assert not Department.objects.exists()
    assert Change.objects.filter(model="core.department", action="deleted").count() == 3


def test_history_and_ledgers_cannot_be_touched(desk: Client) -> None:
    Department.objects.create(code="1", name="가과")
    change = Change.objects.first()
    assert desk.get(place(Change, "change", change.pk)).status_code == 200
    assert desk.post(place(Change, "change", change.pk), {"source": "지움"}).status_code == 403
    assert desk.post(place(Change, "delete", change.pk), {"post": "yes"}).status_code == 403
    desk.post(place(Change, "changelist"), {"action": "delete_selected", "_selected_action": [change.pk], "post": "yes"})
    assert Change.objects.filter(pk=change.pk).exists()


def test_a_password_is_reset_and_never_shown(desk: Client) -> None:
    staff = Staff.objects.create_user("77", "처음 비밀번호 1", name="김하나", must_change_password=False)
    page = desk.get(place(Staff, "change", staff.pk)).content.decode()
    assert staff.password not in page
    assert not re.search("md5|argon2|pbkdf2", page)
    address = reverse("admin:core_staff_password", args=[staff.pk])
    assert "form-row" in desk.get(address).content.decode()
    assert desk.post(address, {"new_password1": "가나다라-2026", "new_password2": "다름"}).status_code == 200
    desk.post(address, {"new_password1": "garden-stone-2026", "new_password2": "garden-stone-2026"})
    staff.refresh_from_db()
    assert staff.check_password("garden-stone-2026")
    assert staff.must_change_password
    assert Change.objects.for_record(staff).filter(values__has_key="password").exists()


def test_a_new_account_has_no_password_until_one_is_given(desk: Client) -> None:
    data = {"employee_number": "88", "name": "이둘", "role": "viewer", "team": "", "position": "handler", "is_active": "on"}
    response = desk.post(place(Staff, "add"), data)
    staff = Staff.objects.get(employee_number="88")
    assert response["Location"] == reverse("admin:core_staff_password", args=[staff.pk])
    assert not staff.has_usable_password()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.__name__)
def test_every_resource_has_its_two_buttons(desk: Client, resource: Any) -> None:
    page = desk.get(place(resource.model, "changelist")).content.decode()
    assert "엑셀 가져오기" in page
    assert "엑셀 내려받기" in page
    assert desk.get(place(resource.model, "import")).status_code == 200
    response = desk.get(place(resource.model, "export"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert [cell.value for cell in book.worksheets[0][1]] == [column.out.title for column in resource().form_columns()]


def test_the_export_keeps_the_filter(desk: Client) -> None:
    Department.objects.create(code="1", name="가과")
    Department.objects.create(code="2", name="나국", kind="bureau")
    response = desk.get(place(Department, "export"), {"kind__exact": "bureau"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert [row[1].value for row in sheet][1:] == ["나국"]


def test_lists_do_not_ask_for_every_row(desk: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        parent = Department.objects.create(code=f"P{number}", name=f"{number}국")
        Staff.objects.create(employee_number=str(number), name="사람", department=parent)
    assert isinstance(site._registry[Staff], RecordAdmin)
    with django_assert_max_num_queries(14):
        desk.get(place(Staff, "changelist"))


@pytest.mark.parametrize("action", ["changelist", "export"])
def test_a_password_hash_cannot_be_guessed_through_the_address(desk: Client, action: str) -> None:
    """주소의 조건으로 해시의 앞글자를 맞혀 볼 수 있으면 한 글자씩 알아낼 수 있다."""
    staff = Staff.objects.create_user("78", "처음 비밀번호 1", name="김둘", must_change_password=False)
    for guess in (staff.password[:12], "zzz"):
        answer = desk.get(place(Staff, action), {"password__startswith": guess})
        assert answer.status_code in (302, 400)
