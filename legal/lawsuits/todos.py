"""소송의 할 일."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.deadlines.models import Deadline
from core.deadlines.todos import records_of
from core.history.models import Change, RecordQuerySet
from core.inbox.source import ADMIN, Inbox, Line, member, people_of, team
from core.org.models import Department, Staff
from legal.lawsuits.models import Bucket, Instance, Lawsuit, LossReview, OutcomeBucket
from legal.lawsuits.models.cases import CASE_PARTS
from legal.lawsuits.models.outcomes import in_bucket

_STATUS = Lawsuit.Status
_ANSWER, _DECIDE = ("답변서 준비", "answer", "답변서 적기"), ("상소 여부 결정", "decide", "상소 결정")
# 상태마다 (할 일, 처리, 단추). 이 차례로 보인다.
_ACTS: dict[str, tuple[str, str, str]] = {
    _STATUS.FILED: _ANSWER, _STATUS.ASSIGNED: _ANSWER, _STATUS.SERVED: _DECIDE, _STATUS.APPEAL_REVIEW: _DECIDE,
    _STATUS.APPEALED: ("다음 심급 등록", "advance", "심급 등록"), _STATUS.FINAL: ("패소 분석", "", "분석 적기"),
}  # fmt: skip
_ORDER = list(dict.fromkeys(_ACTS.values()))
# 답변서와 상소는 기한 서른 날 앞부터
_AHEAD = timedelta(days=30)


def _lawsuit_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """송무의 할 일: 답변서 준비, 상소 결정, 다음 심급 등록, 패소 분석."""
    lost = Lawsuit.objects.filter(in_bucket(Bucket.LOST, timezone.localdate()))
    wanted = Q(next_on__isnull=False, status__in=[_STATUS.FILED, _STATUS.ASSIGNED, _STATUS.SERVED, _STATUS.APPEAL_REVIEW])
    wanted |= Q(status=_STATUS.APPEALED) | Q(pk__in=lost.values("pk"), status=_STATUS.FINAL, loss_review=None)
    for one in rows.with_current().filter(wanted).select_related("department", "handler"):  # type: ignore[attr-defined]
        what, act, verb = _ACTS[one.status]
        url = reverse("legal.lawsuit-detail", args=[one.pk])
        add = f"{reverse('legal.lossreview-add')}?lawsuit={one.pk}&department={one.department_id}"
        # 맡은 사람이 있으면 그 사람과 시스템관리자, 없으면 팀 모두의 일이다.
        for whom in (member(one.handler_id, Team.LEGAL), ADMIN) if one.handler_id else (team(Team.LEGAL),):
            yield Line(
                one.pk, whom, "소송", f"{one.case_number or ''} {what}".strip(), url, verb, f"{one.title} · {one.department}", one.next_on,
                one.handler.name if one.handler else str(Team.LEGAL.label),
                reverse("legal.lawsuit-act", args=[one.pk, act]) if act else add,
                shows_from=one.next_on - _AHEAD if _ACTS[one.status] in (_ANSWER, _DECIDE) else None,
                rank=_ORDER.index(_ACTS[one.status]), is_sample=one.is_sample,
            )  # fmt: skip


def _review_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """그 부서 사람들이 할, 패소 분석의 조치."""
    for one in rows.filter(done_on=None).select_related("lawsuit", "department"):
        url = reverse("legal.lossreview-detail", args=[one.pk])
        yield Line(
            one.pk, people_of(one.department_id), "소송", f"{one.lawsuit.title} 재발 방지 조치", url, "조치",
            one.prevention.strip().partition("\n")[0][:60], one.due_on, str(one.department), is_sample=one.is_sample,
        )  # fmt: skip


def _cases_of(changes: Collection[Change]) -> set[int]:
    """기한이 붙은 사건. 심급·기일·서면·판결에 붙은 것은 그 사건이다."""
    cases: set[int] = set()
    for model, keys in records_of(changes).items():
        if model is Lawsuit:
            cases |= keys
        elif path := CASE_PARTS.get(model._meta.model_name or ""):
            cases.update(model._base_manager.filter(pk__in=keys).values_list(path, flat=True))
    return cases


REVIEWS = Inbox("lawsuits.reviews", LossReview, _review_lines, follows={Lawsuit: "lawsuit", Department: "department"})
LAWSUITS = Inbox(
    "lawsuits", Lawsuit, _lawsuit_lines, whole=(OutcomeBucket,),
    follows={Deadline: _cases_of, Instance: "instances", LossReview: "loss_review", Staff: "handler", Department: "department"},
)  # fmt: skip
TODOS = (REVIEWS, LAWSUITS)
