"""구의 큰 일(Matter): 사업의 총사업비, 학술용역, 자치법규. 업무가 given.py 로 내놓고 정책실명제가 선정기준과 견준다."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.urls import reverse

from core.history.revisions import kept_rows
from core.org.models import Department, Staff
from core.projects.models import Project, ProjectResult

# 취합이 사업에 적는 실적의 이름(core.projects.results)
TOTAL = "총사업비"


class Kind(TextChoices):
    """큰 일의 갈래."""

    BUDGET = "budget", "사업"
    RESEARCH = "research", "용역"
    LAW = "law", "자치법규"


@dataclass(frozen=True)
class Matter:
    """큰 일 하나. 같은 것을 두 업무가 내놓으면 먼저 내놓은 것을 쓴다.

    key      무엇인가: 「core.project:3」
    basis    어디에서 온 금액인지, 자치법규는 제정·개정·폐지 가운데 무엇인지
    amount   금액(원). 없는 일이면 None
    project  가리키는 사업의 번호
    """

    kind: Kind
    key: str
    title: str
    department: Department
    url: str
    basis: str
    amount: int | None = None
    project: int | None = None
    text: str = ""

    @classmethod
    def of_projects(cls, user: Staff, costs: Mapping[int, tuple[int, str]]) -> Iterator[Matter]:
        """{사업 번호: (총사업비, 근거)} 에서, user 가 볼 수 있는 끝나지 않은 사업. 질의 하나."""
        for one in kept_rows(Project.objects.for_user(user).open().filter(pk__in=costs).select_related("department")):
            amount, basis = costs[one.pk]
            url = reverse("core.project-detail", args=[one.pk])
            yield cls(Kind.BUDGET, f"core.project:{one.pk}", one.title, one.department, url, basis, amount, one.pk, one.summary)


def printed_totals(user: Staff) -> Iterable[Matter]:
    """「총사업비」를 실적으로 적은 사업. 여럿이면 가장 늦은 것이다."""
    rows = ProjectResult.objects.filter(figure=TOTAL).order_by("year", "number")
    return Matter.of_projects(user, {one.project_id: (int(Decimal(one.value)), one.source) for one in kept_rows(rows)})
