"""여러 모델이 함께 바뀌는 일: 판정, 변경 반영, 계획 종료, 다음 기수로 넘기기."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q

from core.rounds.models import Submission
from core.rounds.period import Period
from evaluation.four_year_plans.models import (
    FourYearPlan,
    GenerationMap,
    Goal,
    PlanField,
    QuarterResult,
    Task,
    TaskRevision,
    TaskTarget,
)

if TYPE_CHECKING:
    from core.org.models import Staff

# 판정에서 고르는 「제안대로」
AS_PROPOSED = "proposal"


# ── 판정 ─────────────────────────────────────────────────────────────────


@transaction.atomic
def judge(results: Iterable[QuarterResult], user: Staff, status: str, opinion: str | None = None) -> int:
    """실적을 한꺼번에 판정하고 건수를 준다. status 가 「제안대로」면 저마다의 제안으로, 비어 있으면 판정을 지운다.

    아직 부서의 손에 있는 실적이 하나라도 있으면 아무것도 바꾸지 않는다.
    """
    keys = [row.pk for row in results]
    locked = QuarterResult.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    rows = list(locked.select_related("task__plan", "task__field__goal", "submission"))
    if waiting := [row for row in rows if row.submission and row.submission.status in Submission.WITH_DEPARTMENT]:
        names = ", ".join(str(row.task.code) for row in waiting[:5])
        raise ValidationError(f"아직 부서가 내지 않은 실적이 {len(waiting)}건 있습니다({names}). 낸 뒤에 판정해 주세요.")
    if status == AS_PROPOSED and (unknown := [row for row in rows if not row.proposal]):
        names = ", ".join(str(row.task.code) for row in unknown[:5])
        raise ValidationError(f"공정률이 없어 제안할 수 없는 실적이 {len(unknown)}건 있습니다({names}). 상태를 골라 판정해 주세요.")
    for row in rows:
        row.judge(user, row.proposal if status == AS_PROPOSED else status, opinion)
    QuarterResult.objects.bulk_update(rows, ["status", "opinion", "judged_by", "judged_at"])
    return len(rows)


# ── 변경 ─────────────────────────────────────────────────────────────────


@transaction.atomic
def apply_revision(revision: TaskRevision) -> list[Task]:
    """승인한 변경을 반영하고, 나누어 만든 과제를 준다. 앞의 과제명·주관 부서·목표는 변경에 남는다."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=revision.task_id)
    stored = TaskRevision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if task.ended_on:
        raise ValidationError("이미 끝난 과제라 바꿀 수 없습니다.")
    target = TaskTarget.objects.filter(task=task, year=stored.target_year).first() if stored.target_year else None
    stored.old_title, stored.old_department_id = task.title, task.department_id
    stored.old_target = target.text if target else ""
    if stored.title:
        task.title = stored.title
    if stored.department_id:
        task.department_id = stored.department_id
    task.save()
    if stored.target and stored.target_year:
        target = target or TaskTarget(task=task, year=stored.target_year)
        target.text = stored.target
        target.save()
    made = _split(stored, task) if stored.kind == TaskRevision.Kind.SPLIT else []
    if stored.kind == TaskRevision.Kind.MERGED:
        if stored.merge_into is None or stored.merge_into.ended_on:
            raise ValidationError("이어받을 과제가 이미 끝났습니다. 다른 과제를 골라 주세요.")
        task.end(stored.effective_on, stored.merge_into)
    elif stored.kind == TaskRevision.Kind.ABOLISHED:
        task.end(stored.effective_on)
    stored.mark_applied()
    revision.refresh_from_db()
    return made


def _split(revision: TaskRevision, task: Task) -> list[Task]:
    """나누어 만들 과제를 같은 분야의 끝 번호 뒤에 더한다. 원래 과제는 그대로 이어진다."""
    last = Task.objects.filter(field=task.field_id).aggregate(last=Max("number"))["last"] or 0
    made = []
    for at, title in enumerate(revision.parts, start=1):
        part = Task(
            plan_id=task.plan_id, field_id=task.field_id, number=last + at, title=title, department_id=task.department_id,
            starts_on=revision.effective_on, due_on=task.due_on, weight=task.weight, added_on=revision.effective_on,
            project_id=task.project_id, origin=task, is_sample=task.is_sample,
        )  # fmt: skip
        part.save()
        made.append(part)
    return made


# ── 종료와 다음 기수 ─────────────────────────────────────────────────────


@dataclass(frozen=True)
class Unfinished:
    """계획을 닫기 전에 살필 한 분기: 판정하지 않은 과제 수와 그 목록의 주소에 쓸 분기."""

    quarter: Period
    count: int


def unjudged_quarters(plan: FourYearPlan) -> list[Unfinished]:
    """판정하지 않은 과제가 있는 분기 모두. 실적이 없는 과제도 판정하지 않은 것이다. 질의 두 번."""
    tasks = list(Task.objects.filter(plan=plan).values_list("pk", "added_on", "ended_on"))
    judged = set(
        QuarterResult.objects.filter(task__plan=plan).exclude(status="").values_list("task", "year", "quarter")
    )
    found = []
    for quarter in plan.quarters:
        day = quarter.last_day
        live = [key for key, added, ended in tasks if (added is None or added <= day) and (ended is None or ended > day)]
        left = sum((key, quarter.year, quarter.number) not in judged for key in live)
        if left:
            found.append(Unfinished(quarter, left))
    return found


@transaction.atomic
def close_plan(plan: FourYearPlan, note: str = "") -> list[Unfinished]:
    """계획을 종료하고, 판정하지 않은 채 둔 분기를 준다. 그런 분기가 있으면 까닭(note)을 꼭 적어야 한다."""
    stored = FourYearPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    left = unjudged_quarters(stored)
    if left and not note.strip():
        raise ValidationError(f"판정하지 않은 과제가 있는 분기가 {len(left)}개입니다. 판정을 마치거나, 그대로 닫는 까닭을 적어 주세요.")
    stored.close(note)
    plan.refresh_from_db()
    return left


@dataclass(frozen=True)
class Decision:
    """앞 기수 과제 하나를 어떻게 넘기는가."""

    kind: str
    title: str = ""
    reason: str = ""


def waiting_to_carry(plan: FourYearPlan) -> Any:
    """plan 의 앞 계획에서 아직 넘김을 정하지 않은 과제. 통합·폐지된 과제는 빠진다."""
    if plan.previous_id is None:
        return Task.objects.none()
    return Task.objects.filter(plan=plan.previous_id, successions=None).live().in_order()


@transaction.atomic
def carry_tasks(plan: FourYearPlan, decisions: Mapping[int, Decision]) -> dict[str, int]:
    """앞 계획의 과제를 plan 으로 넘기고 넘김마다 건수를 준다. 목표와 분야는 번호와 이름을 따라 없으면 만든다."""
    FourYearPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.is_closed:
        raise ValidationError("종료한 계획으로는 넘길 수 없습니다.")
    tasks = waiting_to_carry(plan).filter(pk__in=decisions).select_related("field__goal").prefetch_related("cooperating")
    counts = dict.fromkeys(GenerationMap.Kind.values, 0)
    problems = []
    for task in tasks:
        decision = decisions[task.pk]
        if decision.kind == GenerationMap.Kind.ENDED and not decision.reason.strip():
            problems.append(f"{task.code} 종료하는 까닭을 적어 주세요.")
        elif decision.kind == GenerationMap.Kind.CHANGED and not decision.title.strip():
            problems.append(f"{task.code} 바꾼 과제명을 적어 주세요.")
    if problems:
        raise ValidationError(problems)
    fields = _Fields(plan)
    for task in tasks:
        decision = decisions[task.pk]
        new = None if decision.kind == GenerationMap.Kind.ENDED else _carry(task, decision, fields)
        GenerationMap(old_task=task, new_task=new, kind=decision.kind, reason=decision.reason.strip()).save()
        counts[decision.kind] += 1
    return counts


class _Fields:
    """다음 계획의 목표와 분야. 앞 계획의 것과 이름이 같은 것을 찾고, 없으면 만든다."""

    def __init__(self, plan: FourYearPlan) -> None:
        self.plan = plan
        self.goals = {goal.title: goal for goal in plan.goals.all()}
        fields = PlanField.objects.filter(goal__plan=plan).select_related("goal")
        self.fields = {(field.goal_id, field.title): field for field in fields}
        numbers = Task.objects.filter(plan=plan).order_by().values_list("field").annotate(last=Max("number"))
        self.last: dict[int, int] = dict(numbers)

    def like(self, old: PlanField) -> PlanField:
        goal = self.goals.get(old.goal.title)
        if goal is None:
            goal = Goal(plan=self.plan, number=_free(old.goal.number, self.goals.values()), title=old.goal.title)
            goal.save()
            self.goals[goal.title] = goal
        found = self.fields.get((goal.pk, old.title))
        if found is None:
            own = [field for (key, _title), field in self.fields.items() if key == goal.pk]
            found = PlanField(goal=goal, number=_free(old.number, own), title=old.title)
            found.save()
            self.fields[(goal.pk, old.title)] = found
        return found

    def next_number(self, field: PlanField) -> int:
        self.last[field.pk] = self.last.get(field.pk, 0) + 1
        return self.last[field.pk]


def _free(number: int, used: Iterable[Any]) -> int:
    """앞 계획의 번호를 그대로 쓰되, 이미 쓰면 끝 번호 다음이다."""
    taken = {one.number for one in used}
    return number if number not in taken else max(taken) + 1


def _carry(task: Task, decision: Decision, fields: _Fields) -> Task:
    """과제 하나를 다음 계획에 만든다. 이름·주관 부서·협조 부서·내용·재원·가중치를 옮긴다."""
    field = fields.like(task.field)
    new = Task(
        plan=fields.plan, field=field, number=fields.next_number(field), title=decision.title.strip() or task.title,
        department_id=task.department_id, outline=task.outline, weight=task.weight, state_amount=task.state_amount,
        city_amount=task.city_amount, own_amount=task.own_amount, private_amount=task.private_amount,
        other_amount=task.other_amount, project_id=task.project_id,
    )  # fmt: skip
    new.save()
    new.cooperating.set(task.cooperating.all())
    return new


def lineage(task: Task) -> list[tuple[str, str, Task | None, date | None]]:
    """과제의 앞뒤: (관계, 설명, 이어진 과제, 날짜). 나뉨·통합·앞 기수·다음 기수를 모두 적는다."""
    found: list[tuple[str, str, Task | None, date | None]] = []
    if task.origin:
        found.append(("나뉘기 전 과제", "", task.origin, task.added_on))
    found += [("나누어 만든 과제", "", part, part.added_on) for part in task.parts.select_related("field__goal")]
    if task.merged_into:
        found.append(("합쳐진 과제", "", task.merged_into, task.ended_on))
    found += [("합쳐 온 과제", "", one, one.ended_on) for one in task.merged.select_related("field__goal")]
    for one in task.predecessions.select_related("old_task__field__goal", "old_task__plan"):
        found.append((f"{one.old_task.plan} 과제", f"{one.get_kind_display()} {one.reason}".strip(), one.old_task, None))
    for one in task.successions.select_related("new_task__field__goal", "new_task__plan"):
        label = f"{one.new_task.plan} 과제" if one.new_task else "다음 기수"
        found.append((label, f"{one.get_kind_display()} {one.reason}".strip(), one.new_task, None))
    return found


def count_problems(plan: FourYearPlan) -> list[str]:
    """정한 목표·분야·과제 수와 등록한 수가 다르면 그 말. 맞으면 비어 있다."""
    tasks = Q(fields__tasks__ended_on=None)
    counted = plan.goals.aggregate(
        goal_total=Count("pk", distinct=True), field_total=Count("fields", distinct=True),
        task_total=Count("fields__tasks", distinct=True, filter=tasks),
    )  # fmt: skip
    pairs: Sequence[tuple[str, int | None, int]] = (
        ("구정목표", plan.goal_count, counted["goal_total"]), ("분야", plan.field_count, counted["field_total"]),
        ("이행과제", plan.task_count, counted["task_total"]),
    )  # fmt: skip
    return [
        f"{title} {number}개가 등록되어, 정한 {wanted}개와 다릅니다" for title, wanted, number in pairs
        if wanted is not None and wanted != number
    ]  # fmt: skip


