"""반기 갱신의 취합 서식: 공개하고 있는 사업의 담당부서에 추진경과와 추진실적을 묻는다."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from core.access import Team
from core.org.models import Department
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from planning.named_policies.excel import PolicyUpdateResource, before
from planning.named_policies.models import NamedPolicy, PolicyUpdate

ROW_FIELDS = ("progress", "results")


class UpdateRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """부서가 고치는 카드 한 장."""

    class Meta:
        model = PolicyUpdate
        fields = ROW_FIELDS
        widgets: ClassVar = dict.fromkeys(ROW_FIELDS, forms.Textarea(attrs={"rows": 6}))


class UpdateCollection(Collection):
    """정책실명제 카드의 반기 갱신."""

    code = "planning.named_policies.update"
    title = "정책실명제 갱신"
    team = Team.PLANNING
    cycle = Cycle.HALF
    model = PolicyUpdate
    fields = ROW_FIELDS
    previous_fields = ROW_FIELDS
    row_heading = "정책실명제 사업"
    select_related = ("policy__department",)
    order_by = ("policy__number",)
    resource = PolicyUpdateResource
    row_form = UpdateRowForm
    evidence = False
    tips = (
        "지난번에 적은 글이 들어 있습니다. 이번 반기에 한 일을 덧붙이고 끝난 일은 고칩니다.",
        "추진경과는 「○ 2026. 3. 설계용역 착수」처럼 때와 한 일을 한 줄씩 적습니다.",
        "담당이 바뀌었으면 사업 화면에서 「담당 변경 반영」을 누릅니다. 앞사람의 줄은 그대로 남습니다.",
    )

    def departments(self, round: Round) -> QuerySet[Department]:
        """기준일에 공개하고 있는 사업의 담당부서."""
        return Department.objects.filter(pk__in=NamedPolicy.objects.posted(round.as_of).order_by().values("department"))

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """사업마다 지난 글을 미리 채운 갱신을 만든다."""
        policies = list(NamedPolicy.objects.posted(round.as_of).filter(department__in=submissions).order_by("number"))
        last = {one.policy_id: one for one in PolicyUpdate.objects.accepted().filter(policy__in=policies).order_by("on", "pk")}
        rows = []
        for policy in policies:
            old = last.get(policy.pk)
            rows.append(PolicyUpdate(
                policy=policy, on=round.as_of, submission=submissions[policy.department_id], is_sample=policy.is_sample,
                progress=old.progress if old else "", results=old.results if old else "",
            ))  # fmt: skip
        PolicyUpdate.objects.bulk_create(rows)
        return len(rows)

    def row_title(self, row: Any) -> RowTitle:
        policy = row.policy
        return RowTitle(policy.number, policy.title, policy.get_ground_display(), reverse("planning.namedpolicy-detail", args=[policy.pk]))

    def previous(self, rows: Sequence[Any]) -> dict[int, Any]:
        return before(list(rows))

    def warnings(self, row: Any, previous: Any | None) -> dict[str, str]:
        """지난번과 한 글자도 다르지 않으면 알린다."""
        if previous is None or any(getattr(row, name).strip() != getattr(previous, name).strip() for name in ROW_FIELDS):
            return {}
        return {"progress": "지난번과 똑같습니다. 이번 반기에 한 일이 없는지 확인해 주세요."}

    def after_url(self, round: Round) -> tuple[str, str]:
        return "정책실명제 현황", reverse("planning.named-policies")
