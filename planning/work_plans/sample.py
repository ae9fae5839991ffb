"""표본: 열 부서의 2023년 추진계획(fixtures/sample/planning/work_plans)과, 접수하고 있는 2024년 계획 수립 회차. 모두 지어낸 것이다."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from core.access import Team
from core.excel.sample import load_sheet, sheet_lines
from core.history.clearing import Clearing, changed_by_people
from core.org.models import Department
from core.rounds.models import Round, Submission, SubmissionStep
from core.rounds.period import Cycle
from planning.work_plans import services
from planning.work_plans.excel import ProgressEntryResource, WorkItemResource
from planning.work_plans.models import ItemVersion, ProgressEntry, WorkItem, WorkLine, WorkPlan
from planning.work_plans.models.plans import ROUND_FORM
from planning.work_plans.rounds import PlanCollection

Act, State, Status = ItemVersion.Act, WorkItem.State, Submission.Status
FOLDER = "planning/work_plans"
YEAR = 2023
# 부서의 2024년 제출이 어디까지 왔는가: 제출의 상태와, 확정했으면 사업의 상태
PROGRESS = {
    "S004": (Status.CONFIRMED, State.TEAM_REVIEW), "S008": (Status.DRAFT, ""), "S013": (Status.CONFIRMED, State.VICE_MAYOR),
    "S016": (Status.CONFIRMED, State.MAYOR), "S021": (Status.RETURNED, ""), "S024": (Status.DRAFT, ""),
    "S029": (Status.SUBMITTED, ""), "S032": (Status.SUBMITTED, ""), "S035": (Status.CONFIRMED, State.TEAM_REVIEW),
}  # fmt: skip
# 확정한 뒤에 지난 걸음
_STEPS = {
    State.TEAM_REVIEW: (), State.VICE_MAYOR: ((Act.TO_VICE, None),),
    State.MAYOR: ((Act.TO_VICE, None), (Act.TO_MAYOR, date(2023, 9, 20))),
}  # fmt: skip


def load_plans() -> int:
    """표본 계획과 회차가 없을 때만 싣고 사업 수를 준다. 2023년 추진계획이나 2024년 회차가 있으면 손대지 않는다."""
    exists = WorkPlan.objects.filter(year=YEAR, kind=WorkPlan.Kind.PLAN).exists()
    if exists or Round.objects.filter(form=ROUND_FORM, year=YEAR + 1).exists():
        return 0
    departments = {one.code: one for one in Department.objects.filter(is_sample=True, is_reporting=True)}
    if not departments:
        return 0
    plan = WorkPlan(year=YEAR, kind=WorkPlan.Kind.PLAN, title=f"{YEAR}년 주요업무 추진계획", is_sample=True, note="표본.")
    plan.save()
    items = _last_year()
    round = _round(departments)
    submissions = {one.department_id: one for one in round.submissions.all()}
    count = PlanCollection().create_rows(round, submissions)
    for item in WorkItem.objects.filter(submission__round=round).select_related("plan", "department", "submission__round"):
        _this_year(item)
    return count + len(items)


def _last_year() -> list[WorkItem]:
    """공개한 2023년의 사업: 일정의 마친 날, 10월 말의 추진상황과 집행액까지."""
    items: list[WorkItem] = load_sheet(WorkItemResource(), f"{FOLDER}/items")
    load_sheet(ProgressEntryResource(), f"{FOLDER}/progress")
    done = {(line["부서"], line["일정"]): date.fromisoformat(line["마친 날"]) for line in sheet_lines(f"{FOLDER}/schedule")}
    lines = list(WorkLine.objects.filter(item__in=items).dated().select_related("item__department"))
    for line in lines:
        line.done_on = done.get((line.item.department.name, line.text))
    WorkLine.objects.bulk_update([line for line in lines if line.done_on], ["done_on"])
    for item in items:
        item.state = State.PUBLISHED
    WorkItem.objects.bulk_update(items, ["state"])
    return items


def _round(departments: dict[str, Department]) -> Round:
    """아흐레 뒤에 마감하는 회차와 부서마다의 제출."""
    now = timezone.now()
    round = Round(
        title=f"{YEAR + 1}년 주요업무계획", form=ROUND_FORM, team=Team.PLANNING, cycle=Cycle.YEAR, year=YEAR + 1,
        as_of=date(YEAR, 8, 1), due_at=now + timedelta(days=9), status=Round.Status.OPEN, opened_at=now - timedelta(days=12),
        instructions="2024년에 할 주요업무의 목적, 본문, 일정, 소요예산을 적어 주세요. 지난해 것은 옆에 있습니다.", is_sample=True,
    )  # fmt: skip
    round.save()
    found = []
    for code, one in departments.items():
        status, _state = PROGRESS.get(code, (Status.NOT_STARTED, ""))
        sent = now - timedelta(days=3) if status not in (Status.NOT_STARTED, Status.DRAFT) else None
        found.append(Submission(
            round=round, department=one, department_name=one.name, order=one.order, responsible=one, status=status,
            first_submitted_at=sent, submitted_at=sent, confirmed_at=now - timedelta(days=1) if status == Status.CONFIRMED else None,
            returned_count=int(status == Status.RETURNED),
        ))  # fmt: skip
    Submission.objects.bulk_create(found)
    SubmissionStep.objects.bulk_create(
        SubmissionStep(submission=one, before=Status.SUBMITTED, after=one.status, note="추진일정에 달을 적어 주세요.")
        for one in round.submissions.filter(status=Status.RETURNED)
    )
    return round


def _this_year(item: WorkItem) -> None:
    """낸 부서의 사업은 초안에서 고치고, 지난 걸음마다 검토본을 남긴다."""
    status, state = PROGRESS.get(item.department.code, (Status.NOT_STARTED, ""))
    if status in (Status.NOT_STARTED, Status.DRAFT):
        return
    item.body = item.body.replace("□ 추진일정", " ○ 지난해 미흡한 점 보완\n   - 현장 의견을 들어 대상과 방법을 고침\n□ 추진일정")
    item.save()
    services.snapshot(item, Act.SUBMIT, None)
    if state:
        item.state = State.TEAM_REVIEW
        item.save(update_fields=["state"])
        services.snapshot(item, Act.ACCEPT, None)
    for act, on in _STEPS.get(State(state), ()) if state else ():
        if act == Act.TO_MAYOR:
            item.purpose = item.purpose.replace("하고자 함", "하고 성과를 구민과 나누고자 함")
        item.state = services.STEPS[act].after
        item.save()
        services.snapshot(item, act, None, "성과를 구민이 알 수 있게 적을 것" if on else "", on)


def clear_plans(clearing: Clearing) -> None:
    """표본을 걷는다. 사람이 고치거나 걸음을 옮긴 사업은 까닭과 함께 남는다."""
    items = WorkItem.objects.filter(is_sample=True)
    keys = list(items.values_list("pk", flat=True))
    touched = changed_by_people(WorkItem, keys) | set(
        ItemVersion.objects.filter(item__in=keys, by__isnull=False).values_list("item", flat=True)
    )
    left = items.exclude(pk__in=touched)
    ItemVersion.objects.filter(item__in=left).delete()
    clearing.clear_untouched(ProgressEntry.objects.filter(is_sample=True, item__in=left))
    clearing.clear(left.order_by("-plan__year"))
    clearing.clear(Round.objects.filter(form=ROUND_FORM, is_sample=True))
    clearing.clear(WorkPlan.objects.filter(is_sample=True))
