"""사건, 당사자, 심급."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from core.access import HandlerScope
from core.deadlines.models import Deadline
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from core.privacy.masking import masked_name
from core.screens.texts import particle
from core.states import Sign
from legal.lawsuits.models import counting
from legal.lawsuits.models.outcomes import Outcome


class LawsuitQuerySet(RecordQuerySet):
    """현황표의 셈법: 계 = 진행중 + 확정, 신규는 계에 든다. 모두 사건을 단위로, 기간의 마지막 날(기준일)에 본다."""

    def counted(self, start: date, end: date) -> Self:
        """계: end 에 진행 중이거나 start~end 에 확정된 사건."""
        return self.filter(counting.counted(start, end))

    def new(self, start: date, end: date) -> Self:
        """신규: 계 가운데 start~end 에 접수한 사건."""
        return self.filter(counting.new(start, end))

    def carried(self, start: date, end: date) -> Self:
        """이월: 계 가운데 start 앞에 접수한 사건."""
        return self.filter(counting.carried(start, end))

    def pending(self, end: date) -> Self:
        """진행중(A): end 까지 접수했고 end 에 확정되지 않은 사건."""
        return self.filter(counting.pending(end))

    def finalised(self, start: date, end: date) -> Self:
        """확정·종결(B): start~end 에 확정된 사건."""
        return self.filter(counting.finalised(start, end))

    def with_last_level(self) -> Self:
        """지금(끝났으면 마지막) 심급만 붙인다. 심급마다의 승소율은 사건이 끝난 심급으로 센다."""
        last = Instance.objects.filter(lawsuit=OuterRef("pk")).main_first()
        return self.annotate(last_level=Subquery(last.values("level")[:1]))

    def ongoing(self) -> Self:
        """아직 확정되지 않은 사건."""
        return self.exclude(status__in=Lawsuit.ENDED)

    def with_current(self) -> Self:
        """지금 심급(신청 사건은 뺀 마지막 심급)의 사건번호·심급·법원과, 열린 기한 가운데 가장 이른 것을 붙인다."""
        last = Instance.objects.filter(lawsuit=OuterRef("pk")).main_first()
        opponent = Party.objects.filter(lawsuit=OuterRef("pk"), side=Party.Side.OPPONENT).order_by("pk")
        ahead = Deadline.objects.unfinished().filter(_about_case()).order_by("due_on", "pk")
        return self.annotate(
            case_number=Subquery(last.values("case_number")[:1]), current_level=Subquery(last.values("level")[:1]),
            current_court=Subquery(last.values("court")[:1]), first_opponent=Subquery(opponent.values("masked_name")[:1]),
            next_on=Subquery(ahead.values("due_on")[:1]), next_title=Subquery(ahead.values("title")[:1]),
        )  # fmt: skip


def _about_case() -> Q:
    """바깥 질의의 사건과 그 심급·기일·서면·판결에 붙은 기한의 조건."""
    case = OuterRef(OuterRef("pk"))
    found = Q(content_type__app_label="legal", content_type__model="lawsuit", object_id=OuterRef("pk"))
    for name, path in CASE_PARTS.items():
        keys = apps.get_model("legal", name).objects.filter(**{path: case}).values("pk")
        found |= Q(content_type__app_label="legal", content_type__model=name, object_id__in=keys)
    return found


# 기한이 붙는 사건의 부분과, 거기에서 사건까지 가는 길
CASE_PARTS = {
    "instance": "lawsuit", "hearing": "instance__lawsuit", "filing": "instance__lawsuit", "ruling": "instance__lawsuit",
    "costrecovery": "lawsuit", "lossreview": "lawsuit",
}  # fmt: skip


class Lawsuit(Record):
    """구가 당사자인 소송이나 행정심판 한 건. 심급이 여럿이어도 사건은 하나다."""

    class Kind(models.TextChoices):
        ADMINISTRATIVE = "administrative", "행정"
        CIVIL = "civil", "민사"
        APPEAL = "appeal", "심판"
        OTHER = "other", "기타"

    class Position(models.TextChoices):
        DEFENDANT = "defendant", "피고·피청구인"
        PLAINTIFF = "plaintiff", "원고·신청인"
        PARTICIPANT = "participant", "보조참가"

    class Status(models.TextChoices):
        FILED = "filed", "접수"
        ASSIGNED = "assigned", "수행자 지정"
        ANSWERED = "answered", "답변서 제출"
        PLEADING = "pleading", "변론"
        CONCLUDED = "concluded", "변론종결"
        JUDGED = "judged", "선고"
        SERVED = "served", "송달"
        APPEAL_REVIEW = "appeal_review", "상소 검토"
        APPEALED = "appealed", "상소"
        APPEAL_WAIVED = "appeal_waived", "상소 포기"
        STAYED = "stayed", "중지"
        FINAL = "final", Sign("확정", "ok")
        COST_RECOVERY = "cost_recovery", "비용 회수"
        CLOSED = "closed", Sign("종결", "done")

    ENDED = (Status.FINAL, Status.COST_RECOVERY, Status.CLOSED)

    kind = models.CharField("구분", max_length=15, choices=Kind.choices)
    title = models.CharField("사건명", max_length=200, help_text="사람 이름을 적지 않습니다. 예: 이행강제금 부과처분 취소")
    position = models.CharField("구의 지위", max_length=12, choices=Position.choices, default=Position.DEFENDANT)
    department = models.ForeignKey(Department, models.PROTECT, related_name="lawsuits", verbose_name="소관 부서")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="송무 담당"
    )
    received_on = models.DateField("접수일", help_text="구가 소장이나 심판청구서를 받은 날. 현황표의 신규는 이날로 셉니다.")
    claim_amount = models.BigIntegerField("소가(원)", null=True, blank=True, validators=[MinValueValidator(0)])
    originating_act = models.CharField("원인 처분", max_length=200, blank=True)
    acted_on = models.DateField("처분일", null=True, blank=True)
    claim = models.TextField("청구 취지", blank=True, help_text="사람 이름과 주소를 적지 않습니다.")
    is_state_directed = models.BooleanField("법무부 지휘 대상", default=False)
    direction_received_on = models.DateField("지휘 회신일", null=True, blank=True)
    status = models.CharField("상태", max_length=15, choices=Status.choices, default=Status.FILED, editable=False)
    # 마지막 심급의 결과와 확정일. 판결과 송달일에서 정해진다(services.settle).
    outcome = models.CharField("확정 결과", max_length=12, choices=Outcome.choices, blank=True, editable=False)
    final_on = models.DateField("확정일", null=True, blank=True, editable=False)
    final_basis = models.CharField("확정일의 근거", max_length=200, blank=True, editable=False)
    related_case = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="관련 사건"
    )
    stayed_on = models.DateField("중지일", null=True, blank=True, editable=False)
    resumed_on = models.DateField("다시 진행한 날", null=True, blank=True, editable=False)
    closed_on = models.DateField("종결일", null=True, blank=True, editable=False)
    erase_on = models.DateField("개인정보 파기 예정일", null=True, blank=True, editable=False)
    erased_on = models.DateField("개인정보 파기일", null=True, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = LawsuitQuerySet.as_manager()
    scope: ClassVar = HandlerScope("handler", "instances__officers")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "사건"
        ordering = ["-received_on", "-pk"]
        indexes = [models.Index(fields=["received_on", "final_on"]), models.Index(fields=["kind", "final_on"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.acted_on and self.received_on and self.acted_on > self.received_on:
            raise ValidationError({"acted_on": "처분일이 접수일보다 늦습니다. 두 날짜를 확인해 주세요."})

    @property
    def is_ended(self) -> bool:
        return self.status in self.ENDED

    @property
    def is_tribunal(self) -> bool:
        """행정심판인가. 심판에는 구의 상소가 없다."""
        return self.kind == self.Kind.APPEAL

    @property
    def is_stayed(self) -> bool:
        return self.stayed_on is not None and self.resumed_on is None

    def check_act(self, act: str) -> None:
        """지금 상태에서 할 수 있는 일인가. 아니면 ValidationError 에 까닭과 할 일을 적는다."""
        title, statuses = ACTS[act]
        if self.status in statuses:
            return
        if self.is_stayed:
            raise ValidationError(f"중지한 사건입니다. 「다시 진행」한 뒤 {particle(title, '을/를')} 하세요.")
        if self.status == self.Status.CLOSED:
            raise ValidationError(f"종결한 사건이라 {particle(title, '을/를')} 할 수 없습니다. 「다시 열기」를 먼저 하세요.")
        words = ", ".join(f"「{self.Status(one).label}」" for one in statuses)
        raise ValidationError(
            f"「{self.get_status_display()}」 상태에서는 {particle(title, '을/를')} 할 수 없습니다. {words} 상태에서 합니다."
        )

    def may_act(self, act: str) -> bool:
        return self.status in ACTS[act][1]


_S = Lawsuit.Status
_OPEN = (_S.FILED, _S.ASSIGNED, _S.ANSWERED, _S.PLEADING, _S.CONCLUDED)
_RULED = (_S.JUDGED, _S.SERVED, _S.APPEAL_REVIEW, _S.APPEAL_WAIVED)
# 일: (단추의 말, 할 수 있는 상태)
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "assign": ("수행자·대리인 지정", (*_OPEN, *_RULED, _S.APPEALED)),
    "answer": ("답변서 제출", _OPEN),
    "conclude": ("변론종결", (_S.ASSIGNED, _S.ANSWERED, _S.PLEADING)),
    "rule": ("결과 입력", _OPEN),
    "serve": ("송달 입력", (_S.JUDGED, _S.SERVED, _S.APPEAL_REVIEW, _S.APPEAL_WAIVED)),
    "review": ("상소 검토 시작", (_S.JUDGED, _S.SERVED)),
    "decide": ("상소 결정", (_S.JUDGED, _S.SERVED, _S.APPEAL_REVIEW)),
    "appeal": ("상소 입력", _RULED),
    "advance": ("다음 심급 등록", (_S.APPEALED,)),
    "finalise": ("확정", _RULED),
    "stay": ("절차 중지", (*_OPEN, *_RULED, _S.APPEALED)),
    "resume": ("다시 진행", (_S.STAYED,)),
    "comply": ("재처분 입력", (_S.FINAL, _S.COST_RECOVERY)),
    "recover": ("비용 회수", (_S.FINAL, _S.COST_RECOVERY)),
    "close": ("종결", (_S.FINAL,)),
    "reopen": ("다시 열기", (_S.CLOSED,)),
}


class Party(Record):
    """사건의 당사자 한 사람이나 한 단체. 이름과 주소는 맡은 사람만 본다."""

    class Side(models.TextChoices):
        OPPONENT = "opponent", "상대방"
        OURS = "ours", "우리 쪽"
        THIRD = "third", "제3자"

    lawsuit = models.ForeignKey(Lawsuit, models.CASCADE, related_name="parties", verbose_name="사건")
    side = models.CharField("편", max_length=8, choices=Side.choices, default=Side.OPPONENT)
    role = models.CharField("지위", max_length=20, help_text="원고, 청구인, 피고, 참가인 따위")
    name = models.CharField("이름", max_length=100)
    masked_name = models.CharField("이름(가림)", max_length=120, editable=False)
    address = models.CharField("주소", max_length=200, blank=True)
    contact = models.CharField("연락처", max_length=100, blank=True)
    counsel = models.CharField("상대방 대리인", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    personal: ClassVar = ("name", "address", "contact")
    scope: ClassVar = HandlerScope(
        "lawsuit__handler", "lawsuit__instances__officers", path="lawsuit__department", only_handlers=True
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "당사자"
        ordering = ["lawsuit", "side", "pk"]

    def __str__(self) -> str:
        return f"{self.role} {self.masked_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.masked_name = masked_name(self.name)[:120]
        super().save(*args, **kwargs)


class InstanceQuerySet(RecordQuerySet):
    def in_order(self) -> Self:
        """심급이 이어진 차례."""
        return self.order_by("lawsuit", "received_on", "pk")

    def main_first(self) -> Self:
        """지금 심급이 맨 앞에 오는 차례. 신청(집행정지 따위) 사건은 본안 뒤로 미룬다."""
        side = models.Case(models.When(level=Instance.Level.APPLICATION, then=1), default=0)
        return self.order_by(side, "-received_on", "-pk")


class Instance(Record):
    """사건의 한 심급. 법원이나 위원회, 사건번호, 재판부, 수행자와 대리인이 심급마다 다르다."""

    class Level(models.TextChoices):
        FIRST = "first", "1심"
        SECOND = "second", "2심"
        THIRD = "third", "3심"
        REMAND = "remand", "환송심"
        APPEAL = "appeal", "심판"
        RETRIAL = "retrial", "재심"
        APPLICATION = "application", "신청"
        CONSTITUTIONAL = "constitutional", "헌법"

    lawsuit = models.ForeignKey(Lawsuit, models.CASCADE, related_name="instances", verbose_name="사건")
    level = models.CharField("심급", max_length=15, choices=Level.choices)
    court = models.CharField("법원·위원회", max_length=50)
    case_number = models.CharField("사건번호", max_length=40, unique=True)
    panel = models.CharField("재판부", max_length=50, blank=True)
    received_on = models.DateField("소장·청구서 받은 날", help_text="답변 기한을 이날부터 셉니다.")
    officers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="소송수행자")
    adviser = models.ForeignKey(
        "legal.Adviser", models.PROTECT, null=True, blank=True, related_name="instances", verbose_name="대리인(법률고문)"
    )
    counsel = models.CharField("대리인(고문 밖)", max_length=100, blank=True)
    concluded_on = models.DateField("변론종결일", null=True, blank=True)
    reported_on = models.DateField("소장 접수 보고일", null=True, blank=True, help_text="법무부 지휘 대상 사건만 적습니다.")
    record_notice_on = models.DateField("소송기록 접수통지 받은 날", null=True, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = InstanceQuerySet.as_manager()
    scope: ClassVar = HandlerScope("lawsuit__handler", "officers", path="lawsuit__department")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "심급"
        ordering = ["lawsuit", "received_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lawsuit", "level"], condition=Q(level__in=["first", "second", "third", "appeal"]), name="instance_level_unique"
            )
        ]

    def __str__(self) -> str:
        return self.case_number

    def clean(self) -> None:
        self.case_number = "".join(unicodedata.normalize("NFC", self.case_number or "").split())
        if self.concluded_on and self.received_on and self.concluded_on < self.received_on:
            raise ValidationError({"concluded_on": "변론종결일이 소장을 받은 날보다 앞섭니다. 두 날짜를 확인해 주세요."})

    def unique_error_message(self, model_class: Any, unique_check: Sequence[str]) -> ValidationError:
        if tuple(unique_check) == ("case_number",):
            other = Instance.objects.filter(case_number=self.case_number).exclude(pk=self.pk).select_related("lawsuit").first()
            if other:
                return ValidationError(
                    f"{self.case_number}은(는) 이미 등록한 사건번호입니다: ‘{other.lawsuit}’ {other.get_level_display()}. "
                    "같은 사건이면 그 사건에서 고치고, 아니면 번호를 확인해 주세요.", code="unique",
                )  # fmt: skip
        return super().unique_error_message(model_class, unique_check)

    @property
    def agent(self) -> str:
        """대리인의 이름. 없으면 빈 글."""
        return str(self.adviser) if self.adviser else self.counsel


def advisers() -> models.QuerySet[Any]:
    """대리인으로 고를 법률고문. 고문의 업무가 소송 위에 있으므로 소송은 관계로만 안다."""
    found: Any = Instance._meta.get_field("adviser").related_model
    rows: models.QuerySet[Any] = found._default_manager.all()
    return rows
