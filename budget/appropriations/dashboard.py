"""집행 현황을 셈한다: 한 기준일의 행을 단위사업·팀·부서·재원·통계목으로 묶고 목표와 견준다.

화면(views.py)과 수치(figures.py)가 같은 셈을 쓴다. 행을 적을 때 함께 적은 합(ExecutionSummary)을 세부사업마다 읽고(질의 한 번)
나머지는 그것을 더한다. 그래서 행이 백만이어도 만일 때와 같은 시간이 든다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from budget.appropriations.models import (
    ExecutionPointer,
    ExecutionReason,
    ExecutionSummary,
    MonthlyPlan,
)
from budget.appropriations.models.execution import SUMMED, ExecutionSummaryQuerySet, first_pointer
from budget.appropriations.models.versions import SOURCES
from core.access import DIVISION_ROLES, Team
from core.figures.models import EXECUTION_OK, EXECUTION_WARN, RATE_BASE, RATE_MODE, RATE_PLACES, Setting, Settings
from core.formats import percent, round_rate
from core.history.models import RecordQuerySet
from core.history.revisions import kept_rows
from core.org.models import Department, Staff, division
from core.remembering import remembered
from core.states import Sign

OTHER_PROGRAMS = "그 밖의 사업"
WHOLE = "all"
# 직제순이 없는 부서의 자리
AFTER_ALL = 1_000_000


@dataclass(frozen=True)
class Standard:
    """비율을 셈하고 상태를 매기는 기준. 설정에서 온다."""

    mode: str
    places: int
    base: str
    ok: Decimal
    warn: Decimal

    @classmethod
    def of(cls, settings: Settings) -> Standard:
        return cls(
            settings[RATE_MODE], settings[RATE_PLACES], settings[RATE_BASE], settings[EXECUTION_OK], settings[EXECUTION_WARN]
        )

    @property
    def base_label(self) -> str:
        return "예산현액" if self.base == "current" else "예산액"

    def rounded(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else round_rate(value, self.places, self.mode)


@dataclass
class Line:
    """집행표의 한 줄. 금액은 원, 행을 더해 만든다. 적히지 않은 금액(current, committed)은 None."""

    label: str
    standard: Standard
    filters: dict[str, Any] = field(default_factory=dict)
    owner: str = ""
    rows: int = 0
    budget: int = 0
    spent: int = 0
    current: int | None = None
    committed: int | None = None
    expected: Decimal = Decimal(0)
    sources: dict[str, int] = field(default_factory=dict)
    level: int = 0
    order: int = 0
    is_sample: bool = False
    reason: ExecutionReason | None = None
    url: str = ""
    rows_url: str = ""

    def add(self, total: dict[str, Any]) -> None:
        """세부사업이나 다른 줄의 합을 더한다."""
        self.rows += total["rows"]
        self.budget += total["budget_amount"] or 0
        self.spent += total["spent_amount"] or 0
        self.expected += total["expected"]
        for name in ("current", "committed"):
            if (value := total[f"{name}_amount"]) is not None:
                setattr(self, name, (getattr(self, name) or 0) + value)
        for source in SOURCES:
            if (value := total.get(f"{source}_amount")) is not None:
                self.sources[source] = self.sources.get(source, 0) + value

    @property
    def base(self) -> int:
        """집행률의 분모(원): 설정에 따라 예산액 또는 예산현액."""
        return self.current if self.standard.base == "current" and self.current is not None else self.budget

    @property
    def balance(self) -> int:
        """연중 잔액 = 분모 − 집행액(DOMAIN §1.4)."""
        return self.base - self.spent

    @property
    def exact_rate(self) -> Decimal | None:
        return percent(self.spent, self.base)

    @property
    def rate(self) -> Decimal | None:
        """집행률(%). 설정한 끝수 처리. 예산이 0이면 없다."""
        return self.standard.rounded(self.exact_rate)

    @property
    def target(self) -> Decimal | None:
        """목표 집행률(%): 부서 월별 계획이 있으면 그 누계, 없으면 달 수 ÷ 12."""
        return self.expected * 100 / self.base if self.base else None

    @property
    def gap(self) -> Decimal | None:
        """목표와의 차이(%p)."""
        if self.exact_rate is None or self.target is None:
            return None
        return round_rate(self.exact_rate - self.target, self.standard.places)

    @property
    def state(self) -> str:
        """달성도(집행률 ÷ 목표)로 매긴 상태."""
        if self.exact_rate is None or not self.target:
            return ""
        achievement = self.exact_rate * 100 / self.target
        if achievement >= self.standard.ok:
            return Sign("정상", "ok")
        return Sign("주의", "warn") if achievement >= self.standard.warn else Sign("부진", "bad")


class Execution:
    """한 회계연도, 한 기준일, 한 부서(또는 구 전체)의 집행 현황.

    summaries   볼 수 있는 합(`ExecutionSummary.objects.for_user(user)` 또는 전체)
    department  None 이면 구 전체
    """

    def __init__(
        self, summaries: ExecutionSummaryQuerySet, year: int, as_of: date | None = None, department: Department | None = None
    ) -> None:
        self.year, self.department = year, department
        self.pointers = ExecutionPointer.objects.of_year(year)
        self.pointer = (
            next((pointer for pointer in self.pointers if pointer.as_of == as_of), None) if as_of else first_pointer(self.pointers)
        )
        self.settings = Setting.objects.values_on(self.pointer.as_of if self.pointer else None)
        self.standard = Standard.of(self.settings)
        self._summaries = summaries.filter(department=department) if department else summaries

    def summaries(self, cut: ExecutionSummary.Cut, pointers: list[ExecutionPointer] | None = None) -> ExecutionSummaryQuerySet:
        """고른 자료(pointers 를 주면 그 자료들)의 합, cut 갈래로."""
        chosen = ([self.pointer] if self.pointer else []) if pointers is None else pointers
        return self._summaries.filter(snapshot__in=[pointer.snapshot_id for pointer in chosen], cut=cut)

    @property
    def has_rows(self) -> bool:
        """이 부서의 행이 자료에 있는가."""
        return bool(kept_rows(self.summaries(ExecutionSummary.Cut.FUNDING).values("pk")[:1]))

    @property
    def as_of(self) -> date | None:
        return self.pointer.as_of if self.pointer else None

    @property
    def month(self) -> int:
        return self.month_of(self.as_of) if self.as_of else 0

    def month_of(self, day: date) -> int:
        """기준일이 속한 달. 다음 해의 출납 정리 기간은 12월로 본다(지방회계법 7)."""
        return 12 if day.year > self.year else day.month

    @property
    def is_division(self) -> bool:
        """우리 과의 현황인가. 보고서와의 대조는 우리 과에서만 뜻이 있다."""
        return self.department is not None and self.department.name == settings.DIVISION_NAME

    @property
    def is_sample(self) -> bool:
        return bool(self.pointer and self.pointer.snapshot.is_sample)

    def query(self, **filters: Any) -> str:
        """이 현황의 조건에 filters 를 더한 주소 꼬리."""
        return urlencode({key: value for key, value in {**self._fixed, **filters}.items() if value not in ("", None)})

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        """어느 현황인지 정하는 조건."""
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "department": self.department.pk if self.department else WHOLE,
        }

    def rows_url(self, **filters: Any) -> str:
        """그 수를 이루는 행의 주소."""
        return f"{reverse('budget.executionrow-list')}?{self.query(**filters)}"

    def page_url(self, **filters: Any) -> str:
        return f"{reverse('budget.execution')}?{self.query(**filters)}"

    @cached_property
    def plans(self) -> dict[int, int]:
        return MonthlyPlan.objects.cumulative(self.year, self.month)

    @cached_property
    def programs(self) -> list[dict[str, Any]]:
        """세부사업별 합. 목표액(expected, 원)을 붙인다. 질의 한 번(계획까지 세 번)."""
        prefix = "detail_program__"
        unit = f"{prefix}unit_program__"
        found = self.summaries(ExecutionSummary.Cut.PROGRAM).order_by("-budget_amount", "pk").values(
            "rows", *SUMMED, "detail_program", f"{prefix}name", f"{prefix}code", f"{prefix}is_sample", f"{prefix}department",
            f"{prefix}unit_program", f"{unit}name", f"{unit}short_name", f"{unit}team",
            f"{prefix}report_program", f"{prefix}report_program__title", f"{prefix}report_program__section",
            "department", "department_name", "department__name", "department__order",
        )
        totals: list[dict[str, Any]] = kept_rows(found)
        for total in totals:
            base = total["current_amount"] if self.standard.base == "current" else None
            total["expected"] = self._expected(total["detail_program"], base or total["budget_amount"])
        return totals

    def _expected(self, program: int | None, base: int) -> Decimal:
        if program is not None and program in self.plans:
            return Decimal(self.plans[program])
        return Decimal(base or 0) * self.month / 12

    def parts(self) -> list[Execution]:
        """구 전체를 부서마다 나눈 현황. 부서표에 없는 부서는 뺀다. 질의는 부서 이름 하나뿐이다."""
        by_department: dict[int, list[dict[str, Any]]] = {}
        for program in self.programs:
            if program["department"] is not None:
                by_department.setdefault(program["department"], []).append(program)
        found = []
        for pk, department in Department.objects.in_bulk(by_department).items():
            part = Execution.__new__(Execution)
            part.__dict__.update(year=self.year, pointers=self.pointers, pointer=self.pointer, settings=self.settings,
                                 standard=self.standard, plans=self.plans)  # fmt: skip
            part.department, part._summaries = department, self._summaries.filter(department=department)
            part.__dict__["programs"] = by_department[pk]
            found.append(part)
        return found

    @cached_property
    def total(self) -> Line:
        line = self._line("계")
        for program in self.programs:
            line.add(program)
        return line

    def _line(self, label: str, *, tab: str = "", owner: str = "", level: int = 0, **filters: Any) -> Line:
        url = self.page_url(tab=tab, **filters) if tab else ""
        return Line(
            label, self.standard, filters, owner, level=level, url=url, rows_url=self.rows_url(**filters),
            is_sample=self.is_sample,
        )

    def _grouped(
        self, key: Callable[[dict[str, Any]], Any], make: Callable[[dict[str, Any]], Line],
        programs: list[dict[str, Any]] | None = None,
    ) -> list[Line]:  # fmt: skip
        lines: dict[Any, Line] = {}
        for program in self.programs if programs is None else programs:
            of = key(program)
            if of not in lines:
                lines[of] = make(program)
            lines[of].add(program)
        return list(lines.values())

    def units(self) -> list[Line]:
        """단위사업별. 업무보고 사업이 단위사업의 일부뿐이면 아래에 업무보고 사업과 그 밖의 사업을 보인다."""
        return list(self._units)

    @cached_property
    def _units(self) -> list[Line]:
        name, report = "detail_program__unit_program", "detail_program__report_program"

        def make_unit(program: dict[str, Any]) -> Line:
            team = program[f"{name}__team"]
            owner = Team(team).label if team else "과 공통" if self.is_division else program["department_name"]
            return self._line(program[f"{name}__name"], tab="programs", owner=str(owner), unit=program[name])

        def make_report(program: dict[str, Any]) -> Line:
            label = program[f"{report}__title"] or OTHER_PROGRAMS
            return self._line(
                label, tab="programs", level=1, unit=program[name], report=program[report] or "other"
            )

        units = self._grouped(lambda program: program[name], make_unit)
        reports: dict[Any, set[Any]] = {}
        for program in self.programs:
            reports.setdefault(program[name], set()).add(program[report])
        split = [program for program in self.programs if len(reports[program[name]]) > 1]
        kids: dict[Any, list[Line]] = {}
        for kid in self._grouped(lambda program: (program[name], program[report]), make_report, split):
            kids.setdefault(kid.filters["unit"], []).append(kid)
        lines = []
        for unit in self._in_report_order(units):
            lines.append(unit)
            lines += sorted(kids.get(unit.filters["unit"], ()), key=lambda kid: (kid.label == OTHER_PROGRAMS, -kid.budget))
        return lines

    def _in_report_order(self, units: list[Line]) -> list[Line]:
        """조직도의 팀 순서, 과 공통은 맨 뒤(보고서 Ⅰ-4 의 순서)."""
        order = {str(team.label): at for at, team in enumerate(Team)}
        return sorted(units, key=lambda unit: (order.get(unit.owner, len(order)), -unit.budget))

    def teams(self) -> list[Line]:
        name = "detail_program__unit_program__team"
        lines = self._grouped(
            lambda program: program[name],
            lambda program: self._line(
                str(Team(program[name]).label) if program[name] else "팀을 정하지 않은 사업", tab="programs",
                team=program[name] or "none",
            ),
        )
        return self._in_report_order([_owned(line, line.label) for line in lines])

    def departments(self) -> list[Line]:
        """부서별, 직제순. 부서표에 없는 부서는 파일에 적힌 이름으로 뒤에 보인다."""

        def make(program: dict[str, Any]) -> Line:
            pk = program["department"]
            if pk is None:
                name = program["department_name"]
                line = self._line(name, department=WHOLE, department_name=name)
                line.url, line.order = line.rows_url, AFTER_ALL
            else:
                line = self._line(program["department__name"], department=pk)
                line.url, line.order = self.page_url(department=pk), program["department__order"]
            return line

        lines = self._grouped(lambda program: program["department"] or program["department_name"], make)
        return sorted(lines, key=lambda line: (line.order, line.label))

    def fundings(self) -> list[Line]:
        """재원 구성별. 한 줄은 재원 구성이 같은 사업을 모은 것이라 집행액도 나눌 필요가 없다."""
        totals = self.summaries(ExecutionSummary.Cut.FUNDING).by("funding")
        lines = []
        for total in totals:
            total["expected"] = self._expected(None, total["budget_amount"])
            line = self._line(funding_label(total["funding"]), funding=total["funding"] or "none")
            line.add(total)
            lines.append(line)
        return lines

    def by_source(self) -> list[tuple[str, int | None, Line | None]]:
        """재원마다 (이름, 예산액 원, 집행을 셀 수 있는 줄). 다른 재원과 섞인 사업이 있으면 집행은 나눌 수 없어 None."""
        lines = {line.filters["funding"]: line for line in self.fundings()}
        mixed = {source for funding in lines if "+" in funding for source in funding.split("+")}
        shown = [source for source in SOURCES if source in ("state", "city", "own") or self.total.sources.get(source)]
        return [
            (SOURCES[source], self.total.sources.get(source) or None, None if source in mixed else lines.get(source))
            for source in shown
        ]

    @property
    def target_label(self) -> str:
        """목표의 이름: 월별 계획을 적은 사업이 없으면 균등 기준이다."""
        planned = any(program["detail_program"] in self.plans for program in self.programs)
        return "목표" if planned else "균등 기준"

    def stat_items(self) -> list[Line]:
        """통계목별, 편성목 순. 편성목마다 소계를 앞에 둔다."""
        item = "stat_item__expense_item"
        totals = self.summaries(ExecutionSummary.Cut.STAT_ITEM).by(
            item, f"{item}__code", f"{item}__name", "stat_item", "stat_item__code", "stat_item__name"
        )
        lines: list[Line] = []
        parents: dict[Any, Line] = {}
        kids: dict[Any, list[Line]] = {}
        for total in sorted(totals, key=lambda total: (total[f"{item}__code"] or "~", total["stat_item__code"] or "~")):
            total["expected"] = self._expected(None, total["budget_amount"])
            key = total[item]
            label = f"{total[f'{item}__code']} {total[f'{item}__name']}" if key else "통계목이 적히지 않은 줄"
            parent = parents.setdefault(key, self._line(label, expense=key or "none"))
            parent.add(total)
            if key:
                code, name = total["stat_item__code"], total["stat_item__name"]
                kid = self._line(f"{code} {name}", level=1, stat=total["stat_item"])
                kid.add(total)
                kids.setdefault(key, []).append(kid)
        for key, parent in parents.items():
            lines += [parent, *kids.get(key, [])]
        return lines

    def detail_programs(self, filters: dict[str, str], readable: RecordQuerySet | None = None) -> list[Line]:
        """세부사업별. filters 는 unit, report, team. 사유·대책을 붙인다.

        한 세부사업을 여러 부서가 쓰면 사유는 사업을 맡은 부서의 것이라, 볼 수 있는 것(readable)만 붙인다. None 이면 모두.
        """
        stored = ExecutionReason.objects.all() if readable is None else readable
        reasons = {
            reason.detail_program_id: reason
            for reason in kept_rows(stored.filter(detail_program__fiscal_year__year=self.year, as_of=self.as_of))
        }
        lines: dict[int, Line] = {}
        for program in self.programs:
            if not _matches(program, filters):
                continue
            key = program["detail_program"]
            if key not in lines:
                owner = program["department__name"] or program["department_name"]
                lines[key] = self._line(program["detail_program__name"], owner=owner, program=key)
                lines[key].is_sample, lines[key].reason = program["detail_program__is_sample"], reasons.get(key)
            lines[key].add(program)
        return list(lines.values())

    def listed_total(self, filters: dict[str, str], lines: list[Line]) -> Line:
        """좁힌 세부사업 목록의 계. 금액을 누르면 그 목록을 이루는 행만 열린다."""
        total = self._line("계", **cast(dict[str, Any], filters))
        for line in lines:
            total.rows += line.rows
            total.budget += line.budget
            total.spent += line.spent
            total.expected += line.expected
            if line.current is not None:
                total.current = (total.current or 0) + line.current
        return total

    def months(self) -> list[tuple[int, Line | None]]:
        """1~12월 말의 누계. 자료가 없는 달은 None(빈칸이지 0이 아니다). 질의 한 번."""
        found = self.summaries(ExecutionSummary.Cut.FUNDING, self.pointers).order_by().values("snapshot").annotate(
            budget=Sum("budget_amount"), current=Sum("current_amount"), spent=Sum("spent_amount")
        )  # fmt: skip
        by_snapshot = {row["snapshot"]: row for row in kept_rows(found)}
        months: dict[int, Line] = {}
        for pointer in reversed(self.pointers):
            if (row := by_snapshot.get(pointer.snapshot_id)) and (self.as_of is None or pointer.as_of <= self.as_of):
                months[self.month_of(pointer.as_of)] = Line(
                    f"{self.month_of(pointer.as_of)}월", self.standard, budget=row["budget"], current=row["current"],
                    spent=row["spent"],
                )
        return [(month, months.get(month)) for month in range(1, 13)]

    def monthly_targets(self) -> list[Decimal]:
        """달마다의 목표 집행률(%). 계획을 적은 사업은 계획, 나머지는 균등."""
        base = self.total.base
        if not base:
            return [Decimal(month * 100) / 12 for month in range(1, 13)]
        planned: dict[int, dict[int, int]] = {}
        own = {program["detail_program"]: program["budget_amount"] for program in self.programs}
        plans = MonthlyPlan.objects.filter(detail_program__fiscal_year__year=self.year)
        for program, month, amount in kept_rows(plans.values_list("detail_program", "month", "amount")):
            if program in own:
                planned.setdefault(program, {})[month] = amount
        even = base - sum(own[program] for program in planned)
        return [
            Decimal(
                Decimal(even) * month / 12
                + sum(amount for plan in planned.values() for at, amount in plan.items() if at <= month)
            ) * 100 / base
            for month in range(1, 13)
        ]


@remembered
def own_execution(user: Staff) -> Execution | None:
    """홈에 보이는 집행: 과 사람은 과의 것, 부서 담당자는 자기 부서의 것."""
    pointer = ExecutionPointer.objects.chosen(user.fiscal_year) or ExecutionPointer.objects.chosen()
    own = division() if user.role in DIVISION_ROLES else user.department
    if not pointer or not own:
        return None
    return Execution(ExecutionSummary.objects.for_user(user), pointer.fiscal_year.year, pointer.as_of, own)


def _owned(line: Line, owner: str) -> Line:
    line.owner = owner
    return line


def unexplained(lines: Iterable[Line]) -> list[Line]:
    """부진한데 사유를 적지 않은 사업, 잔액이 큰 것부터."""
    return sorted((line for line in lines if line.state == "부진" and line.reason is None), key=lambda line: -line.balance)


def _matches(program: dict[str, Any], filters: dict[str, str]) -> bool:
    unit, report, team = filters.get("unit"), filters.get("report"), filters.get("team")
    if unit and str(program["detail_program__unit_program"]) != unit:
        return False
    if report and (str(program["detail_program__report_program"] or "other")) != report:
        return False
    return not team or (program["detail_program__unit_program__team"] or "none") == team


def funding_label(funding: str) -> str:
    """재원 구성을 우리말로: "city+own" → 시비·구비"""
    return "·".join(SOURCES.get(source, source) for source in funding.split("+")) if funding else "재원이 적히지 않은 줄"


def all_summaries() -> ExecutionSummaryQuerySet:
    """수치와 명령이 쓰는 전체 합. 화면은 반드시 for_user() 를 거친다."""
    return ExecutionSummary.objects.all()  # type: ignore[return-value]
