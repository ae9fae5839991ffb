"""정책실명제 현황: 다섯 수, 선정기준 × 상태, 마지막으로 고친 뒤 지난 날, 기준에 걸리는데 올리지 않은 사업."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.access import Role
from core.figures.models import POLICY_TOTAL, ReportedValue, Setting
from core.org.models import Staff
from core.projects.models import Project
from core.screens.board_table import BoardTable, Cell, Column, Row
from planning.named_policies.figures import POSTED, policies_url, stale_days
from planning.named_policies.models import CitizenApplication, NamedPolicy

# 그림에 그릴, 가장 오래 고치지 않은 카드의 수
OLDEST = 8


@dataclass(frozen=True)
class Total:
    """사업 하나의 총사업비(원)와, 어디에서 온 수인지, 그 행의 주소."""

    amount: int
    basis: str
    url: str


# {사업 번호: 총사업비}. 예산은 예산팀의 자료라 config 가 엮어 준다.
Totals = Callable[[], Mapping[int, Total]]


@dataclass(frozen=True)
class Missed:
    """선정기준에 걸리는데 한 번도 올리지 않은 사업."""

    project: Project
    total: Total

    @property
    def add_url(self) -> str:
        """등록 화면. 아는 것은 채워 둔다."""
        asked = {
            "title": self.project.title, "department": self.project.department_id, "project": self.project.pk,
            "ground": NamedPolicy.Ground.BUDGET.value, "overview": self.project.summary, "total_amount": self.total.amount,
        }  # fmt: skip
        return f"{reverse('planning.namedpolicy-add')}?{urlencode(asked)}"


def missed(user: Staff, totals: Mapping[int, Total], today: date) -> list[Missed]:
    """끝나지 않은 사업 가운데 총사업비가 하한 이상인데 후보로도 올린 적이 없는 것, 큰 것부터. 부서는 제 사업만 본다."""
    line = Setting.objects.values_on(today)[POLICY_TOTAL]
    keys = [key for key, one in totals.items() if one.amount >= line]
    known = NamedPolicy.objects.filter(project__in=keys).order_by().values("project")
    rows = Project.objects.for_user(user).open().filter(pk__in=keys).exclude(pk__in=known).select_related("department")
    return sorted((Missed(row, totals[row.pk]) for row in rows), key=lambda one: (-one.total.amount, one.project.title))


@dataclass
class PolicyBoard:
    """한 사람이 보는 현황. 질의 수는 사업의 수와 관계없다."""

    user: Staff
    today: date
    totals: Totals

    STAGES = (
        ("candidate", "후보"), ("agenda", "심의 상정"), ("selected", "선정"), ("published", "공개"), ("withheld", "비공개"),
        ("excluded", "제외"), ("closed", "종료"),
    )  # fmt: skip

    @cached_property
    def rows(self) -> list[Any]:
        """볼 수 있는 사업."""
        return list(NamedPolicy.objects.for_user(self.user).with_state())

    @cached_property
    def posted(self) -> int:
        return sum(one.status == NamedPolicy.Status.PUBLISHED for one in self.rows)

    @cached_property
    def stale_days(self) -> int:
        return stale_days(self.today)

    def age(self, row: Any) -> int:
        """마지막으로 고친(고친 적이 없으면 공개한) 뒤 지난 날."""
        return (self.today - (row.updated_on or row.published_on)).days

    @cached_property
    def _by_age(self) -> list[Any]:
        rows = [one for one in self.rows if one.status == NamedPolicy.Status.PUBLISHED]
        return sorted(rows, key=lambda one: (-self.age(one), one.number))

    @property
    def stale(self) -> int:
        return sum(self.age(one) > self.stale_days for one in self._by_age)

    @cached_property
    def moved(self) -> int:
        return NamedPolicy.objects.for_user(self.user).with_moved_people(self.today).count()

    @cached_property
    def missed(self) -> list[Missed]:
        return missed(self.user, self.totals(), self.today)

    @cached_property
    def applications(self) -> int:
        return CitizenApplication.objects.for_user(self.user).open().count()

    @property
    def oldest(self) -> list[Any]:
        return self._by_age[:OLDEST]

    @property
    def chart(self) -> list[dict[str, Any]]:
        """가장 오래 고치지 않은 카드부터 지난 날의 막대."""
        return [{"label": row.number, "values": [self.age(row)]} for row in self.oldest]

    @cached_property
    def table(self) -> BoardTable:
        """선정기준 × 상태. 수를 누르면 그 사업이 열린다."""
        counts = Counter((one.ground, self.stage(one)) for one in self.rows)
        columns = [Column("선정기준", "name"), *(Column(label) for _, label in self.STAGES), Column("계", is_bold=True)]
        lines = []
        for ground, label in [*NamedPolicy.Ground.choices, ("", "계")]:
            found = [sum(counts[one, stage] for one in ([ground] if ground else NamedPolicy.Ground.values)) for stage, _ in self.STAGES]
            cells = [
                Cell(number, _rows_url(ground, stage) if number else "") for number, (stage, _) in zip(found, self.STAGES, strict=True)
            ]
            lines.append(Row([label, *cells, Cell(sum(found), _rows_url(ground, "") if sum(found) else "")], is_sum=not ground))
        return BoardTable("grounds", "선정기준마다의 상태별 사업 수", columns, lines)

    def stage(self, row: Any) -> str:
        return "agenda" if row.on_agenda else str(row.status)

    @cached_property
    def printed(self) -> tuple[bool, str] | None:
        """가장 늦은 보고서의 값과, 그해 말(올해면 오늘)에 공개하고 있던 수를 견준 (같은가, 설명). 부서에는 보이지 않는다."""
        found = ReportedValue.objects.filter(code=POSTED).order_by("-document").first()
        if found is None or self.user.role == Role.DEPARTMENT or not found.document[:4].isdecimal():
            return None
        day = min(date(int(found.document[:4]), 12, 31), self.today)
        count = NamedPolicy.objects.posted(day).count()
        return found.value == count, f"보고서 {found.section} {found.printed}{found.unit}, 기록 {count}건({day.year}년 말)"

    @property
    def is_sample(self) -> bool:
        return any(one.is_sample for one in self.rows)


def _rows_url(ground: str, stage: str) -> str:
    return policies_url(urlencode({name: value for name, value in (("ground", ground), ("stage", stage)) if value}))
