"""기한 조각. 템플릿에서 {% load deadlines %} 로 쓴다.

{% deadlines object %}  □ 기한 3건 — 법정 기한, 안전 기한, 상태, 계산 근거

화면이 이미 볼 수 있다고 확인한 자료(object)에 쓴다. 질의는 하나다.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from core.deadlines.models import Deadline
from core.history.models import Record

register = template.Library()


@register.inclusion_tag("core/deadlines.html", takes_context=True)
def deadlines(context: Context, record: Record) -> dict[str, Any]:
    """자료에 붙은 기한의 표. 보는 사람이 볼 수 있는 것만."""
    rows = Deadline.objects.for_user(context["request"].user).to_record(record).with_names()
    return {"rows": list(rows)}
