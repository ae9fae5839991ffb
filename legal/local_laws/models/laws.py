"""자치법규, 공포한 판, 상위법의 개정과 정비과제."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from core.access import CollectedScope, PublishedScope
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from legal.local_laws.models.pipeline import Action, LawKind

_MARKS = re.compile(r"[\s「」『』·ㆍ․・‧]")
_BETWEEN = re.compile(r"[\n,;]+")


def plain_title(title: str) -> str:
    """띄어쓰기와 낫표, 가운뎃점을 뺀 법령 이름. 같은 법을 다르게 적은 것을 알아본다."""
    return _MARKS.sub("", title)


class LocalLawQuerySet(RecordQuerySet):
    def live(self, day: date | None = None) -> Self:
        """day 에 폐지되지 않은 것."""
        return self.filter(Q(repealed_on=None) | Q(repealed_on__gt=day or timezone.localdate()))

    def with_state(self, day: date | None = None) -> Self:
        """그날의 상태(state): 시행, 시행 전, 폐지 예정, 폐지. 시행일이 되면 저절로 바뀌고 따로 적지 않는다."""
        day = day or timezone.localdate()
        versions = LawVersion._base_manager.filter(law=OuterRef("pk"))
        state = LocalLaw.State
        return self.annotate(
            state=Case(
                When(repealed_on__lte=day, then=Value(state.REPEALED)),
                When(repealed_on__gt=day, then=Value(state.TO_BE_REPEALED)),
                When(Exists(versions.filter(effective_on__lte=day)), then=Value(state.IN_FORCE)),
                # 목록에서 가져와 판이 없는 법규는 목록에 적힌 시행일로 본다.
                When(~Exists(versions) & (Q(effective_on=None) | Q(effective_on__lte=day)), then=Value(state.IN_FORCE)),
                default=Value(state.WAITING), output_field=models.CharField(),
            )
        )  # fmt: skip

    def under(self, title: str) -> list[LocalLaw]:
        """title 을 상위법으로 적은 자치법규. 띄어쓰기와 낫표가 달라도 찾는다."""
        wanted = plain_title(title)
        return [law for law in self.exclude(upper_laws="") if wanted in {plain_title(one) for one in law.upper_titles}]


class LocalLaw(Record):
    """자치법규 하나: 조례, 규칙, 훈령, 예규."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", "시행"
        WAITING = "waiting", "시행 전"
        TO_BE_REPEALED = "to_be_repealed", "폐지 예정"
        REPEALED = "repealed", "폐지"

    kind = models.CharField("종류", max_length=20, choices=LawKind.choices)
    title = models.CharField("자치법규명", max_length=200)
    number = models.CharField("최근 공포번호", max_length=20, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="local_laws", verbose_name="소관 부서")
    upper_laws = models.TextField("상위법", blank=True, help_text="한 줄에 하나씩 적습니다. 예: 주차장법 시행령")
    promulgated_on = models.DateField("최근 공포일", null=True, blank=True)
    effective_on = models.DateField("최근 시행일", null=True, blank=True)
    repealed_on = models.DateField("폐지일", null=True, blank=True, help_text="폐지 조례·규칙이 시행되는 날")
    elis_id = models.CharField("자치법규정보시스템 번호", max_length=40, blank=True)
    note = models.CharField("비고", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = LocalLawQuerySet.as_manager()
    # 자치법규는 공개된 것이라 부서까지 모두 본다.
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "자치법규"
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "title"], condition=Q(repealed_on=None), name="local_law_unique"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        same = LocalLaw.objects.filter(kind=self.kind, title=self.title, repealed_on=None).exclude(pk=self.pk)
        if self.repealed_on is None and same.exists():
            raise ValidationError({"title": f"같은 이름의 {self.get_kind_display()}가 이미 있습니다. 목록에서 찾아 고쳐 주세요."})
        if self.promulgated_on and self.effective_on and self.effective_on < self.promulgated_on:
            raise ValidationError({"effective_on": "시행일이 공포일보다 앞섭니다. 두 날짜를 확인해 주세요."})

    @property
    def upper_titles(self) -> list[str]:
        """상위법의 이름들."""
        return [one.strip() for one in _BETWEEN.split(self.upper_laws) if one.strip()]


class LawVersionQuerySet(RecordQuerySet):
    def in_force_on(self, law: LocalLaw, day: date) -> LawVersion | None:
        """day 에 시행되던 판."""
        rows = self.filter(law=law, effective_on__lte=day).order_by("-effective_on", "-promulgated_on", "-pk")
        found: LawVersion | None = rows.first()
        return found

    def coming(self, day: date) -> Self:
        """공포했지만 day 에 아직 시행되지 않은 판."""
        return self.filter(effective_on__gt=day, promulgated_on__lte=day).order_by("effective_on", "pk")


class LawVersion(Record):
    """공포(발령)한 판 하나. 의안을 공포하면 저절로 생긴다."""

    law = models.ForeignKey(LocalLaw, models.CASCADE, related_name="versions", verbose_name="자치법규")
    bill = models.OneToOneField(
        "legal.Bill", models.PROTECT, null=True, blank=True, related_name="law_version", verbose_name="의안"
    )
    action = models.CharField("유형", max_length=15, choices=Action.choices)
    number = models.CharField("공포번호", max_length=20, blank=True)
    promulgated_on = models.DateField("공포일", help_text="공보를 발행한 날(지방자치법 시행령 제31조). 훈령·예규는 발령일")
    effective_on = models.DateField("시행일")
    is_effective_stated = models.BooleanField("부칙에 시행일을 정함", default=False)
    gazette_number = models.CharField("공보 호수", max_length=30, blank=True)
    elis_id = models.CharField("자치법규정보시스템 번호", max_length=40, blank=True)
    text_sha256 = models.CharField(
        "본문 지문(SHA-256)", max_length=64, blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", "소문자 16진수 64자를 적어 주세요.")],
        help_text="첨부한 본문 파일의 지문. 공포한 글과 같은 파일인지 견줍니다.",
    )  # fmt: skip
    reason = models.TextField("제·개정 이유", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = LawVersionQuerySet.as_manager()
    named_with = ("law",)
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name, verbose_name_plural = "공포한 판", "공포한 판"
        ordering = ["-promulgated_on", "-pk"]
        indexes = [models.Index(fields=["effective_on"]), models.Index(fields=["law", "effective_on"])]

    def __str__(self) -> str:
        return f"{self.law} {self.get_action_display()} {self.number}".strip()

    def clean(self) -> None:
        if self.promulgated_on and self.effective_on and self.effective_on < self.promulgated_on:
            raise ValidationError({"effective_on": "시행일이 공포일보다 앞섭니다. 두 날짜를 확인해 주세요."})


class UpperLawChangeQuerySet(RecordQuerySet):
    def coming(self, day: date) -> Self:
        """공포했지만 day 에 아직 시행되지 않은 개정."""
        return self.filter(Q(effective_on__gt=day) | Q(effective_on=None))


class UpperLawChange(Record):
    """상위법의 제·개정 한 건. 상위법으로 적은 자치법규마다 정비과제를 만든다."""

    law_title = models.CharField("법령명", max_length=200)
    action = models.CharField("유형", max_length=15, choices=Action.choices, default=Action.AMEND)
    promulgated_on = models.DateField("공포일")
    effective_on = models.DateField("시행일", null=True, blank=True)
    articles = models.CharField("영향을 주는 조문", max_length=300, blank=True)
    summary = models.TextField("바뀐 내용", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = UpperLawChangeQuerySet.as_manager()
    scope: ClassVar = PublishedScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "상위법 개정"
        ordering = ["-promulgated_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["law_title", "promulgated_on"], name="upper_law_change_unique")]

    def __str__(self) -> str:
        return f"{self.law_title} {self.get_action_display()}({self.promulgated_on:%Y. %-m. %-d.})"

    def clean(self) -> None:
        if self.promulgated_on and self.effective_on and self.effective_on < self.promulgated_on:
            raise ValidationError({"effective_on": "시행일이 공포일보다 앞섭니다. 두 날짜를 확인해 주세요."})

    def affected(self) -> list[LocalLaw]:
        """이 법을 상위법으로 적었고 폐지되지 않은 자치법규."""
        return LocalLaw.objects.live().select_related("department").under(self.law_title)


class RevisionTaskQuerySet(RecordQuerySet):
    def open(self) -> Self:
        """아직 정비하지 않은 과제."""
        return self.filter(status__in=RevisionTask.OPEN)

    def blocked(self) -> Self:
        """앞 과제가 끝나기를 기다리는 과제."""
        return self.open().filter(blocked_by__status__in=RevisionTask.OPEN)


class RevisionTask(Record):
    """정비과제: 상위법이 바뀌어 고쳐야 하는 자치법규 한 건. 소관 부서가 의견을 적고 의안이 공포되면 끝난다."""

    class Status(models.TextChoices):
        WAITING = "waiting", "검토 전"
        UNDERWAY = "underway", "정비 중"
        DONE = "done", "정비함"
        NOT_NEEDED = "not_needed", "정비하지 않음"

    OPEN = (Status.WAITING, Status.UNDERWAY)

    law = models.ForeignKey(LocalLaw, models.PROTECT, related_name="revision_tasks", verbose_name="자치법규")
    change = models.ForeignKey(
        UpperLawChange, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="상위법 개정"
    )
    reason = models.CharField("정비할 까닭", max_length=300, blank=True, help_text="상위법 개정이 아니면 까닭을 적습니다.")
    department = models.ForeignKey(Department, models.PROTECT, related_name="revision_tasks", verbose_name="소관 부서")
    due_on = models.DateField("정비 기한")
    status = models.CharField("상태", max_length=12, choices=Status.choices, default=Status.WAITING)
    bill = models.ForeignKey(
        "legal.Bill", models.SET_NULL, null=True, blank=True, related_name="revision_tasks", verbose_name="정비하는 의안"
    )
    blocked_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="blocks", verbose_name="먼저 끝나야 하는 과제"
    )
    opinion = models.TextField("부서 의견", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = RevisionTaskQuerySet.as_manager()
    # 과제를 내는 일은 팀이 하고, 부서는 받은 과제의 상태와 의견을 적는다.
    named_with = ("law",)
    scope: ClassVar = CollectedScope(
        open_when=Q(status__in=OPEN), team_only=("law", "change", "reason", "department", "due_on", "blocked_by")
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "정비과제"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["law", "change"], condition=Q(change__isnull=False), name="revision_task_unique",
                violation_error_message="이 상위법 개정으로 만든 과제가 이미 있습니다. 그 과제를 고쳐 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.law} 정비"

    def clean(self) -> None:
        if self.law_id is None:
            return
        if self.change_id is None and not self.reason:
            raise ValidationError({"reason": "상위법 개정이 아니면 정비할 까닭을 적어 주세요."})
        if self.status == self.Status.NOT_NEEDED and not self.opinion:
            raise ValidationError({"opinion": "정비하지 않는 까닭을 부서 의견에 적어 주세요."})
        seen: set[int | None] = {self.pk} if self.pk else set()
        at = self.blocked_by
        while at is not None:
            if at.pk in seen:
                raise ValidationError({"blocked_by": "과제가 서로를 기다립니다. 먼저 끝낼 과제를 다시 골라 주세요."})
            seen.add(at.pk)
            at = at.blocked_by
        if self.bill_id and self.bill.law_id not in (None, self.law_id):  # type: ignore[union-attr]
            raise ValidationError({"bill": "다른 자치법규의 의안입니다. 이 자치법규를 고치는 의안을 골라 주세요."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.bill_id and self.status == self.Status.WAITING:
            self.status = self.Status.UNDERWAY
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_blocked(self) -> bool:
        """앞 과제가 아직 끝나지 않았는가."""
        return self.is_open and self.blocked_by is not None and self.blocked_by.is_open
