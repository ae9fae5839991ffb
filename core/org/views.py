"""부서, 직원, 보직, 보임, 정원, 차량의 화면."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.org.excel import (
    DepartmentResource,
    GradeResource,
    PostResource,
    QuotaResource,
    StaffResource,
    VehicleResource,
)
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Transfer, Vehicle
from core.org.transfers import apply_transfers
from core.screens.binder import Screens
from core.screens.filters import DayFilter, asks
from core.screens.forms import RecordForm
from core.screens.tables import ValueColumn
from core.screens.views.change import AddView, EditView

CRUMBS = ("조직과 사람",)


class AssignmentScreens(Screens):
    model = Assignment
    columns = ("post", "staff", "grade", "starts_on", "ends_on")
    filters = ("post__department", "grade")
    search, search_label, search_hint = ("staff__name", "post__title"), "직원·보직", "예: 김, 주무관"
    crumbs = CRUMBS
    bulk_fields = ("ends_on",)


class PostScreens(Screens):
    model, resource = Post, PostResource
    columns = ("title", "department", "team", "duties", "order")
    filters = ("department", "team")
    search, search_hint = ("title", "duties"), "예: 주무관, 예산편성"
    crumbs = CRUMBS
    bulk_fields = ("team",)
    related = ((AssignmentScreens, "post"),)


class QuotaScreens(Screens):
    model, resource = Quota, QuotaResource
    columns = ("department", "grade", "headcount", "valid_from", "valid_to", "basis")
    filters = ("department", "grade", ("on", DayFilter(label="그날 쓰는 정원", method=asks("valid_on"), widget=forms.HiddenInput)))
    search, search_hint = ("basis",), "예: 정원 규칙"
    crumbs = CRUMBS
    bulk_fields = ("valid_to", "basis")


class VehicleScreens(Screens):
    model, resource = Vehicle, VehicleResource
    columns = ("name", "department", "category", "model_name", "body", "quantity", "note")
    filters = ("department",)
    search, search_hint = ("name", "model_name", "note"), "예: 승용차"
    crumbs = CRUMBS
    bulk_fields = ("department", "category")


class TransferForm(RecordForm):
    class Meta:
        model = Transfer
        fields = ("staff", "on", "department", "post", "role", "team", "position", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = field.queryset.filter(valid_to__isnull=True)
        posts: Any = self.fields["post"]
        posts.queryset = posts.queryset.filter(department__valid_to__isnull=True)
        self.fields["on"].help_text = "오늘까지의 발령은 저장하면 바로, 앞날의 발령은 그날 적용합니다."


class TransferAddView(AddView):
    """발령 등록. 오늘까지의 발령이면 바로 적용한다."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        apply_transfers(timezone.localdate())
        return answer


class TransferEditView(EditView):
    """발령 고치기. 날짜를 오늘까지로 당기면 바로 적용한다."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        apply_transfers(timezone.localdate())
        return answer


class TransferScreens(Screens):
    model, form = Transfer, TransferForm
    columns = (
        "staff", "on", "department", "post", "role", "team", "position",
        ("state", ValueColumn("상태", order_by="applied_at")), "basis",
    )  # fmt: skip
    filters = ("on", "department", "role", "staff")
    search, search_label, search_hint = ("staff__name", "staff__employee_number", "basis"), "직원·근거", "예: 김, 7. 1.자"
    crumbs = CRUMBS
    add_view = TransferAddView
    edit_view = TransferEditView
    sections = (
        ("발령", ("staff", "on", "department", "post", "role", "team", "position", "basis", ("상태", "state"), "applied_at")),
    )


class StaffScreens(Screens):
    model, resource = Staff, StaffResource
    columns = (
        "name", "employee_number", "role", "department", "team", "grade", "position", "extension", "email",
        "is_active",
    )  # fmt: skip
    filters = ("department", "team", "is_active")
    search, search_hint = ("name", "employee_number", "extension"), "예: 김, 9003"
    inputs = (
        "employee_number", "name", "grade", "role", "department", "team", "position", "extension", "email",
        "is_active",
    )  # fmt: skip
    crumbs = CRUMBS
    segments = "role"
    bulk_fields = ("department", "grade", "position", "extension", "is_active")
    related = ((AssignmentScreens, "staff"), (TransferScreens, "staff"))


class DepartmentScreens(Screens):
    model, resource = Department, DepartmentResource
    columns = ("name", "code", "short_name", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to")
    shown = ("name", "code", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to")
    filters = ("parent", "is_reporting")
    search, search_label, search_hint = ("name", "short_name", "code"), "부서명·코드", "예: 감사담당관, S001"
    inputs = ("code", "name", "short_name", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to")
    crumbs = CRUMBS
    segments = "kind"
    bulk_fields = ("kind", "parent", "is_reporting", "valid_to")
    related = ((StaffScreens, "department"), (PostScreens, "department"), (QuotaScreens, "department"), (VehicleScreens, "department"))


class LineageScreens(Screens):
    model = DepartmentLineage
    columns = ("predecessor", "kind", "successor", "on", "note")
    filters = ("kind",)
    search, search_label = ("predecessor__name", "successor__name", "note"), "부서·설명"
    crumbs = CRUMBS


class GradeScreens(Screens):
    model, resource = Grade, GradeResource
    columns = ("level", "series", "order")
    filters = ("series",)
    crumbs = CRUMBS
