"""첨부와 의견 조각. 템플릿에서 {% load documents %} 로 쓴다.

{% attachments object %}  □ 첨부 4개 — 표, 모두 내려받기, 올리는 칸
{% comments object %}     □ 의견 2건 — 답글, 마무리, 쓰는 칸

화면이 이미 볼 수 있다고 확인한 자료(object)에 쓴다. 질의는 행 수와 관계없이 첨부 둘, 의견 둘이다.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.contenttypes.models import ContentType
from django.template import Context

from core.access import Role
from core.documents.file_types import ACCEPT
from core.documents.forms import AttachmentForm, CommentForm, field_names
from core.documents.models import Attachment, Comment
from core.documents.uploads import MAX_FILE_BYTES
from core.history.models import Record
from core.privacy.services import may_reveal

register = template.Library()


def _about(context: Context, record: Record) -> dict[str, Any]:
    """두 조각이 함께 쓰는 것: 누가 보는가, 어디에 붙는가, 그 자료를 고칠 수 있는가."""
    request = context["request"]
    return {
        "request": request,
        "content_type": ContentType.objects.get_for_model(record).pk,
        "record": record,
        "next": request.get_full_path(),
        "may_change": record.scope.may_change(record, request.user),
    }


@register.inclusion_tag("core/documents/attachments.html", takes_context=True)
def attachments(context: Context, record: Record) -> dict[str, Any]:
    """첨부 표와 올리는 칸. 올리는 칸은 자료를 고칠 수 있는 사람에게만 보인다."""
    about = _about(context, record)
    user = context["request"].user
    may_write = Attachment.scope.may_add(Attachment, user)
    rows = list(Attachment.objects.to_record(record).filter(is_removed=False).select_related("file__uploaded_by"))
    for row in rows:
        row.may_remove = may_write and (about["may_change"] or (row.file.uploaded_by_id == user.pk and user.role != Role.DEPARTMENT))
    return {
        **about,
        "rows": rows,
        "total": sum(row.file.size for row in rows),
        "may_open": may_reveal(record, user),
        "form": AttachmentForm(),
        "accept": ACCEPT,
        "limit": MAX_FILE_BYTES // (1024 * 1024),
    }


@register.inclusion_tag("core/documents/comments.html", takes_context=True)
def comments(context: Context, record: Record) -> dict[str, Any]:
    """의견과 답글. 새 의견이 위에 오고, 답글은 적은 차례대로 아래에 붙는다."""
    about = _about(context, record)
    user = context["request"].user
    may_write = Comment.scope.may_add(Comment, user)
    rows = list(Comment.objects.to_record(record).select_related("author__department", "resolved_by"))
    names = dict(field_names(record))
    threads = {row.pk: row for row in reversed(rows) if row.parent_id is None}
    for thread in threads.values():
        thread.answers = []
        thread.field_label = names.get(thread.field, "")
        held = thread.is_blocking and user.role == Role.DEPARTMENT
        thread.may_resolve = may_write and not held and (about["may_change"] or thread.author_id == user.pk)
    for row in rows:
        if row.parent_id in threads:
            threads[row.parent_id].answers.append(row)
    return {
        **about,
        "threads": list(threads.values()),
        "count": len(rows),
        "form": CommentForm(record=record),
        "may_write": may_write,
    }
