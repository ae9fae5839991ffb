"""표본(fixtures/sample/evaluation/four_year_plans)의 과제와 1~3분기의 실적을 민선8기 계획에 싣고 걷는다."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from core.documents.models import Attachment, StoredFile
from core.excel.sample import load_sheet
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.rounds.models import Round, Submission
from core.rounds.sample import past_round
from evaluation.four_year_plans.excel import (
    GoalResource,
    MilestoneResource,
    PlanFieldResource,
    QuarterResultResource,
    TaskResource,
    TaskTargetResource,
)
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

FOLDER = "evaluation/four_year_plans"
GENERATION = 8
QUARTERS = tuple(quarter_of(2023, number) for number in (1, 2, 3))
WITHOUT_EVIDENCE = ("1-1-10", "2-2-6", "4-1-9", "5-1-10")
EVIDENCE = "추진실적 증빙(표본).txt"


def load_plan(settling: Settling) -> None:
    """표본을 싣는다. 보고서(계획)와 표본 부서를 먼저 실어야 한다. 과제가 하나라도 있으면 손대지 않는다."""
    plan = FourYearPlan.objects.filter(generation=GENERATION).first()
    if plan is None or Task.objects.filter(plan=plan).exists():
        return
    for resource, name in (
        (GoalResource(), "goals"), (PlanFieldResource(), "fields"), (TaskResource(), "tasks"), (TaskTargetResource(), "targets"),
        (MilestoneResource(), "milestones"),
    ):  # fmt: skip
        settling.counts["created"] += len(load_sheet(resource, f"{FOLDER}/{name}"))
    collection = QuarterCollection()
    for quarter in QUARTERS:
        due_at = _moment(quarter.last_day + timedelta(days=20))
        round = Round(
            title=f"{quarter} {collection.title}", form=collection.code, team=collection.team, cycle=collection.cycle, year=quarter.year,
            number=quarter.number, as_of=quarter.last_day, due_at=due_at, status=Round.Status.REPORTED, is_sample=True,
            opened_at=_moment(quarter.last_day + timedelta(days=1)), closed_at=due_at + timedelta(days=4),
        )  # fmt: skip
        # 여섯에 하나는 하루 늦게 냈다.
        past_round(
            round, collection, lambda at, _one, due=due_at: due - timedelta(days=at % 6 - 1, hours=at % 3),  # type: ignore[misc]
            due_at + timedelta(days=3),
        )  # fmt: skip
    results = load_sheet(QuarterResultResource(), f"{FOLDER}/results")
    for quarter in QUARTERS:
        QuarterResult.objects.of(quarter).update(judged_at=_moment(quarter.last_day + timedelta(days=24)))
    _load_evidence([row for row in results if row.period == QUARTERS[-1]])


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

