"""소송의 수치: 보고서의 소송 수행 표(구분 × 일곱 열)와 패소·비용. 사건이 있으면 계산하고 없으면 보고서 값을 준다."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.figures.figure import Figure, FigureValue, reported, rows_mark
from core.figures.models import ReportedValue
from core.formats import number, rate, round_rate
from core.history.revisions import kept_rows
from core.remembering import remembered
from legal.lawsuits.dashboard import COLUMNS, Board, Line, Period, cases_url, default_period
from legal.lawsuits.models import Cost, CostRecovery, Lawsuit, Outcome

# 수치의 이름과 보고서 값의 이름. 보고서의 표에는 「기타」가 없다.
KINDS = {"total": "계", "administrative": "행정", "civil": "민사", "appeal": "심판"}
_NOUNS = {"total": "소송·심판", "administrative": "행정소송", "civil": "민사소송", "appeal": "행정심판"}
_COUNTS = {
    "total": ("{noun} 계", "기간의 끝날에 진행 중이거나 기간 안에 확정된 {noun}의 수. 계 = 진행중 + 확정."),
    "new": ("신규 {noun}", "계 가운데 기간 안에 접수한 {noun}의 수."),
    "pending": ("진행 중 {noun}", "기간의 끝날까지 접수했고 확정되지 않은 {noun}의 수."),
    "closed": ("확정 {noun}", "기간 안에 확정되거나 종결된 {noun}의 수."),
    "won": ("승소한 {noun}", "확정 가운데 승패 분류가 승소(각하·소취하 포함)인 {noun}의 수."),
    "lost": ("패소한 {noun}", "확정 가운데 승패 분류가 패소(일부인용 포함)인 {noun}의 수."),
}
RATE = "win_rate"
# 표본이 섞인 값의 출처에 붙는 말
SAMPLE = " (표본)"
_EXTRA = {
    # 수치 코드: (이름, 단위, 뜻)
    "lawsuits.partly_lost": ("일부인용 사건", "건", "기간 안에 일부인용으로 확정된 사건의 수."),
    "lawsuits.claim_amount": ("계의 소가", "원", "계에 드는 사건 가운데 소가를 적은 것의 소가를 더한 값."),
    "lawsuits.cost_paid": ("소송비용", "원", "기간 안에 지급한 소송비용을 더한 값."),
    "lawsuits.cost_recovered": ("회수한 소송비용", "원", "기간 안에 확정된 소송비용액 가운데 거둔 돈을 더한 값."),
    "lawsuits.recovery_rate": ("소송비용 회수율", "%", "회수액 ÷ 기간 안에 확정된 소송비용액 × 100."),
}


def _period(as_of: date | None) -> Period:
    """as_of 의 해 1. 1. ~ as_of. 없으면 처음 보는 기간."""
    return Period(date(as_of.year, 1, 1), as_of) if as_of else default_period(None, timezone.localdate())


@remembered
def _board(as_of: date | None) -> Board | None:
    """그 기간의 현황판. 등록한 사건이 없으면 None."""
    return Board(None, _period(as_of), timezone.localdate()) if Lawsuit.objects.exists() else None


@remembered
def values(as_of: date | None = None) -> dict[str, FigureValue]:
    """현황표의 값을 한꺼번에. 표 하나를 셀 질의로 모두 나온다."""
    board = _board(as_of)
    if board is None:
        return {code: _reported(code, as_of) for code in _codes()}
    lines = {"total": board.total, **{line.filters["kind"]: line for line in board.kinds}}
    found: dict[str, FigureValue] = {}
    for kind in KINDS:
        for name in COLUMNS:
            found[f"lawsuits.{kind}.{name}"] = _computed(board, lines[kind].counts[name], lines[kind].url(name))
        found[f"lawsuits.{kind}.{RATE}"] = _computed(board, lines[kind].rate, lines[kind].url("closed"))
    return found


def _computed(board: Board, value: Decimal | int | None, url: str) -> FigureValue:
    if value is None:
        return FigureValue(None, board.period.end, "missing")
    source = f"사건 {board.period.text}{SAMPLE if board.has_sample else ''}"
    return FigureValue(value, board.period.end, "computed", url, source)


@remembered
def _extra(as_of: date | None) -> dict[str, FigureValue]:
    """일부인용과 소가, 비용의 값을 한꺼번에."""
    board = _board(as_of)
    if board is None:
        return {code: _reported(code, as_of) for code in _EXTRA}
    period, money = board.period, board.money
    partly = next(count for outcome, _bucket, _row, count, _url in board.by_outcome() if outcome == Outcome.PARTLY_LOST)
    recovered = money.recovery_rate
    return {
        "lawsuits.partly_lost": _computed(board, partly, cases_url(final=period.value, outcome=Outcome.PARTLY_LOST.value)),
        "lawsuits.claim_amount": _computed(board, money.claims["amount"], board.total.url("total")),
        "lawsuits.cost_paid": _computed(board, money.paid, money.paid_url),
        "lawsuits.cost_recovered": _computed(board, money.recovery["collected"], money.collected_url),
        "lawsuits.recovery_rate": _computed(board, None if recovered is None else round_rate(recovered, 1), money.recovery_url),
    }


def _codes() -> list[str]:
    return [f"lawsuits.{kind}.{name}" for kind in KINDS for name in (*COLUMNS, RATE)]


def _reported(code: str, as_of: date | None) -> FigureValue:
    """보고서에 인쇄된 값. 비용처럼 보고서에 없는 것은 「자료 없음」이다."""
    _lawsuits, kind, *rest = code.split(".")
    return reported(f"lawsuits.{KINDS[kind]}.{rest[0]}", as_of) if rest else FigureValue(None, as_of, "missing")


def _value(code: str, as_of: date | None) -> FigureValue:
    """수치 하나. 발간할 때 함께 굳힐 행의 지문을 붙인다."""
    found = (_extra if code in _EXTRA else values)(as_of)[code]
    return replace(found, mark=rows_mark(_rows(code, _period(as_of)))) if found.origin == "computed" else found


def _rows(code: str, period: Period) -> QuerySet[Any]:
    """수치를 이루는 행."""
    start, end = period.start, period.end
    _lawsuits, kind, *rest = code.split(".")
    if kind in ("cost_recovered", "recovery_rate"):
        return CostRecovery.objects.filter(decided_on__gte=start, decided_on__lte=end)
    if kind == "cost_paid":
        return Cost.objects.filter(paid_on__gte=start, paid_on__lte=end)
    cases = Lawsuit.objects.filter(kind=kind) if kind in Lawsuit.Kind.values else Lawsuit.objects.all()
    name = rest[0] if rest else {"claim_amount": "total"}.get(kind, "closed")
    if name == "pending":
        return cases.pending(end)
    return {"total": cases.counted, "new": cases.new}.get(name, cases.finalised)(start, end)


def _figures() -> list[Figure]:
    found = []
    for kind, noun in _NOUNS.items():
        for name, (title, definition) in _COUNTS.items():
            code = f"lawsuits.{kind}.{name}"
            found.append(Figure(code, title.format(noun=noun), "건", definition.format(noun=noun), partial(_value, code)))
        code = f"lawsuits.{kind}.{RATE}"
        text = "승소 ÷ (승소 + 패소) × 100. 소취하·각하는 승소, 일부인용은 패소다(승패 분류를 따른다)."
        found.append(Figure(code, f"확정 {noun} 승소율", "%", text, partial(_value, code)))
    return [*found, *(Figure(code, *words, partial(_value, code)) for code, words in _EXTRA.items())]


FIGURES = _figures()


@dataclass(frozen=True)
class Reconciled:
    """보고서의 한 줄과 다시 센 한 줄."""

    line: Line
    printed: list[ReportedValue | None]
    computed: list[Decimal | int | None]

    @property
    def gaps(self) -> list[str]:
        """열마다 계산 − 보고서. 같으면 빈 글."""
        found = []
        for one, value in zip(self.printed, self.computed, strict=True):
            gap = None if one is None or one.value is None or value is None else Decimal(value) - one.value
            found.append("" if not gap else f"+{number(gap)}" if gap > 0 else number(gap))
        return found

    @property
    def ok(self) -> bool:
        return all(one is not None for one in self.printed) and not any(self.gaps)

    @property
    def printed_texts(self) -> list[tuple[str, str]]:
        """(인쇄된 글자, 보고서 값의 코드)."""
        return [(one.printed, one.code) if one else ("-", "") for one in self.printed]

    @property
    def computed_texts(self) -> list[tuple[str, str]]:
        """(다시 센 글자, 사건의 주소)."""
        urls = [*(self.line.url(name) for name in COLUMNS), self.line.url("closed")]
        texts = [*(number(value) for value in self.computed[:-1]), rate(self.line.rate, self.line.standard.places)]
        return list(zip(texts, urls, strict=True))

    @property
    def gap_text(self) -> str:
        words = [f"{title} {gap}" for title, gap in zip([*COLUMNS.values(), "승소율"], self.gaps, strict=True) if gap]
        return ", ".join(words) or ("같음" if self.ok else "견줄 값 없음")


def reconciled(board: Board, bases: dict[int, date]) -> list[Reconciled]:
    """보고서의 소송 표와 대사한다. 보고서와 같은 기간을 볼 때만이고 아니면 빈 목록. 질의 한 번."""
    period = board.period
    if bases.get(period.end.year) != period.end or period.start != date(period.end.year, 1, 1):
        return []
    rows = ReportedValue.objects.filter(code__startswith="lawsuits.", document__contains=str(period.end.year)).order_by("pk")
    printed = {row.code: row for row in kept_rows(rows)}
    lines = {"total": board.total, **{line.filters["kind"]: line for line in board.kinds}}
    return [
        Reconciled(
            lines[kind], [printed.get(f"lawsuits.{label}.{name}") for name in (*COLUMNS, RATE)],
            [*(lines[kind].counts[name] for name in COLUMNS), lines[kind].rate],
        )
        for kind, label in KINDS.items()
    ]  # fmt: skip
