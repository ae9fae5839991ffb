"""정책실명제가 견주는 구의 큰 일: 네 팀이 내놓은 사업, 용역, 자치법규(Given.matters)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from budget.research_projects.models import ResearchProject
from config.functions import GIVEN
from core.access import Role, Team
from core.figures.models import POLICY_LAWS, POLICY_RESEARCH, Setting
from core.org.models import Staff
from core.projects.models import ProjectResult
from planning.named_policies.dashboard import Missed, missed
from planning.named_policies.models import NamedPolicy
from tests.budget.appropriations import factories as budget
from tests.budget.research_projects.factories import ResearchOutputFactory, ResearchProjectFactory
from tests.factories import ProjectFactory, StaffFactory
from tests.legal.local_laws.factories import BillFactory

pytestmark = pytest.mark.django_db
LINE = 50_000_000


def team() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.PLANNING)


def all_missed(user: Staff | None = None) -> list[Missed]:
    matters = [one for given in GIVEN for one in given.matters]
    return missed(user or team(), matters, timezone.localdate())


def shown(user: Staff | None = None) -> list[tuple[str, str, int | None, str]]:
    return [(one.ground, one.matter.title, one.matter.amount, one.matter.basis) for one in all_missed(user)]


def signed(title: str, amount: int) -> None:
    ResearchOutputFactory(
        project=ResearchProjectFactory(title=title, status="contracted", decision="original", approved_amount=LINE * 2),
        contract_amount=amount,
    )


def test_the_total_written_on_a_project_wins_over_the_budget_of_its_programs() -> None:
    project = ProjectFactory(title="도서관")
    budget.row(budget.snapshot(), 1, budget.program("도서관 건립", project=project), 2_000_000_000, 0)
    assert shown() == [("대규모 예산", "도서관", 2_000_000_000, "세부사업의 예산액")]
    written = ProjectResult.objects.create(project=project, figure="총사업비", year=2026, value=3_000_000_000, unit="원", source="투자심사")
    assert shown() == [("대규모 예산", "도서관", 3_000_000_000, "투자심사")]
    written.value = 1
    written.save()
    assert shown() == []


def test_research_and_laws_are_weighed_by_the_setting_of_the_day() -> None:
    signed("조사 용역", LINE)
    signed("작은 용역", LINE - 1)
    ResearchProjectFactory(title="심의 앞의 용역", requested_amount=LINE * 9)
    ResearchProjectFactory(title="끝난 용역", status="closed", approved_amount=LINE * 9)
    BillFactory(title="도서관 조례안", action="enact")
    BillFactory(title="주차장 조례 일부개정조례안", action="amend")
    BillFactory(title="의원이 낸 조례안", action="enact", proposer_kind="member")
    assert shown() == [("연구용역", "조사 용역", LINE, "계약액"), ("법령·자치법규", "도서관 조례안", None, "제정")]
    Setting.objects.create(key=POLICY_RESEARCH.key, value=str(LINE - 1), valid_from=timezone.localdate())
    Setting.objects.create(key=POLICY_LAWS.key, value="all", valid_from=timezone.localdate())
    assert [title for _ground, title, *_rest in shown()] == ["조사 용역", "작은 용역", "도서관 조례안", "주차장 조례 일부개정조례안"]


def test_many_budgets_do_not_push_research_and_laws_off_the_board(client: Client) -> None:
    for amount in range(10):
        ProjectResult.objects.create(
            project=ProjectFactory(), figure="총사업비", year=2026, value=3_000_000_000 + amount, unit="원", source="투자심사"
        )
    signed("조사 용역", LINE)
    client.force_login(team())
    board = client.get(reverse("planning.named-policies")).context["board"]
    assert [(one.ground, one.matter.amount) for one in board.missed_shown] == [
        *(("대규모 예산", 3_000_000_009 - less) for less in range(8)), ("연구용역", LINE),
    ]  # fmt: skip
    assert board.missed_counts == [("대규모 예산", 10), ("연구용역", 1)]


def test_a_department_sees_only_its_own() -> None:
    signed("함께 하는 남의 용역", LINE)
    bill = BillFactory(title="우리 조례안", action="enact")
    ResearchProject.objects.get().partners.add(bill.department)
    assert [one.matter.title for one in all_missed(StaffFactory(role=Role.DEPARTMENT, department=bill.department))] == ["우리 조례안"]


def test_what_was_put_forward_under_another_name_does_not_come_back(client: Client) -> None:
    signed("조사 용역", LINE)
    client.force_login(team())
    [found] = all_missed()
    form = client.get(found.add_url).context["form"]
    assert form["source"].field.widget.is_hidden
    sent = {name: form[name].value() or "" for name in form.fields} | {"title": "고친 이름", "overview": "개요"}
    assert client.post(reverse("planning.namedpolicy-add"), sent).status_code == 302
    policy = NamedPolicy.objects.get()
    assert (policy.title, policy.ground, policy.total_amount) == ("고친 이름", "research", LINE)
    assert all_missed() == []
