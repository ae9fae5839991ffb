"""심의 신청 취합: 모든 자료 제출 부서에 다음 해 예산의 학술용역을 묻는다. 부서가 줄을 더하고, 없으면 「해당없음」이다."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from budget.research_projects.excel import ResearchProjectResource
from budget.research_projects.models import ROUND_FORM, ResearchProject, Status
from budget.research_projects.services import receive
from core.access import Team
from core.org.models import Department
from core.rounds.collection import Collection, RowTitle
from core.rounds.models import Round, Submission
from core.rounds.period import Cycle
from core.screens.forms import record_field

FIELDS = ("title", "purpose", "subject", "months", "requested_amount", "basis", "prior_search", "use_plan")


class RequestForm(forms.ModelForm):  # type: ignore[type-arg]
    """부서가 적는 용역 한 건."""

    class Meta:
        model = ResearchProject
        fields = FIELDS
        widgets: ClassVar = {
            name: forms.Textarea(attrs={"rows": 3}) for name in ("purpose", "basis", "prior_search", "use_plan")
        }  # fmt: skip
        formfield_callback = staticmethod(record_field)


class RequestCollection(Collection):
    """다음 해 예산의 학술용역 심의 신청."""

    code = ROUND_FORM
    title = "학술용역 심의 신청"
    team = Team.BUDGET
    cycle = Cycle.YEAR
    model = ResearchProject
    fields = FIELDS
    row_heading = "용역"
    select_related = ("department",)
    order_by = ("pk",)
    resource = ResearchProjectResource
    row_form = RequestForm
    grows = True
    tips = (
        "다음 해 예산에 요구할 학술용역을 한 건씩 적습니다. 없으면 「해당없음」을 누릅니다.",
        "여러 부서가 함께 사는 용역은 주관 부서만 적고, 이름을 눌러 「함께 하는 부서」를 고릅니다.",
        "유사 용역은 프리즘(PRISM)과 구의 지난 용역에서 찾아본 결과를 적습니다. 없으면 「없음」이라고 적습니다.",
    )

    def departments(self, round: Round) -> QuerySet[Department]:
        return Department.objects.valid_on(round.as_of).filter(is_reporting=True)

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """회차 앞에 미리 적어 둔 그 예산의 신청을 잇는다."""
        rows = list(ResearchProject.objects.filter(
            year=self.budget_year(round), status=Status.REQUESTED, submission=None, department__in=submissions
        ))  # fmt: skip
        for row in rows:
            row.submission = submissions[row.department_id]
        ResearchProject.objects.bulk_update(rows, ["submission"])
        return len(rows)

    @staticmethod
    def budget_year(round: Round) -> int:
        """회차의 해에 요구하는 예산은 다음 해의 것이다."""
        return round.year + 1

    def new_row(self, submission: Submission) -> ResearchProject:
        return ResearchProject(
            submission=submission, department_id=submission.responsible_id, year=self.budget_year(submission.round),
            is_sample=submission.round.is_sample,
        )  # fmt: skip

    def row_title(self, row: Any) -> RowTitle:
        return RowTitle("", row.title, "", reverse("budget.researchproject-detail", args=[row.pk]))

    def missing(self, row: Any) -> list[str]:
        return [name for name in ("title", "purpose", "requested_amount", "prior_search", "use_plan") if getattr(row, name) in (None, "")]

    def confirmed(self, submission: Submission, rows: Sequence[Any]) -> None:
        """확정하면 접수한다."""
        for row in rows:
            if row.status == Status.REQUESTED:
                receive(row)

    def after_url(self, round: Round) -> tuple[str, str]:
        return "학술용역", f"{reverse('budget.research-projects')}?year={self.budget_year(round)}"
