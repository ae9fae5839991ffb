"""정책실명제 현황: 다섯 수, 선정기준 × 상태, 마지막으로 고친 뒤 지난 날, 기준에 걸리는데 올리지 않은 것."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, islice
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.access import Role
from core.figures.models import POLICY_LAWS, POLICY_RESEARCH, POLICY_TOTAL, ReportedValue, Setting
from core.history.revisions import kept_count, kept_first, kept_rows
from core.org.models import Staff
from core.projects.matters import Kind, Matter
from core.screens.board_table import BoardTable, Cell, Column, Row
from planning.named_policies.figures import POSTED, policies_url, stale_days
from planning.named_policies.models import CitizenApplication, NamedPolicy

# 그림에 그릴, 가장 오래 고치지 않은 카드의 수
OLDEST = 8
# 올리지 않은 것 가운데 선정기준마다 보일 수
MISSED_SHOWN = 8


# 사람이 볼 수 있는 구의 큰 일(core.projects.matters). 네 팀의 것이라 config 가 엮어 준다.
Matters = Sequence[Callable[[Staff], Iterable[Matter]]]


@dataclass(frozen=True)
class Criteria:
    """그날의 선정기준: 총사업비와 용역의 하한, 살필 자치법규."""

    total: int
    research: int
    laws: str

    @classmethod
    def on(cls, day: date) -> Criteria:
        values = Setting.objects.values_on(day)
        return cls(values[POLICY_TOTAL], values[POLICY_RESEARCH], dict(POLICY_LAWS.choices)[values[POLICY_LAWS]])

    def meets(self, one: Matter) -> bool:
        if one.kind == Kind.LAW:
            return one.basis in self.laws.split("·")
        line = self.total if one.kind == Kind.BUDGET else self.research
        return one.amount is not None and one.amount >= line


@dataclass(frozen=True)
class Missed:
    """선정기준에 걸리는데 한 번도 올리지 않은 것."""

    matter: Matter

    @property
    def ground(self) -> str:
        """선정기준. 큰 일의 갈래와 값이 같다."""
        return str(NamedPolicy.Ground(self.matter.kind.value).label)

    @property
    def add_url(self) -> str:
        """등록 화면. 아는 것은 채워 둔다."""
        one = self.matter
        asked = {
            "title": one.title, "department": one.department.pk, "project": one.project or "", "ground": one.kind.value,
            "overview": one.text, "total_amount": "" if one.amount is None else one.amount, "source": one.key,
        }  # fmt: skip
        return f"{reverse('planning.namedpolicy-add')}?{urlencode(asked)}"


def missed(user: Staff, matters: Matters, today: date) -> list[Missed]:
    """선정기준에 걸리는데 후보로도 올린 적이 없는 것, 갈래마다 큰 것부터. 올린 것은 근거, 사업, 이름으로 안다.

    부서는 제가 맡은 것만 본다. 함께 하는 용역은 주관 부서가 올린다.
    """
    criteria, found = Criteria.on(today), dict[str, Matter]()
    for give in matters:
        for one in give(user):
            if user.role != Role.DEPARTMENT or one.department.pk == user.department_id:
                found.setdefault(one.key, one)
    projects, sources, titles = set[int | None](), set[str](), set[str]()
    for project, source, title in kept_rows(NamedPolicy.objects.order_by().values_list("project", "source", "title")):
        projects.add(project)
        sources.add(source)
        titles.add(title)
    left = [
        one for one in found.values()
        if criteria.meets(one) and one.key not in sources and one.title not in titles and not (one.project and one.project in projects)
    ]  # fmt: skip
    kinds = list(Kind)
    return [Missed(one) for one in sorted(left, key=lambda one: (kinds.index(one.kind), -(one.amount or 0), one.title))]


@dataclass
class PolicyBoard:
    """한 사람이 보는 현황. 질의 수는 사업의 수와 관계없다."""

    user: Staff
    today: date
    matters: Matters

    STAGES = (
        ("candidate", "후보"), ("agenda", "심의 상정"), ("selected", "선정"), ("published", "공개"), ("withheld", "비공개"),
        ("excluded", "제외"), ("closed", "종료"),
    )  # fmt: skip

    @cached_property
    def rows(self) -> list[Any]:
        """볼 수 있는 사업."""
        return kept_rows(NamedPolicy.objects.for_user(self.user).with_state())

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
        return kept_count(NamedPolicy.objects.for_user(self.user).with_moved_people(self.today))

    @cached_property
    def criteria(self) -> Criteria:
        return Criteria.on(self.today)

    @cached_property
    def unlinked(self) -> int:
        return kept_count(NamedPolicy.objects.for_user(self.user).unlinked())

    @cached_property
    def missed(self) -> list[Missed]:
        return missed(self.user, self.matters, self.today)

    @property
    def missed_shown(self) -> list[Missed]:
        """보일 것: 선정기준마다 큰 것부터 몇 건."""
        return [one for _ground, rows in groupby(self.missed, key=lambda one: one.ground) for one in islice(rows, MISSED_SHOWN)]

    @property
    def missed_counts(self) -> list[tuple[str, int]]:
        """선정기준마다의 건수."""
        return list(Counter(one.ground for one in self.missed).items())

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
        found = kept_first(ReportedValue.objects.filter(code=POSTED).order_by("-document"))
        if found is None or self.user.role == Role.DEPARTMENT or not found.document[:4].isdecimal():
            return None
        day = min(date(int(found.document[:4]), 12, 31), self.today)
        count = kept_count(NamedPolicy.objects.posted(day))
        return found.value == count, f"보고서 {found.section} {found.printed}{found.unit}, 기록 {count}건({day.year}년 말)"

    @property
    def is_sample(self) -> bool:
        return any(one.is_sample for one in self.rows)


def _rows_url(ground: str, stage: str) -> str:
    return policies_url(urlencode({name: value for name, value in (("ground", ground), ("stage", stage)) if value}))
