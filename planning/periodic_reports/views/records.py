"""주간·월중 항목과 구분의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q

from core.access import Role
from core.screens.binder import Screens
from core.screens.filters import DayFilter, DepartmentFilter, YesNo, asks
from core.screens.forms import RecordForm
from core.screens.views.detail import DetailView
from planning.periodic_reports.dashboard import beside, clashes
from planning.periodic_reports.excel import EntryKindResource, ReportEntryResource
from planning.periodic_reports.models import EntryKind, ReportEntry

CRUMBS = ("기획조정팀", ("주간·월중 보고", "planning.periodic-reports"))


# --- 구분 -------------------------------------------------------------------------------------------


class EntryKindScreens(Screens):
    model, resource = EntryKind, EntryKindResource
    columns = ("name", "order", "is_carried")
    filters = ("is_carried",)


# --- 항목 -------------------------------------------------------------------------------------------


SHOWN = [("live", "취소한 것 빼고"), ("standing", "취소·이월한 것 빼고")]


def only_shown(rows: Any, _name: str, value: str) -> Any:
    """취소하거나 이월한 것을 뺀다. 값이 QuerySet 의 메서드다."""
    return rows.live() if value == "live" else rows.standing()


class ReportEntryForm(RecordForm):
    """항목 한 건. 부서 담당자는 지금 접수하는 주간 회차에 드는 날짜만 적는다."""

    class Meta:
        model = ReportEntry
        fields = (
            "department", "starts_on", "ends_on", "hour", "title", "content", "place", "kind", "mayor_attends", "deputy_attends",
            "attendees", "contact", "status", "note",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        one: ReportEntry = self.instance
        department, starts_on = found.get("department"), found.get("starts_on")
        if department and starts_on and (self.is_new or starts_on != one.starts_on):
            one.department, one.starts_on = department, starts_on
            one.leave_later_round()
            one.join_round()
            joined = one.submission
            if self.user.role == Role.DEPARTMENT and not (
                joined and joined.is_writing and (joined.round.is_open or joined.is_reopened)
            ):
                closed = "이 날짜를 적을 수 있는 주간 회차가 열려 있지 않습니다. 접수하는 주의 날짜로 적거나 기획조정팀에 요청하세요."
                raise ValidationError({"starts_on": closed})
        return found


class ReportEntryDetailView(DetailView):
    """항목 한 건. 위에 겹침을, 아래에 이월의 앞뒤와 회차를 보인다."""

    template_name = "planning/reportentry_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: ReportEntry = self.record  # type: ignore[assignment]
        found = clashes(beside([row]), row.starts_on, row.last_on)
        visible = set(ReportEntry.objects.for_user(self.user).filter(pk__in=[key for one in found for key in (one.first.pk, one.second.pk)])
                      .values_list("pk", flat=True))  # fmt: skip
        pairs = [
            (one, other, other.pk in visible) for one in found
            for mine, other in ((one.first, one.second), (one.second, one.first)) if mine.pk == row.pk
        ]  # fmt: skip
        later = ReportEntry.objects.for_user(self.user).filter(carried_from=row).first()
        joined = row.submission
        return super().get_context_data(
            pairs=pairs, earlier=row.carried_from, later=later, submission=joined, **kwargs
        )


class ReportEntryScreens(Screens):
    model, form, resource = ReportEntry, ReportEntryForm, ReportEntryResource
    columns = (
        "title", "starts_on", "ends_on", "hour", "department", "kind", "place", "mayor_attends", "deputy_attends",
        "attendees", "contact", "status", "content", "note",
    )  # fmt: skip
    shown = ("title", "starts_on", "hour", "department", "kind", "place", "mayor_attends", "status")
    filters = (
        ("since", DayFilter(label="이날부터", method=asks("since"))), ("until", DayFilter(label="이날까지", method=asks("until"))),
        "kind", ("department", DepartmentFilter()), "mayor_attends", "deputy_attends",
        ("shown", django_filters.ChoiceFilter(label="보일 것", choices=SHOWN, method=only_shown)),
        ("undecided", YesNo("시간 미정", Q(hour=""))), ("carried", YesNo("이월해 온 것", Q(carried_from__isnull=False))),
    )  # fmt: skip
    search = ("title", "content", "place", "attendees", "contact")
    search_label = "제목·내용·장소"
    title = "주간·월중 항목"
    first_use = "아직 적은 항목이 없습니다. 주간 회차를 열어 부서에서 받거나 「등록」으로 적으세요."
    state, segments = "status", "status"
    bulk_fields = ("status", "kind", "mayor_attends")
    detail_view = ReportEntryDetailView
