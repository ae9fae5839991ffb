"""대사와 검산: 보고서에 인쇄된 값, 파일의 계 행, 다시 계산한 값이 서로 맞는가."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from budget.appropriations.dashboard import OTHER_PROGRAMS, Execution, Line
from budget.appropriations.models import BudgetLine
from budget.appropriations.models.versions import SOURCES
from core.figures.models import ReportedValue
from core.formats import date_plain, money, percent, round_rate
from core.history.revisions import kept, kept_rows


@dataclass(frozen=True)
class PrintedRate:
    """인쇄된 비율 하나와, 함께 인쇄된 두 금액으로 다시 계산한 값(%)."""

    section: str
    label: str
    printed: str
    part: int
    whole: int
    unit: str

    @property
    def places(self) -> int:
        """인쇄된 소수 자리."""
        return len(self.printed.partition(".")[2])

    @property
    def exact(self) -> Decimal:
        return percent(self.part, self.whole) or Decimal(0)

    @property
    def rounded(self) -> Decimal:
        return round_rate(self.exact, self.places, "half_up")

    @property
    def truncated(self) -> Decimal:
        return round_rate(self.exact, self.places, "down")

    @property
    def agreement(self) -> str:
        """둘 다 · 반올림 · 버림 · 다름"""
        printed = Decimal(self.printed)
        same = (printed == self.rounded, printed == self.truncated)
        return {(True, True): "둘 다", (True, False): "반올림", (False, True): "버림", (False, False): "다름"}[same]

    def differs(self, mode: str) -> bool:
        """설정한 끝수 처리로 계산하면 인쇄된 값과 다른가."""
        return Decimal(self.printed) != (self.truncated if mode == "down" else self.rounded)


# 비율의 분자와 분모가 되는 값의 이름
_PAIRS = (("executed", "budget"), ("won", "closed"))


def printed_rates(prefixes: tuple[str, ...] = ()) -> list[PrintedRate]:
    """보고서에 인쇄된 비율 모두(보고서 순서). 분자·분모가 함께 인쇄된 것만. 질의 한 번."""
    return list(kept(("printed rates", prefixes), (ReportedValue,), lambda: tuple(_printed_rates(prefixes))))


def _printed_rates(prefixes: tuple[str, ...]) -> list[PrintedRate]:
    values = {value.code: value for value in ReportedValue.objects.order_by("pk")}
    found = []
    for code, value in values.items():
        stem, _, last = code.rpartition(".")
        if last not in ("rate", "win_rate") or (prefixes and not code.startswith(prefixes)):
            continue
        for part, whole in _PAIRS:
            if f"{stem}.{part}" in values and f"{stem}.{whole}" in values:
                top, bottom = values[f"{stem}.{part}"], values[f"{stem}.{whole}"]
                found.append(
                    PrintedRate(value.section, value.label, value.printed, int(top.value or 0), int(bottom.value or 0), top.unit)
                )
    return found


@dataclass(frozen=True)
class Check:
    """검산 한 줄."""

    ok: bool
    text: str
    detail: str
    url: str = ""
    more: str = "차이 보기"


def checks(execution: Execution, reconciliation_url: str, *, whole_file: bool = True) -> list[Check]:
    """현황 화면 아래의 검산. 숨기지 않고 어긋난 것을 모두 보인다.

    파일의 계는 모든 부서의 것이라, 자기 부서만 보는 사람에게는 견주지 않는다(whole_file).
    """
    total = execution.total
    result = [_parts(execution, total), _sources(total), *(_file_totals(execution) if whole_file else [])]
    if (reported := _reported_total(execution, total)) is not None:
        result.append(reported)
        result += _printed(execution, reconciliation_url)
    result += _residuals(execution)
    if (layers := _layers(execution, total)) is not None:
        result.append(layers)
    return result


def _parts(execution: Execution, total: Line) -> Check:
    units = [line for line in execution.units() if line.level == 0]
    budget, spent = sum(unit.budget for unit in units), sum(unit.spent for unit in units)
    ok = (budget, spent) == (total.budget, total.spent)
    word = "같습니다" if ok else "다릅니다"
    return Check(ok, f"단위사업 {len(units)}개 합계가 총계와 {word}", f"예산액 {money(budget)} / 집행액 {money(spent)}")


def _sources(total: Line) -> Check:
    if not total.sources:
        return Check(False, "파일에 재원별 금액이 없어 견줄 수 없습니다", "재원 열이 있는 파일이면 자동으로 견줍니다")
    amount = sum(total.sources.values())
    parts = " · ".join(f"{SOURCES[source]} {money(value)}" for source, value in total.sources.items() if value)
    missing = "·".join(SOURCES[source] for source in ("state", "city") if not total.sources.get(source))
    ok = amount == total.budget
    return Check(ok, f"재원별 합계가 총계와 {'같습니다' if ok else '다릅니다'}", parts + (f" ({missing} 없음)" if missing else ""))


def _file_totals(execution: Execution) -> list[Check]:
    if execution.pointer is None:
        return []
    report = execution.pointer.snapshot.report
    count = report.get("check_count", 0)
    if not count:
        return []
    wrong = [check for check in report["checks"] if check["difference"]]
    if not wrong:
        return [Check(True, f"파일의 계·소계 {count:,}칸이 읽은 행의 합과 같습니다", execution.pointer.snapshot.file.name)]
    first = wrong[0]
    return [
        Check(
            False, f"파일의 계·소계 {count:,}칸 가운데 {len(wrong):,}칸이 읽은 행의 합과 다릅니다",
            f"{first['row']}행 {first['label']} {first['column']}: 차이 {money(first['difference'], 1)}원",
        )
    ]  # fmt: skip


def _reported_total(execution: Execution, total: Line) -> Check | None:
    values = {
        value.code: value
        for value in kept_rows(
            ReportedValue.objects.filter(code__in=["execution.total.budget", "execution.total.executed"], as_of=execution.as_of)
        )
    }
    if len(values) != 2 or not execution.is_division:
        return None
    budget, spent = (int(values[f"execution.total.{name}"].value or 0) for name in ("budget", "executed"))
    ok = (budget, spent) == (total.budget, total.spent)
    return Check(
        ok, f"{values['execution.total.budget'].document}의 예산현황과 {'같습니다' if ok else '다릅니다'}",
        f"보고서 예산액 {money(budget)} / 집행액 {money(spent)} ({date_plain(execution.as_of)} 기준)",
    )


def _printed(execution: Execution, url: str) -> list[Check]:
    rates = printed_rates(("execution.", "section."))
    mode = execution.standard.mode
    # 같은 수가 Ⅰ장과 Ⅱ장에 두 번 인쇄되므로 두 금액이 같으면 한 곳으로 센다.
    wrong = {(rate.part, rate.whole): rate for rate in rates if rate.differs(mode)}
    if not wrong:
        return [Check(True, "보고서에 인쇄된 집행률이 다시 계산한 값과 모두 같습니다", f"{len(rates)}곳")]
    printed = "·".join(rate.printed for rate in wrong.values())
    again = "·".join(str(rate.truncated if mode == "down" else rate.rounded) for rate in wrong.values())
    other = "반올림" if mode == "down" else "버림"
    return [
        Check(
            False, f"보고서 집행률 {len(wrong)}곳이 다시 계산한 값과 0.1%p 다릅니다",
            f"보고서 {printed}은 {other}, 다시 계산하면 {again}", url, "대사 보기",
        )
    ]  # fmt: skip


def _residuals(execution: Execution) -> list[Check]:
    rest = [line for line in execution.units() if line.level == 1 and line.label == OTHER_PROGRAMS]
    if not rest:
        return []
    owners = {line.filters["unit"]: line.owner for line in execution.units() if line.level == 0}
    words = ", ".join(f"{owners[line.filters['unit']]} {money(line.budget)}천원" for line in rest)
    return [
        Check(
            False, "업무보고 사업 합계가 단위사업보다 적습니다", f"{words}은 「{OTHER_PROGRAMS}」으로 표시",
            rest[0].url,
        )
    ]  # fmt: skip


def _layers(execution: Execution, total: Line) -> Check | None:
    if execution.as_of is None or execution.department is None or total.current is None:
        return None
    layers = BudgetLine.objects.current_by_program(execution.year, execution.as_of)
    own = {program["detail_program"]: program["current_amount"] or 0 for program in execution.programs}
    if not any(program in layers for program in own):
        return None
    amount = sum(layers.get(program, 0) for program in own)
    ok = amount == sum(own.values())
    return Check(
        ok, f"예산의 층을 더한 예산현액이 e호조와 {'같습니다' if ok else '다릅니다'}",
        f"층의 합 {money(amount)} / e호조 예산현액 {money(total.current)}",
    )
