"""보고서의 틀 「소송 현황」과, 주요업무보고도 쓰는 소송 수행 표. 사람의 이름은 적지 않는다."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.formats import date_plain, money, number
from core.reports.document import Block, Cell, Document, Line, Run, Table, TitleBox, heading, plain
from core.reports.template import Check, Context, Part, Template
from legal.lawsuits.dashboard import COLUMNS, Board, Period, report_bases
from legal.lawsuits.dashboard import Line as Tally
from legal.lawsuits.figures import KINDS, RATE
from legal.lawsuits.tables import SPACED, figures_table, tallies_table

PARTS = (
    Part("table", "소송 수행 현황"),
    Part("outcomes", "결과와 승소율"),
    Part("recent", "최근 확정 사건"),
    Part("coming", "다가오는 기일·기한"),
    Part("years", "다섯 해의 추이"),
    Part("costs", "소송비용"),
)


def lawsuit_table(context: Context, key: str = "lawsuits") -> Table:
    """보고서의 소송 수행 표(Ⅱ-5): 구분마다 계, 신규, 진행중, 확정, 승소율. 칸마다 수치다."""
    table = figures_table(KINDS, (*COLUMNS, RATE))
    return table.block(key, context, widths=(2, 2, 2, 2, 2, 2.4, 2.4, 2), spaced=SPACED)


def lawsuit_checks(context: Context) -> list[Check]:
    """구분마다 계 = 진행중 + 확정, 확정 = 승소 + 패소, 구분의 합 = 계."""
    found = []
    amounts = {
        kind: {name: int(context.reader(f"lawsuits.{kind}.{name}").found.value or 0) for name in COLUMNS}
        for kind in KINDS
    }
    for kind, label in KINDS.items():
        one = amounts[kind]
        ok = one["total"] == one["pending"] + one["closed"]
        text = f"소송 {label}: 계가 진행중 + 확정과 {'같습니다' if ok else '다릅니다'}"
        url = context.reader(f"lawsuits.{kind}.total").found.url
        found.append(Check(ok, text, f"{one['pending']} + {one['closed']} = {one['total']}", url))
        rest = one["closed"] - one["won"] - one["lost"]
        if rest:
            found.append(
                Check(
                    False,
                    f"소송 {label}: 승소와 패소에 들지 않은 확정 {rest}건",
                    "승패 분류에서 세지 않기로 한 결과입니다.",
                    url,
                )
            )
    sums = {name: sum(amounts[kind][name] for kind in KINDS if kind != "total") for name in COLUMNS}
    wrong = [title for name, title in COLUMNS.items() if sums[name] != amounts["total"][name]]
    ok, detail = not wrong, ", ".join(wrong) or f"{sums['total']}건"
    return [*found, Check(ok, f"소송 행정·민사·심판의 합이 계와 {'같습니다' if ok else '다릅니다'}", detail)]


def _link(count: int | None, url: str) -> Cell:
    """행으로 이어지는 수 한 칸."""
    return Cell((Run(number(count), url=url),), align="center", value=count)


def build(context: Context) -> Document:
    """소송 현황."""
    board = Board(None, Period(context.start, context.as_of), timezone.localdate())
    blocks: list[Block] = [TitleBox("title", f"{context.year}년 소송 현황", date_text=f"{board.period.text} 기준")]
    if context.has("table"):
        text = "계 {lawsuits.total.total}건(신규 {lawsuits.total.new}), 진행 중 {lawsuits.total.pending}, 확정 {lawsuits.total.closed}"
        blocks += [
            Line("table", "□", plain("소송 수행 현황"), "(단위: 건)"),
            Line("table.total", "○", context.text(text)),
            lawsuit_table(context, "table.table"),
        ]
    if context.has("outcomes"):
        blocks += _outcomes(context, board)
    if context.has("recent"):
        blocks += _recent(board)
    if context.has("coming"):
        blocks += _coming(board)
    if context.has("years"):
        blocks += [
            Line("years", "□", plain("다섯 해의 추이"), "(단위: 건, %)"),
            _tallies("years.table", "추이", "연도", board.years()),
        ]
    if context.has("costs"):
        blocks += _costs(context, board)
    return Document(
        f"{context.year}년 소송 현황",
        tuple(blocks),
        header="기획예산과 의회법무팀",
        properties={"date": context.as_of.isoformat()},
    )


def _outcomes(context: Context, board: Board) -> list[Block]:
    text = "승소율 {lawsuits.total.win_rate}%: 승소 {lawsuits.total.won}건 ÷ 확정 {lawsuits.total.closed}건"
    rows = [tuple(heading(one) for one in ("결과", "승패 분류", "확정"))]
    for outcome, bucket, _definition, count, url in board.by_outcome():
        if count:
            rows.append((Cell(plain(str(outcome.label))), Cell(plain(bucket), align="center"), _link(count, url)))
    return [
        Line("outcomes", "□", plain("결과와 승소율"), "(단위: 건)"),
        Line("outcomes.rate", "○", context.text(text)),
        Line("outcomes.partly", "○", context.text("일부인용 {lawsuits.partly_lost}건은 승패 분류에 따라 패소로 센다")),
        Table("outcomes.table", tuple(rows), 1, (4, 3, 2), "결과별 확정"),
        _tallies("outcomes.levels", "심급별", "심급", [(line.label, line) for line in board.levels()]),
    ]


def _tallies(key: str, caption: str, first: str, lines: list[tuple[str, Tally]]) -> Table:
    spaced = {"확정": COLUMNS["closed"], "승소율(%)": "승소율"}
    return tallies_table(key, first, lines).block(key, caption=caption, widths=(4, 2, 2, 2, 2, 2, 2, 2), spaced=spaced)


def _recent(board: Board) -> list[Block]:
    """최근 확정 사건. 사건명과 부서만 적고 당사자의 이름은 적지 않는다."""
    rows = [tuple(heading(text) for text in ("확정일", "구분", "사건번호", "사건명", "부서", "심급", "결과"))]
    for case, instance, _kind in board.recent:
        rows.append((
            Cell(plain(date_plain(case.final_on)), align="center"), Cell(plain(str(case.get_kind_display())), align="center"),
            Cell((Run(instance.case_number if instance else "-", url=reverse("legal.lawsuit-detail", args=[case.pk])),), align="center"),
            Cell(plain(case.title)), Cell(plain(case.department.name), align="center"),
            Cell(plain(str(instance.get_level_display()) if instance else "-"), align="center"),
            Cell(plain(str(case.get_outcome_display())), align="center"),
        ))  # fmt: skip
    return [
        Line("recent", "□", plain("최근 확정 사건")),
        Table("recent.table", tuple(rows), 1, (2.6, 1.6, 3, 5, 3, 1.8, 2), "최근 확정 사건"),
    ]


def _coming(board: Board) -> list[Block]:
    """오늘부터 14일의 기일·기한과, 지난 기한."""
    rows = [tuple(heading(text) for text in ("날짜", "할 일", "사건번호", "사건명", "부서", "준비"))]
    for one in board.coming():
        what = f"{one.what}(불변기간)" if one.is_peremptory else one.what
        rows.append((
            Cell(plain(date_plain(one.on)), align="center"), Cell(plain(what)),
            Cell((Run(one.instance.case_number or "-", url=one.url),), align="center"), Cell(plain(one.lawsuit.title)),
            Cell(plain(one.lawsuit.department.name), align="center"), Cell(plain(one.state), align="center"),
        ))  # fmt: skip
    heading_line = Line("coming", "□", plain("다가오는 기일·기한"), f"({date_plain(board.today)} 기준)")
    if len(rows) == 1:
        return [heading_line, Line("coming.none", "○", plain("14일 안에 기일이나 기한이 없음"))]
    return [heading_line, Table("coming.table", tuple(rows), 1, (2.6, 3, 3, 5, 3, 2), "다가오는 기일·기한")]


def _costs(context: Context, board: Board) -> list[Block]:
    rows = [tuple(heading(text) for text in ("비용", "건수", "금액"))]
    for label, count, amount, url in board.money.kinds:
        cell = Cell((Run(money(amount), url=url),), align="right", value=amount // 1000)
        rows.append((Cell(plain(label)), _link(count, url), cell))
    blocks: list[Block] = [
        Line("costs", "□", plain("소송비용"), "(단위: 천원)"),
        Line(
            "costs.paid",
            "○",
            context.text("지급한 소송비용 {lawsuits.cost_paid:천원}천원, 계의 소가 {lawsuits.claim_amount:천원}천원"),
        ),
        Line(
            "costs.back",
            "○",
            context.text("회수한 소송비용 {lawsuits.cost_recovered:천원}천원(회수율 {lawsuits.recovery_rate}%)"),
        ),
    ]
    if len(rows) > 1:
        blocks.append(Table("costs.table", tuple(rows), 1, (4, 2, 3), "소송비용"))
    return blocks


def default_as_of(year: int) -> date:
    """보고서가 있는 해는 보고서의 기준일, 올해는 오늘, 다른 해는 마지막 날."""
    return report_bases().get(year) or min(timezone.localdate(), date(year, 12, 31))


LAWSUITS = Template(
    "lawsuits", "{year}년 소송 현황", Team.LEGAL, "필요할 때", PARTS, build, lawsuit_checks, default_as_of
)
