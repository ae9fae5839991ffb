"""부서별 주요업무계획 수립의 취합 서식: 8월에 부서가 적고 9~10월에 검토한다."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from core.access import Team
from core.org.models import Department
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from core.screens.forms import AmountField
from planning.work_plans import outline, services
from planning.work_plans.excel import WorkItemResource
from planning.work_plans.models import ItemVersion, WorkItem, WorkPlan
from planning.work_plans.models.plans import ROUND_FORM, SOURCES
from planning.work_plans.schedule import when_of

REQUIRED = tuple(f"required_{source}_amount" for source in SOURCES)
ROW_FIELDS = ("title", "purpose", "body", *REQUIRED)


class PlanRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """부서가 적는 사업 한 건."""

    class Meta:
        model = WorkItem
        fields = ROW_FIELDS
        field_classes: ClassVar = dict.fromkeys(REQUIRED, AmountField)
        widgets: ClassVar = {"purpose": forms.Textarea(attrs={"rows": 3}), "body": forms.Textarea(attrs={"rows": 16})}


class PlanCollection(Collection):
    """부서의 다음 해 주요업무계획."""

    code = ROUND_FORM
    title = "주요업무계획"
    team = Team.PLANNING
    cycle = Cycle.YEAR
    model = WorkItem
    fields = ROW_FIELDS
    previous_fields = ("purpose", "body", "required_own_amount")
    row_heading = "주요업무"
    select_related = ("plan", "department", "predecessor", "project")
    order_by = ("number",)
    resource = WorkItemResource
    row_form = PlanRowForm
    evidence = False
    tips = (
        "본문은 □ 사업개요, □ 세부 추진계획, □ 추진일정 아래에 ○ - · ※ 로 줄을 나누어 적습니다. 줄의 들여쓰기는 맞추지 않아도 됩니다.",
        "일정은 「일: 때」로 적습니다. 예: ○ 재정공시 실시: 2월",
        "금액은 아래 칸에 원으로 적고, 본문에는 들어갈 자리에 [소요예산] 이라고만 둡니다. 예산이 들지 않으면 구비에 0을 적습니다.",
        "「이월 초안」은 지난해 것을 옮겨 둔 것입니다. 올해의 계획에 맞게 고쳐 주세요.",
        "사업을 더하려면 「주요업무」 목록에서 등록하세요. 이 제출에 함께 실립니다.",
    )

    def departments(self, round: Round) -> QuerySet[Department]:
        """기준일에 있는 자료 제출 부서."""
        return Department.objects.valid_on(round.as_of).filter(is_reporting=True)

    def default_as_of(self, period: Period) -> date:
        """계획의 앞해 8월 1일: 그날 있는 부서가 적는다(Ⅱ-1 부서별 계획 수립 8월)."""
        return date(period.year - 1, 8, 1)

    def after_url(self, round: Round) -> tuple[str, str]:
        return "주요업무 한눈판", f"{reverse('planning.work-plans')}?year={round.year}&kind={WorkPlan.Kind.PLAN}"

    def rows(self, submissions: Iterable[Submission] | QuerySet[Submission]) -> QuerySet[Any]:
        """부서가 다시 적는 동안에는 부구청장 검토에 오른 사업을 뺀다."""
        beyond = Q(submission__status__in=Submission.WITH_DEPARTMENT) & ~Q(state__in=WorkItem.COLLECTED)
        return super().rows(submissions).exclude(beyond)

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """지난해의 사업을 초안으로 옮기고, 옮길 것이 없는 부서에는 빈 사업 하나를 만든다."""
        plan = WorkPlan.objects.filter(year=round.year, kind=WorkPlan.Kind.PLAN).first()
        if plan is None:
            title = f"{round.year}년 주요업무 추진계획"
            plan = WorkPlan(year=round.year, kind=WorkPlan.Kind.PLAN, title=title, is_sample=round.is_sample)
            plan.save()
        last = WorkPlan.objects.filter(year=round.year - 1, kind=WorkPlan.Kind.PLAN).first()
        if last is not None:
            services.roll_forward(last, WorkPlan.Kind.PLAN)
        mine = plan.items.filter(department__in=submissions, state__in=WorkItem.WRITING)
        there = set(plan.items.filter(department__in=submissions).values_list("department", flat=True))
        numbers = dict(plan.items.order_by().values_list("department").annotate(Max("number")))
        for department in submissions:
            if department not in there:
                WorkItem(
                    plan=plan, department_id=department, number=(numbers.get(department) or 0) + 1, title=NEW_TITLE,
                    body=outline.blank_body(plan.kind), state=WorkItem.State.REQUESTED, is_sample=round.is_sample,
                ).save()  # fmt: skip
        rows = list(mine.filter(submission=None))
        for row in rows:
            row.submission = submissions[row.department_id]
            row.state = WorkItem.State.REQUESTED
        WorkItem.objects.bulk_update(rows, ["submission", "state"])
        return len(rows)

    def row_title(self, row: Any) -> RowTitle:
        note = "이월 초안" if row.is_carried else f"지난해: {row.predecessor.title}" if row.predecessor else ""
        return RowTitle(str(row.number), row.title, note, reverse("planning.workitem-detail", args=[row.pk]))

    def previous(self, rows: Sequence[Any]) -> dict[int, Any]:
        """이어받은 지난해의 사업."""
        return {row.pk: row.predecessor for row in rows if row.predecessor_id}

    def warnings(self, row: Any, previous: Any | None) -> dict[str, str]:
        found = {}
        if row.is_carried:
            found["body"] = "지난해 것을 옮긴 그대로입니다. 올해의 계획에 맞는지 확인해 주세요."
        elif not row.is_blank:
            schedule = outline.under(row.outline, outline.SCHEDULE)
            if not schedule:
                found["body"] = "□ 추진일정이 비어 있습니다. 일정이 없으면 부진을 미리 알 수 없습니다."
            elif not any(when_of(line.text, row.plan.year) for line in schedule):
                found["body"] = "추진일정에서 때를 읽지 못했습니다. 「일: 3월」처럼 쌍점 뒤에 적어 주세요."
        now, before = row.total("required"), previous.total("required") if previous else None
        if now is not None and before and (now > before * 2 or now * 2 < before):
            found["required_own_amount"] = f"지난해 {before:,}원과 두 배 넘게 다릅니다. 단위(원)가 맞는지 확인해 주세요."
        return found

    def is_long(self, name: str) -> bool:
        """본문이 넓어야 하므로 모든 칸을 한 열에 쌓는다. 비어 있는 재원은 접힌다."""
        return True

    def is_number(self, name: str) -> bool:
        """금액은 열두 자리가 넘어 좁은 수의 칸에 잘린다. 넓은 글자 칸에 적는다."""
        return False

    def missing(self, row: Any) -> list[str]:
        """사업명·목적·본문과, 재원 가운데 하나."""
        found = [name for name in ("title", "purpose") if not getattr(row, name).strip()]
        if row.title == NEW_TITLE:
            found = ["title", *found]
        if row.is_blank:
            found.append("body")
        if row.total("required") is None:
            found.append("required_own_amount")
        return found

    def submitted(self, submission: Submission, rows: Sequence[Any], user: Any) -> None:
        """낸 때의 글을 검토본으로 남긴다."""
        for row in rows:
            services.snapshot(row, ItemVersion.Act.SUBMIT, user)

    def confirmed(self, submission: Submission, rows: Sequence[Any]) -> None:
        """확정한 제출의 사업을 팀 검토로 옮긴다."""
        for row in rows:
            row.state = WorkItem.State.TEAM_REVIEW
            row.save(update_fields=["state"])
            services.snapshot(row, ItemVersion.Act.ACCEPT, submission.handler)


# 부서가 아직 이름을 적지 않은 사업
NEW_TITLE = "(새 사업)"
