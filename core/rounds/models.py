"""취합 회차(Round)와 부서의 제출(Submission), 그것을 여는 틀과 재촉하는 차례."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from core.access import CollectedScope, CommonScope, DepartmentScope, RoundScope, SubmissionScope, Team
from core.history.models import Record, RecordQuerySet
from core.org.models import Department, Staff
from core.rounds.period import Cycle, Period
from core.states import Sign


class ReminderLadder(Record):
    """재촉하는 차례 한 벌. 회차마다 고른다."""

    name = models.CharField("이름", max_length=60, unique=True)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "재촉하는 차례"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ReminderStep(Record):
    """마감 앞뒤 며칠에 누구에게 알리는가. 아직 내지 않은 부서에만 간다."""

    class Audience(models.TextChoices):
        HANDLER = "handler", "담당"
        TEAM_LEAD = "team_lead", "팀장"
        HEAD = "head", "부서장"
        BUREAU_HEAD = "bureau_head", "국장(요약)"

    ladder = models.ForeignKey(ReminderLadder, models.CASCADE, related_name="steps", verbose_name="차례")
    offset = models.SmallIntegerField("마감에서 근무일", help_text="마감 사흘 앞이면 -3, 마감 날이면 0, 마감 다음 날이면 1")
    audience = models.CharField("받는 사람", max_length=20, choices=Audience.choices)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "재촉 한 번"
        ordering = ["ladder", "offset"]
        constraints = [models.UniqueConstraint(fields=["ladder", "offset", "audience"], name="reminder_step_unique")]

    def __str__(self) -> str:
        day = "마감 날" if self.offset == 0 else f"D{self.offset:+d}"
        return f"{day} {self.get_audience_display()}"


class RoundTemplate(Record):
    """회차를 여는 틀: 어느 서식을 얼마에 한 번, 언제 열어 언제까지 받는가."""

    title = models.CharField("제목", max_length=100, help_text="회차의 이름은 앞에 기간이 붙습니다. 예: 2023년 4/4분기 …")
    form = models.CharField("서식", max_length=100)
    team = models.CharField("받는 팀", max_length=20, choices=Team.choices)
    cycle = models.CharField("주기", max_length=10, choices=Cycle.choices)
    open_offset = models.SmallIntegerField("여는 날(기간 끝에서 며칠)", default=1, help_text="기간 끝 닷새 앞이면 -5")
    due_workdays = models.PositiveSmallIntegerField("제출 기간(근무일)", default=10)
    due_hour = models.PositiveSmallIntegerField("마감 시각(시)", default=18)
    instructions = models.TextField("안내문", blank=True)
    ladder = models.ForeignKey(ReminderLadder, models.PROTECT, null=True, blank=True, verbose_name="재촉하는 차례")
    is_automatic = models.BooleanField("때가 되면 저절로 열기", default=False)

    scope: ClassVar = RoundScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "회차의 틀"
        ordering = ["team", "title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if not 1 <= self.due_hour <= 24:
            raise ValidationError({"due_hour": "마감 시각을 1시에서 24시 사이로 적어 주세요."})


class RoundQuerySet(RecordQuerySet):
    def running(self) -> Self:
        """지금 접수하고 있는 회차."""
        return self.filter(status=Round.Status.OPEN)

    def with_measures(self) -> Self:
        """대상, 해당없음, 제출, 기한내, 확정, 보완 없이 확정, 검토 전의 건수를 붙인다."""

        status = Submission.Status
        nothing, confirmed = Q(status=status.NOTHING), Q(status=status.CONFIRMED)
        done = Q(first_submitted_at__isnull=False) & ~nothing
        in_time = Q(first_submitted_at__lte=Coalesce("extended_due_at", "round__due_at"))

        def count(condition: Q) -> Coalesce:
            # 하위 질의로 세야 목록의 다른 셈(탭의 건수)이 제출 수만큼 불어나지 않는다.
            rows = Submission.objects.filter(condition, round=models.OuterRef("pk")).order_by().values("round")
            return Coalesce(models.Subquery(rows.annotate(n=models.Count("pk")).values("n")), 0)

        return self.annotate(
            target_count=count(Q()), nothing_count=count(nothing), submitted_count=count(done),
            on_time_count=count(done & in_time), confirmed_count=count(confirmed),
            first_pass_count=count(confirmed & Q(returned_count=0)), review_count=count(Q(status__in=Submission.WAITING_REVIEW)),
        )  # fmt: skip


class Round(Record):
    """취합 회차 한 번: 어느 서식을, 어느 기간의 것을, 누구에게, 언제까지 받는가."""

    class Status(models.TextChoices):
        PREPARING = "preparing", Sign("준비", "none")
        OPEN = "open", "접수 중"
        CLOSED = "closed", Sign("마감", "done")
        REPORTED = "reported", Sign("보고함", "done")

    title = models.CharField("제목", max_length=120)
    form = models.CharField("서식", max_length=100)
    team = models.CharField("받는 팀", max_length=20, choices=Team.choices)
    cycle = models.CharField("주기", max_length=10, choices=Cycle.choices)
    year = models.PositiveSmallIntegerField("해")
    number = models.PositiveSmallIntegerField("차례", default=1, help_text="분기·반기·달의 번호. 해마다 한 번이면 1")
    as_of = models.DateField("기준일")
    due_at = models.DateTimeField("마감")
    instructions = models.TextField("안내문", blank=True)
    ladder = models.ForeignKey(ReminderLadder, models.PROTECT, null=True, blank=True, verbose_name="재촉하는 차례")
    template = models.ForeignKey(
        RoundTemplate, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name="틀"
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="묻는 곳"
    )
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PREPARING, editable=False)
    opened_at = models.DateTimeField("연 때", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("닫은 때", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = RoundQuerySet.as_manager()
    scope: ClassVar = RoundScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "취합 회차"
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "year", "number", "cycle"], name="round_period_unique", condition=~Q(cycle=Cycle.ONCE),
                violation_error_message="같은 서식의 같은 기간 회차가 이미 있습니다. 그 회차를 열거나 마감을 늘려 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(self.year, self.number, Cycle(self.cycle))

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    def close(self) -> None:
        """접수를 닫는다. 아직 내지 않은 부서는 다시 열어 주어야 낼 수 있다."""
        self._move(self.Status.OPEN, self.Status.CLOSED)

    def reopen(self) -> None:
        """닫은 접수를 다시 연다."""
        self._move(self.Status.CLOSED, self.Status.OPEN)

    def report(self) -> None:
        """보고를 마쳤다고 적는다. 모두 확정하거나 해당없음이어야 한다."""
        left = self.submissions.exclude(status__in=[Submission.Status.CONFIRMED, Submission.Status.NOTHING]).count()
        if left:
            raise ValidationError(f"아직 확정하지 않은 부서가 {left}곳 있습니다. 확정하거나 해당없음으로 정리한 뒤 보고해 주세요.")
        self._move(self.Status.CLOSED, self.Status.REPORTED)

    def _move(self, before: str, after: str) -> None:
        if self.status != before:
            raise ValidationError(f"지금 상태는 「{self.get_status_display()}」입니다. 화면을 새로 열어 확인해 주세요.")
        self.status = after
        self.closed_at = timezone.now() if after == self.Status.CLOSED else self.closed_at
        self.save()


class ConfirmationRule(Record):
    """부서 안에서 누가 확인하고 내는가. 적지 않은 부서는 담당이 바로 낸다."""

    class Steps(models.TextChoices):
        HANDLER = "handler", "담당만"
        TEAM_LEAD = "team_lead", "담당 → 팀장"
        HEAD = "head", "담당 → 팀장 → 부서장"

    department = models.OneToOneField(Department, models.CASCADE, related_name="confirmation_rule", verbose_name="부서")
    steps = models.CharField("확인하는 사람", max_length=20, choices=Steps.choices, default=Steps.HANDLER)

    named_with = ("department",)
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "부서의 확인 단계"
        ordering = ["department"]

    def __str__(self) -> str:
        return f"{self.department} {self.get_steps_display()}"


class SubmissionQuerySet(RecordQuerySet):
    def waiting_department(self) -> Self:
        """아직 부서의 손에 있는 제출."""
        return self.filter(status__in=Submission.WITH_DEPARTMENT)

    def open_for_department(self) -> Self:
        """부서가 지금 고칠 수 있는 제출."""
        return self.filter(Submission.editable())


class Submission(Record):
    """한 부서가 한 회차에 내는 것. 회차를 열 때 굳은 대상이며, 뒤의 조직개편에도 이름이 바뀌지 않는다."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", Sign("미작성", "none")
        DRAFT = "draft", Sign("작성 중", "none")
        TEAM_LEAD = "team_lead", "팀장 확인"
        HEAD = "head", "부서장 확인"
        SUBMITTED = "submitted", "제출"
        RETURNED = "returned", Sign("보완 요청", "warn")
        RESUBMITTED = "resubmitted", "재제출"
        CONFIRMED = "confirmed", Sign("확정", "ok")
        NOTHING = "nothing", Sign("해당없음", "none")

    # 부서가 적고 있는 상태, 부서 안에서 확인하는 상태, 부서의 손에 있는 상태, 팀이 살펴야 하는 상태
    WRITING = (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED)
    CONFIRMING = (Status.TEAM_LEAD, Status.HEAD)
    WITH_DEPARTMENT = (*WRITING, *CONFIRMING)
    WAITING_REVIEW = (Status.SUBMITTED, Status.RESUBMITTED)

    class LateReason(models.TextChoices):
        DATA = "data", "자료 확인 중"
        ABSENT = "absent", "담당 부재"
        APPROVAL = "approval", "결재 지연"
        OTHER_OFFICE = "other_office", "다른 기관 회신 대기"
        OTHER = "other", "그 밖"

    round = models.ForeignKey(Round, models.CASCADE, related_name="submissions", verbose_name="회차")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="대상 부서")
    department_name = models.CharField("부서명(회차를 연 때)", max_length=60)
    order = models.PositiveIntegerField("직제순(회차를 연 때)", default=0)
    responsible = models.ForeignKey(
        Department, models.PROTECT, related_name="submissions", verbose_name="지금 맡은 부서",
        help_text="조직이 바뀌면 업무를 이어받은 부서가 됩니다.",
    )  # fmt: skip
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="담당"
    )
    status = models.CharField("상태", max_length=20, choices=Status.choices, default=Status.NOT_STARTED)
    first_submitted_at = models.DateTimeField("처음 낸 때", null=True, blank=True)
    submitted_at = models.DateTimeField("마지막에 낸 때", null=True, blank=True)
    confirmed_at = models.DateTimeField("확정한 때", null=True, blank=True)
    returned_count = models.PositiveSmallIntegerField("보완 요청 횟수", default=0)
    nothing_reason = models.CharField("해당없음 사유", max_length=200, blank=True)
    extended_due_at = models.DateTimeField("늘린 마감", null=True, blank=True)
    extension_reason = models.CharField("마감을 늘린 사유", max_length=200, blank=True)
    late_reason = models.CharField("늦은 까닭", max_length=20, choices=LateReason.choices, blank=True)
    is_reopened = models.BooleanField("다시 열어 줌", default=False)

    objects = SubmissionQuerySet.as_manager()
    named_with = ("round",)
    scope: ClassVar = SubmissionScope(Q(status__in=WITH_DEPARTMENT))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "제출"
        ordering = ["round", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "department"], name="submission_unique")]
        indexes = [models.Index(fields=["responsible", "status"])]

    def __str__(self) -> str:
        return f"{self.round} {self.department_name}"

    @classmethod
    def accepted(cls, path: str = "") -> Q:
        """지금 받는 제출의 조건: 접수 중인 회차의 것과 다시 열어 준 것."""
        return Q((f"{path}round__status", Round.Status.OPEN)) | Q((f"{path}is_reopened", True))

    @classmethod
    def editable(cls, path: str = "") -> Q:
        """부서가 지금 고칠 수 있는 제출의 조건. path 는 다른 모델에서 제출까지 가는 길(예: "submission__")."""
        return Q((f"{path}status__in", cls.WRITING)) & cls.accepted(path)

    @property
    def due_at(self) -> datetime:
        """이 부서의 마감."""
        return self.extended_due_at or self.round.due_at

    @property
    def is_late(self) -> bool:
        """마감 뒤에 처음 냈는가. 아직 내지 않았으면 마감이 지났는가."""
        if self.status == self.Status.NOTHING:
            return False
        return (self.first_submitted_at or timezone.now()) > self.due_at

    @property
    def is_writing(self) -> bool:
        return self.status in self.WRITING

    @property
    def is_waiting_review(self) -> bool:
        return self.status in self.WAITING_REVIEW

    @property
    def steps(self) -> str:
        """부서 안에서 확인하는 사람(ConfirmationRule.Steps)."""
        rule = ConfirmationRule.objects.filter(department=self.responsible_id).first()
        return rule.steps if rule else ConfirmationRule.Steps.HANDLER

    # ── 부서가 하는 일 ─────────────────────────────────────────────────

    def begin(self) -> None:
        """처음 적기 시작했다."""
        if self.status == self.Status.NOT_STARTED:
            self.status = self.Status.DRAFT
            self.save()

    def next_status(self) -> str:
        """확인을 부탁하거나 내면 될 상태. 부서의 확인 단계(ConfirmationRule)를 따른다."""
        steps = self.steps
        order: list[str] = [self.Status.TEAM_LEAD] if steps != ConfirmationRule.Steps.HANDLER else []
        if steps == ConfirmationRule.Steps.HEAD:
            order.append(self.Status.HEAD)
        if self.status in self.CONFIRMING:
            order = order[order.index(self.status) + 1 :] if self.status in order else []
        return order[0] if order else self.Status.RESUBMITTED if self.returned_count else self.Status.SUBMITTED

    def confirmers(self) -> set[str]:
        """지금 확인할 수 있는 자리. 부서장은 팀장의 몫도 할 수 있다."""
        match self.status:
            case self.Status.TEAM_LEAD:
                return {Staff.Position.TEAM_LEAD, Staff.Position.HEAD}
            case self.Status.HEAD:
                return {Staff.Position.HEAD}
        return set()

    def ask_confirmation(self, user: Staff) -> str:
        """다음 사람에게 확인을 부탁하거나, 확인할 사람이 없으면 낸다. 새 상태를 준다."""
        if self.status in self.CONFIRMING and user.position not in self.confirmers():
            raise ValidationError(f"{self.get_status_display()}은 그 자리의 사람만 할 수 있습니다. 확인을 기다려 주세요.")
        if not Submission.objects.filter(self.accepted(), pk=self.pk).exists():
            raise ValidationError("마감한 회차라 낼 수 없습니다. 늦은 제출은 묻는 곳에 다시 열어 달라고 요청해 주세요.")
        return self._move(user, {*self.WRITING, *self.CONFIRMING}, self.next_status())

    def take_back(self, user: Staff, note: str = "") -> str:
        """확인을 부탁한 것을 되가져오거나, 확인하는 사람이 돌려보낸다."""
        return self._move(user, set(self.CONFIRMING), self.Status.DRAFT, note)

    def mark_nothing(self, user: Staff, reason: str) -> str:
        """우리 부서에는 해당하는 것이 없다고 낸다."""
        if not reason.strip():
            raise ValidationError({"nothing_reason": "해당없음의 사유를 적어 주세요."})
        self.nothing_reason = reason.strip()[:200]
        return self._move(user, set(self.WRITING), self.Status.NOTHING, reason)

    # ── 팀이 하는 일 ──────────────────────────────────────────────────

    def return_for_more(self, user: Staff, note: str) -> str:
        """보완을 요청한다."""
        if not note.strip():
            raise ValidationError("무엇을 보완해야 하는지 적어 주세요.")
        self.returned_count += 1
        return self._move(user, set(self.WAITING_REVIEW), self.Status.RETURNED, note)

    def confirm(self, user: Staff, note: str = "") -> str:
        """확정한다. 풀지 않은 「확정 전 해결」 의견이 있으면 할 수 없다."""
        return self._move(user, set(self.WAITING_REVIEW), self.Status.CONFIRMED, note)

    def reopen(self, user: Staff, note: str, due_at: datetime | None = None) -> str:
        """확정했거나 해당없음인 것, 마감한 것을 다시 적게 연다."""
        if not note.strip():
            raise ValidationError("다시 여는 까닭을 적어 주세요.")
        self.is_reopened = True
        self.extended_due_at = due_at or self.extended_due_at
        self.confirmed_at = None
        before: set[str] = {self.Status.CONFIRMED, self.Status.NOTHING, *self.WITH_DEPARTMENT}
        return self._move(user, before, self.Status.RETURNED if self.first_submitted_at else self.Status.DRAFT, note)

    @transaction.atomic
    def extend(self, user: Staff, due_at: datetime, reason: str) -> None:
        """이 부서의 마감을 늘린다."""
        if not reason.strip():
            raise ValidationError("마감을 늘리는 까닭을 적어 주세요.")
        if due_at <= self.due_at:
            raise ValidationError("지금 마감보다 뒤의 때를 적어 주세요.")
        self.extended_due_at, self.extension_reason = due_at, reason.strip()[:200]
        self.save()
        SubmissionStep.objects.create(
            submission=self, actor=user, before=self.status, after=self.status, note=f"마감을 늘림: {self.extension_reason}"
        )

    @transaction.atomic
    def _move(self, user: Staff, before: set[str], after: str, note: str = "") -> str:
        """상태를 옮기고 흐름에 적는다. 그 사이 다른 사람이 옮겼으면 ValidationError.

        낸 때는 데이터베이스의 시계로 잰다. 서버마다 시계가 달라도 마감의 앞뒤가 한 가지로 정해진다.
        """
        stored = Submission.objects.select_for_update(of=("self",)).annotate(clock=Now()).get(pk=self.pk)
        if stored.status not in before:
            raise ValidationError(f"지금은 「{stored.get_status_display()}」이라 할 수 없습니다. 화면을 새로 열어 확인해 주세요.")
        if after in self.WAITING_REVIEW:
            self.submitted_at = stored.clock
            self.first_submitted_at = stored.first_submitted_at or stored.clock
            self.is_reopened = False
        if after == self.Status.CONFIRMED:
            self.confirmed_at = stored.clock
        self.status = after
        self.save()
        SubmissionStep.objects.create(
            submission=self, actor=user, before=stored.status, after=after, note=note.strip()[:1_000], at=stored.clock
        )
        return after


class CollectedRow(Record):
    """취합 회차에서 부서가 채우는 행의 바탕. 회차 밖에서 만든 행(지난 자료)은 submission 이 비어 있다."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="제출"
    )

    # 부서가 줄을 더하는 서식(Collection.grows)은 DepartmentScope 로 바꾼다.
    scope: ClassVar[DepartmentScope] = CollectedScope("submission__responsible", Submission.editable("submission__"))

    class Meta(Record.Meta):
        abstract = True


class SubmissionStep(models.Model):
    """제출이 한 사람의 손에서 다음 손으로 넘어간 기록. 고치지 않는다."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="flow", verbose_name="제출")
    at = models.DateTimeField("때", default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="사람")
    before = models.CharField("앞 상태", max_length=20, choices=Submission.Status.choices)
    after = models.CharField("뒤 상태", max_length=20, choices=Submission.Status.choices)
    note = models.TextField("말", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "제출의 흐름"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"


class ReminderSent(models.Model):
    """이미 알린 재촉. 두 작업 프로세스가 함께 돌아도 두 번 보내지 않게 하는 표다."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="+", verbose_name="회차")
    step = models.ForeignKey(ReminderStep, models.CASCADE, related_name="+", verbose_name="재촉")
    at = models.DateTimeField("보낸 때", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "보낸 재촉"
        constraints = [models.UniqueConstraint(fields=["round", "step"], name="reminder_sent_once")]

    def __str__(self) -> str:
        return f"{self.round} {self.step}"
