"""입법 현황표와 의안의 길: 종류 × 유형, 단계마다 몇 건이 얼마나 머무는지, 막힌 의안, 앞으로의 시행일."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import mean, median
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.urls import reverse

from core.deadlines.models import Deadline
from core.figures.models import ReportedValue
from core.formats import number
from core.history.revisions import kept_rows
from core.screens.board_table import BoardTable, Cell, Column, On, Row
from legal.local_laws.models import Bill, BillStep, LawVersion, RevisionTask, UpperLawChange
from legal.local_laws.models.pipeline import GROUPED, HOLDERS, STEPS, Group, Holder, LawKind, Stage, word

# 시행일을 앞으로 며칠까지 보이는가
COMING_DAYS = 60
SHOWN = 8


def bills_url(**filters: Any) -> str:
    """조건에 맞는 의안의 목록."""
    return f"{reverse('legal.bill-list')}?{urlencode({name: value for name, value in filters.items() if value})}"


# --- 종류 × 유형 -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnactedCell:
    """현황표의 칸: 건수와, 그 의안의 목록."""

    count: int
    url: str


@dataclass(frozen=True)
class EnactedLine:
    """현황표의 줄: 종류, 계, 제정·개정·폐지."""

    kind: str
    title: str
    cells: list[EnactedCell]

    @property
    def total(self) -> EnactedCell:
        return self.cells[0]


class Enacted:
    """start~end 의 입법을 종류 × 유형으로 센다. 질의 한 번. 뜻은 models.ENACTED_DEFINITION 이다."""

    def __init__(self, rows: QuerySet[Any], start: date, end: date) -> None:
        self.start, self.end = start, end
        grouped = rows.enacted(start, end).order_by().values("kind", "action").annotate(count=Count("pk"))  # type: ignore[attr-defined]
        group_of = {action: group for group, actions in GROUPED.items() for action in actions}
        self.counts: Counter[tuple[str, str]] = Counter()
        for line in kept_rows(grouped):
            self.counts[line["kind"], group_of[line["action"]]] += line["count"]

    def count(self, kind: str = "", group: str = "") -> int:
        """그 종류와 유형의 건수. 비우면 모두."""
        return sum(
            count for (one, other), count in self.counts.items() if (not kind or one == kind) and (not group or other == group)
        )  # fmt: skip

    def url(self, kind: str = "", group: str = "") -> str:
        """그 칸을 이루는 의안의 목록."""
        return bills_url(kind=kind, group=group, enacted_min=self.start.isoformat(), enacted_max=self.end.isoformat())

    @cached_property
    def lines(self) -> list[EnactedLine]:
        """계 한 줄과 종류마다 한 줄."""
        kinds = [("", "계"), *((kind.value, str(kind.label)) for kind in LawKind)]
        return [
            EnactedLine(kind, title, [EnactedCell(self.count(kind, group), self.url(kind, group)) for group in ("", *Group.values)])
            for kind, title in kinds
        ]  # fmt: skip

    @property
    def table(self) -> BoardTable:
        """종류 × 유형의 표. 현황판, 인쇄하는 입법 현황, 엑셀이 함께 쓴다."""
        name = Column("구분", "name", css="c stick", excel="종류")
        columns = (name, Column("계"), *(Column(str(group.label), group="유형") for group in Group))
        rows = [
            Row((line.title, *(Cell(cell.count, cell.url if cell.count else "") for cell in line.cells)), is_sum=not line.kind)
            for line in self.lines
        ]
        return BoardTable("enacted", "자치법규의 종류와 유형별 입법 건수", columns, rows, css="big", groups=On.SCREEN)

    @property
    def formula(self) -> str:
        """「108 = 83 + 20 + 3 + 2 = 27 + 79 + 2」"""
        kinds = " + ".join(number(self.count(kind)) for kind in LawKind.values)
        groups = " + ".join(number(self.count(group=group)) for group in Group.values)
        return f"{number(self.count())} = {kinds} = {groups}"


@dataclass(frozen=True)
class Compared:
    """다시 센 수와 보고서에 인쇄된 수."""

    title: str
    computed: int
    printed: int | None
    url: str

    @property
    def gap(self) -> int | None:
        return None if self.printed is None else self.computed - self.printed

    @property
    def ok(self) -> bool:
        return not self.gap


def printed_codes() -> dict[str, tuple[str, str, str]]:
    """보고서 값의 코드: (이름, 종류, 유형)."""
    return {
        "ordinances.total": ("계", "", ""),
        **{f"ordinances.kind.{kind.label}": (str(kind.label), kind.value, "") for kind in LawKind},
        **{f"ordinances.action.{group.label}": (str(group.label), "", group.value) for group in Group},
    }


def compared(found: Enacted) -> list[Compared]:
    """그해 보고서의 여덟 수와 나란히. 한 해를 볼 때만, 그해의 보고서가 있을 때만. 질의 한 번."""
    if found.start.year != found.end.year:
        return []
    codes = printed_codes()
    values = ReportedValue.objects.filter(code__in=codes, document__contains=str(found.start.year)).values_list("code", "value")
    printed = {code: int(value) for code, value in kept_rows(values) if value is not None}
    if not printed:
        return []
    return [
        Compared(title, found.count(kind, group), printed.get(code), found.url(kind, group))
        for code, (title, kind, group) in codes.items()
    ]  # fmt: skip


# --- 의안의 길 ----------------------------------------------------------------------------------------


@dataclass
class OpenBill:
    """끝나지 않은 의안 하나: 지금 단계에 머문 날, 견줄 평균, 가까운 기한."""

    bill: Bill
    step: BillStep | None
    deadline: Deadline | None
    average: float | None
    today: date

    @property
    def days(self) -> int:
        return self.step.days(self.today) if self.step else 0

    @property
    def is_late(self) -> bool:
        """기한이 지났는가. 예고기간은 지나야 마치므로 늦은 것이 아니다."""
        clock = self.deadline
        return clock is not None and clock.rule.code != "ordinance.notice" and clock.due_on < self.today

    @property
    def is_slow(self) -> bool:
        """그 단계의 평균보다 하루 넘게 더 머물렀는가."""
        return self.average is not None and self.days - self.average >= 1

    @property
    def is_stuck(self) -> bool:
        return self.is_late or self.is_slow

    @property
    def why(self) -> str:
        """막혔다고 보는 까닭."""
        return self.why_with(f"{self.days - (self.average or 0):.0f}")

    def why_with(self, over: str) -> str:
        """막혔다고 보는 까닭. 평균보다 더 머문 날수를 적을 글은 over 다."""
        found = []
        if self.is_late and self.deadline:
            found.append(f"{self.deadline.rule} 지남")
        if self.is_slow:
            found.append(f"평균 {self.average:.0f}일보다 {over}일 더")
        return ", ".join(found)

    @property
    def holder(self) -> str:
        return self.bill.holder_text


@dataclass(frozen=True)
class StageStay:
    """한 단계에 머문 날수: 마친 횟수, 평균, 중앙값, 가장 긴 것."""

    stage: Stage
    count: int
    average: float
    middle: float
    longest: int
    url: str

    @property
    def title(self) -> str:
        return str(self.stage.label)


@dataclass(frozen=True)
class StageLine:
    """길의 한 단계: 몇 건이 얼마나 머물고 누가 쥐고 있는가."""

    stage: Stage
    bills: list[OpenBill]
    url: str

    @property
    def title(self) -> str:
        return str(self.stage.label)

    @property
    def holder(self) -> str:
        return str(Holder(HOLDERS[self.stage]).label)

    @property
    def longest(self) -> int | None:
        return max((one.days for one in self.bills), default=None)

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.bills)

    @property
    def slow(self) -> int:
        return sum(one.is_stuck for one in self.bills)


def stays(steps: Iterable[tuple[str, date, date]]) -> dict[str, list[int]]:
    """단계마다 머문 날수. 마친 단계 한 번이 하나다."""
    found: dict[str, list[int]] = defaultdict(list)
    for code, started_on, done_on in steps:
        found[code].append((done_on - started_on).days)
    return found


def _finished(steps: QuerySet[Any], start: date | None = None, end: date | None = None) -> dict[str, list[int]]:
    rows: QuerySet[Any] = steps.finished(start, end)  # type: ignore[attr-defined]
    return stays(kept_rows(rows.order_by().values_list("code", "started_on", "done_on")))


def stage_stays(steps: QuerySet[Any], start: date, end: date) -> list[StageStay]:
    """기간에 마친 단계마다 평균과 중앙값. 길의 차례대로."""
    found = _finished(steps, start, end)
    listing = reverse("legal.billstep-list")
    return [
        StageStay(
            stage, len(days), mean(days), median(days), max(days),
            f"{listing}?{urlencode({'code': stage.value, 'done_min': start.isoformat(), 'done_max': end.isoformat()})}",
        )
        for stage in STEPS if (days := found.get(stage))
    ]  # fmt: skip


def open_bills(bills: QuerySet[Any], steps: QuerySet[Any], today: date) -> list[OpenBill]:
    """끝나지 않은 의안을 길의 차례대로. 질의 넷: 의안, 지금 단계, 기한, 지난 머문 날수."""
    rows = kept_rows(bills.open().in_line().select_related("department", "handler"))  # type: ignore[attr-defined]
    keys = [row.pk for row in rows]
    now = {step.bill_id: step for step in kept_rows(steps.filter(bill__in=keys, done_on=None))}
    kind = ContentType.objects.get_for_model(Bill)
    clocks: dict[int, Deadline] = {}
    waiting = Deadline.objects.unfinished().filter(content_type=kind, object_id__in=keys).select_related("rule")
    for clock in kept_rows(waiting.order_by("due_on", "pk")):
        clocks.setdefault(clock.object_id or 0, clock)
    averages = {code: mean(days) for code, days in _finished(steps).items()}
    found = []
    for row in rows:
        step = now.get(row.pk)
        if step:
            step.bill = row
        found.append(OpenBill(row, step, clocks.get(row.pk), averages.get(row.status), today))
    return found


def stage_lines(found: list[OpenBill]) -> list[StageLine]:
    """길의 단계마다 한 줄. 빈 단계도 적는다."""
    by_stage = defaultdict[str, list[OpenBill]](list)
    for one in found:
        by_stage[one.bill.status].append(one)
    return [StageLine(stage, by_stage[stage], bills_url(status=stage.value)) for stage in STEPS]


def stuck(found: list[OpenBill]) -> list[OpenBill]:
    """막힌 의안: 기한이 지난 것, 그다음 평균보다 오래 머문 것부터."""
    return sorted(
        (one for one in found if one.is_stuck),
        key=lambda one: (not one.is_late, one.deadline.due_on if one.is_late and one.deadline else date.max, -one.days),
    )


def upcoming(found: list[OpenBill]) -> list[OpenBill]:
    """기한이 붙은 의안, 급한 것부터."""
    return sorted((one for one in found if one.deadline), key=lambda one: one.deadline.due_on if one.deadline else date.max)


# --- 상위법과 시행일 -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """상위법 개정을 기다리거나 아직 정비하지 않은 자치법규."""

    open: int
    late: int
    blocked: int
    rows: list[RevisionTask]
    changes: list[UpperLawChange]
    url: str


def waiting(tasks: QuerySet[Any], today: date) -> Waiting:
    """정비과제 가운데 끝나지 않은 것. 질의 셋."""
    rows = kept_rows(tasks.open().select_related("law", "change", "department", "blocked_by", "bill").order_by("due_on", "pk"))  # type: ignore[attr-defined]
    changes = kept_rows(UpperLawChange.objects.coming(today).order_by("effective_on", "pk")[:SHOWN])
    return Waiting(
        len(rows), sum(one.due_on < today for one in rows), sum(one.is_blocked for one in rows), rows[:SHOWN], changes,
        f"{reverse('legal.revisiontask-list')}?open=yes",
    )  # fmt: skip


def coming_versions(today: date) -> list[LawVersion]:
    """앞으로 시행되는 판."""
    rows = LawVersion.objects.coming(today).filter(effective_on__lte=today + timedelta(days=COMING_DAYS))
    return kept_rows(rows.select_related("law"))


def coming_url(today: date) -> str:
    """앞으로 시행되는 판의 목록. coming_versions 와 같은 행이다."""
    until = today + timedelta(days=COMING_DAYS)
    return f"{reverse('legal.lawversion-list')}?" + urlencode(
        {"effective_min": (today + timedelta(days=1)).isoformat(), "effective_max": until.isoformat()}
    )


# 길의 그림에 적을 짧은 말
_SHORT = {Stage.BOARD: "심의회", Stage.SUBMISSION: "제출", Stage.COMMITTEE: "위원회", Stage.PLENARY: "의결", Stage.REPORT: "시 보고",
          Stage.REVIEW: "공포안 심의"}  # fmt: skip


def flow_of(bill: Bill, steps: list[BillStep]) -> list[tuple[str, str, str]]:
    """의안의 길을 그릴 (이름, 날짜, 상태). 보완으로 다시 지난 단계는 마지막 날짜를 적는다."""
    last = {step.code: step for step in steps}
    way: list[Stage] = list(bill.way)
    if any(step.code == Stage.RECONSIDERATION for step in steps):
        way.insert(way.index(Stage.PROMULGATION), Stage.RECONSIDERATION)
    at = way.index(Stage(bill.status)) if bill.status in way else len(way)
    if not bill.is_open and bill.status != Stage.PROMULGATED:
        # 부결·폐기·철회한 의안은 지나지 않은 단계를 적지 않는다.
        way = [stage for stage in way if stage in last]
        at = len(way)
    found = []
    for place, stage in enumerate(way):
        step = last.get(stage)
        day = (step.done_on or step.started_on) if step and place <= at else None
        text = f"{day:%Y. %-m. %-d.}" if day else ""
        if step and step.done_on and place <= at and step.result and step.result != "passed":
            text = f"{text} {step.get_result_display()}"
        found.append((_SHORT.get(stage) or word(stage, bill.kind), text, "done" if place < at else "now" if place == at else "todo"))
    if bill.status == Stage.PROMULGATED:
        found.append(("시행", f"{bill.effective_on:%Y. %-m. %-d.}", "done" if bill.is_in_force() else "now"))
    elif not bill.is_open:
        found.append((bill.get_status_display(), "", "now"))
    else:
        found.append(("시행", "", "todo"))
    return found
