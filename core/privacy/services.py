"""개인정보를 보기 앞에 권한을 확인하고 기록을 남긴다."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from core.access import HandlerScope
from core.privacy.models import PersonalAccess

ONLY_HANDLERS = "이 사건을 맡은 사람만 이름과 주소를 봅니다. 필요하면 담당자에게 물어보세요."


def client_address(request: HttpRequest) -> str | None:
    """실패를 세고 열람 기록에 적을 접속 주소. 프록시 수(PROXY_COUNT)만큼 뒤에서 센 값만 믿어, 꾸며 보낸 주소에 속지 않는다."""
    parts = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    count = settings.PROXY_COUNT
    return parts[-count] if count and len(parts) >= count else request.META.get("REMOTE_ADDR")


def may_reveal(record: Any, user: Any) -> bool:
    """user 가 record 의 개인정보와 첨부를 볼 수 있는가. 개인정보를 맡기지 않은 자료면 누구나다."""
    scope = record.scope
    return not isinstance(scope, HandlerScope) or scope.handles(record, user)


def log_access(
    request: HttpRequest, records: Iterable[Any], reason: str, action: str = PersonalAccess.Action.VIEWED, refusal: str = ONLY_HANDLERS
) -> None:  # fmt: skip
    """records 의 개인정보를 보기 앞에 부른다. 한 건이라도 맡은 사람이 아니면 PermissionDenied 이고 아무것도 남기지 않는다."""
    user, rows = request.user, list(records)
    for record in rows:
        scope = record.scope
        if not isinstance(scope, HandlerScope) or not scope.handles(record, user):  # type: ignore[arg-type]
            raise PermissionDenied(refusal)
    _write(rows, reason, action, user, client_address(request))


def log_erasure(records: Iterable[Any], reason: str) -> None:
    """프로그램이 개인정보를 파기했다. 본 사람과 접속한 곳은 없다."""
    _write(list(records), reason, PersonalAccess.Action.ERASED, None, None)


def _write(rows: Sequence[Any], reason: str, action: str, user: Any, address: str | None) -> None:
    PersonalAccess.objects.bulk_create([
        PersonalAccess(
            staff=user, address=address, model=record._meta.label_lower, object_id=record.pk, object_text=str(record)[:300],
            action=action, reason=reason[:200],
        )
        for record in rows
    ])  # fmt: skip


def personal_rows(record: Model) -> list[Any]:
    """record 에 담긴 개인정보의 행: 자기에게 가릴 항목이 있으면 자기, 아니면 자기를 가리키는 자료 가운데 가릴 항목이 있는 것."""
    if getattr(record, "personal", ()):
        return [record]
    found: list[Any] = []
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if getattr(model, "personal", ()) and isinstance(getattr(model, "scope", None), HandlerScope):
            found += model._default_manager.filter(**{relation.field.name: record})
    return found


def personal_values(row: Any) -> list[tuple[str, str]]:
    """행 하나의 가리지 않은 (이름표, 값). 부르기 앞에 log_access 로 남긴다."""
    return [(str(row._meta.get_field(name).verbose_name), str(getattr(row, name) or "-")) for name in row.personal]
