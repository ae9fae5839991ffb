"""학술용역 한 건과 그에 딸린 것: 비슷한 용역, 보고, 계약과 결과, 활용 점검."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from budget.appropriations.models import DetailProgram
from core.access import JointScope, TeamScope
from core.committees.models import AgendaItem, FollowUp
from core.deadlines.clocks import Clock, ClockedRecord
from core.figures.models import RESEARCH_GATE, Setting
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.projects.models import Project
from core.rounds.models import CollectedRow, Submission
from core.states import Sign

_O = AgendaItem.Outcome
# 심의 신청을 받는 회차의 서식
ROUND_FORM = "budget.research_projects.request"


class Status(models.TextChoices):
    """용역이 지나는 단계."""

    REQUESTED = "requested", Sign("신청", "none")
    SUPPLEMENT = "supplement", Sign("보완 요구", "warn")
    RECEIVED = "received", "검토"
    REVIEW = "review", "심의"
    APPROVED = "approved", Sign("심의 통과", "ok")
    REJECTED = "rejected", Sign("부적정", "bad")
    CONTRACTED = "contracted", "발주"
    STARTED = "started", "착수"
    INTERIM = "interim", "중간"
    FINISHED = "finished", Sign("완료", "ok")
    PUBLISHED = "published", Sign("결과공개", "ok")
    WITHHELD = "withheld", Sign("비공개", "warn")
    USED = "used", "활용점검"
    CLOSED = "closed", Sign("종결", "done")
    WITHDRAWN = "withdrawn", Sign("철회", "none")


WRITING = (Status.REQUESTED, Status.SUPPLEMENT)
RUNNING = (Status.CONTRACTED, Status.STARTED, Status.INTERIM)
# 용역을 마친 뒤의 단계
DONE = (Status.FINISHED, Status.PUBLISHED, Status.WITHHELD, Status.USED, Status.CLOSED)
ENDED = (Status.REJECTED, Status.CLOSED, Status.WITHDRAWN)


def coming_year() -> int:
    """심의를 신청하는 예산의 해: 7월부터는 다음 해, 그 앞은 올해."""
    today = timezone.localdate()
    return today.year + (today.month >= 7)


def gate(day: date) -> int:
    """그날의 심의 하한(원). 이보다 적은 용역은 심의하지 않아도 된다."""
    found: int = Setting.objects.values_on(day)[RESEARCH_GATE]
    return found


class ResearchProjectQuerySet(RecordQuerySet):
    def live(self) -> Self:
        """철회하지 않은 것."""
        return self.exclude(status=Status.WITHDRAWN)

    def open(self) -> Self:
        """아직 끝나지 않은 것. 활용 점검이 남은 용역도 끝나지 않았다."""
        return self.exclude(status__in=ENDED)

    def to_review(self) -> Self:
        """심의할 차례: 접수했고 아직 의결하지 않은 것."""
        return self.filter(status__in=(Status.RECEIVED, Status.REVIEW))

    def cleared(self) -> Self:
        """심의를 통과했거나, 하한보다 적어 심의하지 않은 것."""
        return self.filter(Q(decision__in=ResearchProject.PASSED) | Q(approved_amount__isnull=False))

    def with_parts(self) -> Self:
        """계약과 결과, 보고, 활용 점검을 함께 읽는다."""
        return self.select_related("department", "output").prefetch_related("milestones", "use_checks")


class ResearchProject(CollectedRow, ClockedRecord):
    """부서가 요구한 학술용역 한 건. 여러 부서가 함께 사는 용역도 한 건이다."""

    class Method(models.TextChoices):
        ENTRUSTED = "entrusted", "위탁형"
        JOINT = "joint", "공동연구형"
        ADVISORY = "advisory", "자문형"

    class Decision(models.TextChoices):
        FIT = _O.ORIGINAL.value, Sign("적정", "ok")
        CONDITIONAL = _O.CONDITIONAL.value, Sign("조건부", "warn")
        AGAIN = _O.POSTPONED.value, Sign("재심의", "none")
        UNFIT = _O.REJECTED.value, Sign("부적정", "bad")

    PASSED = (Decision.FIT, Decision.CONDITIONAL)
    # 재심의는 아직 심의를 마친 것이 아니다.
    JUDGED = (*PASSED, Decision.UNFIT)
    outcome_words: ClassVar = dict(Decision.choices)

    number = models.PositiveSmallIntegerField("연번", null=True, blank=True, help_text="비우면 접수할 때 그해의 다음 번호를 줍니다.")
    year = models.PositiveSmallIntegerField(
        "예산 연도", default=coming_year, validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="research_projects", verbose_name="부서")
    partners = models.ManyToManyField(
        Department, blank=True, related_name="+", verbose_name="함께 하는 부서",
        help_text="여러 부서가 함께 사는 용역은 한 부서만 신청하고 여기에 적습니다.",
    )
    title = models.CharField("용역명", max_length=200)
    purpose = models.TextField("목적 및 필요성")
    subject = models.CharField(
        "연구 대상", max_length=300, blank=True, help_text="무엇을(누구를) 연구하는가. 비슷한 용역은 목적과 대상으로 찾습니다."
    )
    method = models.CharField("수행 방식", max_length=10, choices=Method.choices, default=Method.ENTRUSTED)
    months = models.PositiveSmallIntegerField("용역기간(개월)", null=True, blank=True, validators=[MinValueValidator(1)])
    requested_amount = models.BigIntegerField("요구액(원)", validators=[MinValueValidator(1)])
    basis = models.TextField("산출근거", blank=True)
    prior_search = models.TextField("유사 용역", blank=True, help_text="부서가 찾아본 결과. 없으면 「없음」이라고 적습니다.")
    use_plan = models.TextField("활용계획", blank=True)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="research_projects", verbose_name="사업"
    )
    detail_program = models.ForeignKey(
        DetailProgram, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="세부사업", help_text="예산을 편성한 세부사업"
    )
    # 여기부터는 일(Act)과 의결이 적는다.
    status = models.CharField("단계", max_length=12, choices=Status.choices, default=Status.REQUESTED, editable=False)
    remark = models.TextField("보완·철회 사유", blank=True, editable=False)
    decision = models.CharField("심의 결과", max_length=12, choices=Decision.choices, blank=True, editable=False)
    reviewed_on = models.DateField("심의일", null=True, blank=True, editable=False)
    review_note = models.TextField("심의 의견·조건", blank=True, editable=False)
    approved_amount = models.BigIntegerField("심의 금액(원)", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = ResearchProjectQuerySet.as_manager()
    # 회차로 낸 것은 낸 뒤에 잠기고, 보완을 요구하면 회차와 상관없이 다시 열린다.
    scope: ClassVar = JointScope(
        "partners",
        open_when=Q(status=Status.SUPPLEMENT) | Q(status=Status.REQUESTED) & (Q(submission=None) | Submission.editable("submission__")),
        team_only=("number", "detail_program"), closed_when=Q(status__in=(Status.CLOSED, Status.WITHDRAWN)),
    )  # fmt: skip
    clocks: ClassVar = (
        Clock("research.start", start="contracted_on", done="started_on"),
        Clock("research.interim", start="started_on", done="interim_on"),
        Clock("research.result", start="finished_on", done="result_on"),
        Clock("research.use_check", start="finished_on", done="used_on"),
        Clock("research.use_check_year", start="finished_on", done="used_again_on"),
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "학술용역"
        ordering = ["-year", "department__order", "number", "pk"]
        indexes = [models.Index(fields=["year", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "title"], name="research_project_unique",
                violation_error_message="같은 해에 이름이 같은 용역이 있습니다. 함께 사는 용역이면 그 건의 「함께 하는 부서」에 더하세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @classmethod
    def follow_change(cls, rows: Collection[Any]) -> None:
        """기한은 딸린 자료의 날짜에서 나오므로 모두 함께 다시 읽는다."""
        super().follow_change(list(cls.objects.filter(pk__in=[row.pk for row in rows]).with_parts()))

    def clean(self) -> None:
        if self.approved_amount is not None and (self.requested_amount or 0) < self.approved_amount:
            raise ValidationError({"requested_amount": f"심의 금액 {self.approved_amount:,}원보다 작게 고칠 수 없습니다."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """새 신청은 그 예산을 받고 있는 회차가 있으면 거기에 든다. 화면과 엑셀 어느 길로 적어도 같다."""
        if self._state.adding and self.submission is None and self.status == Status.REQUESTED:
            rows = Submission.objects.filter(Submission.editable(), round__form=ROUND_FORM, round__year=self.year - 1)
            self.submission = rows.filter(responsible=self.department_id).first()
        super().save(*args, **kwargs)

    # ── 날짜 ──────────────────────────────────────────────────────────

    @property
    def contract(self) -> ResearchOutput | None:
        """계약과 결과. 발주하기 전이면 None."""
        return getattr(self, "output", None)

    def milestone(self, kind: str) -> date | None:
        """보고한 날. 아직이면 None."""
        return next((one.done_on for one in self.milestones.all() if one.kind == kind), None)

    def _use_check(self, after: int) -> date | None:
        return next((one.checked_on for one in self.use_checks.all() if one.after == after), None)

    @property
    def contracted_on(self) -> date | None:
        """계약일. 철회한 용역은 기한을 세지 않는다."""
        return self.contract.contracted_on if self.contract and self.status != Status.WITHDRAWN else None

    @property
    def started_on(self) -> date | None:
        return self.milestone(Milestone.Kind.START) if self.contracted_on else None

    @property
    def interim_on(self) -> date | None:
        """중간보고한 날. 중간보고 없이 마쳤으면 마친 날."""
        return self.milestone(Milestone.Kind.INTERIM) or self.finished_on

    @property
    def finished_on(self) -> date | None:
        return self.milestone(Milestone.Kind.FINAL) if self.contracted_on else None

    @property
    def result_on(self) -> date | None:
        return self.contract.result_on if self.contract else None

    @property
    def used_on(self) -> date | None:
        return self._use_check(UseCheck.After.HALF_YEAR)

    @property
    def used_again_on(self) -> date | None:
        return self._use_check(UseCheck.After.YEAR)

    # ── 지금 ──────────────────────────────────────────────────────────

    @property
    def is_passed(self) -> bool:
        return self.decision in self.PASSED

    @property
    def cut_amount(self) -> int | None:
        """감액: 요구액 − 심의 금액. 심의를 통과하지 않았으면 None."""
        return self.requested_amount - self.approved_amount if self.approved_amount is not None else None

    @property
    def departments_text(self) -> str:
        """부서. 함께 하는 부서가 있으면 「○○과 등 3개 부서」."""
        count = len(self.partners.all())
        return f"{self.department} 등 {count + 1}개 부서" if count else str(self.department)

    def move(self, status: str, **values: Any) -> None:
        """status 로 옮긴다. 어느 상태에서 하는지는 일(Act)이 정한다."""
        self.status = status
        for name, value in values.items():
            setattr(self, name, value)
        self.save()

    @property
    def is_below_gate(self) -> bool:
        """오늘의 심의 하한보다 요구액이 적은가."""
        return self.requested_amount < gate(timezone.localdate())

    @property
    def is_exempt(self) -> bool:
        """하한보다 적어 심의하지 않은 용역인가."""
        return self.approved_amount is not None and not self.decision

    def exempt(self) -> None:
        """심의하지 않고 발주하게 한다. 심의한 것으로 세지 않는다."""
        if not self.is_below_gate:
            raise ValidationError(f"요구액이 심의 하한 {gate(timezone.localdate()):,}원 이상이라 심의해야 합니다.")
        note = f"심의 하한 {gate(timezone.localdate()):,}원보다 적어 심의하지 않음"
        self.move(Status.APPROVED, approved_amount=self.requested_amount, review_note=note)

    def conditions(self) -> Any:
        """심의에서 붙은 조건(후속조치)."""
        return conditions_of(ResearchProject.objects.filter(pk=self.pk))

    # ── 위원회 ────────────────────────────────────────────────────────

    def put_on(self, item: AgendaItem) -> None:
        """안건으로 올랐다."""
        self.move(Status.REVIEW)

    def decided_by(self, item: AgendaItem) -> None:
        """의결을 받는다. 재심의면 같은 건이 검토로 돌아가 다음 회의에 다시 오른다."""
        if self.status != Status.REVIEW:
            raise ValidationError(f"「{self}」은(는) 지금 「{self.get_status_display()}」 단계라 의결을 받을 수 없습니다.")
        passed = item.outcome in self.PASSED
        amount = (self.requested_amount if item.decided_amount is None else item.decided_amount) if passed else None
        if amount is not None and amount > self.requested_amount:
            raise ValidationError("심의 금액이 요구액보다 큽니다. 늘리려면 부서가 요구액을 고쳐 다시 신청해야 합니다.")
        following = {_O.POSTPONED: Status.RECEIVED, _O.REJECTED: Status.REJECTED}
        self.move(
            following.get(_O(item.outcome), Status.APPROVED), decision=item.outcome, reviewed_on=item.decided_on,
            review_note=item.decision_text, approved_amount=amount,
        )  # fmt: skip
        if item.outcome == _O.CONDITIONAL:
            lines = (line.strip(" -·○□") for line in item.decision_text.splitlines())
            for line in filter(None, lines):
                item.follow_ups.create(department=self.department, text=line[:300], is_sample=self.is_sample)


def conditions_of(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """rows 의 심의에서 붙은 조건."""
    kind = ContentType.objects.get_for_model(ResearchProject)
    return FollowUp.objects.filter(item__content_type=kind, item__object_id__in=rows.order_by().values("pk"))


class ProjectPart(Record):
    """용역에 딸린 자료의 바탕. 날짜가 바뀌면 용역의 기한이 따라간다."""

    class Meta(Record.Meta):
        abstract = True

    @classmethod
    def follow_change(cls, rows: Collection[Any]) -> None:
        super().follow_change(rows)
        ResearchProject.follow_change(ResearchProject.objects.filter(pk__in=[row.project_id for row in rows]))


class SimilarJob(Record):
    """비슷한 용역 하나. 목적과 대상으로 견준 점수와, 중복인지의 판단을 남긴다."""

    class Judgement(models.TextChoices):
        DUPLICATE = "duplicate", Sign("중복", "bad")
        PARTIAL = "partial", Sign("일부 겹침", "warn")
        DIFFERENT = "different", Sign("다름", "ok")

    project = models.ForeignKey(ResearchProject, models.CASCADE, related_name="similar_jobs", verbose_name="학술용역")
    other = models.ForeignKey(
        ResearchProject, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name="구의 지난 용역"
    )
    title = models.CharField("비슷한 용역", max_length=200)
    year = models.PositiveSmallIntegerField("해", null=True, blank=True)
    source = models.CharField("찾은 곳", max_length=60, blank=True, help_text="예: 프리즘(PRISM), 서울연구원")
    score = models.DecimalField("비슷한 정도(%)", max_digits=4, decimal_places=1, null=True, blank=True, editable=False)
    judgement = models.CharField("판단", max_length=10, choices=Judgement.choices, blank=True)
    reason = models.CharField(
        "판단 근거", max_length=300, blank=True, help_text="목적과 대상이 어떻게 같고 다른지 적습니다. 판단한 것은 다시 찾아도 남습니다."
    )
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = JointScope("project__partners", "project__department", open_when=Q(project__status__in=WRITING))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "비슷한 용역"
        ordering = ["project", F("score").desc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.judgement and not self.reason.strip():
            raise ValidationError({"reason": f"「{self.get_judgement_display()}」(이)라고 보는 까닭을 적어 주세요."})


class Milestone(ProjectPart):
    """착수·중간·완료 보고. 발주할 때 예정일이 정해지고, 보고한 날은 일(Act)이 적는다."""

    class Kind(models.TextChoices):
        START = "1start", "착수보고"
        INTERIM = "2interim", "중간보고"
        FINAL = "3final", "완료보고"

    project = models.ForeignKey(ResearchProject, models.CASCADE, related_name="milestones", verbose_name="학술용역")
    kind = models.CharField("보고", max_length=10, choices=Kind.choices, editable=False)
    planned_on = models.DateField("예정일", null=True, blank=True)
    done_on = models.DateField("보고한 날", null=True, blank=True, editable=False)
    opinion = models.TextField("보고회 의견·조치", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = JointScope("project__partners", "project__department", open_when=Q(project__status__in=RUNNING))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "용역 보고"
        ordering = ["project", "kind"]
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="research_milestone_unique")]

    def __str__(self) -> str:
        return self.get_kind_display()


class ResearchOutput(ProjectPart):
    """용역 한 건의 계약과 결과. 발주하면 생긴다."""

    class Disclosure(models.TextChoices):
        PUBLIC = "public", Sign("공개", "ok")
        PRIVATE = "private", Sign("비공개", "warn")

    project = models.OneToOneField(ResearchProject, models.CASCADE, related_name="output", verbose_name="용역명")
    contract_amount = models.BigIntegerField("계약액(원)", null=True, blank=True, validators=[MinValueValidator(1)])
    contractor = models.CharField("계약상대", max_length=100, blank=True)
    period = models.CharField("기간", max_length=60, blank=True, help_text="예: 2026. 3. 2. ~ 2026. 8. 31. 또는 착수일부터 6개월")
    contracted_on = models.DateField("계약일", null=True, blank=True)
    product = models.CharField("결과물", max_length=200, blank=True, help_text="예: 보고서 1권, 통계자료")
    use_text = models.TextField("활용내용", blank=True)
    disclosure = models.CharField("공개여부", max_length=8, choices=Disclosure.choices, blank=True)
    withheld_reason = models.CharField("비공개 사유", max_length=300, blank=True, help_text="정보공개법 제9조제1항의 몇 호인지 적습니다.")
    result_on = models.DateField("공개·비공개를 정한 날", null=True, blank=True)
    registration = models.CharField("등록번호", max_length=40, blank=True, help_text="프리즘(PRISM)이나 발간 등록번호")
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("project",)
    scope: ClassVar = JointScope(
        "project__partners", "project__department", open_when=Q(project__status__in=(*RUNNING, *DONE)) & ~Q(project__status=Status.CLOSED)
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "용역 계약·결과"
        ordering = ["-project__year", "project__department__order", "project"]

    def __str__(self) -> str:
        return str(self.project)

    def clean(self) -> None:
        project = self.project if self.project_id else None
        if project and project.status not in (Status.APPROVED, *RUNNING, *DONE):
            raise ValidationError({"project": f"지금 「{project.get_status_display()}」 단계입니다. 심의를 통과해 발주한 용역만 적습니다."})
        limit = project.approved_amount if project else None
        if limit is not None and (self.contract_amount or 0) > limit:
            raise ValidationError({"contract_amount": f"심의 금액 {limit:,}원을 넘습니다. 더 쓰려면 다시 심의를 받으세요."})
        if self.disclosure == self.Disclosure.PRIVATE and not self.withheld_reason.strip():
            raise ValidationError({"withheld_reason": "공개하지 않는 까닭을 적어 주세요."})
        if self.disclosure != self.Disclosure.PRIVATE and self.withheld_reason.strip():
            raise ValidationError({"withheld_reason": "비공개일 때만 사유를 적습니다. 공개 여부를 확인해 주세요."})


class UseCheck(ProjectPart):
    """활용 점검 한 번. 무엇이 이 용역을 썼는지 조례·예산·계획으로 남긴다."""

    class After(models.IntegerChoices):
        HALF_YEAR = 6, "6개월"
        YEAR = 12, "12개월"

    class Result(models.TextChoices):
        USED = "used", Sign("활용됨", "ok")
        PARTLY = "partly", Sign("일부 활용", "warn")
        UNUSED = "unused", Sign("활용 안 됨", "bad")

    class Evidence(models.TextChoices):
        ORDINANCE = "ordinance", "조례·규칙"
        BUDGET = "budget", "예산"
        PLAN = "plan", "계획·사업"
        OTHER = "other", "그 밖"

    WORKED = (Result.USED, Result.PARTLY)

    project = models.ForeignKey(ResearchProject, models.CASCADE, related_name="use_checks", verbose_name="학술용역")
    after = models.PositiveSmallIntegerField("점검", choices=After.choices)
    checked_on = models.DateField("점검한 날")
    result = models.CharField("활용", max_length=8, choices=Result.choices)
    evidence = models.CharField("증거", max_length=10, choices=Evidence.choices, blank=True)
    evidence_text = models.CharField("무엇이 썼나", max_length=300, blank=True, help_text="조례 이름과 조문, 계획 이름 따위")
    detail_program = models.ForeignKey(
        DetailProgram, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="쓴 세부사업"
    )
    plan = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="use_checks_of", verbose_name="쓴 사업")
    note = models.TextField("활용하지 못한 까닭·앞으로의 계획", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    named_with = ("project",)
    scope: ClassVar = JointScope("project__partners", "project__department", open_when=~Q(project__status=Status.CLOSED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "활용 점검"
        ordering = ["project", "after"]
        constraints = [models.UniqueConstraint(fields=["project", "after"], name="research_use_check_unique")]

    def __str__(self) -> str:
        return f"{self.project} {self.get_after_display()} 활용 점검"

    def clean(self) -> None:
        if self.result in self.WORKED and not (self.evidence and (self.evidence_text.strip() or self.detail_program or self.plan)):
            raise ValidationError({"evidence_text": "무엇이 이 용역을 썼는지 조례, 세부사업, 계획 가운데 하나를 적어 주세요."})
        if self.result == self.Result.UNUSED and not self.note.strip():
            raise ValidationError({"note": "활용하지 못한 까닭을 적어 주세요."})

    @property
    def evidence_line(self) -> str:
        """증거 한 줄."""
        found = [self.evidence_text, str(self.detail_program or ""), str(self.plan or "")]
        text = ", ".join(filter(None, found))
        return f"{self.get_evidence_display()}: {text}" if text else self.note or "-"


class SetAside(Record):
    """이름이나 통계목은 학술용역 같지만 심의할 용역이 아닌 세부사업 하나. 「심의 없이 발주」에서 빠진다."""

    detail_program = models.OneToOneField(DetailProgram, models.CASCADE, related_name="+", verbose_name="세부사업")
    reason = models.CharField("까닭", max_length=300, help_text="예: 시설 공사의 기본설계라 기술용역 심의를 받음")

    named_with = ("detail_program",)
    scope: ClassVar = TeamScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "심의 대상이 아닌 세부사업"
        ordering = ["-detail_program__fiscal_year__year", "detail_program__name"]

    def __str__(self) -> str:
        return str(self.detail_program)
