"""들고 있는 일을 점검표에 모으고, 고른 것을 한 거래로 넘긴다."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.handover.models import Handover, HandoverItem
from core.history.context import acting_as
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.org.open_items import OpenItems


def held_by(staff: Staff, open_items: Sequence[OpenItems]) -> list[tuple[OpenItems, list[Any]]]:
    """staff 가 지금 맡고 있는 열린 일, 갈래마다. 없는 갈래는 빠진다. 갈래마다 질의 한 번."""
    today = timezone.localdate()
    return [(items, rows) for items in open_items if (rows := items.of_handler(staff, today))]


@transaction.atomic
def fill_checklist(handover: Handover, open_items: Sequence[OpenItems]) -> int:
    """아직 점검표에 없는 일을 더하고, 그 사이 남의 것이 된 줄은 뺀다. 더한 건수를 준다. 여러 번 불러도 같다."""
    kept = {(item.content_type_id, item.object_id): item for item in handover.items.all()}
    held, added = set(), []
    for items, rows in held_by(handover.giver, open_items):
        kind = ContentType.objects.get_for_model(rows[0])
        for row in rows:
            held.add((kind.pk, row.pk))
            item = kept.get((kind.pk, row.pk))
            if item is None:
                added.append(HandoverItem(
                    handover=handover, label=items.label, content_type=kind, object_id=row.pk, text=str(row)[:300]
                ))  # fmt: skip
            elif item.handed_at:
                # 넘긴 뒤에 되돌아온 일은 다시 넘길 수 있다.
                item.handed_at = item.seen_at = None
                item.save()
    HandoverItem.objects.bulk_create(added)
    gone = [item.pk for key, item in kept.items() if key not in held and item.handed_at is None]
    HandoverItem.objects.filter(pk__in=gone).delete()
    return len(added)


@transaction.atomic
def hand_over(
    handover: Handover, chosen: Collection[int], notes: Mapping[int, str], open_items: Sequence[OpenItems], user: Staff
) -> int:
    """고른 줄의 일을 받는 사람에게 넘기고 건수를 준다. 이미 넘긴 줄과 그 사이 남의 것이 된 일은 건드리지 않는다.

    넘긴 일마다 「인수인계: 까닭」이 이력에 남는다.
    """
    Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    fill_checklist(handover, open_items)
    waiting = {
        (item.content_type_id, item.object_id): item for item in handover.items.filter(pk__in=chosen, handed_at__isnull=True)
    }
    now, done = timezone.now(), []
    with acting_as(user, f"인수인계: {handover.reason} ({handover.giver.name} → {handover.taker.name})", uuid.uuid4()):
        for items, rows in held_by(handover.giver, open_items):
            groups = defaultdict[int, list[Any]](list)
            for row in rows:
                kind = ContentType.objects.get_for_model(row)
                if item := waiting.get((kind.pk, row.pk)):
                    groups[kind.pk].append(row)
                    item.note, item.handed_at = notes.get(item.pk, item.note)[:300], now
                    done.append(item)
            for found in groups.values():
                items.hand_over(found, handover.taker)
        HandoverItem.objects.bulk_update(done, ["note", "handed_at"])
    if done:
        notify(
            [handover.taker], Notice.Reason.ASSIGNED, f"{handover.giver.name} 님의 업무 {len(done):,}건을 받았습니다",
            text=handover.reason, url=reverse("core.handover-received"),
        )  # fmt: skip
    return len(done)
