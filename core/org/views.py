"""부서, 직원, 보직, 보임, 정원, 차량의 화면."""

from __future__ import annotations

from core.org.excel import (
    DepartmentResource,
    GradeResource,
    PostResource,
    QuotaResource,
    StaffResource,
    VehicleResource,
)
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Vehicle
from core.screens.binder import Screens
from core.screens.filters import RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.tables import RecordTable

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


class StaffTable(RecordTable):
    class Meta:
        model = Staff
        fields = ("name", "employee_number", "role", "department", "team", "grade", "extension", "is_active")


class StaffFilter(RecordFilter):
    q = SearchFilter(["name", "employee_number", "extension"], "이름·사번·내선", "예: 김, 9003")

    class Meta:
        model = Staff
        fields = ("role", "department", "team", "is_active")


class StaffForm(RecordForm):
    class Meta:
        model = Staff
        fields = ("employee_number", "name", "grade", "role", "department", "team", "extension", "is_active")


class StaffScreens(Screens):
    model, table, filterset, form, resource = Staff, StaffTable, StaffFilter, StaffForm, StaffResource
    crumbs = CRUMBS
    select_related = ("department", "grade")
    segments = "role"
    bulk_fields = ("department", "grade", "extension", "is_active")
    related = ((AssignmentScreens, "staff"),)


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
