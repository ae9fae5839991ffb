"""정책실명제의 대상사업, 관련자, 갱신, 구민신청."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from core.access import CollectedScope, DisclosedScope, HandlerScope
from core.committees.models import AgendaItem
from core.deadlines.clocks import Clock, ClockedRecord
from core.figures.models import POLICY_STALE, Setting
from core.formats import MISSING, date_plain
from core.history.models import Record, RecordQuerySet
from core.org.models import Assignment, Department, Post
from core.privacy.masking import masked_name
from core.projects.models import Project
from core.rounds.models import CollectedRow, Submission
from core.states import Sign

__all__ = ["CitizenApplication", "NamedPolicy", "PolicyPerson", "PolicyUpdate"]

# 정보공개법 제9조제1항의 여덟 호
NONDISCLOSURE = (
    ("1", "제1호 법령상 비밀·비공개"), ("2", "제2호 안보·국방·외교"), ("3", "제3호 생명·신체·재산 보호"), ("4", "제4호 재판·수사"),
    ("5", "제5호 감사·의사결정 과정"), ("6", "제6호 개인정보"), ("7", "제7호 경영·영업상 비밀"), ("8", "제8호 투기 우려"),
)  # fmt: skip


def _amount(label: str, **more: Any) -> models.BigIntegerField[Any, Any]:
    return models.BigIntegerField(f"{label}(원)", null=True, blank=True, validators=[MinValueValidator(0)], **more)


class NamedPolicyQuerySet(RecordQuerySet):
    def with_state(self) -> Self:
        """의결을 기다리는 안건이 있는가(심의 상정), 마지막으로 고친 날."""
        return self.annotate(
            on_agenda=Exists(AgendaItem.objects.undecided().records_of(NamedPolicy).filter(object_id=OuterRef("pk"))),
            updated_on=Subquery(PolicyUpdate.objects.accepted().filter(policy=OuterRef("pk")).order_by("-on").values("on")[:1]),
        )

    def at_stage(self, stage: str) -> Self:
        """상태가 stage 인 것. agenda 는 안건에 올라 있는 후보이고, candidate 는 아직 올리지 않은 후보다."""
        if stage not in ("agenda", NamedPolicy.Status.CANDIDATE):
            return self.filter(status=stage)
        return self.with_state().filter(status=NamedPolicy.Status.CANDIDATE, on_agenda=stage == "agenda")

    def waiting(self) -> Self:
        """심의할 차례인 것."""
        return self.filter(status=NamedPolicy.Status.CANDIDATE)

    def live(self) -> Self:
        """선정하고 아직 끝나지 않은 것."""
        return self.filter(status__in=NamedPolicy.LIVE)

    def posted(self, day: date) -> Self:
        """그날 홈페이지에 공개하고 있는 것. 비공개로 돌리거나 종료한 것은 그날부터 뺀다."""
        return self.filter(
            Q(withheld_on=None) | Q(withheld_on__gt=day), Q(closed_on=None) | Q(closed_on__gt=day), published_on__lte=day
        )

    def stale(self, day: date) -> Self:
        """공개하고 있는데 마지막으로 고친 지(고친 적이 없으면 공개한 지) 설정한 날수가 넘은 것."""
        line = day - timedelta(days=Setting.objects.values_on(day)[POLICY_STALE])
        last = self.with_state().filter(status=NamedPolicy.Status.PUBLISHED)
        return last.filter(Q(updated_on__lt=line) | Q(updated_on=None, published_on__lt=line))

    def unlinked(self) -> Self:
        """공개하고 있는데 게시 주소가 비었거나, 열어 보았더니 열리지 않은 것."""
        return self.filter(Q(url="") | ~Q(link_failure=""), status=NamedPolicy.Status.PUBLISHED)

    def to_check(self, what: str) -> Self:
        """오늘 살펴볼 것: 오래된 카드(stale), 담당 변경 미반영(moved), 게시 주소(link)."""
        today = timezone.localdate()
        if what == "link":
            return self.unlinked()
        return self.stale(today) if what == "stale" else self.with_moved_people(today)

    def with_moved_people(self, day: date) -> Self:
        """담당이 바뀌었는데 관련자에 적지 않은 것."""
        return self.live().filter(pk__in=PolicyPerson.objects.moved(day).order_by().values("policy"))


class NamedPolicy(Record):
    """정책실명제 대상사업 한 건. 관리번호는 끝날 때까지 바뀌지 않는다."""

    class Ground(models.TextChoices):
        ISSUE = "issue", "주요 현안"
        BUDGET = "budget", "대규모 예산"
        RESEARCH = "research", "연구용역"
        LAW = "law", "법령·자치법규"
        CITIZEN = "citizen", "국민신청"
        FOCUS = "focus", "그 밖의 중점관리"

    class Status(models.TextChoices):
        CANDIDATE = "candidate", "후보"
        SELECTED = "selected", Sign("선정", "ok")
        EXCLUDED = "excluded", Sign("제외", "none")
        PUBLISHED = "published", Sign("공개", "done")
        WITHHELD = "withheld", Sign("비공개", "warn")
        CLOSED = "closed", Sign("종료", "none")

    LIVE = (Status.SELECTED, Status.PUBLISHED, Status.WITHHELD)
    SHOWN = (Status.PUBLISHED, Status.CLOSED)
    # 심의위원회의 말
    outcome_words: ClassVar = {
        AgendaItem.Outcome.ORIGINAL: "선정", AgendaItem.Outcome.AMENDED: "수정 선정", AgendaItem.Outcome.CONDITIONAL: "조건부 선정",
        AgendaItem.Outcome.POSTPONED: "재심의", AgendaItem.Outcome.REJECTED: "제외",
    }  # fmt: skip

    number = models.CharField("관리번호", max_length=12, unique=True, blank=True, help_text="비우면 「연도-일련번호」를 줍니다.")
    title = models.CharField("사업명", max_length=200)
    department = models.ForeignKey(Department, models.PROTECT, related_name="named_policies", verbose_name="담당부서")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="named_policies", verbose_name="사업",
        help_text="예산과 주요업무를 함께 볼 사업입니다.",
    )  # fmt: skip
    ground = models.CharField("선정기준", max_length=10, choices=Ground.choices)
    overview = models.TextField("사업개요")
    background = models.TextField("추진배경", blank=True)
    starts_on = models.DateField("사업 시작일", null=True, blank=True)
    ends_on = models.DateField("사업 종료일", null=True, blank=True, help_text="계속사업은 비웁니다.")
    total_amount = _amount("총사업비", help_text="비우면 국비·시비·구비를 더합니다.")
    national_amount = _amount("국비")
    city_amount = _amount("시비")
    own_amount = _amount("구비")
    source = models.CharField("올린 근거", max_length=60, blank=True)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.CANDIDATE, editable=False)
    decided_on = models.DateField("의결일", null=True, blank=True, editable=False)
    decision = models.TextField("심의 결과", blank=True, editable=False)
    published_on = models.DateField("최초 공개일", null=True, blank=True, editable=False)
    url = models.URLField("게시 주소", blank=True, max_length=300, editable=False)
    link_failure = models.CharField("주소가 열리지 않는 까닭", max_length=60, blank=True, editable=False)
    link_checked_on = models.DateField("주소를 열어 본 날", null=True, blank=True, editable=False)
    withheld_on = models.DateField("비공개 전환일", null=True, blank=True, editable=False)
    withheld_ground = models.CharField("비공개 근거", max_length=1, choices=NONDISCLOSURE, blank=True, editable=False)
    withheld_reason = models.CharField("비공개 사유", max_length=300, blank=True, editable=False)
    closed_on = models.DateField("종료일", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = NamedPolicyQuerySet.as_manager()
    # 열어 본 날은 볼 때마다 바뀐다. 열리지 않게 된 것만 이력에 남긴다.
    untracked: ClassVar = ("link_checked_on",)
    scope: ClassVar = DisclosedScope(
        Q(status__in=SHOWN), open_when=Q(status=Status.CANDIDATE), closed_when=Q(status__in=(Status.EXCLUDED, Status.CLOSED))
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "정책실명제 사업"
        ordering = ["-number"]
        indexes = [models.Index(fields=["status", "ground"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "사업 종료일이 시작일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        stored = NamedPolicy._base_manager.filter(pk=self.pk).values_list("number", flat=True).first() if self.pk else None
        if stored and stored != self.number:
            raise ValidationError({"number": f"관리번호는 바꾸지 않습니다. 「{stored}」 그대로 두세요."})
        sources = [one for one in (self.national_amount, self.city_amount, self.own_amount) if one is not None]
        if self.total_amount is None and sources:
            self.total_amount = sum(sources)
        elif self.total_amount is not None and sum(sources) > self.total_amount:
            raise ValidationError({"total_amount": f"국비·시비·구비의 합({sum(sources):,}원)보다 적습니다. 금액을 확인해 주세요."})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.number:
            self.number = next_number(timezone.localdate().year)
        super().save(*args, **kwargs)

    @property
    def period_text(self) -> str:
        """「2024. 1. 2. ~ 2026. 12. 31.」, 「2024. 1. 2. ~ 계속」. 적지 않았으면 「-」."""
        if self.starts_on is None and self.ends_on is None:
            return MISSING
        first = date_plain(self.starts_on) if self.starts_on else ""
        return f"{first} ~ {date_plain(self.ends_on) if self.ends_on else '계속'}".strip()

    @property
    def applied_by(self) -> str:
        """누가 신청했는가."""
        return "구민" if self.ground == self.Ground.CITIZEN else "부서"

    @property
    def stage_text(self) -> str:
        """상태. 후보가 안건에 올라 있으면 「심의 상정」."""
        return "심의 상정" if getattr(self, "on_agenda", False) else self.get_status_display()

    @property
    def nondisclosure_text(self) -> str:
        """「제6호 개인정보 · 까닭」."""
        return " · ".join(one for one in (self.get_withheld_ground_display(), self.withheld_reason) if one)

    @property
    def latest(self) -> PolicyUpdate | None:
        """지금 카드에 싣는 추진경과와 추진실적."""
        found: PolicyUpdate | None = self.updates.accepted().order_by("-on", "-pk").first()
        return found

    # ── 하는 일 ───────────────────────────────────────────────────────

    def decided_by(self, item: AgendaItem) -> None:
        """심의위원회의 의결을 받는다: 선정, 제외, 재심의(후보로 남는다)."""
        outcome = item.outcome
        if outcome == AgendaItem.Outcome.REPORTED:
            return
        if self.status != self.Status.CANDIDATE:
            raise ValidationError(f"「{self}」은(는) 지금 「{self.get_status_display()}」 상태라 심의할 차례가 아닙니다.")
        if outcome == AgendaItem.Outcome.REJECTED and not item.decision_text.strip():
            raise ValidationError("제외하면 사유를 의결 내용에 적어 주세요. 부서와 신청인에게 알릴 글입니다.")
        self.decided_on, self.decision = item.decided_on, ": ".join(one for one in (item.outcome_text, item.decision_text) if one)
        if outcome in AgendaItem.PASSED:
            self.status = self.Status.SELECTED
        elif outcome == AgendaItem.Outcome.REJECTED:
            self.status = self.Status.EXCLUDED
        self.save()

    def publish(self, on: date, url: str) -> None:
        """홈페이지에 공개한다. 비공개를 푼 것이면 최초 공개일은 그대로다."""
        if self.decided_on and on < self.decided_on:
            raise ValidationError({"on": f"의결일({date_plain(self.decided_on)})보다 앞섭니다. 공개일을 확인해 주세요."})
        if self.published_on and self.withheld_on and on < self.withheld_on:
            raise ValidationError({"on": f"비공개 전환일({date_plain(self.withheld_on)})보다 앞섭니다."})
        self.post_at(url)
        self.status, self.published_on = self.Status.PUBLISHED, self.published_on or on
        self.withheld_on, self.withheld_ground, self.withheld_reason = None, "", ""
        self.save()

    def post_at(self, url: str) -> None:
        """게시 주소를 적는다. 바뀌었으면 앞의 주소를 열어 본 것은 지운다."""
        if url != self.url:
            self.url, self.link_failure, self.link_checked_on = url, "", None

    def withhold(self, on: date, ground: str, reason: str) -> None:
        """비공개로 돌린다. 정보공개법 제9조제1항의 근거가 있어야 한다."""
        if self.published_on and on < self.published_on:
            raise ValidationError({"on": f"최초 공개일({date_plain(self.published_on)})보다 앞섭니다."})
        self.status, self.withheld_on, self.withheld_ground, self.withheld_reason = self.Status.WITHHELD, on, ground, reason
        self.save()

    def close(self, on: date) -> None:
        """사업이 끝나 종료한다. 카드는 그때의 모습으로 남는다."""
        if self.starts_on and on < self.starts_on:
            raise ValidationError({"on": "사업 시작일보다 앞섭니다. 날짜를 확인해 주세요."})
        self.status, self.closed_on = self.Status.CLOSED, on
        self.save()


def next_number(year: int) -> str:
    """그해의 다음 관리번호: 2026-001. 한 번 준 번호는 다시 주지 않는다."""
    used = NamedPolicy.objects.select_for_update().filter(number__startswith=f"{year}-").values_list("number", flat=True)
    return f"{year}-{max((int(one[5:]) for one in used if one[5:].isdecimal()), default=0) + 1:03}"


class PolicyPersonQuerySet(RecordQuerySet):
    def on(self, day: date) -> Self:
        """그날 맡고 있던 사람."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))

    def moved(self, day: date) -> Self:
        """끝나지 않은 줄인데, 그날 그 보직에 다른 사람이 있는 것. 보직이 비었거나 적지 않았으면 세지 않는다."""
        holder = Assignment.objects.on(day).filter(post=OuterRef("post")).order_by("-starts_on").values("staff")[:1]
        open_rows = self.filter(ends_on=None, post__isnull=False, policy__status__in=NamedPolicy.LIVE)
        return open_rows.annotate(holder=Subquery(holder)).filter(holder__isnull=False).exclude(holder=F("staff"))


class PolicyPerson(Record):
    """사업에 관여한 사람의 그때 모습. 사람이 옮기면 이 줄을 닫고 새 줄을 적는다."""

    class Part(models.TextChoices):
        DRAFT = "draft", "기안"
        REVIEW = "review", "검토"
        CONSULT = "consult", "협조"
        DECIDE = "decide", "결정"

    policy = models.ForeignKey(NamedPolicy, models.CASCADE, related_name="people", verbose_name="정책실명제 사업")
    part = models.CharField("역할", max_length=10, choices=Part.choices)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="보직",
        help_text="고르면 시작일에 그 보직에 있던 사람의 소속·직급·성명을 옮겨 적습니다.",
    )  # fmt: skip
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="직원"
    )
    organisation = models.CharField("소속", max_length=60, blank=True)
    grade = models.CharField("직급", max_length=30, blank=True)
    name = models.CharField("성명", max_length=30, blank=True)
    opinion = models.CharField("의견", max_length=300, blank=True)
    starts_on = models.DateField("맡은 날", null=True, blank=True)
    ends_on = models.DateField("끝난 날", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = PolicyPersonQuerySet.as_manager()
    named_with = ("policy",)
    scope: ClassVar = DisclosedScope(
        Q(policy__status__in=NamedPolicy.SHOWN), "policy__department",
        open_when=Q(policy__status__in=(NamedPolicy.Status.CANDIDATE, *NamedPolicy.LIVE), ends_on=None),
        closed_when=Q(ends_on__isnull=False) | Q(policy__status=NamedPolicy.Status.CLOSED),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "정책 관련자"
        ordering = ["policy", "part", "starts_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.organisation} {self.grade} {self.name}".replace("  ", " ").strip()

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "끝난 날이 맡은 날보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.post_id and not self.name:
            self.take_snapshot()
        if not (self.organisation and self.name):
            raise ValidationError("보직을 고르거나 소속과 성명을 적어 주세요. 그날 그 보직이 비어 있으면 직접 적습니다.")

    def take_snapshot(self) -> None:
        """맡은 날(없으면 오늘) 그 보직에 있던 사람의 소속·직급·성명을 옮겨 적는다. 사람이 옮겨도 이 글은 그대로다."""
        day = self.starts_on or timezone.localdate()
        rows = Assignment.objects.on(day).filter(post=self.post_id).select_related("staff", "grade", "post__department")
        if found := rows.order_by("-starts_on").first():
            self.snapshot(found)

    def snapshot(self, assignment: Assignment) -> None:
        self.staff, self.organisation = assignment.staff, assignment.post.department.name
        self.grade, self.name = str(assignment.grade), assignment.staff.name

    @property
    def term_text(self) -> str:
        """「2024. 1. 2. ~ 2026. 6. 30.」. 맡은 날을 모르면 「-」."""
        if not (self.starts_on or self.ends_on):
            return MISSING
        return f"{date_plain(self.starts_on) if self.starts_on else ''} ~ {date_plain(self.ends_on) if self.ends_on else ''}".strip()


class PolicyUpdateQuerySet(RecordQuerySet):
    def accepted(self) -> Self:
        """카드에 싣는 것: 팀이 적은 것과, 회차에서 확정한 것."""
        return self.filter(Q(submission=None) | Q(submission__status=Submission.Status.CONFIRMED))


class PolicyUpdate(CollectedRow):
    """추진경과와 추진실적을 고친 한 번. 반기마다 부서가 적고, 앞의 것은 그대로 남는다."""

    policy = models.ForeignKey(NamedPolicy, models.CASCADE, related_name="updates", verbose_name="정책실명제 사업")
    on = models.DateField("기준일", default=timezone.localdate)
    progress = models.TextField("추진경과", help_text="때와 한 일을 한 줄씩 적습니다. 예: ○ 2026. 3. 설계용역 착수")
    results = models.TextField("추진실적", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = PolicyUpdateQuerySet.as_manager()
    named_with = ("policy",)
    scope: ClassVar = CollectedScope(
        "policy__department", Submission.editable("submission__"), closed_when=Q(policy__status=NamedPolicy.Status.CLOSED)
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "정책실명제 갱신"
        ordering = ["policy", "-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["policy", "submission"], name="policy_update_once_a_round")]

    def __str__(self) -> str:
        return f"{self.policy} {date_plain(self.on)}"


# 「홍길동 외 3명」, 「홍길동, 김철수」
_JOINT = re.compile(r"외\s*\d|[,·、/&]|및|공동")


class CitizenApplicationQuerySet(RecordQuerySet):
    def open(self) -> Self:
        """아직 통지하지 않은 것."""
        return self.exclude(status=CitizenApplication.Status.NOTIFIED)


class CitizenApplication(ClockedRecord):
    """구민이 실명 공개를 신청한 한 건. 한 사람의 이름으로만 받고, 이름은 맡은 사람만 본다."""

    class Status(models.TextChoices):
        RECEIVED = "received", "접수"
        REVIEW = "review", "심의"
        NOTIFIED = "notified", "통지"

    class Exclusion(models.TextChoices):
        SECRET = "secret", "비공개 대상 정보"
        COMPLAINT = "complaint", "단순 민원·질의"
        UNCLEAR = "unclear", "신청 내용 불명확"

    title = models.CharField("신청 사업", max_length=200)
    reason = models.TextField("신청 사유")
    department = models.ForeignKey(Department, models.PROTECT, related_name="policy_applications", verbose_name="소관부서")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="담당자"
    )
    applicant = models.CharField("신청인", max_length=100, help_text="한 사람의 이름만 적습니다. 목록과 이력에는 가려서 나옵니다.")
    contact = models.CharField("연락처", max_length=100, blank=True)
    masked_applicant = models.CharField("신청인(가림)", max_length=120, editable=False)
    received_on = models.DateField("접수일", default=timezone.localdate)
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.RECEIVED, editable=False)
    policy = models.ForeignKey(
        NamedPolicy, models.PROTECT, null=True, editable=False, related_name="applications", verbose_name="정책실명제 사업"
    )
    exclusion = models.CharField("제외 사유", max_length=10, choices=Exclusion.choices, blank=True, editable=False)
    reply = models.TextField("통지 내용", blank=True, editable=False)
    notified_on = models.DateField("통지일", null=True, editable=False)
    erased_on = models.DateField("개인정보 파기일", null=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = CitizenApplicationQuerySet.as_manager()
    clocks: ClassVar = (Clock("policy.application", start="received_on", done="notified_on"),)
    personal: ClassVar = ("applicant", "contact")
    scope: ClassVar = HandlerScope("handler", only_handlers=True, closed_when=Q(status=Status.NOTIFIED))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "구민신청"
        ordering = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if _JOINT.search(self.applicant):
            raise ValidationError({"applicant": "공동 명의로는 받지 않습니다. 신청인 한 사람의 이름만 적어 주세요."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.masked_applicant = masked_name(self.applicant)[:120]
        super().save(*args, **kwargs)

    @property
    def result_text(self) -> str:
        """심의가 어떻게 되었는가. 아직이면 「심의 전」."""
        if self.exclusion:
            return f"제외({self.get_exclusion_display()})"
        if self.policy is None or self.policy.status == NamedPolicy.Status.CANDIDATE:
            return "심의 전"
        return "제외" if self.policy.status == NamedPolicy.Status.EXCLUDED else "선정"

    @property
    def is_settled(self) -> bool:
        """통지할 결과가 있는가."""
        return self.result_text != "심의 전"
