"""개인정보를 보기 앞에 권한을 확인하고 기록을 남긴다."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.access import HandlerScope
from core.privacy.models import PersonalAccess


def log_access(
    request: HttpRequest, records: Iterable[Any], reason: str, action: str = PersonalAccess.Action.VIEWED
) -> None:
    """records 의 개인정보를 보기 앞에 부른다. 한 건이라도 맡은 사람이 아니면 PermissionDenied 이고 아무것도 남기지 않는다."""
    user, rows = request.user, list(records)
    for record in rows:
        scope = record.scope
        if not isinstance(scope, HandlerScope) or not scope.handles(record, user):  # type: ignore[arg-type]
            raise PermissionDenied("이 사건을 맡은 사람만 이름과 주소를 봅니다. 필요하면 담당자에게 물어보세요.")
    PersonalAccess.objects.bulk_create([
        PersonalAccess(
            staff=user, address=request.META.get("REMOTE_ADDR"), model=record._meta.label_lower, object_id=record.pk,
            object_text=str(record)[:300], action=action, reason=reason[:200],
        )
        for record in rows
    ])  # fmt: skip
