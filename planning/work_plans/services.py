"""여러 모델이 함께 바뀌는 일: 검토의 단계를 옮기며 검토본을 남기기, 다음 해의 초안으로 넘기기."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from core.access import Role, Team, owns_team
from core.formats import date_plain, money
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.rounds.models import Submission
from core.rounds.reminders import audience
from core.rounds.services import reopen
from planning.work_plans import outline
from planning.work_plans.models import ItemVersion, ProgressEntry, WorkItem, WorkPlan, WorkTable
from planning.work_plans.models.plans import SOURCES
from planning.work_plans.outline import OutlineLine

Act = ItemVersion.Act
State = WorkItem.State


@dataclass(frozen=True)
class Step:
    """검토의 한 걸음: 어느 상태에서 어느 상태로, 날짜와 의견을 꼭 적는지."""

    before: tuple[str, ...]
    after: str
    word: str
    needs_day: str = ""
    needs_note: str = ""


STEPS = {
    Act.SUBMIT: Step(WorkItem.WRITING, State.SUBMITTED, "제출"),
    Act.ACCEPT: Step((State.SUBMITTED,), State.TEAM_REVIEW, "팀 검토 시작"),
    Act.TO_VICE: Step((State.TEAM_REVIEW,), State.VICE_MAYOR, "부구청장 검토보고"),
    Act.TO_MAYOR: Step((State.VICE_MAYOR,), State.MAYOR, "부구청장 검토를 마치고 구청장 검토보고", needs_day="부구청장이 검토한 날"),
    Act.FIX: Step((State.MAYOR,), State.FIXED, "구청장 검토를 마치고 확정", needs_day="구청장이 검토한 날"),
    Act.PUBLISH: Step((State.FIXED,), State.PUBLISHED, "공개"),
    Act.RETURN: Step(WorkItem.REVIEWING, State.RETURNED, "보완 요청", needs_note="무엇을 보완해야 하는지 적어 주세요."),
    Act.REOPEN: Step(WorkItem.CLOSED, State.TEAM_REVIEW, "다시 열기", needs_note="다시 여는 까닭을 적어 주세요."),
}  # fmt: skip
# 한꺼번에 옮길 수 있는 걸음
BULK = (Act.ACCEPT, Act.TO_VICE, Act.TO_MAYOR, Act.FIX, Act.PUBLISH)
_HEAD = (Act.FIX, Act.REOPEN)
_BOTH = (Act.RETURN, Act.PUBLISH)


def may_act(item: WorkItem, act: str, user: Staff) -> bool:
    """user 의 역할로 할 수 있는 걸음인가. 상태는 보지 않는다.

    확정과 다시 열기는 과장이, 나머지 검토는 기획조정팀이 한다. 제출은 사업을 고칠 수 있는 사람이 하고, 취합으로 받는 사업은
    취합의 제출 화면에서만 낸다.
    """
    if act == Act.SUBMIT:
        return not is_with_round(item) and WorkItem.scope.may_change(item, user)
    is_head = user.role in (Role.HEAD, Role.ADMIN)
    if act in _HEAD:
        return is_head
    return owns_team(user, Team.PLANNING) or (act in _BOTH and is_head)


def is_with_round(item: WorkItem) -> bool:
    """지금 취합 회차가 부서에서 받고 있는 사업인가."""
    submission = item.submission
    done = (Submission.Status.CONFIRMED, Submission.Status.NOTHING)
    return submission is not None and submission.status not in done and item.state in WorkItem.COLLECTED


def open_acts(item: WorkItem, user: Staff) -> list[tuple[str, Step]]:
    """지금 user 가 누를 수 있는 걸음."""
    if is_with_round(item):
        return []
    return [(act, step) for act, step in STEPS.items() if item.state in step.before and may_act(item, act, user)]


@transaction.atomic
def move(item: WorkItem, act: str, user: Staff, note: str = "", on: date | None = None) -> ItemVersion:
    """한 걸음 옮기고 그때의 글을 검토본으로 남긴다. 그 사이 다른 사람이 옮겼거나 빠진 것이 있으면 ValidationError."""
    step, note = STEPS[Act(act)], note.strip()
    item = WorkItem._base_manager.select_for_update(of=("self",)).select_related("submission__round", "plan", "department").get(pk=item.pk)
    if is_with_round(item):
        raise ValidationError("취합 회차에서 받고 있는 사업입니다. 제출과 보완 요청은 취합 화면에서 하세요.")
    if item.state not in step.before:
        raise ValidationError(f"지금은 「{item.get_state_display()}」이라 할 수 없습니다. 화면을 새로 열어 확인해 주세요.")
    if not may_act(item, act, user):
        raise PermissionDenied("이 걸음을 옮길 수 없는 역할입니다. 볼 수는 있습니다.")
    if step.needs_day and on is None:
        raise ValidationError(f"{step.needs_day}을 적어 주세요.")
    if step.needs_note and not note:
        raise ValidationError(step.needs_note)
    if act == Act.SUBMIT:
        check_complete(item)
    item.state = step.after
    item.save(update_fields=["state"])
    version = snapshot(item, act, user, note, on)
    if act == Act.RETURN:
        _give_back(item, user, note)
    return version


def _give_back(item: WorkItem, user: Staff, note: str) -> None:
    """보완을 요청한 사업을 부서가 다시 적게 연다. 취합으로 받은 것이면 그 제출을 다시 열고, 아니면 알리기만 한다."""
    if item.submission is not None:
        # 서식(rounds.py)이 이 파일의 일을 부르므로 여기서 들여온다.
        from planning.work_plans.rounds import PlanCollection

        reopen([item.submission], PlanCollection(), user, f"「{item}」 {note}")
        return
    people = audience(Staff.Position.HANDLER, [item.department_id])[item.department_id]
    notify(
        [one for one in people if one.pk != user.pk], Notice.Reason.RETURNED, f"주요업무 「{item}」의 보완을 요청했습니다",
        text=f"{user.name}: {note}", url=reverse("planning.workitem-detail", args=[item.pk]),
    )  # fmt: skip


def check_complete(item: WorkItem) -> None:
    """내기 전에 채워야 하는 것. 빠진 것이 있으면 ValidationError."""
    problems = []
    if not item.purpose.strip():
        problems.append("목적이 비어 있습니다.")
    if item.is_blank:
        problems.append("본문에 구역 이름만 있습니다. ○ 줄부터 적어 주세요.")
    if item.plan.kind != WorkPlan.Kind.RESULT and item.total("required") is None:
        problems.append("소요예산이 비어 있습니다. 예산이 들지 않으면 0을 적어 주세요.")
    if problems:
        raise ValidationError(" ".join(problems))


def move_many(items: Iterable[WorkItem], act: str, user: Staff, note: str = "", on: date | None = None) -> int:
    """여럿을 한꺼번에 옮긴다. 하나라도 할 수 없으면 아무것도 옮기지 않는다."""
    with transaction.atomic():
        return len([move(item, act, user, note, on) for item in items])


def snapshot(item: WorkItem, act: str, user: Staff | None, note: str = "", on: date | None = None) -> ItemVersion:
    """지금의 글을 검토본 한 판으로 남긴다."""
    last = item.versions.aggregate(last=Max("number"))["last"] or 0
    lines = [list(one) for one in flat_lines(item)]
    version = ItemVersion(
        item=item, number=last + 1, act=act, state=STEPS[Act(act)].after, by=user, note=note, decided_on=on, lines=lines,
    )  # fmt: skip
    version.save()
    return version


def flat_lines(item: WorkItem) -> list[tuple[str, str]]:
    """견주기 좋게 편 글: 사업명, 목적, 본문의 줄, 표의 줄, 금액."""
    tables = {table.name: table for table in item.tables.all()}
    found = [("사업명", item.title), *([("목적", item.purpose)] if item.purpose else [])]
    for line in item.outline:
        if line.mark == outline.REQUIRED:
            found.append((outline.HEADING, item.required_text))
        elif line.mark == outline.BUDGET:
            found.append((outline.HEADING, outline.MONEY_SECTIONS[outline.BUDGET]))
            found += [("금액", text) for text in budget_texts(item)]
        elif line.mark == outline.TABLE:
            found.append(("표", line.text))
            if line.text in tables:
                found += [("칸", row.strip()) for row in tables[line.text].grid.splitlines() if row.strip()]
        else:
            found.append((line.mark, f"{line.text} {line.right}".strip()))
    return found


def budget_texts(item: WorkItem) -> list[str]:
    """예산현황을 글로: 「예산액 333,545천원(구비 333,545)」"""
    found = []
    for kind in ("budget", "spent"):
        parts = ", ".join(f"{label} {money(value)}" for label, value in item.amounts(kind))
        found.append(f"{item.MONEY[kind]} {money(item.total(kind))}천원" + (f"({parts})" if parts else ""))
    return found


# ── 이월 ────────────────────────────────────────────────────────────────

_K = WorkPlan.Kind
# (앞 구분, 뒤 구분): 해가 바뀌는가, 앞 구역 → 뒤 구역, 금액을 옮기는 법
_ROLLS: dict[tuple[str, str], tuple[int, dict[str, str], dict[str, str]]] = {
    (_K.PLAN, _K.RESULT): (0, {outline.DETAILS: outline.RESULTS, outline.SCHEDULE: outline.AHEAD}, {"required": "budget"}),
    (_K.FOCUS, _K.RESULT): (
        0, {outline.DIRECTION: outline.OVERVIEW, outline.DETAILS: outline.RESULTS, outline.SCHEDULE: outline.AHEAD},
        {"required": "budget"},
    ),
    (_K.RESULT, _K.PLAN): (1, {outline.RESULTS: outline.DETAILS, outline.AHEAD: outline.SCHEDULE}, {"budget": "required"}),
    (_K.PLAN, _K.PLAN): (1, {}, {"required": "required"}),
}  # fmt: skip


@dataclass
class Rolled:
    """이월한 결과: 새로 만든 것, 다시 맞춘 초안, 사람이 고쳐 그대로 둔 것."""

    created: int = 0
    refreshed: int = 0
    kept: int = 0

    @property
    def text(self) -> str:
        return f"초안 {self.created}건을 만들고 {self.refreshed}건을 다시 맞췄습니다. 이미 고친 {self.kept}건은 그대로 두었습니다."


def targets_of(plan: WorkPlan) -> list[tuple[str, int, str]]:
    """이 계획에서 이월할 수 있는 (구분, 해, 단추의 말)."""
    return [
        (after, plan.year + shift, f"{plan.year + shift}년 {_K(after).label} 초안 만들기")
        for (before, after), (shift, _sections, _money) in _ROLLS.items() if before == plan.kind
    ]


@transaction.atomic
def roll_forward(source: WorkPlan, kind: str, department: Any = None) -> Rolled:
    """앞 계획의 사업을 다음 계획의 초안으로 넘긴다. 사람이 고친 것은 덮지 않고, 두 번 해도 같다.

    추진계획은 같은 해 추진실적으로(세부 추진계획이 주요 추진실적의 초안이 되고 추진상황을 이어 적는다), 추진실적은 다음 해
    추진계획으로 넘긴다.
    """
    if (source.kind, kind) not in _ROLLS:
        raise ValidationError("이 계획에서는 그 구분의 초안을 만들 수 없습니다.")
    shift, _sections, _money = _ROLLS[(source.kind, kind)]
    plan = WorkPlan.objects.filter(year=source.year + shift, kind=kind).first()
    if plan is None:
        year = source.year + shift
        plan = WorkPlan(year=year, kind=kind, title=f"{year}년 주요업무 {_K(kind).label}", is_sample=source.is_sample)
        plan.save()
    rows = source.items.select_related("plan", "department", "predecessor").prefetch_related("tables", "lines", "progress")
    if department is not None:
        rows = rows.filter(department=department)
    there = {item.predecessor_id: item for item in plan.items.exclude(predecessor=None).select_related("plan")}
    found = Rolled()
    for old in rows.order_by("department__order", "department", "number"):
        new = there.get(old.pk)
        if new is not None and not new.is_carried:
            found.kept += 1
            continue
        if new is None:
            new = WorkItem(plan=plan, predecessor=old, number=_free_number(plan, old), is_sample=old.is_sample, state=State.DRAFTING)
            found.created += 1
        else:
            found.refreshed += 1
        _carry(old, new)
    return found


def _free_number(plan: WorkPlan, old: WorkItem) -> int:
    taken = set(plan.items.filter(department=old.department_id).values_list("number", flat=True))
    return old.number if old.number not in taken else max(taken) + 1


def _carry(old: WorkItem, new: WorkItem) -> None:
    """앞 사업의 글과 금액을 초안으로 옮긴다."""
    _shift, sections, amounts = _ROLLS[(old.plan.kind, new.plan.kind)]
    new.is_carried = True
    new.title, new.purpose, new.team = old.title, old.purpose, old.team
    new.department, new.project = old.department, old.project
    for before, after in amounts.items():
        for source in SOURCES:
            setattr(new, f"{after}_{source}_amount", getattr(old, f"{before}_{source}_amount"))
    new.body = outline.render(_carried_lines(old, sections, new.plan.kind))
    new.save(carrying=True)
    names = {line.text for line in new.outline if line.mark == outline.TABLE}
    for table in old.tables.all():
        if table.name in names and not new.tables.filter(name=table.name).exists():
            WorkTable(
                item=new, name=table.name, source=table.source, grid=table.grid, heading_rows=table.heading_rows, unit=table.unit,
                unit_below=table.unit_below,
            ).save()  # fmt: skip


def _carried_lines(old: WorkItem, sections: dict[str, str], kind: str) -> list[OutlineLine]:
    """구역의 이름을 바꾸고, 마친 일정은 실적으로 옮기며, 추진상황을 실적의 끝에 잇는다."""
    done = {(row.section, row.text) for row in old.lines.all() if row.done_on}
    found: list[OutlineLine] = []
    finished: list[OutlineLine] = []
    ends_at: int | None = None
    for line, section in outline.with_sections(old.outline):
        after = sections.get(section, section)
        if line.mark == outline.HEADING:
            found.append(replace(line, text=after + line.text[len(section) :]) if section in sections else line)
        elif line.mark in outline.RESERVED_TEXT:
            found.append(OutlineLine(outline.BUDGET if kind == _K.RESULT else outline.REQUIRED, ""))
        elif kind == _K.RESULT and (section, line.text) in done:
            finished.append(line)
        else:
            found.append(line)
        if after == outline.RESULTS:
            ends_at = len(found)
    if kind == _K.RESULT:
        at = len(found) if ends_at is None else ends_at
        found[at:at] = [*finished, *_progress_lines(old.progress.all())]
    return found


def _progress_lines(entries: Iterable[ProgressEntry]) -> list[OutlineLine]:
    """가장 최근의 추진상황을 실적의 줄로."""
    newest = max(entries, key=lambda one: one.as_of, default=None)
    if newest is None:
        return []
    lines = [line if line.mark not in ("", outline.HEADING) else replace(line, mark=outline.DASH) for line in outline.parse(newest.text)]
    rate = f", 진척률 {newest.rate}%" if newest.rate is not None else ""
    return [OutlineLine(outline.CIRCLE, f"추진상황({date_plain(newest.as_of)} 기준{rate})"), *lines]
