"""기한 규칙: 법정 기한 하나하나를 날짜가 있는 행으로 둔다."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from core.access import CommonScope
from core.deadlines.periods import Direction, Period, Unit
from core.history.models import Record
from core.org.models import DatedQuerySet

ALERT_DAYS = "14, 7, 3, 1"


class RuleMissing(Exception):
    """그날 쓰는 규칙이 없다."""


class DeadlineRuleQuerySet(DatedQuerySet):
    def in_force(self, code: str, day: date) -> DeadlineRule:
        """기산일이 day 일 때 쓰는 규칙. 없으면 RuleMissing."""
        versions = self.filter(code=code)
        if rule := versions.valid_on(day).order_by("-valid_from").first():
            return rule
        if versions.exists():
            raise RuleMissing(f"「{code}」 규칙은 있지만 {day.isoformat()}에 쓰는 것이 없습니다. 규칙의 적용 기간을 확인해 주세요.")
        raise RuleMissing(f"「{code}」라는 기한 규칙이 없습니다. 「기한 규칙」 화면에서 코드를 확인해 주세요.")


class DeadlineRule(Record):
    """기한 규칙 하나: 무엇이 있은 날부터 얼마를 어떻게 세는가, 어느 조문인가."""

    class Area(models.TextChoices):
        BUDGET = "budget", "예산·결산"
        INVESTMENT = "investment", "투자심사"
        FUND = "fund", "기금"
        SUBSIDY = "subsidy", "지방보조금"
        ORDINANCE = "ordinance", "자치법규"
        NOTICE = "notice", "고시·공고"
        SUIT = "suit", "소송"
        TRIBUNAL = "tribunal", "행정심판"
        CONSTITUTIONAL = "constitutional", "헌법재판"
        COUNCIL = "council", "의회"
        AUDIT = "audit", "행정사무감사"
        PROPOSAL = "proposal", "제안"
        OUTSOURCING = "outsourcing", "민간위탁"
        AGENCY = "agency", "공단·출자출연"
        STATISTICS = "statistics", "통계"
        REGULATION = "regulation", "규제"
        COMMON = "common", "공통"

    class Confidence(models.TextChoices):
        VERIFIED = "V", "법령 확인"
        GENERAL = "K", "확인 필요"
        LOCAL = "CFG", "구가 정함"

    code = models.CharField("코드", max_length=60)
    name = models.CharField("이름", max_length=100)
    area = models.CharField("분야", max_length=20, choices=Area.choices)
    trigger = models.CharField("기산의 바탕", max_length=100, help_text="예: 판결서를 송달받은 날, 회계연도 시작일")
    length = models.PositiveSmallIntegerField("길이", help_text="「지체 없이」는 구의 기준 근무일 수. 정하지 않았으면 0")
    unit = models.CharField("단위", max_length=15, choices=Unit.choices, default=Unit.DAYS)
    direction = models.CharField("세는 방향", max_length=10, choices=Direction.choices, default=Direction.FORWARD)
    rolls = models.BooleanField("쉬는 날이면 다음 근무일로", default=True, help_text="민법 제161조. 「이내」에만 씁니다.")
    counts_first_day = models.BooleanField("첫날을 셈", default=False)
    is_peremptory = models.BooleanField("불변기간", default=False)
    needs_second_person = models.BooleanField("두 사람이 확인", default=False, help_text="불변기간은 늘 두 사람이 확인합니다.")
    article = models.CharField("조문", max_length=200)
    confidence = models.CharField("확실한 정도", max_length=3, choices=Confidence.choices, default=Confidence.VERIFIED)
    alert_days = models.CharField("미리 알림(일 전)", max_length=60, default=ALERT_DAYS, blank=True, help_text="예: 14, 7, 3, 1")
    valid_from = models.DateField("적용 시작일", default=date(2000, 1, 1), help_text="기산의 바탕이 되는 날이 이날 이후일 때 씁니다.")
    valid_to = models.DateField("적용 종료일", null=True, blank=True)
    note = models.CharField("비고", max_length=300, blank=True)

    objects = DeadlineRuleQuerySet.as_manager()
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "기한 규칙"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="deadline_rule_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": "적용 종료일이 시작일보다 앞섭니다. 두 날짜를 확인해 주세요."})
        if self.rolls and self.direction != Direction.FORWARD:
            raise ValidationError({"rolls": "거꾸로 세는 기한과 시행일은 미루지 않습니다. 표시를 풀어 주세요."})
        if self.unit == Unit.HOURS and (self.rolls or self.counts_first_day or self.direction == Direction.ELAPSED):
            raise ValidationError(
                {"unit": "시간은 바로 그때부터 이어 셉니다. 「이내」나 「전까지」로 두고 쉬는 날과 첫날의 표시를 풀어 주세요."}
            )
        if self.unit == Unit.PROMPT and self.direction != Direction.FORWARD:
            raise ValidationError({"unit": "「지체 없이」는 「이내」로만 셉니다. 세는 방향을 바꿔 주세요."})
        if not re.fullmatch(r"\s*(\d{1,3}(\s*,\s*\d{1,3})*)?\s*", self.alert_days):
            raise ValidationError({"alert_days": "14, 7, 3, 1처럼 날수를 쉼표로 나누어 적어 주세요."})

    def is_valid_on(self, day: date) -> bool:
        """기산의 바탕이 되는 날이 day 일 때 쓰는 규칙인가."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def period(self) -> Period:
        """계산기에 넘길 기간."""
        return Period(self.length, self.unit, self.direction, self.rolls, self.counts_first_day)

    @property
    def period_text(self) -> str:
        """「14일 이내」"""
        return self.period.text

    @property
    def two_people(self) -> bool:
        """끝내기 전에 두 번째 사람의 확인이 있어야 하는가."""
        return self.is_peremptory or self.needs_second_person

    @property
    def alerts(self) -> list[int]:
        """미리 알릴 날: 며칠 전."""
        return [int(number) for number in re.findall(r"\d+", self.alert_days)]
