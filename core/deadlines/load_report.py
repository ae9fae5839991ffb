"""공휴일과 기한 규칙을 파일에서 싣고, 이미 실은 규칙이 파일과 다르면 알린다."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core.deadlines.models import DeadlineRule, Holiday
from core.formats import date_plain
from core.history.settle import Settling

_KINDS = (
    ("대체공휴일", Holiday.Kind.SUBSTITUTE), ("임시공휴일", Holiday.Kind.TEMPORARY), ("선거일", Holiday.Kind.ELECTION),
)  # fmt: skip
# 법원의 기간까지 미뤄지는지 분명하지 않은 공휴일
_DISPUTED = "노동절"


def load_holidays(data: dict[str, Any], settling: Settling) -> None:
    """{"basis", "holidays": {해: [[날짜, 이름], …]}}. 이미 있는 날은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    for days in data["holidays"].values():
        for day, name in days:
            kind = next((kind for word, kind in _KINDS if word in name), Holiday.Kind.LEGAL)
            values = {"name": name, "kind": kind, "source": data["basis"], "is_disputed": _DISPUTED in name}
            settling.put(Holiday, {"date": date.fromisoformat(day)}, values)


# 파일의 규칙과 견줄 항목. 적용 기간은 사람이 정한다.
_NAMES = tuple(
    field.name for field in DeadlineRule._meta.concrete_fields
    if field.editable and not field.primary_key and field.name not in ("code", "valid_from", "valid_to")
)  # fmt: skip


def _shipped(data: dict[str, Any]) -> Iterator[DeadlineRule]:
    """파일의 규칙. 저장하지 않은 행이다."""
    for item in data["rules"]:
        row = DeadlineRule(**{**item, "valid_from": date.fromisoformat(item.get("valid_from", "2000-01-01"))})
        row.full_clean(validate_unique=False, validate_constraints=False)
        yield row


def load_rules(data: dict[str, Any], settling: Settling) -> None:
    """{"rules": [{code, name, area, trigger, length, article, …}]}. 이미 있는 규칙은 사람이 고쳤을 수 있으므로 덮어쓰지 않는다."""
    for row in _shipped(data):
        values = {name: getattr(row, name) for name in (*_NAMES, "valid_to")}
        settling.put(DeadlineRule, {"code": row.code, "valid_from": row.valid_from}, values)


@dataclass(frozen=True)
class Difference:
    """파일의 규칙과 다른, 지금 쓰는 규칙(코드마다 적용 시작일이 가장 늦은 행) 하나."""

    now: DeadlineRule
    shipped: DeadlineRule

    @property
    def names(self) -> list[str]:
        return [name for name in _NAMES if getattr(self.now, name) != getattr(self.shipped, name)]

    @property
    def lines(self) -> list[str]:
        """「길이: 30 → 20」의 줄. 앞이 지금 쓰는 것이다."""
        return [
            f"{_field(name).verbose_name}: {_told(self.now, name)} → {_told(self.shipped, name)}"
            for name in self.names
        ]

    @transaction.atomic
    def apply(self, day: date) -> DeadlineRule:
        """파일의 규칙을 day 부터 쓴다. 앞의 행은 그 전날에 닫혀, 그 앞에서 센 기한은 그대로다."""
        if day <= self.now.valid_from:
            raise ValidationError(f"「{self.now}」은(는) {date_plain(self.now.valid_from)}부터 쓰는 규칙입니다. 그 뒤의 날을 적어 주세요.")
        if self.now.valid_to is None or self.now.valid_to >= day:
            self.now.valid_to = day - timedelta(days=1)
            self.now.save()
        row = DeadlineRule(code=self.now.code, valid_from=day, **{name: getattr(self.shipped, name) for name in _NAMES})
        row.full_clean()
        row.save()
        return row


def _field(name: str) -> Any:
    return DeadlineRule._meta.get_field(name)


def _told(rule: DeadlineRule, name: str) -> str:
    value = getattr(rule, name)
    if isinstance(value, bool):
        return "예" if value else "아니오"
    return str(dict(_field(name).flatchoices).get(value, value)) or "(없음)"


def missing(data: dict[str, Any]) -> list[DeadlineRule]:
    """파일에는 있는데 아직 싣지 않은 규칙."""
    codes = set(DeadlineRule.objects.order_by().values_list("code", flat=True))
    return [row for row in _shipped(data) if row.code not in codes]


def differences(data: dict[str, Any]) -> list[Difference]:
    """파일과 다른 규칙. 파일이 새로워진 것인지 사람이 고친 것인지는 알 수 없으므로 보이기만 하고, 반영은 골라서 한다."""
    latest = {row.code: row for row in DeadlineRule.objects.order_by("valid_from")}
    found = (Difference(latest[row.code], row) for row in _shipped(data) if row.code in latest)
    return [one for one in found if one.names]
