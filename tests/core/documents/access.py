"""첨부와 의견의 주소 × 역할: 붙은 자료를 볼 수 있는 사람만."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType

from core.documents.models import Attachment
from tests.access import OTHER, OWN, POST_ONLY, SIGNED_IN, Case, Kwargs, Rows, Table, missing, one, read_own
from tests.budget.appropriations.access import reasons, snapshot


def attachments(rows: Rows) -> dict[str, Any]:
    """부서의 집행 부진 사유에 붙인 파일."""
    return {
        whose: Attachment.objects.create(record=reason, file=rows(snapshot).file) for whose, reason in rows(reasons).items()
    }


def record_of(whose: str) -> Kwargs:
    """첨부와 의견을 붙일 자료."""

    def key(rows: Rows) -> dict[str, Any]:
        row = rows(attachments)[whose].record
        return {"content_type": ContentType.objects.get_for_model(row).pk, "pk": row.pk}

    return key


ACCESS: Table = {
    "core.attachment-add": one(POST_ONLY, record_of("own")),
    "core.attachment-remove": one(POST_ONLY, missing),
    "core.attachment-restore": one(POST_ONLY, missing),
    "core.attachment-download": read_own(attachments),
    "core.attachment-zip": [
        Case(SIGNED_IN | {OTHER: 404}, record_of("own"), "자기 부서"),
        Case(SIGNED_IN | {OWN: 404}, record_of("other"), "다른 부서"),
    ],
    "core.comment-add": one(POST_ONLY, record_of("own")),
    "core.comment-resolve": one(POST_ONLY, missing),
}
