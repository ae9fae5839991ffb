"""표본 과제(fixtures/sample_four_year_plan.csv)를 민선8기 계획에 싣고, 1~3분기를 확정하고 판정한 것으로 적는다. 걷는 일도 여기서 한다."""

from __future__ import annotations

import csv
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from core.documents.models import Attachment, StoredFile
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.models import Department
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle, Period
from evaluation.four_year_plans.models import (
    FourYearPlan,
    Goal,
    Milestone,
    PlanField,
    QuarterResult,
    Task,
    TaskRevision,
    TaskTarget,
)
from evaluation.four_year_plans.models.plans import quarter_of
from evaluation.four_year_plans.rounds import QuarterCollection

YEAR, GENERATION = 2023, 8
QUARTERS = tuple(quarter_of(YEAR, number) for number in (1, 2, 3))
GOALS = {
    "상생·소통 행정": ("소통 행정", "재정·청렴"),
    "따뜻한 복지": ("생애 복지", "건강·돌봄"),
    "살기 좋은 도시": ("주거·정비", "교통·주차"),
    "미래 교육·문화": ("교육", "문화·체육"),
    "활력 경제·환경": ("일자리·상권", "녹지·환경"),
}
# 기간이 지난 비율에 곱해 공정률을 짓는 값
PACE = {"ok": Decimal("1.04"), "warn": Decimal("0.8"), "bad": Decimal("0.5")}
WITHOUT_EVIDENCE = ("1-1-10", "2-2-6", "4-1-9", "5-1-10")
# 과제마다의 이정표: (이름, 가중치, 예정일, 마쳤는가)
MILESTONES = {
    "3-2-1": (
        ("설계 완료", 30, date(2023, 4, 30), True), ("착공", 30, date(2023, 7, 31), True),
        ("1차 구간 준공", 40, date(2023, 12, 20), False),
    ),
    "3-2-5": (
        ("도시계획시설 결정", 30, date(2023, 3, 31), True), ("토지 보상", 40, date(2023, 8, 31), False),
        ("착공", 30, date(2023, 11, 30), False),
    ),
    "3-1-5": (
        ("점검 대상 확정", 20, date(2023, 2, 28), True), ("상반기 점검", 40, date(2023, 6, 30), True),
        ("하반기 점검", 40, date(2023, 12, 15), False),
    ),
}  # fmt: skip
EVIDENCE = "추진실적 증빙(표본).txt"


def sample_tasks() -> list[dict[str, str]]:
    """표본 과제표의 줄, 번호 차례."""
    path = Path(settings.BASE_DIR) / "fixtures" / "sample_four_year_plan.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load_plan(settling: Settling) -> None:
    """표본을 싣는다. 보고서(계획)와 표본 부서를 먼저 실어야 한다. 진짜 과제가 하나라도 있으면 손대지 않는다."""
    plan = FourYearPlan.objects.filter(generation=GENERATION).first()
    if plan is None or Task.objects.filter(plan=plan, is_sample=False).exists():
        return
    departments = {row.code: row for row in Department.objects.all()}
    fields: dict[str, PlanField] = {}
    for number, (title, names) in enumerate(GOALS.items(), start=1):
        goal = settling.put(Goal, {"plan": plan, "number": number}, {"title": title, "is_sample": True})
        for at, name in enumerate(names, start=1):
            fields[f"{number}-{at}"] = settling.put(
                PlanField, {"goal": goal, "number": at}, {"title": name, "is_sample": True}
            )
    tasks: dict[str, Task] = {}
    for order, line in enumerate(sample_tasks(), start=1):
        head, _, last = line["code"].rpartition("-")
        if line["department"] not in departments:
            continue
        task = settling.put(
            Task,
            {"field": fields[head], "number": int(last)},
            {"plan": plan, "title": line["title"], "department": departments[line["department"]],
             "starts_on": _first_day(line["starts_on"]), "due_on": _last_day(line["due_on"]), "is_sample": True, **_amounts(order)},
        )  # fmt: skip
        if line["cooperating"] in departments and not task.cooperating.exists():
            task.cooperating.add(departments[line["cooperating"]])
        tasks[line["code"]] = task
    if not QuarterResult.objects.filter(task__plan=plan).exists():
        _load_targets(plan, tasks)
        _load_results(tasks)


def _first_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, 1)


def _last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def _amounts(order: int) -> dict[str, int | None]:
    """재원(원). 순번에서 짓는다."""
    base = (order * 37 % 91 + 5) * 10_000_000
    return {
        "own_amount": base, "city_amount": base // 2 if order % 2 else None, "state_amount": base // 4 if order % 5 == 0 else None,
        "private_amount": base // 10 if order % 25 == 0 else None,
    }  # fmt: skip


def _load_targets(plan: FourYearPlan, tasks: dict[str, Task]) -> None:
    """해마다의 목표(그해 말까지의 계획 공정률)와 몇 과제의 이정표."""
    targets = []
    for task in tasks.values():
        for year in range(plan.starts_on.year, plan.ends_on.year + 1):
            share = task.expected_progress(quarter_of(year, 4)).quantize(Decimal(1))
            if share and (year == plan.starts_on.year or task.expected_progress(quarter_of(year - 1, 4)) < 100):
                targets.append(TaskTarget(task=task, year=year, text=f"○ {year}년 말까지 공정률 {share}%", value=share, unit="%"))
    TaskTarget.objects.bulk_create(targets)
    Milestone.objects.bulk_create(
        Milestone(task=tasks[code], year=YEAR, title=title, weight=weight, due_on=due_on, done_on=due_on if done else None)
        for code, rows in MILESTONES.items() if code in tasks
        for title, weight, due_on, done in rows
    )  # fmt: skip


def _load_results(tasks: dict[str, Task]) -> None:
    """분기마다 회차 하나를 확정하고, 과제의 실적과 판정을 적는다."""
    lines = {line["code"]: line for line in sample_tasks()}
    results = []
    for at, quarter in enumerate(QUARTERS):
        submissions = _load_round(quarter, tasks)
        judged_at = _moment(quarter.last_day + timedelta(days=24))
        for code, task in tasks.items():
            line = lines[code]
            state = (line["states"] or "ok ok ok").split()[at]
            progress = _progress(task, line, at)
            needs = state in QuarterResult.NEEDS_REASON
            reason = (line["reason"] or "관계 기관 협의 지연") if needs else ""
            row = QuarterResult(
                task=task, year=quarter.year, quarter=quarter.number, submission=submissions[task.department_id],
                target=f"○ 누계 공정률 {task.expected_progress(quarter).quantize(Decimal(1))}%",
                actual=_actual(task, state, progress, quarter), progress=progress, self_status=state, reason=reason,
                plan_ahead=(line["plan_ahead"] or "다음 분기 안에 협의를 마치고 만회") if needs else "", status=state,
                opinion=line["opinion"] if at == len(QUARTERS) - 1 else "", judged_at=judged_at, is_sample=True,
            )  # fmt: skip
            row.remember(task)
            results.append(row)
    QuarterResult.objects.bulk_create(results)
    _load_evidence([row for row in results if row.period == QUARTERS[-1]])


def _progress(task: Task, line: dict[str, str], at: int) -> Decimal:
    """그 분기까지의 공정률(%). 표에 적힌 것은 3분기의 값이고, 앞 분기는 상태에 맞추어 짓는다."""
    states = (line["states"] or "ok ok ok").split()
    found = Decimal(0)
    for number in range(at + 1):
        state = states[number]
        if number == len(QUARTERS) - 1 and line["progress"]:
            return Decimal(line["progress"])
        if state in ("done", "none"):
            found = Decimal(100 if state == "done" else 0)
        else:
            shown = (task.expected_progress(QUARTERS[number]) * PACE[state]).quantize(Decimal("0.1"))
            found = max(found, min(shown, Decimal("99.0")))
    ceiling = Decimal(line["progress"]) if line["progress"] else Decimal(100)
    return min(found, ceiling)


def _actual(task: Task, state: str, progress: Decimal, quarter: Period) -> str:
    """□○- 로 적은 추진실적."""
    if state == "none":
        return f"□ 착수 전\n ○ {task.starts_on:%Y}년 {task.starts_on.month}월 착수 예정" if task.starts_on else "□ 착수 전"
    if state == "done":
        return f"□ {task.title} 완료\n ○ 누계 공정률 100%\n - 결과 보고와 사후 관리 계획 수립"
    share = progress.normalize()
    return f"□ {task.title} 추진\n ○ {quarter.number}분기까지 누계 공정률 {share:f}%\n - 관계 부서 협의와 현장 점검 실시"


def _load_round(quarter: Period, tasks: dict[str, Task]) -> dict[int, Submission]:
    """보고까지 마친 회차와, 모두 확정된 부서의 제출."""
    collection = QuarterCollection
    due_at = _moment(quarter.last_day + timedelta(days=20))
    round, _made = Round.objects.get_or_create(
        form=collection.code, year=quarter.year, number=quarter.number, cycle=Cycle.QUARTER,
        defaults={
            "title": f"{quarter} {collection.title}", "team": collection.team, "as_of": quarter.last_day, "due_at": due_at,
            "status": Round.Status.REPORTED, "opened_at": _moment(quarter.last_day + timedelta(days=1)),
            "closed_at": due_at + timedelta(days=4), "is_sample": True,
        },
    )  # fmt: skip
    departments = sorted({task.department for task in tasks.values()}, key=lambda one: (one.order, one.code))
    known = {row.department_id for row in round.submissions.all()}
    Submission.objects.bulk_create(
        Submission(
            round=round, department=one, department_name=one.name, order=one.order, responsible=one,
            status=Submission.Status.CONFIRMED, first_submitted_at=due_at - timedelta(days=at % 6 - 1, hours=at % 3),
            submitted_at=due_at - timedelta(days=at % 6 - 1, hours=at % 3), confirmed_at=due_at + timedelta(days=3),
            late_reason=Submission.LateReason.DATA if at % 6 == 0 else "",
        )
        for at, one in enumerate(departments) if one.pk not in known
    )  # fmt: skip
    return {row.department_id: row for row in round.submissions.all()}


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(18)))


def _load_evidence(results: list[QuarterResult]) -> None:
    """3분기 실적에 표본 증빙을 붙인다. 몇 과제는 일부러 비운다."""
    rows = [row for row in results if row.status != QuarterResult.Status.NONE and row.task.code not in WITHOUT_EVIDENCE]
    if not rows:
        return
    stored = StoredFile.objects.store(ContentFile("표본 증빙입니다. 실제 자료가 아닙니다.".encode(), name=EVIDENCE), None)
    kind = ContentType.objects.get_for_model(QuarterResult)
    Attachment.objects.bulk_create(
        Attachment(content_type=kind, object_id=row.pk, file=stored, kind="증빙", evidence_on=row.period.last_day) for row in rows
    )


def clear_plan(clearing: Clearing) -> None:
    """표본 실적·과제·목표와 표본 회차를 걷는다. 보고서에서 온 계획은 남는다."""
    results = QuarterResult.objects.filter(is_sample=True)
    kind = ContentType.objects.get_for_model(QuarterResult)
    evidence = Attachment.objects.filter(content_type=kind, object_id__in=results.values("pk"), file__uploaded_by=None)
    files = list(StoredFile.objects.filter(pk__in=evidence.values("file")))
    clearing.clear(evidence)
    for stored in files:
        if not stored.attachments.exists():
            storage, name = stored.file.storage, str(stored.file.name)
            stored.delete()
            clearing.removed["올린 파일"] += 1
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
    clearing.clear(results)
    clearing.clear(Submission.objects.filter(round__is_sample=True, round__form=QuarterCollection.code))
    clearing.clear(Round.objects.filter(is_sample=True, form=QuarterCollection.code))
    clearing.clear(TaskRevision.objects.filter(is_sample=True))
    tasks = Task.objects.filter(is_sample=True)
    clearing.clear_untouched(TaskTarget.objects.filter(task__in=tasks))
    clearing.clear_untouched(Milestone.objects.filter(task__in=tasks))
    clearing.clear(tasks)
    clearing.clear(PlanField.objects.filter(is_sample=True))
    clearing.clear(Goal.objects.filter(is_sample=True))

