"""사건의 거르기. 현황판의 수가 여는 주소(기간·기준일·칸)도 여기에서 읽는다."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.deadlines.models import Deadline
from core.excel.values import clean_text
from core.org.models import Staff
from core.screens.filters import DayFilter, DepartmentFilter, PeriodFilter, PickedFilter, RecordFilter
from legal.lawsuits.finality import APPEAL_RULES
from legal.lawsuits.models import Bucket, Instance, Lawsuit, LossReview, Outcome, Ruling
from legal.lawsuits.models.outcomes import in_bucket

ONGOING, ENDED = "ongoing", "ended"
STATES = [
    (ONGOING, "진행중"), (ENDED, "확정·종결"),
    ("상태마다", [(value, label) for value, label in Lawsuit.Status.choices]),
]  # fmt: skip
NEXT_DAYS = [("0", "지난 것"), ("7", "7일 안"), ("14", "14일 안"), ("30", "30일 안")]


def owning(path: str = "department") -> DepartmentFilter:
    """소관 부서. 없어진 부서가 맡았던 사건도 찾는다."""
    return DepartmentFilter(path, "소관 부서", every=True)


class LawsuitFilter(RecordFilter):
    """사건의 거르기.

    counted·new·carried·final=시작:끝 과 pending=기준일은 현황표의 셈법(LawsuitQuerySet)이고, bucket 은 그 끝날(없으면 오늘)의
    승패 분류다. level 은 지금(끝났으면 마지막) 심급이다.
    """

    state = django_filters.ChoiceFilter(label="진행 상태", choices=STATES, method="by_state")
    level = django_filters.ChoiceFilter(label="심급", choices=Instance.Level.choices, field_name="current_level")
    department = owning()
    next = django_filters.ChoiceFilter(label="다음 기일", choices=NEXT_DAYS, method="by_next")
    handler = django_filters.ModelChoiceFilter(label="담당", queryset=Staff.objects.none(), method="by_handler")
    outcome = django_filters.ChoiceFilter(label="확정 결과", choices=Outcome.choices)
    q = django_filters.CharFilter(
        label="사건번호·사건명·상대방", method="by_text",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "예: 구합, 과징금, 김○○"}),
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(label="구분", choices=Lawsuit.Kind.choices)
    adviser = PickedFilter(Instance, "adviser", "대리인", method="by_adviser")
    cause = django_filters.ChoiceFilter(
        label="패소 원인", choices=[*LossReview.Cause.choices, ("none", "아직 분석하지 않음")], method="by_cause", widget=forms.HiddenInput
    )
    appeal_due = PeriodFilter(label="상소 기한", method="by_appeal_due")
    bucket = django_filters.ChoiceFilter(label="승패 분류", choices=Bucket.choices, method="by_bucket", widget=forms.HiddenInput)
    counted = PeriodFilter(label="계(진행중+확정)", method="by_period")
    new = PeriodFilter(label="신규", method="by_period")
    carried = PeriodFilter(label="이월", method="by_period")
    final = PeriodFilter(label="확정", method="by_period")
    pending = DayFilter(label="진행중(기준일)", method="by_pending", widget=forms.HiddenInput)

    class Meta:
        model = Lawsuit
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Q(pk__in=Lawsuit.objects.values("handler")) | Q(pk__in=Instance.objects.values("officers"))
        self.filters["handler"].queryset = Staff.objects.filter(people)

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == ONGOING:
            return rows.exclude(status__in=Lawsuit.ENDED)
        return rows.filter(status__in=Lawsuit.ENDED if value == ENDED else [value])

    def by_next(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        if value == "0":
            return rows.filter(next_on__lt=today)
        return rows.filter(next_on__gte=today, next_on__lte=today + timedelta(days=int(value)))

    def by_handler(self, rows: QuerySet[Any], name: str, value: Staff) -> QuerySet[Any]:
        return rows.filter(Q(handler=value) | Q(pk__in=Instance.objects.filter(officers=value).values("lawsuit")))

    def by_adviser(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """어느 심급이든 그 고문이 맡은 사건. 여러 심급을 맡았어도 한 건이다."""
        return rows.filter(pk__in=Instance.objects.filter(adviser=value).values("lawsuit"))

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """낱말을 모두 가진 사건. 상대방은 가린 이름에서만 찾는다."""
        for word in clean_text(value).split():
            rows = rows.filter(
                Q(title__icontains=word) | Q(originating_act__icontains=word)
                | Q(pk__in=Instance.objects.filter(case_number__icontains=word).values("lawsuit"))
                | Q(pk__in=Lawsuit.objects.filter(parties__masked_name__icontains=word).values("pk"))
            )  # fmt: skip
        return rows

    def by_period(self, rows: Any, name: str, value: slice) -> QuerySet[Any]:
        method = {"final": "finalised"}.get(name, name)
        found: QuerySet[Any] = getattr(rows, method)(value.start, value.stop)
        return found

    def by_cause(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(loss_review=None) if value == "none" else rows.filter(loss_review__cause=value)

    def by_appeal_due(self, rows: QuerySet[Any], name: str, value: slice) -> QuerySet[Any]:
        """상소 기한이 그 사이에 끝나는 사건."""
        due = Deadline.objects.unfinished().filter(
            content_type=ContentType.objects.get_for_model(Ruling), rule__code__in=set(APPEAL_RULES.values()),
            due_on__gte=value.start, due_on__lte=value.stop,
        )  # fmt: skip
        return rows.filter(pk__in=Ruling.objects.filter(pk__in=due.values("object_id")).values("instance__lawsuit"))

    def by_pending(self, rows: Any, name: str, value: date) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.pending(value)
        return found

    def by_bucket(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(in_bucket(value, self.definition_day()))

    def definition_day(self) -> date:
        """승패 분류의 정의를 볼 날: 걸린 기간의 끝날, 없으면 오늘."""
        data = self.form.cleaned_data
        for name in ("final", "counted", "new", "carried"):
            if isinstance(data.get(name), slice):
                return data[name].stop  # type: ignore[no-any-return]
        return data.get("pending") or timezone.localdate()
