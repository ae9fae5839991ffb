"""집행 행과 예산서, 월별 계획, 부진 사유의 목록·입력 화면."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from budget.appropriations.dashboard import OTHER_PROGRAMS, WHOLE, funding_label
from budget.appropriations.excel import (
    BudgetLineResource,
    DetailProgramResource,
    EarlyExecutionTargetResource,
    ExecutionReasonResource,
    MonthlyPlanResource,
)
from budget.appropriations.models import (
    BudgetLine,
    BudgetVersion,
    DetailProgram,
    EarlyExecutionTarget,
    ExecutionPointer,
    ExecutionReason,
    ExecutionRow,
    ExecutionSnapshot,
    ExecutionSummary,
    MonthlyPlan,
)
from budget.appropriations.models.execution import AMOUNTS, first_pointer, newest_year
from budget.appropriations.models.versions import SOURCES
from budget.appropriations.views.layers import VERSION_ACTS, BudgetVersionDetailView
from budget.appropriations.views.pages import LedgerPages
from core.access import Role, Team
from core.excel.values import clean_text
from core.formats import date_plain
from core.history.revisions import kept
from core.org.models import Department
from core.screens.binder import Screens
from core.screens.filters import Condition, PickedFilter, RecordFilter, SearchFilter
from core.screens.forms import RecordForm
from core.screens.listing import Listing
from core.screens.tables import RecordTable, ValueColumn
from core.screens.views.change import AddView
from core.screens.views.detail import DetailView
from core.screens.views.lists import ListView

CRUMBS = ("예산팀", ("예산편성·집행", "budget.execution"))


def _key(text: str) -> int | None:
    """주소에 적힌 번호. 번호가 아니거나 번호로 쓸 수 없이 크면 None."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


class ExecutionRowTable(RecordTable):
    department_name = ValueColumn("부서", accessor="department_name")

    class Meta:
        model = ExecutionRow
        fields = (
            "row_number", "department_name", "detail_program__unit_program", "detail_program", "stat_item", "account",
            *AMOUNTS, *(f"{source}_amount" for source in SOURCES),
        )  # fmt: skip

    default_columns = (
        "row_number", "department_name", "detail_program__unit_program", "detail_program", "stat_item", *AMOUNTS,
    )  # fmt: skip

    def arrange(self, sort: Sequence[str]) -> None:
        """값이 같은 행은 파일의 차례. 내림차순이면 그것도 거꾸로라 색인을 그대로 읽는다."""
        super().arrange(sort)
        rows = self.queryset
        order = [name for name in rows.query.order_by if name not in ("pk", "row_number", "-row_number")] or ["snapshot_id"]
        last = next((name for name in rows.query.order_by if name in ("row_number", "-row_number")), "")
        self.data.data = rows.order_by(*order, last or ("-row_number" if order[-1].startswith("-") else "row_number"))


class LedgerSearchFilter(SearchFilter):
    """과목표와 부서의 이름에서 먼저 찾고, 찾은 번호로 행을 고른다. 백만 행의 글자를 견주지 않는다."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for found in self.parent.named(value):
            qs = qs.filter(found.condition)
        return qs


@dataclass(frozen=True)
class Named:
    """낱말 하나가 이름에 든 것: 세부사업·통계목·부서의 번호와, 파일에 적힌 부서명."""

    programs: set[int]
    stat_items: set[int]
    departments: set[int]
    department_names: set[str]

    @property
    def condition(self) -> Q:
        own = Q(department__in=self.departments) | Q(department=None)
        return (
            Q(detail_program__in=self.programs)
            | Q(stat_item__in=self.stat_items)
            | Q(department_name__in=self.department_names) & own
        )


class ExecutionRowFilter(RecordFilter):
    """집행 행 거르기. 기준일을 고르지 않으면 가장 늦은 현재 자료를 본다."""

    as_of = django_filters.ChoiceFilter(label="기준일", method="keep")
    department = django_filters.ChoiceFilter(label="부서", method="by_department")
    unit = PickedFilter(ExecutionRow, "detail_program__unit_program")
    program = PickedFilter(ExecutionRow, "detail_program")
    stat = PickedFilter(ExecutionRow, "stat_item")
    expense = django_filters.CharFilter(label="편성목", method="by_expense", widget=forms.HiddenInput)
    report = django_filters.CharFilter(label="업무보고 사업", method="by_report", widget=forms.HiddenInput)
    team = django_filters.CharFilter(label="팀", method="by_team", widget=forms.HiddenInput)
    funding = django_filters.CharFilter(label="재원", method="by_funding", widget=forms.HiddenInput)
    department_name = django_filters.CharFilter(label="파일의 부서명", widget=forms.HiddenInput)
    q = LedgerSearchFilter(
        ["detail_program__name", "detail_program__unit_program__name", "stat_item__name", "department_name"],
        label="사업·통계목·부서", placeholder="예: 사무관리비",
    )  # fmt: skip

    # 조건마다 어느 갈래의 합이 그 답을 아는가. 부서는 모든 갈래가 안다.
    CUTS: ClassVar = {
        "unit": ExecutionSummary.Cut.PROGRAM, "program": ExecutionSummary.Cut.PROGRAM, "report": ExecutionSummary.Cut.PROGRAM,
        "team": ExecutionSummary.Cut.PROGRAM, "stat": ExecutionSummary.Cut.STAT_ITEM, "expense": ExecutionSummary.Cut.STAT_ITEM,
        "funding": ExecutionSummary.Cut.FUNDING,
    }  # fmt: skip

    class Meta:
        model = ExecutionRow
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, user: Any) -> None:
        year = data.get("year", "")
        self.year = int(year) if year.isdecimal() else user.fiscal_year or newest_year()
        self.pointers = self._pointers(self.year) if self.year else ()
        self._found: dict[str, Named] = {}
        super().__init__(data, queryset, user=user)
        rows: QuerySet[Any] = queryset
        asked = data.get("as_of", "")
        self.pointer = next(
            (pointer for pointer in self.pointers if pointer.as_of.isoformat() == asked),
            None if asked else first_pointer(self.pointers),
        )
        self.queryset = rows.filter(snapshot=self.pointer.snapshot_id if self.pointer else None)
        self.summaries = ExecutionSummary.objects.for_user(user).filter(
            snapshot=self.pointer.snapshot_id if self.pointer else None
        )
        if self.pointer:
            self.filters["as_of"].extra["empty_label"] = f"{date_plain(self.pointer.as_of)} 기준"
        self.filters["as_of"].extra["choices"] = [
            (pointer.as_of.isoformat(), f"{date_plain(pointer.as_of)} 기준") for pointer in self.pointers
        ]
        if data.get("department") == WHOLE:
            # 「구 전체」는 조건이 아니다.
            self.data = data.copy()
            self.data.pop("department")
        departments = Department.objects.filter(is_reporting=True).values_list("pk", "name")
        self.filters["department"].extra["choices"] = kept(
            "reporting departments", (Department,), lambda: tuple((str(key), name) for key, name in departments)
        )
        if user.role == Role.DEPARTMENT:
            del self.filters["department"]

    def _pointers(self, year: int) -> tuple[ExecutionPointer, ...]:
        """한 회계연도의 현재 자료, 늦은 것부터. 손가락이 옮겨 가기 전에는 다시 읽지 않는다."""
        return tuple(ExecutionPointer.objects.of_year(year))

    def count(self) -> int:
        return self.totals["rows"] or 0

    @cached_property
    def totals(self) -> dict[str, int | None]:
        """조건에 맞는 행의 수와 금액의 합(원). 조건을 모두 아는 갈래의 합에서 읽고, 없으면 행을 더한다."""
        self.form.is_valid()
        asked = {self.CUTS[name] for name, value in self.form.cleaned_data.items() if value and name in self.CUTS}
        for found in self.named(self.form.cleaned_data.get("q", "")):
            asked |= {ExecutionSummary.Cut.PROGRAM} if found.programs else set()
            asked |= {ExecutionSummary.Cut.STAT_ITEM} if found.stat_items else set()
        if len(asked) > 1:
            return self.qs.totals()
        cut = asked.pop() if asked else ExecutionSummary.Cut.FUNDING
        found = self.filter_queryset(self.summaries.filter(cut=cut))
        if self.pointer is None or not self.is_whole:
            return found.totals()
        # 반영한 자료의 온 합은 누가 보아도 같고, 자료가 바뀌기 전에는 그대로다.
        return kept(("totals", self.pointer.snapshot_id), (ExecutionSnapshot,), found.totals)

    @property
    def is_whole(self) -> bool:
        """한 자료의 모든 행을 보는가: 거른 조건도, 볼 수 없는 행도 없다."""
        self.form.is_valid()
        sieved = any(value for name, value in self.form.cleaned_data.items() if name != "as_of")
        return not sieved and self.user.role != Role.DEPARTMENT

    def named(self, text: str) -> list[Named]:
        """찾는 말의 낱말마다, 이 자료에 있는 것 가운데 이름이 맞는 것. 낱말마다 질의 한 번."""
        return [self._named(word) for word in clean_text(text or "").split()]

    def _named(self, word: str) -> Named:
        if word not in self._found:
            cut = ExecutionSummary.Cut
            program = Q(detail_program__name__icontains=word) | Q(detail_program__unit_program__name__icontains=word)
            rows = self.summaries.filter(
                Q(program, cut=cut.PROGRAM)
                | Q(cut=cut.STAT_ITEM, stat_item__name__icontains=word)
                | Q(cut=cut.FUNDING, department_name__icontains=word)
            ).values_list("cut", "detail_program", "stat_item", "department", "department_name")
            found = Named(set(), set(), set(), set())
            for kind, program_key, item, department, name in rows.order_by():
                if kind == cut.PROGRAM:
                    found.programs.add(program_key)
                elif kind == cut.STAT_ITEM:
                    found.stat_items.add(item)
                else:
                    found.department_names.add(name)
                    found.departments.update([department] if department else [])
            self._found[word] = found
        return self._found[word]

    def conditions(self) -> list[Condition]:
        """걸린 조건. 대시보드에서 넘어온 값은 우리말로 바꾼다."""
        return [replace(found, text=f"{self.filters[found.name].label}: {self._shown(found)}") for found in super().conditions()]

    def _shown(self, found: Condition) -> str:
        value = str(self.form.cleaned_data[found.name])
        if found.name == "report":
            return self._name("detail_program__report_program", "title", value) if _key(value) else OTHER_PROGRAMS
        if found.name == "expense":
            return self._name("stat_item__expense_item", "name", value) if _key(value) else "적히지 않음"
        if found.name == "team":
            return str(Team(value).label) if value in Team.values else "팀을 정하지 않은 사업"
        if found.name == "funding":
            return funding_label("" if value == "none" else value)
        return found.text.partition(": ")[2]

    def _name(self, path: str, name: str, key: str) -> str:
        """번호가 key 인 것의 이름. 볼 수 있는 행이 가리키는 것만 이름을 알려 준다."""
        names = self.summaries.filter(Q((path, _key(key)))).values_list(f"{path}__{name}", flat=True)
        return str(names.first() or f"{key}번")

    def keep(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset

    def by_department(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(department=value)

    def by_expense(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        item = _key(value)
        return queryset.filter(stat_item__expense_item=item) if item else queryset.filter(stat_item=None)

    def by_report(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(detail_program__report_program=_key(value))

    def by_team(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(detail_program__unit_program__team="" if value == "none" else value)

    def by_funding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(funding="" if value == "none" else value)


class ExecutionRowListView(ListView):
    """집행 행 목록. 맨 위에 조건에 맞는 모든 행의 합을 적는다."""

    template_name = "budget/executionrow_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        filterset = context["listing"].filterset
        return context | {
            "totals": filterset.totals, "pointer": filterset.pointer, "summary": "budget/executionrow_totals.html",
        }  # fmt: skip


class ExecutionRowDetailView(DetailView):
    """집행 행 하나. 손으로 고치는 자료가 아니라 의견·첨부·이력이 없다."""

    template_name = "budget/executionrow_detail.html"


class ExecutionRowScreens(Screens):
    model, table, filterset, form = ExecutionRow, ExecutionRowTable, ExecutionRowFilter, None
    title = "집행 행"
    select_related = ("detail_program__unit_program", "stat_item", "account", "department", "snapshot__file")
    list_view = ExecutionRowListView
    detail_view = ExecutionRowDetailView

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        # 읽은 결과는 크고 행마다 딸려 오므로 읽지 않는다.
        return super().rows(user).defer("snapshot__report", "snapshot__mapping", "snapshot__marks")

    @classmethod
    def pages(cls, listing: Listing, size: int) -> LedgerPages:
        return LedgerPages(listing, size)
    sections = (
        ("집행 행", ("row_number", "department_name", "detail_program", "stat_item", "account", *AMOUNTS)),
        ("재원", tuple(f"{source}_amount" for source in SOURCES)),
    )


class DetailProgramScreens(Screens):
    model, resource = DetailProgram, DetailProgramResource
    columns = ("name", "fiscal_year", "code", "unit_program", "department", "report_program", "project")
    filters = ("fiscal_year", "department", "project", "is_sample")
    search, search_label = ("name", "code", "unit_program__name"), "이름·코드·단위사업"
    bulk_fields = ("department", "report_program", "project")


class BudgetLineForm(RecordForm):
    class Meta:
        model = BudgetLine
        fields = (
            "budget_version", "detail_program", "stat_item", "amount", *(f"{source}_amount" for source in SOURCES),
        )  # fmt: skip


class BudgetLineScreens(Screens):
    model, form, resource = BudgetLine, BudgetLineForm, BudgetLineResource
    columns = ("detail_program", "budget_version", "stat_item", "amount", "state_amount", "city_amount", "own_amount")
    filters = ("budget_version", ("program", PickedFilter(BudgetLine, "detail_program")))
    search, search_label = ("detail_program__name", "stat_item__name"), "세부사업·통계목"


class BudgetVersionScreens(Screens):
    model = BudgetVersion
    columns = ("kind", "fiscal_year", "seq", "status", "effective_on", "voted_on", "basis")
    filters = ("fiscal_year", "kind", "status")
    inputs = ("fiscal_year", "kind", "seq", "effective_on", "voted_on", "basis")
    state = "status"
    detail_view, acts = BudgetVersionDetailView, VERSION_ACTS
    related = ((BudgetLineScreens, "budget_version"),)


class MonthlyPlanScreens(Screens):
    model, resource = MonthlyPlan, MonthlyPlanResource
    columns = ("detail_program", "month", "amount")
    filters = ("month", "detail_program__department")
    search, search_label = ("detail_program__name",), "세부사업"
    bulk_fields = ("amount",)


class ExecutionReasonAddView(AddView):
    """사유 적기. 대시보드에서 오면 세부사업과 기준일이 채워져 있다."""

    def get_initial(self) -> dict[str, Any]:
        query = self.request.GET
        initial = super().get_initial() | {"detail_program": query.get("detail_program")}
        try:
            initial["as_of"] = date.fromisoformat(query.get("as_of", ""))
        except ValueError:
            pointer = ExecutionPointer.objects.chosen()
            initial["as_of"] = pointer.as_of if pointer else None
        return initial


class ExecutionReasonScreens(Screens):
    model, resource = ExecutionReason, ExecutionReasonResource
    columns = ("detail_program", "detail_program__department", "as_of", "reason", "measure", "expected_on")
    filters = ("as_of", "detail_program__department")
    search, search_label = ("detail_program__name", "reason", "measure"), "세부사업·사유·대책"
    add_view = ExecutionReasonAddView


class EarlyExecutionTargetScreens(Screens):
    model, resource = EarlyExecutionTarget, EarlyExecutionTargetResource
    columns = ("period", "fiscal_year", "target_rate", "basis")
    filters = ("fiscal_year", "period")
