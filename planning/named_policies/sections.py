"""사업 한 장의 정책실명제 구역."""

from __future__ import annotations

from django.urls import reverse

from core.formats import date_plain
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from planning.named_policies.models import NamedPolicy


def named_policies(project: Project, user: Staff) -> Section:
    """정책실명제: 이 사업을 가리키는 카드와 그 상태."""
    rows = NamedPolicy.objects.for_user(user).filter(project=project).with_state().select_related("department")
    lines = [
        Row([
            Cell(f"{one.number} {one}", reverse("planning.namedpolicy-detail", args=[one.pk])), Cell(one.get_ground_display()),
            Cell(one.stage_text), Cell(date_plain(one.published_on)), Cell(date_plain(one.updated_on)),
        ])
        for one in rows
    ]  # fmt: skip
    columns = (("정책실명제", ""), ("선정기준", "c nw"), ("상태", "c nw"), ("최초 공개일", "c nw"), ("최종 수정일", "c nw"))
    return Section(
        "정책실명제", columns, lines, url=reverse("planning.named-policies"),
        nothing="이 사업을 가리키는 정책실명제 카드가 없습니다. 선정기준에 걸리면 정책실명제 현황의 「올리지 않은 사업」에 나옵니다.",
    )
