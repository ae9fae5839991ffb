"""부서, 직원, 보직, 보임, 정원, 차량의 화면."""

from __future__ import annotations

from typing import Any

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
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.views.change import AddView, EditView

CRUMBS = ("조직과 사람",)


class AssignmentTable(RecordTable):
    class Meta:
        model = Assignment
        fields = ("post", "staff", "grade", "starts_on", "ends_on")


class AssignmentFilter(RecordFilter):
    q = SearchFilter(["staff__name", "post__title"], "직원·보직", "예: 김, 주무관")

    class Meta:
        model = Assignment
        fields = ("post__department", "grade")


class AssignmentForm(RecordForm):
    class Meta:
        model = Assignment
        fields = ("post", "staff", "grade", "starts_on", "ends_on")


class AssignmentScreens(Screens):
    model, table, filterset, form = Assignment, AssignmentTable, AssignmentFilter, AssignmentForm
    crumbs = CRUMBS
    select_related = ("post__department", "staff", "grade")
    bulk_fields = ("ends_on",)


class PostTable(RecordTable):
    class Meta:
        model = Post
        fields = ("title", "department", "team", "duties", "order")


class PostFilter(RecordFilter):
    q = SearchFilter(["title", "duties"], "보직·맡은 일", "예: 주무관, 예산편성")

    class Meta:
        model = Post
        fields = ("department", "team")


class PostForm(RecordForm):
    class Meta:
        model = Post
        fields = ("department", "team", "title", "duties", "order")


class PostScreens(Screens):
    model, table, filterset, form, resource = Post, PostTable, PostFilter, PostForm, PostResource
    crumbs = CRUMBS
    select_related = ("department",)
    bulk_fields = ("team",)
    related = ((AssignmentScreens, "post"),)


class QuotaTable(RecordTable):
    class Meta:
        model = Quota
        fields = ("department", "grade", "headcount", "valid_from", "valid_to", "basis")


class QuotaFilter(RecordFilter):
    q = SearchFilter(["basis"], "근거", "예: 정원 규칙")

    class Meta:
        model = Quota
        fields = ("department", "grade")


class QuotaForm(RecordForm):
    class Meta:
        model = Quota
        fields = ("department", "grade", "headcount", "valid_from", "valid_to", "basis")


class QuotaScreens(Screens):
    model, table, filterset, form, resource = Quota, QuotaTable, QuotaFilter, QuotaForm, QuotaResource
    crumbs = CRUMBS
    select_related = ("department", "grade")
    bulk_fields = ("valid_to", "basis")


class VehicleTable(RecordTable):
    class Meta:
        model = Vehicle
        fields = ("name", "department", "category", "model_name", "body", "quantity", "note")


class VehicleFilter(RecordFilter):
    q = SearchFilter(["name", "model_name", "note"], "명칭·차종·비고", "예: 승용차")

    class Meta:
        model = Vehicle
        fields = ("department",)


class VehicleForm(RecordForm):
    class Meta:
        model = Vehicle
        fields = ("department", "category", "name", "model_name", "body", "quantity", "note")


class VehicleScreens(Screens):
    model, table, filterset, form, resource = Vehicle, VehicleTable, VehicleFilter, VehicleForm, VehicleResource
    crumbs = CRUMBS
    select_related = ("department",)
    bulk_fields = ("department", "category")


class TransferTable(RecordTable):
    state = ValueColumn("상태", order_by="applied_at")

    class Meta:
        model = Transfer
        fields = ("staff", "on", "department", "post", "role", "team", "position", "state", "basis")


class TransferFilter(RecordFilter):
    q = SearchFilter(["staff__name", "staff__employee_number", "basis"], "직원·근거", "예: 김, 7. 1.자")

    class Meta:
        model = Transfer
        fields = ("on", "department", "role", "staff")


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
    model, table, filterset, form = Transfer, TransferTable, TransferFilter, TransferForm
    crumbs = CRUMBS
    select_related = ("staff", "department", "post__department")
    add_view, edit_view = TransferAddView, TransferEditView
    sections = (
        ("발령", ("staff", "on", "department", "post", "role", "team", "position", "basis", ("상태", "state"), "applied_at")),
    )


class StaffTable(RecordTable):
    class Meta:
        model = Staff
        fields = ("name", "employee_number", "role", "department", "team", "grade", "position", "extension", "email", "is_active")


class StaffFilter(RecordFilter):
    q = SearchFilter(["name", "employee_number", "extension"], "이름·사번·내선", "예: 김, 9003")

    class Meta:
        model = Staff
        fields = ("role", "department", "team", "is_active")


class StaffForm(RecordForm):
    class Meta:
        model = Staff
        fields = ("employee_number", "name", "grade", "role", "department", "team", "position", "extension", "email", "is_active")


class StaffScreens(Screens):
    model, table, filterset, form, resource = Staff, StaffTable, StaffFilter, StaffForm, StaffResource
    crumbs = CRUMBS
    select_related = ("department", "grade")
    segments = "role"
    bulk_fields = ("department", "grade", "position", "extension", "is_active")
    related = ((AssignmentScreens, "staff"), (TransferScreens, "staff"))


class DepartmentTable(RecordTable):
    default_columns = ("name", "code", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to")

    class Meta:
        model = Department
        fields = (
            "name", "code", "short_name", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to", "is_sample",
        )  # fmt: skip


class DepartmentFilter(RecordFilter):
    q = SearchFilter(["name", "short_name", "code"], "부서명·코드", "예: 감사담당관, S001")

    class Meta:
        model = Department
        fields = ("kind", "parent", "is_reporting")


class DepartmentForm(RecordForm):
    class Meta:
        model = Department
        fields = ("code", "name", "short_name", "kind", "parent", "order", "is_reporting", "valid_from", "valid_to")


class DepartmentScreens(Screens):
    model, table, filterset, form, resource = Department, DepartmentTable, DepartmentFilter, DepartmentForm, DepartmentResource
    crumbs = CRUMBS
    select_related = ("parent",)
    segments = "kind"
    bulk_fields = ("kind", "parent", "is_reporting", "valid_to")
    related = ((StaffScreens, "department"), (PostScreens, "department"), (QuotaScreens, "department"), (VehicleScreens, "department"))


class LineageTable(RecordTable):
    class Meta:
        model = DepartmentLineage
        fields = ("predecessor", "kind", "successor", "on", "note")


class LineageFilter(RecordFilter):
    q = SearchFilter(["predecessor__name", "successor__name", "note"], "부서·설명")

    class Meta:
        model = DepartmentLineage
        fields = ("kind",)


class LineageForm(RecordForm):
    class Meta:
        model = DepartmentLineage
        fields = ("kind", "on", "predecessor", "successor", "note")


class LineageScreens(Screens):
    model, table, filterset, form = DepartmentLineage, LineageTable, LineageFilter, LineageForm
    crumbs = CRUMBS
    select_related = ("predecessor", "successor")


class GradeTable(RecordTable):
    class Meta:
        model = Grade
        fields = ("level", "series", "order")


class GradeFilter(RecordFilter):
    class Meta:
        model = Grade
        fields = ("series",)


class GradeForm(RecordForm):
    class Meta:
        model = Grade
        fields = ("series", "level", "order")


class GradeScreens(Screens):
    model, table, filterset, form, resource = Grade, GradeTable, GradeFilter, GradeForm, GradeResource
    crumbs = CRUMBS
