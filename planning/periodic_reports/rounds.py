"""주간 취합 서식: 모든 자료 제출 부서에 다음 주의 행사·회의·점검·주요업무를 묻는다. 부서가 줄을 더한다."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from core.access import Team
from core.org.models import Department
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from core.screens.forms import record_field
from planning.periodic_reports import conflicts
from planning.periodic_reports.dashboard import beside, clashes
from planning.periodic_reports.excel import ReportEntryResource
from planning.periodic_reports.load_report import TITLE
from planning.periodic_reports.models import ROUND_FORM, EntryKind, ReportEntry, short_day, week_text
from planning.periodic_reports.services import gather

FIELDS = ("starts_on", "hour", "kind", "mayor_attends", "status", "title", "place", "content", "attendees")
# 한 열에 위아래로 쌓는 글
STACKED = frozenset({"title", "place", "content", "attendees"})
# 겹침마다 알릴 칸
_FIELDS = {conflicts.MAYOR: "hour", conflicts.PLACE: "place", conflicts.DUPLICATE: "title"}
_REMEDY = {
    conflicts.MAYOR: "시각을 맞추거나 기획조정팀에 알려 주세요.", conflicts.PLACE: "장소를 확인해 주세요.",
    conflicts.DUPLICATE: "한 부서만 적으면 됩니다.",
}  # fmt: skip


class ReportEntryRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """부서가 적는 한 항목."""

    class Meta:
        model = ReportEntry
        fields = FIELDS
        widgets: ClassVar = {
            "starts_on": forms.TextInput(attrs={"size": 6}), "hour": forms.TextInput(attrs={"size": 5}),
            "content": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip
        formfield_callback = staticmethod(record_field)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["status"]

    def clean_starts_on(self) -> date | None:
        """회차의 주보다 앞선 날은 받지 않는다. 뒤의 날은 미리 적는 것이다."""
        day: date | None = self.cleaned_data.get("starts_on")
        submission = self.instance.submission
        week = submission.round.period if submission else None
        if day and week and "starts_on" in self.changed_data and day < week.first_day:
            raise forms.ValidationError(
                f"이 회차는 {week_text(week)}의 것입니다. {short_day(week.first_day)}부터의 날짜로 적어 주세요."
            )
        return day


class WeekCollection(Collection):
    """주간 보고 항목. 부서마다 몇 건이든 더한다."""

    code = ROUND_FORM
    title = TITLE
    team = Team.PLANNING
    cycle = Cycle.WEEK
    model = ReportEntry
    fields = FIELDS
    row_heading = "항목"
    select_related = ("department", "kind", "carried_from", "submission__round")
    order_by = ("starts_on", "hour", "pk")
    resource = ReportEntryResource
    row_form = ReportEntryRowForm
    evidence = False
    grows = True
    tips = (
        "항목은 한 번만 적습니다. 주간, 월중, 구청장 일정에 함께 실립니다.",
        "시각은 14:00 이나 14:00~15:30 처럼 적습니다. 오후 2시, 1400도 읽습니다. 정하지 않았으면 비워 둡니다.",
        "다음 주보다 뒤의 큰 행사도 미리 적으면 월중 자료에 실리고, 그 주의 회차에 저절로 들어옵니다.",
        "「이월」은 지난주에 끝나지 않은 주요업무입니다. 끝났으면 상태를 「완료」로 바꿉니다.",
        "끝 날짜, 부구청장 참석, 담당, 비고는 이름을 눌러 적거나 엑셀로 채웁니다.",
    )

    def departments(self, round: Round) -> QuerySet[Department]:
        """그 주에 있는 자료 제출 부서 모두."""
        return Department.objects.valid_on(round.period.first_day).filter(is_reporting=True)

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """미리 적어 둔 그 주의 항목을 잇고, 끝나지 않은 주요업무를 이월한다."""
        return gather(round, submissions)

    def new_row(self, submission: Submission) -> ReportEntry:
        """그 주 월요일의 빈 줄."""
        return ReportEntry(
            submission=submission, department_id=submission.responsible_id, starts_on=submission.round.period.first_day,
            kind=EntryKind.objects.first(), is_sample=submission.round.is_sample,
        )  # fmt: skip

    def row_title(self, row: Any) -> RowTitle:
        note = f"{short_day(row.carried_from.starts_on)}에서 이월" if row.carried_from_id else row.days_text if row.ends_on else ""
        return RowTitle("", row.title, note, reverse("planning.reportentry-detail", args=[row.pk]))

    def is_long(self, name: str) -> bool:
        """글은 한 열에 쌓아 좁은 화면에서도 옆으로 넘기지 않게 한다."""
        return name in STACKED

    def missing(self, row: Any) -> list[str]:
        return [] if row.title else ["title"]

    def warn(self, rows: Sequence[Any], previous: Mapping[int, Any]) -> dict[int, dict[str, str]]:
        """다른 부서의 항목과 겹치는 것. 막지 않고 알리기만 한다."""
        if not rows:
            return {}
        own: dict[int, dict[str, str]] = {row.pk: {} for row in rows}
        others = list(beside(rows))
        first, last = min(row.starts_on for row in rows), max(row.last_on for row in rows)
        for one in clashes(others, first, last):
            if not one.is_open:
                continue
            for mine, other in ((one.first, one.second), (one.second, one.first)):
                if mine.pk in own:
                    text = f"{one.label}: {other.department} 「{other.title}」 {other.when_text}. {_REMEDY[one.kind]}"
                    name = _FIELDS[one.kind]
                    own[mine.pk][name] = " ".join(filter(None, (own[mine.pk].get(name), text)))
        return own

    def after_url(self, round: Round) -> tuple[str, str]:
        """받은 항목이 모이는 주간 화면."""
        return "주간 보고", f"{reverse('planning.periodic-reports')}?on={round.period.first_day.isoformat()}"
