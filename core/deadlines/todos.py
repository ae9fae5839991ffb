"""기한의 할 일."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from core.access import Role
from core.deadlines.models import Deadline, DeadlineRule
from core.history.models import Change, Record, RecordQuerySet
from core.inbox.source import Inbox, Line, staff
from core.org.models import Staff


def _deadline_lines(rows: RecordQuerySet) -> Iterator[Line]:
    """맡은 사람의 기한, 두 주 앞부터. 안전 기한을 기한으로 본다."""
    for one in rows.unfinished().exclude(handler=None).with_names():  # type: ignore[attr-defined]
        handler = one.handler
        if handler.role == Role.DEPARTMENT and handler.department_id != one.department_id:
            continue  # 부서를 옮겨 이제 볼 수 없는 것
        url = reverse("core.deadline-detail", args=[one.pk])
        yield Line(
            one.pk, staff(handler.pk), "기한", str(one), url, "처리", f"법정 기한 {one.due_plain} · {one.rule.article}", one.safe_on,
            shows_from=one.safe_on - timedelta(days=14), is_sample=one.is_sample,
        )  # fmt: skip


TODOS = (Inbox("deadlines", Deadline, _deadline_lines, follows={Staff: "handler", DeadlineRule: "rule"}),)


def records_of(changes: Iterable[Change]) -> dict[type[Record], set[int]]:
    """바뀐(지워졌거나 다른 자료로 옮긴 것까지) 기한이 붙은 자료: {자료: 번호}. 질의 한 번."""
    pairs = set(Deadline.objects.filter(pk__in=[one.object_id for one in changes]).values_list("content_type", "object_id"))
    for change in changes:
        kind, key = (change.values.get(name, [None])[0] for name in ("content_type", "object_id"))
        if kind and key:
            pairs.add((kind, key))
    found: dict[type[Record], set[int]] = defaultdict(set)
    for kind, key in pairs:
        model = ContentType.objects.get_for_id(kind).model_class() if kind else None
        if key and model and issubclass(model, Record):
            found[model].add(key)
    return found
