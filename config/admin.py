"""관리자 화면: 고장 난 자료를 고치고 코드표를 관리하는 곳. 모든 모델을 한 번의 되풀이로 등록한다.

시스템관리자만 들어온다. 고치면 화면에서와 같이 이력이 남고(Record.save), 이력과 원장은 볼 수만 있다. 엑셀은 화면과 같은
가져오기(core.excel)를 쓴다. 장고의 최근 활동(LogEntry) 대신 우리 이력(Change)을 본다.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone

from budget.appropriations.models import Account, BudgetVersion, ExecutionPointer, ExecutionSnapshot, FiscalYear
from config.excel import resource_for
from core.access import Role, Team
from core.deadlines.models import CalendarToken, DeadlineConfirmation, DeadlineRule, Holiday
from core.deadlines.services import recount_open
from core.documents.models import StoredFile
from core.excel.download import attachment
from core.excel.models import ImportBatch, PreviewPage
from core.excel.resource import ExcelResource
from core.excel.views import ImportView
from core.history.models import Change, Record, tracked_many
from core.org.models import Department, Grade, Staff
from core.screens.texts import label_of

OUR_APPS = ("core", *Team.values)
# 행이 적어 고르는 칸에 모두 보여도 되는 표. 나머지는 번호로 찾는다.
SMALL_TABLES: tuple[type[models.Model], ...] = (Account, BudgetVersion, Department, FiscalYear, Grade)
# 이력은 남지만 손으로 고치면 안 되는 것: 통째로 올리고 되돌리는 집행 자료, 본인이 한 확인과 본인의 열쇠
HANDS_OFF: tuple[type[models.Model], ...] = (CalendarToken, DeadlineConfirmation, ExecutionPointer, ExecutionSnapshot)
# 올린 엑셀의 칸이 그대로 담긴 항목
UPLOADED_CELLS: dict[type[models.Model], tuple[str, ...]] = {
    ImportBatch: ("preview", "fixes", "choices"), PreviewPage: ("rows",), StoredFile: ("file",),
}  # fmt: skip
MOST_COLUMNS, MOST_SEARCHED, MOST_FILTERS = 8, 6, 6


class OurAdminSite(admin.AdminSite):
    """시스템관리자만 들어오는 관리자 화면. 로그인과 비밀번호는 우리 화면을 쓴다."""

    site_header = site_title = "기획예산 업무통합 관리자 화면"
    index_title = "자료 고르기"
    empty_value_display = "-"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_active and user.is_authenticated and user.role == Role.ADMIN and user.is_superuser

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("시스템관리자만 관리자 화면을 씁니다.")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password_change")


class RecordAdmin(admin.ModelAdmin):
    """업무 자료 한 모델. 목록·찾기·거르기는 모델의 항목에서 정해진다."""

    list_per_page = 50
    show_full_result_count = False
    resource: ClassVar[type[ExcelResource] | None] = None

    def __init__(self, model: type[models.Model], site: admin.AdminSite) -> None:
        # 개인정보는 시스템관리자에게도 보이지 않는다. 올린 파일의 칸에도 이름이 있을 수 있다.
        self.exclude = (*getattr(model, "personal", ()), *UPLOADED_CELLS.get(model, ())) or None
        fields = [
            field for field in model._meta.concrete_fields
            if field.editable and not field.primary_key and field.name not in (self.exclude or ())
        ]  # fmt: skip
        shown = [field for field in fields if not isinstance(field, (models.TextField, models.JSONField))]
        named = any(field.name in ("name", "title") for field in shown)
        self.list_display = [*([] if named else ["__str__"]), *(field.name for field in shown[:MOST_COLUMNS])]
        related = [field for field in fields if field.is_relation]
        self.list_select_related = _joined(related) or False
        self.raw_id_fields = [field.name for field in related if field.related_model not in (*SMALL_TABLES, model)]
        self.list_filter = [field.name for field in fields if _is_filter(field) and field.related_model is not model][:MOST_FILTERS]
        self.search_fields = _searched(model)
        self.resource = resource_for(model._meta.label)
        super().__init__(model, site)

    # 이력은 core.history 가 남긴다. 장고의 LogEntry 는 쓰지 않는다.
    def log_addition(self, *args: Any, **kwargs: Any) -> None: ...
    def log_change(self, *args: Any, **kwargs: Any) -> None: ...
    def log_deletions(self, *args: Any, **kwargs: Any) -> None: ...

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """주소의 조건(?name__startswith=)으로 가린 값을 한 글자씩 알아내지 못하게 한다."""
        first = lookup.partition("__")[0]
        return first not in (self.exclude or ()) and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with tracked_many(form.instance):
            super().save_related(request, form, formsets, change)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        place = reverse("admin:core_change_changelist")
        if not issubclass(self.model, Record) or not object_id.isdecimal():
            return redirect(place)
        return redirect(f"{place}?model__exact={self.opts.label_lower}&object_id__exact={int(object_id)}")

    # ── 엑셀 ──────────────────────────────────────────────────────────

    def get_urls(self) -> list[URLPattern]:
        if self.resource is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        listed = f"admin:{name}_changelist"
        crumbs = [("관리자 화면", reverse_lazy("admin:index")), (str(self.opts.verbose_name_plural), reverse_lazy(listed))]
        importer = ImportView.as_view(resource=self.resource, crumbs=crumbs, list_url=reverse_lazy(listed))
        # 「excel/…」이 「번호/」보다 앞서야 번호로 읽히지 않는다.
        return [
            path("excel/import/", self.admin_site.admin_view(importer), name=f"{name}_import"),
            path("excel/export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest) -> FileResponse | HttpResponse:
        """지금 찾고 거른 행을, 고쳐서 다시 올릴 수 있는 서식으로."""
        assert self.resource is not None
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            messages.error(request, "주소에 모르는 조건이 들어 있어 내려받지 않았습니다. 목록에서 다시 걸러 주세요.")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        found, conditions = self.resource(), [("조건", request.GET.urlencode() or "없음")]
        name = f"{self.opts.verbose_name}_{timezone.localdate():%Y%m%d}.xlsx"
        return attachment(lambda file: found.export(rows, request.user, file, conditions=conditions), name)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        links = {"title": f"{self.opts.verbose_name_plural} 목록"}
        if self.resource:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            links |= {"import_url": reverse(f"{name}_import"), "export_url": reverse(f"{name}_export") + query}
        return super().changelist_view(request, {**(extra_context or {}), **links})


class ReadOnlyAdmin(RecordAdmin):
    """볼 수만 있는 모델: 이력, 원장, 올린 파일."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ChangeAdmin(ReadOnlyAdmin):
    """변경 이력."""

    def __init__(self, model: type[models.Model], site: admin.AdminSite) -> None:
        super().__init__(model, site)
        self.list_display = ["at", "actor", "source", "record_model", "object_text", "action", "differences"]
        self.list_filter = ["action", "at"]
        self.search_fields = ["source", "model", "object_text", "actor__name", "actor__employee_number"]


    @admin.display(description="자료", ordering="model")
    def record_model(self, change: Change) -> str:
        return str(_model_of(change)._meta.verbose_name) if _model_of(change) else change.model

    @admin.display(description="전과 후")
    def differences(self, change: Change) -> str:
        model = _model_of(change)
        pairs = [(label_of(model, name) if model else name, old, new) for name, (old, new) in change.values.items()]
        return ", ".join(f"{name}: {_plain(old)} → {_plain(new)}" for name, old, new in pairs)


def _model_of(change: Change) -> Any:
    """이력이 가리키는 모델. 없어진 모델이면 None."""
    try:
        return apps.get_model(change.model)
    except LookupError:
        return None


def _plain(value: Any) -> str:
    return "(없음)" if value in (None, "") else str(value)


class CountedFactsAdmin(RecordAdmin):
    """공휴일과 기한 규칙. 고치면 진행 중인 기한을 다시 센다."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._recount(request, super().changeform_view(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return self._recount(request, super().changelist_view(request, extra_context))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return self._recount(request, super().delete_view(request, object_id, extra_context))

    def _recount(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "POST" and (moved := recount_open()):
            messages.warning(request, f"진행 중인 기한 {len(moved):,}건의 날짜가 달라졌습니다.")
        return response


class StaffAdmin(RecordAdmin):
    """직원. 비밀번호는 보이지 않고, 새로 정해 주면 본인이 로그인한 뒤 바꿔야 한다."""

    fields = (
        "employee_number", "name", "grade", "role", "department", "team", "position", "extension", "email", "is_active",
        "must_change_password", "is_sample",
    )  # fmt: skip
    change_form_template = "admin/core/staff/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/password/", view, name="core_staff_password"), *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """주소의 조건으로 비밀번호 해시를 한 글자씩 알아내지 못하게 한다."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Staff, post_url_continue: str | None = None) -> HttpResponse:
        messages.info(request, f"{obj.name} 님의 계정을 만들었습니다. 첫 비밀번호를 정해 주세요.")
        return redirect("admin:core_staff_password", pk=obj.pk)

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """비밀번호를 새로 정한다. 그 사람의 다른 로그인은 끝난다."""
        staff = get_object_or_404(Staff, pk=pk)
        form = SetPasswordForm(staff, request.POST or None)
        if request.method == "POST" and form.is_valid():
            staff.must_change_password = True
            form.save()
            staff.note_password("새로 정함")
            messages.success(request, f"{staff.name} 님의 비밀번호를 새로 정했습니다. 로그인하면 본인이 바꾸게 됩니다.")
            return redirect("admin:core_staff_change", pk)
        context = {
            **self.admin_site.each_context(request), "title": f"{staff.name} 비밀번호 새로 정하기", "form": form,
            "staff": staff, "opts": self.opts,
        }  # fmt: skip
        return TemplateResponse(request, "admin/core/staff/password.html", context)


def _joined(related: list[Any]) -> list[str]:
    """이름을 적을 때 따라가는 관계. 두 걸음까지 함께 읽어 행마다 질의하지 않는다."""
    found = [field.name for field in related]
    for field in related:
        deeper = [one for one in field.related_model._meta.concrete_fields if one.is_relation and not one.null]
        found += [f"{field.name}__{one.name}" for one in deeper]
    return found


def _is_filter(field: Any) -> bool:
    """옆에서 거를 수 있는 항목: 고르는 값, 예·아니오, 날짜, 행이 적은 표."""
    if field.is_relation:
        return field.related_model in SMALL_TABLES
    return bool(field.choices) or isinstance(field, (models.BooleanField, models.DateField))


def _searched(model: type[models.Model]) -> list[str]:
    """찾을 글자 항목. 자기 글자 항목이 먼저고, 모자라면 가리키는 자료의 이름."""
    texts = (models.CharField, models.TextField)
    skipped = {*getattr(model, "untracked", ()), *getattr(model, "personal", ())}
    own = [
        field.name for field in model._meta.concrete_fields
        if isinstance(field, texts) and not field.choices and field.name not in skipped
    ]  # fmt: skip
    for field in model._meta.concrete_fields:
        target = field.related_model if field.is_relation else None
        names = target._meta.concrete_fields if target and not getattr(target, "personal", ()) else ()
        own += [f"{field.name}__name" for name in names if name.name == "name"]
    return own[:MOST_SEARCHED]


def admin_for(model: type[models.Model]) -> type[RecordAdmin]:
    """모델에 맞는 관리자 화면. 이력을 남기지 않는 모델은 볼 수만 있다."""
    special = {Staff: StaffAdmin, Change: ChangeAdmin, Holiday: CountedFactsAdmin, DeadlineRule: CountedFactsAdmin}
    if model in special:
        return special[model]
    return RecordAdmin if issubclass(model, Record) and model not in HANDS_OFF else ReadOnlyAdmin


site = OurAdminSite(name="admin")
for _model in apps.get_models():
    if _model._meta.app_label in OUR_APPS:
        site.register(_model, admin_for(_model))
