"""성과관리에서 여러 자료가 함께 바뀌는 일: 계획의 단계, 지표의 제출과 확정, 점수 굳히기, 변경 승인, 이의 결정."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.deadlines.working_days import Calendar
from core.org.models import Department
from evaluation.performance.models import (
    Indicator,
    IndicatorActual,
    IndicatorChange,
    Objection,
    PerfPlan,
    PerfProject,
    PerfScore,
    Stage,
)
from evaluation.performance.scoring import Evaluation, change_terms, weight_problems, weight_shown

MOST_LISTED = 8


def _listed(problems: Sequence[str]) -> str:
    more = f" 외 {len(problems) - MOST_LISTED}곳" if len(problems) > MOST_LISTED else ""
    return "; ".join(problems[:MOST_LISTED]) + more


def indicators_of(plan: PerfPlan, department: Department | None = None) -> QuerySet[Any]:
    """한 계획의 지표. 부서를 주면 그 부서의 것만."""
    rows = Indicator.objects.filter(perf_project__plan=plan)
    return rows.filter(perf_project__department=department) if department else rows


@transaction.atomic
def move_indicators(rows: Iterable[Indicator], status: str) -> int:
    """지표들을 한꺼번에 다음 상태로 옮기고 건수를 준다. 하나라도 옮길 수 없으면 아무것도 바꾸지 않는다."""
    keys = [row.pk for row in rows]
    locked = list(Indicator.objects.select_for_update(of=("self",)).filter(pk__in=keys).select_related("perf_project__plan"))
    problems = []
    for row in locked:
        try:
            row.check_move(status)
        except ValidationError as error:
            problems += error.messages
    if problems:
        raise ValidationError(_listed(problems))
    Indicator.objects.filter(pk__in=keys).update(status=status)
    return len(locked)


@transaction.atomic
def submit(plan: PerfPlan, department: Department) -> int:
    """부서가 작성한 지표를 모두 제출하고 건수를 준다. 가중치의 합이 100이어야 한다."""
    if plan.status != PerfPlan.Status.DRAFTING:
        raise ValidationError(f"지금은 「{plan.get_status_display()}」 단계라 제출받지 않습니다. 평가팀에 문의하세요.")
    if problems := weight_problems(plan, department):
        raise ValidationError(f"가중치의 합이 100이 아닙니다. {_listed(problems)}. 가중치를 고친 뒤 제출하세요.")
    drafts = list(indicators_of(plan, department).filter(status=Indicator.Status.DRAFT))
    if not drafts:
        raise ValidationError("제출할 지표가 없습니다. 이미 모두 제출했습니다.")
    return move_indicators(drafts, Indicator.Status.SUBMITTED)


@transaction.atomic
def take_back(plan: PerfPlan, department: Department) -> int:
    """제출한 지표를 부서가 되가져와 다시 고친다. 팀이 검토한 지표는 그대로다."""
    if plan.status != PerfPlan.Status.DRAFTING:
        raise ValidationError(f"지금은 「{plan.get_status_display()}」 단계라 되가져올 수 없습니다. 평가팀에 요청하세요.")
    sent = list(indicators_of(plan, department).filter(status=Indicator.Status.SUBMITTED))
    if not sent:
        raise ValidationError("되가져올 지표가 없습니다. 아직 제출하지 않았거나 평가팀이 검토했습니다.")
    return move_indicators(sent, Indicator.Status.DRAFT)


@transaction.atomic
def advance(plan: PerfPlan, status: str) -> None:
    """계획을 다음 단계로 옮긴다. 단계마다 갖추어야 할 것이 없으면 ValidationError 에 무엇이 없는지 적는다."""
    stored = PerfPlan.objects.select_for_update().get(pk=plan.pk)
    if status not in PerfPlan.NEXT[PerfPlan.Status(stored.status)]:
        raise ValidationError(f"{stored.get_status_display()}에서 {PerfPlan.Status(status).label}(으)로 바로 갈 수 없습니다.")
    today = timezone.localdate()
    match status:
        case PerfPlan.Status.DRAFTING:
            stored.guideline_on = stored.guideline_on or today
        case PerfPlan.Status.FIXED:
            _fix(stored)
            stored.fixed_on = stored.fixed_on or today
        case PerfPlan.Status.MID:
            stored.mid_on = stored.mid_on or today
            _finish(stored, Stage.MID)
        case PerfPlan.Status.FINAL:
            stored.final_on = stored.final_on or today
            _finish(stored, Stage.FINAL)
            stored.objection_until = Calendar.load(today, weekends_only=True).add_working_days(today, stored.objection_days)
        case PerfPlan.Status.CLOSED:
            _close(stored)
    stored.status = status
    stored.save()
    plan.refresh_from_db()


def _fix(plan: PerfPlan) -> None:
    """지표를 모두 확정한다. 가중치가 맞고, 부서가 모두 제출했어야 한다."""
    rows = indicators_of(plan)
    if not rows.exists():
        raise ValidationError("확정할 지표가 없습니다. 부서가 주요사업과 지표를 먼저 적어야 합니다.")
    if problems := weight_problems(plan):
        raise ValidationError(f"가중치의 합이 100이 아닌 곳이 {len(problems)}곳 있습니다. {_listed(problems)}")
    drafts = rows.filter(status=Indicator.Status.DRAFT)
    if count := drafts.count():
        names = drafts.order_by("perf_project__department__order").values_list("perf_project__department__name", flat=True)
        departments = _listed(list(dict.fromkeys(names)))
        raise ValidationError(f"부서가 아직 작성하고 있는 지표가 {count}건 있습니다({departments}). 제출받은 뒤 확정하세요.")
    rows.filter(status__in=Indicator.PLANNING).update(status=Indicator.Status.FIXED)


def _finish(plan: PerfPlan, stage: str) -> None:
    """한 평가를 마친다: 실적이 모두 있어야 하고, 점수·순위·등급을 굳힌다."""
    evaluation = Evaluation(plan, stage)
    missing = [one for one in evaluation.results if one.exact is None]
    if missing:
        departments = list(dict.fromkeys(str(one.department) for one in missing))
        raise ValidationError(
            f"점수를 매길 수 없는 지표가 {len(missing)}건 있습니다({_listed(departments)}). "
            "실적이나 인정 실적을 적은 뒤 마치세요. 실적이 없는 지표를 0점으로 보려면 인정 실적에 0을 적습니다."
        )
    after = Indicator.Status.MID_EVALUATED if stage == Stage.MID else Indicator.Status.FINAL_EVALUATED
    before = [Indicator.Status.FIXED] if stage == Stage.MID else [Indicator.Status.FIXED, Indicator.Status.MID_EVALUATED]
    indicators_of(plan).filter(status__in=before).update(status=after)
    settle(plan, stage)


def _close(plan: PerfPlan) -> None:
    """한 해를 마친다. 처리하지 않은 이의신청이 없어야 한다. 이의를 반영한 점수로 다시 굳힌다."""
    open_ = Objection.objects.filter(indicator__perf_project__plan=plan, status=Objection.Status.FILED).count()
    if open_:
        raise ValidationError(f"처리하지 않은 이의신청이 {open_}건 있습니다. 모두 결정한 뒤 마치세요.")
    settle(plan, Stage.FINAL)
    indicators_of(plan).exclude(status=Indicator.Status.CLOSED).update(status=Indicator.Status.CLOSED)


@transaction.atomic
def settle(plan: PerfPlan, stage: str) -> int:
    """부서의 점수·순위·등급·우수부서를 굳히고 부서의 수를 준다."""
    evaluation = Evaluation(plan, stage)
    now = timezone.now()
    new: list[PerfScore] = []
    old: list[PerfScore] = []
    for line in evaluation.departments:
        row = line.settled or PerfScore(plan=plan, department=line.department, stage=stage, is_sample=plan.is_sample)
        row.base_score, row.score, row.rank = line.base_score, line.score, line.rank
        row.grade, row.is_excellent, row.settled_at = line.grade, line.is_excellent, now
        (old if row.pk else new).append(row)
    PerfScore.objects.bulk_create(new)
    PerfScore.objects.bulk_update(old, ["base_score", "score", "rank", "grade", "is_excellent", "settled_at"])
    return len(new) + len(old)


@transaction.atomic
def approve_change(change: IndicatorChange, user: Any, note: str) -> list[IndicatorChange]:
    """변경을 승인하고 지표에 반영한다. 가중치를 바꾸면 같은 사업의 가중치 신청을 함께 승인해 합이 100이 되게 한다.

    함께 승인한 신청을 모두 준다. 합이 100이 되지 않으면 ValidationError.
    """
    if not note.strip():
        raise ValidationError("누가 어떤 문서로 승인했는지 적어 주세요. 예: 구청장 방침 제123호")
    found = [_locked(change)]
    if "weight" in found[0].changed:
        found = _weights_together(found[0])
    for one in found:
        for name, value in one.changed.items():
            setattr(one.indicator, name, value)
        _decided(one, IndicatorChange.Status.APPROVED, user, note)
        one.indicator.save()
    return found


def _locked(change: IndicatorChange) -> IndicatorChange:
    rows = IndicatorChange.objects.select_for_update(of=("self",)).select_related("indicator__perf_project")
    stored: IndicatorChange = rows.get(pk=change.pk)
    if stored.status != IndicatorChange.Status.REQUESTED:
        raise ValidationError(f"이미 「{stored.get_status_display()}」한 신청입니다. 화면을 새로 열어 확인해 주세요.")
    if not stored.changed:
        raise ValidationError("지금 값과 같아 바뀌는 것이 없습니다. 반려하거나 신청을 고쳐 주세요.")
    return stored


def weight_companions(change: IndicatorChange) -> list[IndicatorChange]:
    """같은 사업에서 함께 승인해야 하는 가중치 변경 신청(이 신청 포함)."""
    rows = IndicatorChange.objects.filter(
        indicator__perf_project=change.indicator.perf_project_id, status=IndicatorChange.Status.REQUESTED, new_weight__isnull=False
    )
    return [one for one in rows.select_related("indicator__perf_project").order_by("pk") if "weight" in one.changed]


def _weights_together(change: IndicatorChange) -> list[IndicatorChange]:
    found = weight_companions(change)
    weights = dict(Indicator.objects.filter(perf_project=change.indicator.perf_project_id).values_list("pk", "weight"))
    weights |= {one.indicator_id: one.new_weight for one in found}
    total = sum(weights.values(), Decimal(0))
    if total != 100:
        raise ValidationError(
            f"승인하면 「{change.indicator.perf_project}」의 지표 가중치 합이 {weight_shown(total)}이 됩니다. "
            "같은 사업의 다른 지표도 가중치 변경을 신청해 합이 100이 되게 한 뒤 함께 승인하세요."
        )
    return found


def reject_change(change: IndicatorChange, user: Any, note: str) -> None:
    """변경을 반려한다."""
    if not note.strip():
        raise ValidationError("반려하는 까닭을 적어 주세요.")
    with transaction.atomic():
        _decided(_locked(change), IndicatorChange.Status.REJECTED, user, note)


def _decided(change: IndicatorChange, status: str, user: Any, note: str) -> None:
    for name in change.TERMS:
        setattr(change, f"old_{name}", getattr(type(change.indicator).objects.get(pk=change.indicator_id), name))
    change.status, change.decided_by, change.decided_on = status, user, timezone.localdate()
    change.decision_note = note.strip()[:200]
    change.save()


@transaction.atomic
def decide_objection(objection: Objection, user: Any, status: str, decision: str, accepted: Decimal | None = None) -> None:
    """이의신청을 인용·일부 인용·기각한다. 인용하면 인정한 실적을 종합평가 실적에 적는다."""
    stored = Objection.objects.select_for_update(of=("self",)).select_related("indicator__perf_project__plan").get(pk=objection.pk)
    if stored.status != Objection.Status.FILED:
        raise ValidationError(f"이미 「{stored.get_status_display()}」한 신청입니다. 화면을 새로 열어 확인해 주세요.")
    if status not in (Objection.Status.ACCEPTED, Objection.Status.PARTIAL, Objection.Status.REJECTED):
        raise ValidationError("인용, 일부 인용, 기각 가운데 하나를 골라 주세요.")
    if not decision.strip():
        raise ValidationError("결정한 까닭을 적어 주세요.")
    if status != Objection.Status.REJECTED:
        accepted = stored.claimed_value if accepted is None and status == Objection.Status.ACCEPTED else accepted
        if accepted is None:
            raise ValidationError("인정하는 실적을 적어 주세요.")
        actual = IndicatorActual.objects.select_for_update().get(indicator=stored.indicator_id, stage=Stage.FINAL)
        actual.adjusted_value = accepted
        actual.opinion = "\n".join(filter(None, (actual.opinion, f"이의신청 {Objection.Status(status).label}: {decision.strip()}")))
        actual.save()
        stored.accepted_value = accepted
    stored.status, stored.decision = status, decision.strip()
    stored.decided_on, stored.decided_by = timezone.localdate(), user
    stored.save()
    stored.indicator.move(Indicator.Status.FINAL_EVALUATED)


def carry_forward(plan: PerfPlan, previous: PerfPlan) -> int:
    """지난해의 주요사업과 지표를 새 계획의 초안으로 옮기고 지표 수를 준다. 지난해 목표와 실적은 「지난 실적」이 된다."""
    from evaluation.performance.models import IndicatorPast, IndicatorStep

    with transaction.atomic():
        if PerfProject.objects.filter(plan=plan).exists():
            raise ValidationError("이 계획에는 이미 주요사업이 있습니다. 비어 있는 계획에만 옮깁니다.")
        olds = list(PerfProject.objects.filter(plan=previous))
        news = PerfProject.objects.bulk_create(
            PerfProject(plan=plan, department_id=one.department_id, order=one.order, title=one.title, weight=one.weight,
                        viewpoint=one.viewpoint, purpose=one.purpose, project_id=one.project_id)
            for one in olds
        )  # fmt: skip
        projects = {old.pk: new for old, new in zip(olds, news, strict=True)}
        results = Evaluation(previous, Stage.FINAL).results
        copied = ("order", "name", "definition", "formula_text", "unit", "direction", "method", "weight", "target", "mid_target",
                  "cap", "cycle", "aggregation", "evidence", "data_source")  # fmt: skip
        made = Indicator.objects.bulk_create(
            Indicator(perf_project=projects[one.indicator.perf_project_id], previous=one.indicator, base_value=one.value,
                      **{name: getattr(one.indicator, name) for name in copied})
            for one in results
        )  # fmt: skip
        IndicatorStep.objects.bulk_create(
            IndicatorStep(indicator=new, threshold=step.threshold, label=step.label, achievement=step.achievement)
            for new, one in zip(made, results, strict=True) for step in one.steps
        )  # fmt: skip
        pasts: dict[int, list[IndicatorPast]] = {}
        for past in IndicatorPast.objects.filter(indicator__perf_project__plan=previous, year__gt=previous.year - 2):
            pasts.setdefault(past.indicator_id, []).append(past)
        IndicatorPast.objects.bulk_create(
            IndicatorPast(indicator=new, year=year, target=target, actual=actual)
            for new, one in zip(made, results, strict=True)
            for year, target, actual in [
                (previous.year, one.indicator.target, one.value),
                *((past.year, past.target, past.actual) for past in pasts.get(one.indicator.pk, ())),
            ]
        )  # fmt: skip
    return len(made)


def old_and_new_scores(change: IndicatorChange, stage: str) -> tuple[Decimal | None, Decimal | None]:
    """한 변경의 (앞 목표·가중치로 셈한 점수, 새 목표·가중치로 셈한 점수)."""
    plan = change.indicator.perf_project.plan
    result = next(iter(Evaluation(plan, stage, Indicator.objects.filter(pk=change.indicator_id), whole=False).results))
    terms = change_terms(change)
    scores = []
    for side in ("old", "new"):
        for name in ("target", "weight"):
            if name in terms:
                setattr(result.indicator, name, getattr(change, f"{side}_{name}"))
        result.__dict__.pop("exact", None)
        scores.append(result.score)
    return scores[0], scores[1]
