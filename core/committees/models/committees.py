"""위원회와 그 기능, 위원."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.access import CommitteeScope, Team
from core.committees.quorum import Passing, Quorum
from core.deadlines.periods import month_end, shift_months
from core.figures.models import COMMITTEE_GENDER_SHARE, COMMITTEE_TERM_ALERT, Setting
from core.formats import percent
from core.history.models import Record, RecordQuerySet


class CommitteeQuerySet(RecordQuerySet):
    def active_on(self, day: date) -> Self:
        """day 에 있는 위원회."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Committee(Record):
    """법이나 조례로 둔 위원회·심의회 하나. 정족수와 임기는 여기에 적은 대로 따른다."""

    name = models.CharField("위원회", max_length=60, unique=True)
    code = models.SlugField("코드", max_length=40, blank=True, help_text="업무 화면이 이 위원회를 찾는 이름. 보통은 비웁니다.")
    team = models.CharField("맡은 팀", max_length=20, choices=Team.choices)
    basis = models.CharField("설치 근거", max_length=200, help_text="예: 지방자치법 시행령 제28조")
    ordinance = models.CharField("조례·규칙", max_length=200, blank=True)
    quorum = models.CharField("개의 정족수", max_length=20, choices=Quorum.choices, default=Quorum.MAJORITY)
    passing = models.CharField("의결 정족수", max_length=20, choices=Passing.choices, default=Passing.MAJORITY_PRESENT)
    recused_leave_total = models.BooleanField(
        "제척·회피 위원을 재적에서 뺌", default=True, help_text="끄면 재적에는 넣고 출석에서만 뺍니다. 조례를 따릅니다."
    )
    seat_limit = models.PositiveSmallIntegerField("위원 정원(명 이내)", null=True, blank=True)
    official_share_max = models.PositiveSmallIntegerField(
        "공무원 위원 상한(%)", null=True, blank=True, validators=[MaxValueValidator(100)],
        help_text="예: 4분의 1 이내이면 25(지방보조금법 제26조)",
    )  # fmt: skip
    expert_share_min = models.PositiveSmallIntegerField(
        "민간 전문가 하한(%)", null=True, blank=True, validators=[MaxValueValidator(100)],
        help_text="예: 3분의 1 이상이면 33(지방자치단체 기금관리기본법 시행령 제7조)",
    )  # fmt: skip
    term_months = models.PositiveSmallIntegerField(
        "위촉 임기(개월)", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    renewals_allowed = models.PositiveSmallIntegerField("연임 횟수", null=True, blank=True, default=1, help_text="비우면 제한이 없습니다.")
    written_allowed = models.BooleanField("서면 심의 가능", default=True)
    closed_on = models.DateField("폐지일", null=True, blank=True)
    note = models.TextField("비고", blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = CommitteeQuerySet.as_manager()
    scope: ClassVar = CommitteeScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "위원회"
        ordering = ["team", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="committee_code_unique",
                violation_error_message="같은 코드의 위원회가 있습니다. 다른 코드를 적어 주세요.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def term_end(self, appointed_on: date) -> date | None:
        """appointed_on 에 위촉한 임기의 마지막 날. 임기를 정하지 않은 위원회면 None."""
        if not self.term_months:
            return None
        # 임기는 첫날을 세므로 마지막 달의 같은 날 전날에 끝난다(민법 제160조).
        again = shift_months(appointed_on, self.term_months)
        return again - timedelta(days=1) if again else month_end(appointed_on, self.term_months)


class CommitteeFunction(Record):
    """위원회가 맡은 법정 기능 하나. 한 위원회가 여럿을 맡기도 한다(DOMAIN §2)."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="functions", verbose_name="위원회")
    title = models.CharField("기능", max_length=150)
    basis = models.CharField("근거", max_length=200, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    scope: ClassVar = CommitteeScope("committee")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "위원회 기능"
        ordering = ["committee", "pk"]
        constraints = [models.UniqueConstraint(fields=["committee", "title"], name="committee_function_unique")]

    def __str__(self) -> str:
        return self.title


class SeatQuerySet(RecordQuerySet):
    def active_on(self, day: date) -> Self:
        """day 에 재적인 위원. 임기가 지났어도 해촉하지 않았으면 재적이다."""
        return self.filter(appointed_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def with_names(self) -> Self:
        return self.select_related("committee", "staff")

    def expiring(self, day: date, days: int) -> Self:
        """day 에 재적이고 days 일 안에 임기가 끝나거나 이미 끝난 위원."""
        return self.active_on(day).filter(term_end_on__lte=day + timedelta(days=days))


class Seat(Record):
    """위원 한 자리. 위촉 위원의 이름과 소속은 공개하는 명단이고, 연락처와 계좌는 두지 않는다."""

    class Kind(models.TextChoices):
        EX_OFFICIO = "ex_officio", "당연직"
        APPOINTED = "appointed", "위촉직"
        DESIGNATED = "designated", "임명직"

    class Duty(models.TextChoices):
        CHAIR = "chair", "위원장"
        VICE = "vice", "부위원장"
        MEMBER = "member", "위원"
        SECRETARY = "secretary", "간사(의결권 없음)"

    class Gender(models.TextChoices):
        FEMALE = "female", "여"
        MALE = "male", "남"

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="seats", verbose_name="위원회")
    name = models.CharField("위원", max_length=50, blank=True, help_text="직원이면 비워도 됩니다.")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="직원"
    )
    affiliation = models.CharField("소속·직위", max_length=100, blank=True)
    kind = models.CharField("구분", max_length=12, choices=Kind.choices)
    duty = models.CharField("직", max_length=12, choices=Duty.choices, default=Duty.MEMBER)
    is_official = models.BooleanField("공무원", default=False)
    is_expert = models.BooleanField("민간 전문가", default=False)
    gender = models.CharField("성별", max_length=8, choices=Gender.choices, blank=True)
    appointed_on = models.DateField("위촉·임명일")
    term_end_on = models.DateField("임기 만료일", null=True, blank=True, help_text="위촉직은 비우면 위원회의 임기로 셉니다.")
    renewals = models.PositiveSmallIntegerField("연임한 횟수", default=0)
    order = models.PositiveSmallIntegerField("차례", default=0, help_text="명단에 적는 차례. 위원장이 1입니다.")
    ended_on = models.DateField("해촉·사임일", null=True, blank=True)
    end_reason = models.CharField("해촉·사임 사유", max_length=100, blank=True)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    objects = SeatQuerySet.as_manager()
    scope: ClassVar = CommitteeScope("committee")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "위원"
        ordering = ["committee", "order", "pk"]
        indexes = [models.Index(fields=["committee", "ended_on"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.name and self.staff is None:
            raise ValidationError({"name": "위원의 이름을 적거나 직원을 골라 주세요."})
        if self.is_official and self.is_expert:
            raise ValidationError({"is_expert": "공무원인 위원은 민간 전문가로 세지 않습니다. 하나만 골라 주세요."})
        if self.appointed_on and self.term_end_on and self.term_end_on < self.appointed_on:
            raise ValidationError({"term_end_on": "임기 만료일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.appointed_on and self.ended_on and self.ended_on < self.appointed_on:
            raise ValidationError({"ended_on": "해촉일이 위촉일보다 앞섭니다. 두 날짜를 확인해 주세요."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.name and self.staff is not None:
            self.name = self.staff.name
        if self.kind == self.Kind.APPOINTED and self.term_end_on is None and self.appointed_on:
            self.term_end_on = self.committee.term_end(self.appointed_on)
        super().save(*args, **kwargs)

    @property
    def votes(self) -> bool:
        """의결권이 있는가."""
        return self.duty != self.Duty.SECRETARY

    @property
    def is_paid(self) -> bool:
        """참석수당을 받는가. 공무원인 위원은 받지 않는다."""
        return not self.is_official and self.staff_id is None

    @property
    def affiliation_text(self) -> str:
        return self.affiliation or "-"


def warnings(committee: Committee, seats: Iterable[Seat], day: date) -> list[tuple[str, str]]:
    """위원 구성에서 살펴볼 것: (제목, 설명). 막지 않고 알리기만 한다. seats 는 day 에 재적인 위원이다."""
    rows, stored, found = list(seats), Setting.objects.values_on(day), []
    if committee.seat_limit and len(rows) > committee.seat_limit:
        found.append(("정원", f"재적 {len(rows)}명이 정원 {committee.seat_limit}명을 넘습니다({committee.basis})."))
    officials = percent(sum(one.is_official for one in rows), len(rows))
    if committee.official_share_max is not None and officials is not None and officials > committee.official_share_max:
        found.append(("공무원 비율", f"공무원 위원이 {officials:.1f}%로 {committee.official_share_max}%를 넘습니다."))
    experts = percent(sum(one.is_expert for one in rows), len(rows))
    if committee.expert_share_min is not None and experts is not None and experts < committee.expert_share_min:
        found.append(("민간 전문가 비율", f"민간 전문가가 {experts:.1f}%로 {committee.expert_share_min}%에 모자랍니다."))
    share, target = lesser_gender_share(rows), stored[COMMITTEE_GENDER_SHARE]
    if share is not None and share < target:
        found.append((
            "성별", f"위촉직에서 적은 성별이 {share:.1f}%입니다. {target}% 이상이어야 합니다(양성평등기본법 제21조제2항).",
        ))  # fmt: skip
    for one in rows:
        if one.term_end_on and one.term_end_on < day:
            found.append(("임기", f"{one.name} 위원의 임기가 {one.term_end_on:%Y. %-m. %-d.}에 끝났습니다. 다시 위촉하거나 해촉해 주세요."))
        elif one.term_end_on and (one.term_end_on - day).days <= stored[COMMITTEE_TERM_ALERT]:
            found.append(("임기", f"{one.name} 위원의 임기가 {one.term_end_on:%Y. %-m. %-d.}에 끝납니다."))
        if committee.renewals_allowed is not None and one.renewals > committee.renewals_allowed:
            found.append(("연임", f"{one.name} 위원이 {one.renewals}번 연임했습니다. {committee.renewals_allowed}번까지입니다."))
    return found


def lesser_gender_share(seats: Iterable[Seat]) -> Decimal | None:
    """위촉직 가운데 적은 성별의 비율(%). 성별을 적지 않은 위원이 있거나 위촉직이 없으면 None."""
    genders = [one.gender for one in seats if one.kind == Seat.Kind.APPOINTED]
    if not genders or "" in genders:
        return None
    females = genders.count(Seat.Gender.FEMALE)
    return percent(min(females, len(genders) - females), len(genders))


