"""자료를 심의한 안건 조각. 템플릿에서 {% load committees %} 로 쓴다.

{% agenda record %}  □ 심의 — 회의마다의 의결, 금액, 조건과 그 이행. 심의한 적이 없으면 아무것도 그리지 않는다
"""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Prefetch
from django.template import Context

from core.committees.models import AgendaItem, FollowUp
from core.history.models import Record

register = template.Library()


@register.inclusion_tag("core/committees/agenda.html", takes_context=True)
def agenda(context: Context, record: Record) -> dict[str, Any]:
    """record 를 심의한 안건, 새 것부터. 의결을 받지 않는 자료(decided_by 가 없는 것)에는 묻지 않는다."""
    if not hasattr(record, "decided_by"):
        return {"items": []}
    user = context["request"].user
    tasks = Prefetch("follow_ups", FollowUp.objects.for_user(user), "tasks")
    rows = AgendaItem.objects.about(record).for_user(user).with_names().prefetch_related(tasks)
    items = list(rows.order_by("-meeting__held_on", "-pk"))
    return {"items": items, "has_amount": any(one.proposed_amount is not None for one in items)}
