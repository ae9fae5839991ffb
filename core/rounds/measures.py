"""회차를 재는 세 축: 제출률, 기한내율, 1차 통과율. 그리고 늦은 날수."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.utils import timezone

from core.deadlines.working_days import Calendar
from core.formats import percent
from core.rounds.models import Submission

DEFINITIONS = (
    ("제출률", "제출 ÷ (대상 − 해당없음) × 100"),
    ("기한내율", "마감 안에 낸 부서 ÷ (대상 − 해당없음) × 100. 마감을 늘린 부서는 늘린 마감으로 봅니다."),
    ("1차 통과율", "보완 요청 없이 확정한 부서 ÷ 제출 × 100"),
    ("늦은 날", "마감 다음 날부터 처음 낸 날까지의 근무일. 마감 날 늦게 낸 것은 0일입니다."),
)


@dataclass(frozen=True)
class Measures:
    """한 회차를 잰 값. 건수는 부서 수, delays 는 늦게 낸 부서마다 늦은 근무일이다(DOMAIN §5.1)."""

    target: int
    nothing: int
    submitted: int
    on_time: int
    confirmed: int
    first_pass: int
    waiting: int
    delays: tuple[int, ...]

    @property
    def base(self) -> int:
        """내야 하는 부서: 대상 − 해당없음."""
        return self.target - self.nothing

    @property
    def left(self) -> int:
        """아직 내지 않은 부서."""
        return self.base - self.submitted

    @property
    def submit_rate(self) -> Decimal | None:
        return percent(self.submitted, self.base)

    @property
    def on_time_rate(self) -> Decimal | None:
        return percent(self.on_time, self.base)

    @property
    def first_pass_rate(self) -> Decimal | None:
        return percent(self.first_pass, self.submitted)

    @property
    def mean_delay(self) -> Decimal | None:
        """늦게 낸 부서의 평균 늦은 날. 늦은 부서가 없으면 None."""
        return Decimal(sum(self.delays)) / len(self.delays) if self.delays else None

    @property
    def median_delay(self) -> Decimal | None:
        return Decimal(median(self.delays)) if self.delays else None


def measure(submissions: Iterable[Submission], calendar: Calendar) -> Measures:
    """한 회차의 제출들을 잰다. 제출마다 round 를 읽어 둔 것을 준다."""
    rows = list(submissions)
    status = Submission.Status
    done = [row for row in rows if row.first_submitted_at and row.status != status.NOTHING]
    late = [row for row in done if row.is_late]
    confirmed = [row for row in rows if row.status == status.CONFIRMED]
    return Measures(
        target=len(rows),
        nothing=sum(row.status == status.NOTHING for row in rows),
        submitted=len(done),
        on_time=len(done) - len(late),
        confirmed=len(confirmed),
        first_pass=sum(row.returned_count == 0 for row in confirmed),
        waiting=sum(row.is_waiting_review for row in rows),
        delays=tuple(delay(row, calendar) or 0 for row in late),
    )


def delay(submission: Submission, calendar: Calendar) -> int | None:
    """늦은 근무일. 제때 냈으면 None, 아직 내지 않았으면 오늘까지 센다."""
    if not submission.is_late:
        return None
    until = submission.first_submitted_at or timezone.now()
    return calendar.working_days_between(timezone.localdate(submission.due_at), timezone.localdate(until))
