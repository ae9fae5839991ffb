"""날짜가 있는 설정(Setting)과 보고서에 인쇄된 값(ReportedValue)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core.access import CommonScope
from core.deadlines.periods import month_end, shift_months
from core.history.models import Record, RecordQuerySet
from core.history.revisions import kept
from core.remembering import remembered


@dataclass(frozen=True)
class SettingKey:
    """설정 하나의 뜻과 처음 값. 관리자가 날짜를 정해 바꾸면 그 행이 이긴다."""

    key: str
    title: str
    default: str
    parse: Callable[[str], Any] = str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def default_text(self) -> str:
        """처음 값을 우리말로."""
        return dict(self.choices).get(self.default, self.default)


@dataclass(frozen=True)
class EraseKey(SettingKey):
    """한 업무의 개인정보를 몇 해 뒤에 파기하는가. 업무마다 법과 조례가 다르므로 업무마다 하나다.

    업무는 끝난 날에 `day()` 를 적어 두고, 날마다 하는 일(given.py 의 daily)에서 그날이 지난 것을 없애고 log_erasure 로 남긴다.
    """

    parse: Callable[[str], Any] = int

    def day(self, ended_on: date) -> date:
        """ended_on 에 끝난 자료의 개인정보를 파기하는 날: 그날의 설정만큼 해가 지난 같은 날."""
        months = 12 * Setting.objects.values_on(ended_on)[self]
        return shift_months(ended_on, months) or month_end(ended_on, months) + timedelta(days=1)


RATE_MODE = SettingKey(
    "rate.mode", "비율 끝수 처리", "half_up", choices=(("half_up", "반올림"), ("down", "버림"))
)
RATE_PLACES = SettingKey("rate.places", "비율 소수 자리", "1", int)
RATE_BASE = SettingKey(
    "rate.base", "집행률의 분모", "budget", choices=(("budget", "예산액"), ("current", "예산현액"))
)
EXECUTION_OK = SettingKey("execution.ok", "집행 상태: 정상 하한(달성도 %)", "90", Decimal)
EXECUTION_WARN = SettingKey("execution.warn", "집행 상태: 주의 하한(달성도 %)", "70", Decimal)
STALE_DAYS = SettingKey("execution.stale_days", "집행 자료가 오래됐다고 알리는 날수", "35", int)
WINRATE_PLACES = SettingKey("winrate.places", "승소율 소수 자리", "0", int)
WINRATE_MODE = SettingKey("winrate.mode", "승소율 끝수 처리", "half_up", choices=RATE_MODE.choices)
COMMITTEE_GENDER_SHARE = SettingKey("committee.gender_share", "위원회: 위촉직의 적은 성별 목표(%)", "40", Decimal)
COMMITTEE_TERM_ALERT = SettingKey("committee.term_alert", "위원회: 임기 만료를 알리는 날수", "90", int)
COMMITTEE_FEE = SettingKey("committee.fee", "위원회: 참석수당(원)", "100000", int)
COMMITTEE_WRITTEN_FEE = SettingKey("committee.written_fee", "위원회: 서면 심의수당(원)", "50000", int)
ADVISER_MAX = SettingKey("adviser.max", "법률고문 인원(명 이내)", "12", int)
ADVISER_TOP_SHARE = SettingKey("adviser.top_share", "법률고문: 한 사람 점유율을 알리는 값(%)", "30", Decimal)
ADVISER_MONTHLY_FEE = SettingKey("adviser.monthly_fee", "법률고문 월 자문료(원)", "300000", int)
ADVISER_OPINION_FEE = SettingKey("adviser.opinion_fee", "법률고문 자문 한 건의 수당(원)", "200000", int)
ERASE_LAWSUITS = EraseKey("privacy.erase_years", "소송 당사자 개인정보를 파기하는 때(종결 뒤 햇수)", "5")
WORK_OVERDUE = SettingKey("work_plan.overdue", "부진사업: 밀린 일정의 건수(이상)", "1", int)
WORK_PROGRESS = SettingKey("work_plan.progress", "부진사업: 진척률의 하한(지난 기간의 %)", "70", Decimal)
WORK_SPENT = SettingKey("work_plan.spent", "부진사업: 집행률의 하한(지난 기간의 %)", "50", Decimal)
EVENT_GAP = SettingKey("events.gap_minutes", "구청장 일정: 두 일정 사이에 두어야 하는 분", "30", int)
EVENT_LENGTH = SettingKey("events.length_minutes", "일정: 끝 시각을 적지 않았을 때 보는 길이(분)", "60", int)
CARRY_WEEKS = SettingKey("events.carry_weeks", "주간 보고: 끝나지 않은 업무를 이월하는 지난 주의 수", "4", int)
POLICY_TOTAL = SettingKey("named_policies.total", "정책실명제: 대규모 예산의 하한(총사업비, 원)", "1000000000", int)
POLICY_RESEARCH = SettingKey("named_policies.research", "정책실명제: 연구용역의 하한(계약액이나 심의 금액, 원)", "50000000", int)
POLICY_LAWS = SettingKey(
    "named_policies.laws", "정책실명제: 후보로 살필 자치법규", "new",
    choices=(("none", "보지 않음"), ("new", "제정·폐지"), ("all", "제정·개정·폐지")),
)  # fmt: skip
POLICY_STALE = SettingKey("named_policies.stale_days", "정책실명제: 카드가 오래됐다고 알리는 날수", "180", int)
ERASE_POLICY_APPLICANTS = EraseKey("privacy.erase_policy_applicants", "정책실명제 신청인의 개인정보를 파기하는 때(통지 뒤 햇수)", "3")
RESEARCH_GATE = SettingKey("research.gate", "학술용역심의: 심의하는 요구액의 하한(원). 0이면 모두 심의", "0", int)
SETTING_KEYS = (
    RATE_MODE, RATE_PLACES, RATE_BASE, EXECUTION_OK, EXECUTION_WARN, STALE_DAYS, COMMITTEE_GENDER_SHARE,
    COMMITTEE_TERM_ALERT, COMMITTEE_FEE, COMMITTEE_WRITTEN_FEE, ADVISER_MAX, ADVISER_TOP_SHARE, ADVISER_MONTHLY_FEE,
    ADVISER_OPINION_FEE, ERASE_LAWSUITS, WORK_OVERDUE, WORK_PROGRESS, WORK_SPENT,
    WINRATE_PLACES, WINRATE_MODE,
    EVENT_GAP, EVENT_LENGTH, CARRY_WEEKS,
    RESEARCH_GATE,
    POLICY_TOTAL, POLICY_RESEARCH, POLICY_LAWS, POLICY_STALE, ERASE_POLICY_APPLICANTS,
)  # fmt: skip


def setting_choices() -> list[tuple[str, str]]:
    """고를 수 있는 항목. 부르는 것이라 항목을 더해도 마이그레이션이 생기지 않는다."""
    return [(item.key, item.title) for item in SETTING_KEYS]


class SettingQuerySet(RecordQuerySet):
    def values_on(self, day: date | None = None) -> Settings:
        """day(없으면 오늘)에 유효한 설정 모두. 질의 한 번."""
        return _values_on(day or timezone.localdate())


@remembered
def _values_on(day: date) -> Settings:
    rows = Setting.objects.filter(valid_from__lte=day).order_by("valid_from").values_list("key", "value")
    return Settings(dict(kept(("settings", day), (Setting,), lambda: tuple(rows))))


class Settings:
    """어느 날의 설정 값. `settings[RATE_MODE]` 처럼 읽는다."""

    def __init__(self, stored: dict[str, str]) -> None:
        self._stored = stored

    def __getitem__(self, key: SettingKey) -> Any:
        return key.parse(self._stored.get(key.key, key.default))


class Setting(Record):
    """법이나 구의 방침으로 바뀌는 값. 언제부터인지 함께 적는다."""

    key = models.CharField("항목", max_length=50, choices=setting_choices)
    value = models.CharField("값", max_length=100)
    valid_from = models.DateField("적용 시작일")
    basis = models.CharField("근거", max_length=200, blank=True)

    objects = SettingQuerySet.as_manager()
    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "설정"
        ordering = ["key", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["key", "valid_from"], name="setting_unique")]

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.get_value_display()}"

    def get_value_display(self) -> str:
        """값을 우리말로: half_up → 반올림"""
        return dict(self._choices()).get(self.value, self.value)

    def _choices(self) -> tuple[tuple[str, str], ...]:
        return next((item.choices for item in SETTING_KEYS if item.key == self.key), ())

    def clean(self) -> None:
        definition = next((item for item in SETTING_KEYS if item.key == self.key), None)
        if definition is None:
            return
        # 화면에서는 우리말로 적고, 셈하는 곳에서 쓰는 이름으로 바꾸어 둔다.
        self.value = {label: value for value, label in definition.choices}.get(self.value, self.value)
        if definition.choices and self.value not in dict(definition.choices):
            words = ", ".join(label for _value, label in definition.choices)
            raise ValidationError({"value": f"{words} 가운데 하나를 적어 주세요."})
        try:
            definition.parse(self.value)
        except (ValueError, ArithmeticError) as error:
            raise ValidationError({"value": "숫자로 적어 주세요."}) from error


class ReportedValue(Record):
    """보고서에 인쇄된 값. 행이 없는 합계를 대신하고, 다시 계산한 값과 대조한다."""

    document = models.CharField("보고서", max_length=100)
    section = models.CharField("절", max_length=20)
    code = models.CharField("코드", max_length=100)
    label = models.CharField("이름", max_length=200)
    value = models.DecimalField("값", max_digits=20, decimal_places=4, null=True, blank=True)
    printed = models.CharField("인쇄된 글자", max_length=50)
    unit = models.CharField("단위", max_length=10)
    as_of = models.DateField("기준일", null=True, blank=True)
    as_of_text = models.CharField("인쇄된 기준일", max_length=50, blank=True)

    scope: ClassVar = CommonScope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "보고서에 인쇄된 값"
        ordering = ["document", "pk"]
        constraints = [models.UniqueConstraint(fields=["document", "code"], name="reported_value_unique")]

    def __str__(self) -> str:
        return f"{self.section} {self.label} {self.printed}"
