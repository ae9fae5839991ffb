"""업무의 모음: 업무분장의 이름표와, 업무마다 내놓는 것(given.py). 업무를 만들면 GIVEN 에 한 줄을 더한다.

GIVEN 의 차례가 곧 할 일과 메뉴, 사업 한 장의 차례이고, 표본을 싣는 차례다(걷을 때는 거꾸로). 뒤의 업무는 앞의 업무 위에 놓인다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import budget.functions
import evaluation.functions
import legal.functions
import planning.functions
from budget.appropriations import given as appropriations
from budget.research_projects import given as research_projects
from config import core_given
from core.access import Team
from core.functions import WorkFunction
from core.given import Given
from evaluation.four_year_plans import given as four_year_plans
from evaluation.performance import given as performance
from legal.lawsuits import given as lawsuits
from legal.legal_advisers import given as legal_advisers
from legal.local_laws import given as local_laws
from legal.ordinance_council import given as ordinance_council
from planning.named_policies import given as named_policies
from planning.periodic_reports import given as periodic_reports
from planning.work_plans import given as work_plans

T = TypeVar("T")

FUNCTIONS: dict[Team, list[WorkFunction]] = {
    Team.PLANNING: planning.functions.FUNCTIONS,
    Team.BUDGET: budget.functions.FUNCTIONS,
    Team.EVALUATION: evaluation.functions.FUNCTIONS,
    Team.LEGAL: legal.functions.FUNCTIONS,
}

GIVEN: tuple[Given, ...] = (
    core_given.GIVEN,
    appropriations.GIVEN,
    four_year_plans.GIVEN,
    performance.GIVEN,
    research_projects.GIVEN,
    work_plans.GIVEN,
    local_laws.GIVEN,
    lawsuits.GIVEN,
    # 소송과 의안 위에 놓인다.
    legal_advisers.GIVEN,
    ordinance_council.GIVEN,
    periodic_reports.GIVEN,
    named_policies.GIVEN,
)


def in_order(items: Iterable[T], names: Sequence[Any], name_of: Callable[[T], str]) -> list[T]:
    """names 에 적은 이름의 차례대로. 적지 않은 것은 ... 의 자리에 온다. 사람에게 보이는 차례가 GIVEN 과 다른 목록에 쓴다."""
    rest = names.index(...)
    return sorted(items, key=lambda one: names.index(name_of(one)) if name_of(one) in names else rest)
