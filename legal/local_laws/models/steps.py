"""의안에 딸린 것: 머문 단계의 기록, 사전심사, 예고에 들어온 의견, 신구조문."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.access import DepartmentScope, TeamScope
from core.formats import date_plain
from core.history.models import Record, RecordQuerySet
from legal.local_laws.models.pipeline import DEPARTMENT_STEPS, INTERNAL_KINDS, Holder, LawKind, Result, Stage, word


class BillStepQuerySet(RecordQuerySet):
    def finished(self, start: date | None = None, end: date | None = None) -> Self:
        """마친 단계 한 번 한 번. 기간을 주면 그 기간에 마친 것."""
        rows = self.exclude(done_on=None)
        rows = rows.filter(done_on__gte=start) if start else rows
        return rows.filter(done_on__lte=end) if end else rows


class BillStep(Record):
    """의안이 한 단계에 한 번 머문 기록: 언제 와서 언제 어떤 결과로 떠났고, 누가 쥐고 있었는가."""

    bill = models.ForeignKey("legal.Bill", models.CASCADE, related_name="steps", verbose_name="의안")
    order = models.PositiveSmallIntegerField("차례")
    code = models.CharField("단계", max_length=20, choices=Stage.choices)
    holder = models.CharField("쥔 곳", max_length=12, choices=Holder.choices)
    started_on = models.DateField("시작일")
    done_on = models.DateField("마친 날", null=True, blank=True)
    result = models.CharField("결과", max_length=12, choices=Result.choices, blank=True)
    note = models.TextField("내용", blank=True)
    document = models.CharField("문서번호", max_length=200, blank=True, help_text="온나라 문서번호나 의안번호")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = BillStepQuerySet.as_manager()
    named_with = ("bill",)
    scope: ClassVar = DepartmentScope("bill__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "의안의 단계"
        ordering = ["bill", "order"]
        constraints = [models.UniqueConstraint(fields=["bill", "order"], name="bill_step_order_unique")]
        indexes = [models.Index(fields=["code", "done_on"])]

    def __str__(self) -> str:
        return f"{self.bill} {self.word}"

    @property
    def word(self) -> str:
        """단계의 말."""
        return word(self.code, self.bill.kind)

    def days(self, today: date | None = None) -> int:
        """머문 날수. 아직 머물고 있으면 오늘까지."""
        return ((self.done_on or today or timezone.localdate()) - self.started_on).days

    @property
    def stay(self) -> int:
        """머문 날수(목록에 적는 값)."""
        return self.days()


class ReviewKindQuerySet(RecordQuerySet):
    def for_law(self, kind: str, day: date) -> Self:
        """day 에 그 종류의 자치법규가 받아야 하는 사전심사."""
        wanted = [ReviewKind.AppliesTo.BOTH, *([ReviewKind.AppliesTo.ORDINANCE] if kind == LawKind.ORDINANCE else [])]
        rows = self.filter(applies_to__in=wanted, valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))
        return rows.none() if kind in INTERNAL_KINDS else rows


class ReviewKind(Record):
    """사전심사의 종류. 구와 해마다 달라 날짜가 있는 행으로 둔다."""

    class AppliesTo(models.TextChoices):
        BOTH = "both", "조례와 규칙"
        ORDINANCE = "ordinance", "조례만"

    name = models.CharField("사전심사", max_length=50)
    applies_to = models.CharField("대상", max_length=10, choices=AppliesTo.choices, default=AppliesTo.BOTH)
    article = models.CharField("근거", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("차례", default=1)
    valid_from = models.DateField("적용 시작일", default=date(2000, 1, 1))
    valid_to = models.DateField("적용 종료일", null=True, blank=True)

    objects = ReviewKindQuerySet.as_manager()
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "사전심사 종류"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="review_kind_unique")]

    def __str__(self) -> str:
        return self.name


class ImpactReview(Record):
    """의안이 받는 사전심사 하나."""

    class Result(models.TextChoices):
        NONE = "none", "의견 없음"
        IMPROVE = "improve", "개선 의견"
        REFLECTED = "reflected", "개선해 반영"
        NOT_SUBJECT = "not_subject", "대상 아님"

    bill = models.ForeignKey("legal.Bill", models.CASCADE, related_name="impact_reviews", verbose_name="의안")
    kind = models.ForeignKey(ReviewKind, models.PROTECT, related_name="reviews", verbose_name="사전심사")
    is_required = models.BooleanField("대상", default=True)
    requested_on = models.DateField("의뢰일", null=True, blank=True)
    done_on = models.DateField("통보받은 날", null=True, blank=True)
    result = models.CharField("결과", max_length=12, choices=Result.choices, blank=True)
    note = models.TextField("의견과 조치", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("bill", "kind")
    scope: ClassVar = DepartmentScope("bill__department", open_when=Q(bill__status__in=(*DEPARTMENT_STEPS, Stage.IMPACT)))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "사전심사"
        ordering = ["bill", "kind__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["bill", "kind"], name="impact_review_unique")]

    def __str__(self) -> str:
        return f"{self.bill} {self.kind}"

    def clean(self) -> None:
        if self.requested_on and self.done_on and self.done_on < self.requested_on:
            raise ValidationError({"done_on": "통보받은 날이 의뢰일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if bool(self.done_on) != bool(self.result):
            raise ValidationError({"result": "통보받은 날과 결과를 함께 적어 주세요."})


class NoticeOpinionQuerySet(RecordQuerySet):
    def unanswered(self) -> Self:
        """처리 결과를 아직 알리지 않은 의견."""
        return self.filter(answered_on=None)


class NoticeOpinion(Record):
    """입법예고에 들어온 의견 하나. 낸 사람의 이름과 연락처는 적지 않는다."""

    class Submitter(models.TextChoices):
        PERSON = "person", "개인"
        GROUP = "group", "단체"
        OFFICE = "office", "기관·부서"

    class Reflection(models.TextChoices):
        ACCEPTED = "accepted", "반영"
        PARTIAL = "partial", "일부 반영"
        REJECTED = "rejected", "미반영"

    bill = models.ForeignKey("legal.Bill", models.CASCADE, related_name="opinions", verbose_name="의안")
    received_on = models.DateField("받은 날")
    submitter = models.CharField("낸 쪽", max_length=8, choices=Submitter.choices, default=Submitter.PERSON)
    count = models.PositiveIntegerField("같은 의견(건)", default=1)
    content = models.TextField("의견", help_text="낸 사람의 이름과 연락처는 적지 않습니다.")
    reflection = models.CharField("반영 여부", max_length=8, choices=Reflection.choices, blank=True)
    answer = models.TextField("처리 결과와 까닭", blank=True)
    answered_on = models.DateField("알린 날", null=True, blank=True, help_text="처리 결과를 알린 날(행정절차법 제44조제4항)")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = NoticeOpinionQuerySet.as_manager()
    named_with = ("bill",)
    scope: ClassVar = DepartmentScope("bill__department", open_when=Q(bill__status__in=(Stage.NOTICE, Stage.LEGAL)))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "예고 의견"
        ordering = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.bill} 의견 {date_plain(self.received_on)}"

    def clean(self) -> None:
        if self.answered_on and not (self.reflection and self.answer):
            raise ValidationError({"answer": "알린 날을 적으려면 반영 여부와 처리 결과를 함께 적어 주세요."})
        if self.answered_on and self.received_on and self.answered_on < self.received_on:
            raise ValidationError({"answered_on": "알린 날이 받은 날보다 앞섭니다. 두 날짜를 확인해 주세요."})


class ArticleChange(Record):
    """신구조문대비표의 한 줄: 조문 하나의 현행과 개정안."""

    bill = models.ForeignKey("legal.Bill", models.CASCADE, related_name="article_changes", verbose_name="의안")
    order = models.PositiveSmallIntegerField("차례", default=1)
    article = models.CharField("조문", max_length=50, help_text="예: 제3조제1항")
    old_text = models.TextField("현행", blank=True, help_text="신설이면 비워 둡니다.")
    new_text = models.TextField("개정안", blank=True, help_text="삭제하면 비워 둡니다.")
    note = models.CharField("비고", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("bill",)
    scope: ClassVar = DepartmentScope("bill__department", open_when=Q(bill__status__in=DEPARTMENT_STEPS))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "신구조문"
        ordering = ["bill", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["bill", "order"], name="article_change_order_unique")]

    def __str__(self) -> str:
        return f"{self.bill} {self.article}"

    def clean(self) -> None:
        if not self.old_text and not self.new_text:
            raise ValidationError({"new_text": "현행과 개정안 가운데 하나는 적어 주세요."})
