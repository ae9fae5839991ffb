"""보고서의 틀 「예산 집행 현황」과, 다른 보고서도 쓰는 예산의 표."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from budget.appropriations import tables
from budget.appropriations.figures import ACCOUNTS, LAYERS, TOTAL, UNIT_PROGRAMS
from budget.appropriations.models import ExecutionPointer, LayerTotal
from budget.appropriations.tables import BUDGET, SPENT
from core.access import Team
from core.figures.models import RATE_MODE
from core.formats import date_plain, money
from core.reports.document import Block, Document, Line, Table, TitleBox, plain
from core.reports.template import Check, Context, Part, Template
from core.screens.board_table import BoardTable, Cell, Column, Row

MILLION = 1_000_000
PARTS = (Part("units", "단위사업별 집행"), Part("layers", "추가경정예산"), Part("notes", "기준과 끝수"))


def unit_table(context: Context, key: str = "execution") -> Table:
    """단위사업별 예산액·집행액·집행률(보고서 Ⅰ-4). 칸마다 수치라 행이 바뀌면 함께 바뀐다."""
    as_of = context.reader("execution.total.rate").found.as_of
    told = f"{as_of.month}.{as_of.day}.기준" if as_of else "기준일 없음"
    columns = (
        Column("단위사업명", "name", align="center"), BUDGET, SPENT, Column("집행률(%)", "rate", small=f"({told})", align="right"),
    )  # fmt: skip
    rows = [
        Row((title, *(Cell(figure=f"execution.{unit}.{name}") for name in ("budget", "executed", "rate"))), is_sum=unit == "total")
        for unit, title in {"total": "계", **UNIT_PROGRAMS}.items()
    ]
    table = BoardTable(key, "예산현황", columns, rows)
    return table.block(key, context, widths=(5, 3, 3, 3), unit="(단위: 천원)", spaced={"예산액": "예 산 액", "집행액": "집 행 액"})


def layer_table(context: Context, key: str = "supplementary") -> Table:
    """추가경정예산 표(보고서 Ⅱ-2): 회계별 본예산, 추경 1·2차, 간주처리. 단위는 백만원이다."""
    rows = [{"account": TOTAL, "code": ""}, *({"account": account, "code": f"{account}."} for account in ACCOUNTS)]
    table = tables.layer_table(rows, lambda row, name: Cell(figure=f"supplementary.{row['code']}{name}"))
    latest = LayerTotal.objects.filter(budget_version__fiscal_year__year=context.year).aggregate(day=Max("as_of"))["day"]
    told = f" / {latest:%y.%m.%d}.기준" if latest else ""
    return table.block(
        key, context, caption="추가경정예산", widths=(3, 3, 3, 3, 3, 2, 3), unit=f"(단위: 백만원{told})", unit_below=True,
        spaced={"회계 구분": "회계구분"},
    )  # fmt: skip


def build(context: Context) -> Document:
    """예산 집행 현황."""
    blocks: list[Block] = [TitleBox("title", f"{context.year}년 예산 집행 현황", date_text=date_plain(context.as_of))]
    if context.has("units"):
        total = "○ 예산액 {execution.total.budget:천원}천원 가운데 {execution.total.executed:천원}천원 집행({execution.total.rate}%)"
        blocks += [
            Line("units", "□", plain("단위사업별 집행")),
            Line("units.total", "○", context.text(total.removeprefix("○ "))),
            unit_table(context),
        ]
    if context.has("layers"):
        blocks += [Line("layers", "□", plain(f"{context.year}년 추가경정예산")), layer_table(context)]
    if context.has("notes"):
        mode = "버림" if context.settings[RATE_MODE] == "down" else "반올림"
        blocks += [
            Line("notes.rate", "※", plain(f"집행률 = 집행액 ÷ 예산액 × 100, 소수 첫째 자리까지 {mode}")),
            Line("notes.round", "※", plain("단수 처리로 합계가 맞지 않을 수 있음")),
        ]
    return Document(f"{context.year}년 예산 집행 현황", tuple(blocks), header="기획예산과")


def checks(context: Context) -> list[Check]:
    """단위사업의 합이 총계와 같은가."""
    found = []
    for name, title in (("budget", "예산액"), ("executed", "집행액")):
        parts = [context.reader(f"execution.{unit}.{name}").found.value for unit in UNIT_PROGRAMS]
        total = context.reader(f"execution.total.{name}").found
        amount = sum(int(part) for part in parts if part is not None)
        same = None not in parts and amount == total.value
        word = "같습니다" if same else "다릅니다"
        detail = f"{money(amount)} / {money(None if total.value is None else int(total.value))}천원"
        found.append(Check(same, f"단위사업 {title}의 합이 총계와 {word}", detail, total.url))
    return found


def layer_checks(context: Context) -> list[Check]:
    """추경 표: 회계의 합이 계와 같고, 본예산 + 추경 + 간주처리가 계와 같은가."""
    pairs = []
    for name, title in LAYERS.items():
        amounts = [_won(context, f"supplementary.{account}.{name}") for account in ACCOUNTS]
        pairs.append((f"{title}의 회계별 합", sum(amounts), _won(context, f"supplementary.{name}")))
    for account in (TOTAL, *ACCOUNTS):
        stem = "supplementary" if account == TOTAL else f"supplementary.{account}"
        layers = [_won(context, f"{stem}.{name}") for name in ("original", "supp_sum", "deemed")]
        pairs.append((f"{account}의 본예산 + 추경 + 간주처리", sum(layers), _won(context, f"{stem}.total")))
    total = context.reader("supplementary.total").found
    wrong = [pair for pair in pairs if pair[1] != pair[2]]
    if not wrong:
        detail = f"{len(pairs)}곳, 계 {money(_won(context, 'supplementary.total'), MILLION)}백만원"
        return [Check(True, "추가경정예산의 회계별 합과 층별 합이 계와 같습니다", detail, total.url)]
    return [
        Check(False, f"추가경정예산 {text}이 계와 다릅니다", f"{money(one, MILLION)} / {money(other, MILLION)}백만원", total.url)
        for text, one, other in wrong
    ]


def _won(context: Context, code: str) -> int:
    return int(context.reader(code).found.value or 0)


def default_as_of(year: int) -> date:
    """집행 자료와 추경 표 가운데 늦은 기준일. 자료가 없으면 그해 마지막 날."""
    pointer = ExecutionPointer.objects.chosen(year)
    layers = LayerTotal.objects.filter(budget_version__fiscal_year__year=year).aggregate(day=Max("as_of"))["day"]
    return max(filter(None, (pointer and pointer.as_of, layers)), default=date(year, 12, 31))


EXECUTION = Template("execution", "{year}년 예산 집행 현황", Team.BUDGET, "필요할 때", PARTS, build, checks, default_as_of)
