"""공휴일, 기한 규칙, 기한."""

from core.deadlines.models.deadlines import CalendarToken, Deadline, DeadlineConfirmation
from core.deadlines.models.holidays import Holiday
from core.deadlines.models.rules import DeadlineRule, RuleMissing

__all__ = ["CalendarToken", "Deadline", "DeadlineConfirmation", "DeadlineRule", "Holiday", "RuleMissing"]
