"""학술용역의 한 해: 다섯 수, 용역마다의 신청액·심의·계약액, 심의 없이 발주한 것으로 보이는 세부사업."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from budget.appropriations.models import DetailProgram, ExecutionPointer, ExecutionRow
from budget.appropriations.models.execution import first_pointer
from budget.research_projects.models import (
    DONE,
    ResearchOutput,
    ResearchProject,
    SetAside,
    UseCheck,
    conditions_of,
    gate,
)
from budget.research_projects.similar import grams
from core.formats import percent
from core.history.revisions import kept_first, kept_rows
from core.screens.board_table import BoardTable, Cell, Column, Row

# 세부사업의 이름이나 통계목이 학술용역으로 보이는 말
_STUDY = ("학술", "연구용역", "타당성", "기본계획", "기본구상", "실태조사", "정책연구")
STAT_WORD = "연구용역"
# 이름의 조각이 이만큼 같으면 같은 용역으로 본다.
SAME_NAME = 0.6


def projects_url(year: int, **more: Any) -> str:
    """그해 용역의 목록. 철회한 것은 뺀다."""
    return f"{reverse('budget.researchproject-list')}?{urlencode({'year': year, 'live': 'yes', **more})}"


@dataclass(frozen=True)
class Measure:
    """비율 하나: 이름, 분자, 분모, 셈하는 법, 그 행의 주소, 덧붙일 말."""

    code: str
    title: str
    part: int
    whole: int
    formula: str
    url: str
    note: str = ""
    is_money: bool = False

    @property
    def rate(self) -> Decimal | None:
        return percent(self.part, self.whole)

    @property
    def how(self) -> str:
        """「통과 ÷ 심의 = 9 ÷ 10」. 금액은 천원으로 적는다."""
        unit, name = (1000, "천원") if self.is_money else (1, "")
        said = f"{self.formula} = {self.part // unit:,} ÷ {self.whole // unit:,}{name}"
        return f"{said} · {self.note}" if self.note else said


@dataclass
class ResearchYear:
    """한 해의 용역. user 가 None 이면 구의 모든 용역이다."""

    user: Any
    year: int

    @cached_property
    def rows(self) -> list[Any]:
        """철회하지 않은 용역, 직제순."""
        rows = ResearchProject.objects.filter(year=self.year).live().with_parts()
        return kept_rows((rows.for_user(self.user) if self.user else rows).prefetch_related("partners"))

    @cached_property
    def judged(self) -> list[Any]:
        return [one for one in self.rows if one.decision in ResearchProject.JUDGED]

    @cached_property
    def passed(self) -> list[Any]:
        return [one for one in self.rows if one.is_passed]

    @cached_property
    def done(self) -> list[Any]:
        return [one for one in self.rows if one.status in DONE]

    @property
    def requested(self) -> int:
        """신청액: 부적정으로 끝난 것까지 신청한 모든 용역의 요구액."""
        return sum(one.requested_amount for one in self.rows)

    @property
    def cut(self) -> int:
        return sum(one.cut_amount or 0 for one in self.passed)

    def disclosed(self, disclosure: str) -> list[Any]:
        return [one for one in self.done if one.contract and one.contract.disclosure == disclosure]

    @cached_property
    def conditions(self) -> tuple[int, int]:
        """(이행한 조건, 모든 조건)."""
        projects = ResearchProject.objects.filter(pk__in=[one.pk for one in self.rows])
        days = kept_rows(conditions_of(projects).values_list("done_on", flat=True))
        return len(days) - days.count(None), len(days)

    @cached_property
    def used(self) -> tuple[list[Any], list[Any]]:
        """(활용이 확인된 용역, 활용을 점검한 용역)."""
        checked = [one for one in self.rows if one.use_checks.all()]
        return [one for one in checked if any(check.result in UseCheck.WORKED for check in one.use_checks.all())], checked

    @cached_property
    def measures(self) -> list[Measure]:
        """다섯 수."""
        public, private = (self.disclosed(one) for one in (ResearchOutput.Disclosure.PUBLIC, ResearchOutput.Disclosure.PRIVATE))
        kept, conditions = self.conditions
        used, checked = self.used
        again = sum(one.decision == ResearchProject.Decision.AGAIN for one in self.rows)
        decided = [one for one in self.rows if one.decision == ResearchProject.Decision.CONDITIONAL]
        return [
            Measure("pass_rate", "심의 통과율", len(self.passed), len(self.judged), "통과 ÷ 심의",
                    projects_url(self.year, judged="yes"), f"재심의 {again}건은 빼고" if again else ""),
            Measure("cut_rate", "감액률", self.cut, self.requested, "감액 ÷ 신청액", projects_url(self.year, cut="yes"),
                    "신청한 모든 용역", is_money=True),
            Measure("open_rate", "공개율", len(public), len(self.done), "공개 ÷ 완료", projects_url(self.year, done="yes"),
                    f"사유 있는 비공개 {len(private)}건"),
            Measure("condition_rate", "조건 이행률", kept, conditions, "마친 조건 ÷ 심의 조건",
                    projects_url(self.year, decision="conditional"), f"조건부 용역 {len(decided)}건"),
            Measure("used_rate", "활용 확인", len(used), len(checked), "활용(일부까지) ÷ 활용 점검",
                    projects_url(self.year, checked="yes")),
        ]  # fmt: skip

    @property
    def chart(self) -> list[dict[str, Any]]:
        """그림의 줄: 신청액이 큰 것부터."""
        rows = sorted(self.rows, key=lambda one: (-one.requested_amount, one.pk))
        return [
            {"label": one.title, "url": reverse("budget.researchproject-detail", args=[one.pk]),
             "values": [one.requested_amount, one.approved_amount, one.contract.contract_amount if one.contract else None]}
            for one in rows
        ]  # fmt: skip

    @property
    def table(self) -> BoardTable:
        """용역마다의 금액과 지금. 여러 부서가 함께 사는 용역도 한 줄이다."""
        rows = [
            Row((
                Cell(one.title, reverse("budget.researchproject-detail", args=[one.pk])), one.departments_text, one.requested_amount,
                one.approved_amount, one.contract.contract_amount if one.contract else None, one.get_decision_display() or "-",
                one.get_status_display(),
            ))
            for one in self.rows
        ]  # fmt: skip
        if rows:
            rows.append(self._total())
        caption = f"{self.year}년 용역별 신청액, 심의 금액, 계약액"
        return BoardTable("research", caption, TABLE_COLUMNS, rows, css="cards", empty="이 해에 신청한 용역이 없습니다.")

    def _total(self) -> Row:
        approved = [one.approved_amount for one in self.rows if one.approved_amount is not None]
        contracts = [one.contract.contract_amount for one in self.rows if one.contract and one.contract.contract_amount is not None]
        return Row((f"계 {len(self.rows)}건", "", self.requested, sum(approved) if approved else None,
                    sum(contracts) if contracts else None, "", ""), is_sum=True)  # fmt: skip

    @cached_property
    def is_sample(self) -> bool:
        return any(one.is_sample for one in self.rows)

    def unreviewed(self) -> list[Unreviewed]:
        """심의 없이 발주한 것으로 보이는 세부사업."""
        return unreviewed(self.year, self.user)


TABLE_COLUMNS = (
    Column("용역", "name"), Column("부서", "text"), Column("신청액", "amount"), Column("심의 금액", "amount"), Column("계약액", "amount"),
    Column("심의", "state"), Column("단계", "state"),
)  # fmt: skip


@dataclass(frozen=True)
class Unreviewed:
    """심의한 용역과 짝이 없는 세부사업 하나. 금액을 모르면 None."""

    program: DetailProgram
    budget: int | None
    spent: int | None

    @property
    def url(self) -> str:
        return reverse("budget.detailprogram-detail", args=[self.program.pk])


def same_name(one: str, other: str) -> bool:
    """이름이 같은 용역으로 볼 만큼 같은가: 짧은 이름의 조각이 거의 모두 다른 이름에 있다."""
    mine, theirs = grams(one), grams(other)
    fewer = min(len(mine), len(theirs))
    return bool(fewer) and len(mine & theirs) / fewer >= SAME_NAME


def unreviewed(year: int, user: Any = None) -> list[Unreviewed]:
    """이름이나 통계목이 학술용역인 그해의 세부사업 가운데, 심의를 통과한 용역과 이어지지도 이름이 맞지도 않는 것.

    심의 하한보다 적은 것과, 심의할 용역이 아니라고 적은 것은 뺀다.
    """
    pointers = ExecutionPointer.objects.filter(fiscal_year__year=year).select_related("fiscal_year").order_by("-as_of")
    pointer = first_pointer(kept_rows(pointers))
    study: QuerySet[Any] = ExecutionRow.objects.none()
    if pointer:
        study = ExecutionRow.objects.filter(snapshot=pointer.snapshot_id, stat_item__name__contains=STAT_WORD)
    named = Q()
    for word in _STUDY:
        named |= Q(name__contains=word)
    programs: Any = DetailProgram.objects.filter(named | Q(pk__in=study.order_by().values("detail_program")), fiscal_year__year=year)
    programs = programs.exclude(pk__in=SetAside.objects.values("detail_program"))
    programs = kept_rows((programs.for_user(user) if user else programs).select_related("department").order_by("department__order", "name"))
    passed = kept_rows(ResearchProject.objects.filter(year=year).cleared().values_list("detail_program", "title"))
    linked, titles = {key for key, _title in passed}, [title for _key, title in passed]
    left = [one for one in programs if one.pk not in linked and not any(same_name(one.name, title) for title in titles)]
    amounts, line = _amounts(pointer, left), gate(date(year, 1, 1))
    found = [Unreviewed(one, *amounts.get(one.pk, (None, None))) for one in left]
    return [one for one in found if one.budget is None or one.budget >= line]


def _amounts(pointer: ExecutionPointer | None, programs: Iterable[DetailProgram]) -> dict[int, tuple[int, int]]:
    """{세부사업 번호: (예산액, 지출액)}."""
    if pointer is None:
        return {}
    rows = ExecutionRow.objects.filter(snapshot=pointer.snapshot_id, detail_program__in=[one.pk for one in programs])
    found = rows.order_by().values_list("detail_program").annotate(Sum("budget_amount"), Sum("spent_amount"))
    return {key: (budget, spent) for key, budget, spent in kept_rows(found)}


def years_of(user: Any) -> list[int]:
    """용역이 있는 예산 연도."""
    return kept_rows(ResearchProject.objects.for_user(user).order_by().values_list("year", flat=True).distinct())


def newest_year() -> int | None:
    """심의를 마친 용역이 있는 가장 늦은 예산 연도. 없으면 용역이 있는 가장 늦은 해."""
    rows = ResearchProject.objects.live().order_by("-year").values_list("year", flat=True)
    found: int | None = kept_first(rows.filter(decision__in=ResearchProject.JUDGED)) or kept_first(rows)
    return found
