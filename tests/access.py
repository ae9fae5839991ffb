"""주소 × 역할 표의 낱말. 업무는 자기 access.py 에 줄을 적고, tests/test_access.py 가 모아서 모두 열어 본다.

    vehicles = of_departments(VehicleFactory)

    ACCESS: Table = {
        "budget.vehicles": one(SIGNED_IN),
        **by_department("budget.vehicle", "form import", vehicles, BUDGET_TEAM),
    }

줄 하나는 `주소 이름: 경우` 이고, 같은 주소를 자기 부서와 다른 부서의 행으로 나누어 볼 때는 경우를 여럿 적는다.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from core.access import Role, Team
from core.org.models import Department, Staff

ANONYMOUS = "비로그인"
PEOPLE: dict[str, dict[str, Any]] = {
    "시스템관리자": {"role": Role.ADMIN},
    "과장": {"role": Role.HEAD},
    "기획조정팀": {"role": Role.TEAM, "team": Team.PLANNING},
    "예산팀": {"role": Role.TEAM, "team": Team.BUDGET},
    "평가팀": {"role": Role.TEAM, "team": Team.EVALUATION},
    "의회법무팀": {"role": Role.TEAM, "team": Team.LEGAL},
    "열람자": {"role": Role.VIEWER},
    "부서 담당자": {"role": Role.DEPARTMENT, "department": "own"},
    "다른 부서 담당자": {"role": Role.DEPARTMENT, "department": "other"},
}
OWN, OTHER = DEPARTMENTS = ("부서 담당자", "다른 부서 담당자")
Expected = dict[str, int]


def expect(everyone: int, *, anonymous: int = 302, **changed: int) -> Expected:
    """모두 everyone, 다른 사람만 따로. changed 의 이름은 밑줄을 빈칸으로 읽는다."""
    expected = {ANONYMOUS: anonymous, **dict.fromkeys(PEOPLE, everyone)}
    for role, status in changed.items():
        if role.replace("_", " ") not in expected:
            raise KeyError(role)
        expected[role.replace("_", " ")] = status
    return expected


def only(*roles: str, otherwise: int = 403) -> Expected:
    """roles 만 200, 나머지는 otherwise."""
    return expect(otherwise) | dict.fromkeys(roles, 200)


def posted(expected: Expected) -> Expected:
    """열 수 있는 사람도 눌러야(POST) 되는 주소."""
    return {label: 405 if status == 200 else status for label, status in expected.items()}


SIGNED_IN = expect(200)
POST_ONLY = expect(405)
DIVISION = expect(200, 부서_담당자=403, 다른_부서_담당자=403)
ADMIN = only("시스템관리자")
TEAMS = only("시스템관리자", "기획조정팀", "예산팀", "평가팀", "의회법무팀")
PLANNING_TEAM = only("시스템관리자", "기획조정팀")
BUDGET_TEAM = only("시스템관리자", "예산팀")
EVALUATION_TEAM = only("시스템관리자", "평가팀")
LEGAL_TEAM = only("시스템관리자", "의회법무팀")


# --- 주소에 넣을 행 ---------------------------------------------------------------------------------


class Rows:
    """주소에 넣을 행. 부르는 것만, 한 번만 만든다. own 은 「부서 담당자」의 부서 것, other 는 다른 부서 것이다."""

    def __init__(self) -> None:
        self.made: dict[Callable[[Rows], Any], Any] = {}

    def __call__(self, make: Callable[[Rows], Any]) -> Any:
        """make 로 만든 행. 다시 부르면 만들어 둔 것이다."""
        if make not in self.made:
            self.made[make] = make(self)
        return self.made[make]

    @cached_property
    def departments(self) -> dict[str, Department]:
        return {
            "own": Department.objects.create(code="T01", name="시험과"),
            "other": Department.objects.create(code="T02", name="다른과"),
        }

    @cached_property
    def people(self) -> dict[str, Staff]:
        return {
            label: Staff.objects.create(
                employee_number=f"91{number:02}", name=label[:30], must_change_password=False,
                **{**fields, "department": self.departments.get(fields.get("department", ""))},
            )
            for number, (label, fields) in enumerate(PEOPLE.items())
        }  # fmt: skip


Make = Callable[[Rows], Any]
Kwargs = Callable[[Rows], dict[str, Any]]


def of_departments(factory: Any, **values: Any) -> Make:
    """부서마다 하나씩."""
    return lambda rows: {whose: factory(department=department, **values) for whose, department in rows.departments.items()}


def attached(factory: Any, name: str, to: Make, **values: Any) -> Make:
    """두 부서의 행(to)마다 딸린 것 하나씩. name 은 to 를 가리키는 칸이다."""
    return lambda rows: {whose: factory(**{name: row}, **values) for whose, row in rows(to).items()}


def key(row: Make) -> Kwargs:
    """행 하나의 번호."""
    return lambda rows: {"pk": rows(row).pk}


def key_of(whose: str, of: Make) -> Kwargs:
    """두 부서의 행(of) 가운데 whose 의 번호."""
    return lambda rows: {"pk": rows(of)[whose].pk}


def missing(rows: Rows) -> dict[str, Any]:
    """행을 보기 전에 막히는 주소의 번호."""
    return {"pk": 1}


def with_rows(make: Make) -> Kwargs:
    """번호가 없는 주소를, make 의 행이 있는 때에 연다."""

    def made(rows: Rows) -> dict[str, Any]:
        assert rows(make)
        return {}

    return made


# --- 표 ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """한 주소를 한 가지 행으로 열 때 역할마다 받는 상태."""

    expected: Expected
    kwargs: Kwargs = lambda rows: {}
    note: str = ""


Table = dict[str, list[Case]]


def one(expected: Expected, kwargs: Kwargs = lambda rows: {}) -> list[Case]:
    return [Case(expected, kwargs)]


def own_and_other(of: Make, own: Expected, other: Expected) -> list[Case]:
    """자기 부서의 행과 다른 부서의 행."""
    return [Case(own, key_of("own", of), "자기 부서"), Case(other, key_of("other", of), "다른 부서")]


def read_own(of: Make) -> list[Case]:
    """과 사람과 자기 부서가 보는 행."""
    return own_and_other(of, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404})


def changed_by_team(of: Make, team: Expected) -> list[Case]:
    """자기 부서가 보기만 하고 team 이 고치는 행."""
    return own_and_other(of, team | {OTHER: 404}, team | {OWN: 404})


def changed_by_owner(of: Make, team: Expected) -> list[Case]:
    """team 과 자기 부서가 고치는 행."""
    return own_and_other(of, team | {OWN: 200, OTHER: 404}, team | {OWN: 404, OTHER: 200})


def screens(route: str, extra: str, lists: Expected, adds: Expected, reads: list[Case], changes: list[Case]) -> Table:
    """화면 묶음(Screens) 하나의 주소들. extra 는 있는 것만: form, bulk, import."""
    table = {f"{route}-{action}": one(lists) for action in ("list", "export", "print")}
    table |= {f"{route}-{action}": reads for action in ("detail", "history")}
    if "form" in extra:
        table |= {
            f"{route}-add": one(adds),
            f"{route}-edit": changes,
            f"{route}-delete": changes,
            f"{route}-undo": one(posted(lists), lambda rows: {"batch": UUID(int=1)}),
        }
    if "bulk" in extra:
        table[f"{route}-bulk"] = one(posted(adds))
    if "import" in extra:
        table[f"{route}-import"] = one(adds)
    return table


def common(route: str, extra: str, row: Make, seen: Expected = SIGNED_IN, changed_by: Expected = ADMIN) -> Table:
    """모두(또는 seen 의 사람이) 보고 시스템관리자(또는 changed_by)만 고치는 자료."""
    return screens(route, extra, seen, changed_by, one(seen, key(row)), one(changed_by, key(row)))


def by_department(route: str, extra: str, of: Make, changed_by: Expected, added_by: Expected | None = None) -> Table:
    """과 사람이 보고, 팀(changed_by)과 자기 부서가 고치는 자료. added_by 는 더하는 사람이 고치는 사람과 다를 때 적는다."""
    adds = added_by or changed_by | {OWN: 200, OTHER: 200}
    return screens(route, extra, SIGNED_IN, adds, read_own(of), changed_by_owner(of, changed_by))


def by_department_read(route: str, extra: str, of: Make, changed_by: Expected, added_by: Expected | None = None) -> Table:
    """과 사람과 자기 부서가 보고, 팀(changed_by)만 고치는 자료."""
    return screens(route, extra, SIGNED_IN, added_by or changed_by, read_own(of), changed_by_team(of, changed_by))


def deleted_by_team(route: str, of: Make, team: Expected) -> Table:
    """자기 부서가 적는 자료에서 지우기만 팀에 남는 것."""
    return {f"{route}-delete": changed_by_team(of, team)}


def acts(route: str, names: str, expected: Expected, kwargs: Kwargs = missing) -> Table:
    """한 자료의 여러 처리(names)가 같은 답을 주는 것."""
    return {f"{route}-{name}": one(expected, kwargs) for name in names.split()}
