"""보고서의 틀 「주요업무보고」: Ⅰ 일반현황, Ⅱ 추진실적, Ⅲ 추진계획, Ⅳ 신규·중점사업.

다른 팀의 표(집행, 추경, 소송)와 업무분장, 검산은 config/reports.py 가 건넨다. 사업의 글은 본문의 줄에서, 글에 든 {수치} 는 지금의 값에서,
금액은 사업의 재원별 금액에서 온다. 줄의 key 는 「구분.연번.구역.차례」라 해가 바뀌어도 같은 자리를 가리킨다.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby

from django.urls import reverse

from core.access import Team
from core.figures.figure import Figure, FigureValue, digest
from core.figures.models import RATE_MODE, RATE_PLACES, Setting
from core.formats import MISSING, money, round_rate
from core.functions import WorkFunction
from core.org.figures import ROWS, code_of, staffing_figures
from core.org.models import Grade, Vehicle, division
from core.remembering import remembered
from core.reports import reconciliation
from core.reports.document import (
    Block,
    Cell,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    Mark,
    PageBreak,
    Purpose,
    Section,
    Table,
    TitleBox,
    heading,
    plain,
)
from core.reports.template import Check, Context, Part, Template
from planning.work_plans import outline
from planning.work_plans.models import WorkItem, WorkPlan, WorkTable
from planning.work_plans.models.plans import SOURCES

_K = WorkPlan.Kind
PARTS = (
    Part("general", "Ⅰ. 일반현황"), Part("result", "Ⅱ. 주요업무 추진실적"), Part("plan", "Ⅲ. 주요업무 추진계획"),
    Part("focus", "Ⅳ. 신규·중점 추진사업"), Part(reconciliation.KEY, "대사표(보고서 값과 계산한 값)", is_default=False),
)  # fmt: skip
# 구역의 이름 → key 에 적는 이름
_SECTIONS = {
    outline.OVERVIEW: "overview", outline.RESULTS: "results", outline.DETAILS: "details", outline.DIRECTION: "direction",
    outline.SCHEDULE: "schedule", outline.AHEAD: "ahead",
}  # fmt: skip
_MARKS: dict[str, Mark] = {"□": "□", "○": "○", "-": "-", "·": "·", "※": "※"}
# 보고서의 정·현원표에 적는 직군의 이름
_SERIES = {
    Grade.Series.GENERAL: "일 반 직",
    Grade.Series.MANAGEMENT: "관리운영직",
    Grade.Series.SPECIAL: "별정직․임기제",
}

BuildTable = Callable[[Context, str], Table]


@dataclass(frozen=True)
class Parts:
    """다른 팀이 건네는 것.

    tables     표를 짓는 법: execution 과, WorkTable.source 에 적는 이름(budget.supplementary, legal.lawsuits)
    functions  팀마다의 업무분장
    checks     다른 팀의 검산
    printed    보고서에 인쇄된 값의 코드가 수치의 코드와 다른 것
    as_of      그해의 처음 기준일
    """

    tables: Mapping[str, BuildTable]
    functions: Mapping[Team, Sequence[WorkFunction]]
    checks: Sequence[Callable[[Context], list[Check]]] = ()
    printed: Mapping[str, str] = field(default_factory=dict)
    as_of: Callable[[int], date] | None = None


def annual_template(given: Parts) -> Template:
    """주요업무보고의 틀."""
    return Template(
        "annual", "{year}년 주요업무보고", Team.PLANNING, "해마다", PARTS, partial(build, given), partial(checks, given), given.as_of,
        partial(figures, given),
    )  # fmt: skip


# ── 자료 ────────────────────────────────────────────────────────────────


@remembered
def chapter_items(year: int, kind: str) -> tuple[WorkPlan | None, list[WorkItem]]:
    """그 장의 계획과 과의 사업. 추진계획과 신규·중점은 다음 해의 것이다."""
    plan = WorkPlan.objects.filter(year=year if kind == _K.RESULT else year + 1, kind=kind).first()
    if plan is None:
        return None, []
    items = plan.items.filter(department=division()).select_related("plan", "department").order_by("number")
    return plan, list(items)


def stem(item: WorkItem) -> str:
    """사업의 금액 수치의 머리. 보고서에 인쇄된 값의 코드와 같다: section.1, plan.2024.1, focus.2024.1"""
    return (
        f"section.{item.number}" if item.plan.kind == _K.RESULT else f"{item.plan.kind}.{item.plan.year}.{item.number}"
    )


# 사업의 금액: 칸의 이름 → 수치의 코드에 적는 이름
_MONEY = {"budget": "budget", "spent": "executed", "required": "budget"}


def figures(given: Parts, year: int) -> list[Figure]:
    """이 보고서에만 쓰는 수치: 팀의 수, 정·현원표의 칸, 사업마다의 예산·집행·집행률·소요예산."""
    found = [
        Figure(
            "organisation.team_count",
            "팀 수",
            "개",
            "업무분장이 있는 팀의 수.",
            lambda as_of: _team_count(given, as_of),
        ),
        *staffing_figures(),
    ]
    for kind in _K:
        for item in chapter_items(year, kind)[1]:
            found += _item_figures(item)
    return found


def _team_count(given: Parts, as_of: date | None) -> FigureValue:
    return FigureValue(len(given.functions), as_of, "computed", reverse("core.org-chart"), "업무분장")


def _item_figures(item: WorkItem) -> list[Figure]:
    """사업 한 건의 금액. 보고서를 펼 때마다 사업을 다시 읽으므로 고치면 곧 달라진다."""
    found = []
    kinds = ("budget", "spent") if item.plan.kind == _K.RESULT else ("required",)
    for kind in kinds:
        code, label = f"{stem(item)}.{_MONEY[kind]}", f"{item.code} {WorkItem.MONEY[kind]}"
        definition = f"주요업무 「{item.title}」에 적은 {WorkItem.MONEY[kind]}"
        found.append(Figure(code, label, "원", f"{definition}의 재원을 더한 값.", partial(_amount, item, kind, "")))
        found += [
            Figure(f"{code}.{title}", f"{label} {title}", "원", f"{definition} 가운데 {title}.", partial(_amount, item, kind, source))
            for source, title in SOURCES.items() if getattr(item, f"{kind}_{source}_amount") is not None
        ]  # fmt: skip
    if item.plan.kind == _K.RESULT:
        definition = f"주요업무 「{item.title}」의 집행액 ÷ 예산액 × 100, 설정한 끝수 처리."
        found.append(Figure(f"{stem(item)}.rate", f"{item.code} 집행률", "%", definition, partial(_rate, item)))
    return found


def _answer(item: WorkItem, value: int | Decimal | None, as_of: date | None) -> FigureValue:
    url = reverse("planning.workitem-detail", args=[item.pk])
    origin = "missing" if value is None else "computed"
    return FigureValue(value, item.spent_on or as_of, origin, url, str(item.plan), mark=digest(item.pk, item.version))


def _amount(item: WorkItem, kind: str, source: str, as_of: date | None) -> FigureValue:
    return _answer(item, getattr(item, f"{kind}_{source}_amount") if source else item.total(kind), as_of)


def _rate(item: WorkItem, as_of: date | None) -> FigureValue:
    settings, value = Setting.objects.values_on(as_of), item.spent_rate
    return _answer(
        item, None if value is None else round_rate(value, settings[RATE_PLACES], settings[RATE_MODE]), as_of
    )


# ── 문서 ────────────────────────────────────────────────────────────────


def build(given: Parts, context: Context) -> Document:
    """주요업무보고 한 권. 표지는 0쪽이라 일반현황이 1쪽이다."""
    year, own = context.year, division()
    name = own.name if own else ""
    when = f"{context.as_of.year}. {context.as_of.month}."
    blocks: list[Block] = [
        TitleBox(
            "cover", f"{year}년 주요업무보고", f"{year}년 추진실적 및 {year + 1}년 추진계획", name, when, is_cover=True
        )
    ]
    if context.has("general"):
        blocks += _general(given, context, name)
    for kind in _K:
        if context.has(kind.value):
            blocks += _chapter(given, context, kind)
    title = f"{year}년 주요업무보고"
    properties = {
        "author": name,
        "subject": f"{year}년 추진실적 및 {year + 1}년 추진계획",
        "date": context.as_of.isoformat(),
    }
    document = Document(title, tuple(blocks), header=f"{year}년 주요업무보고", first_page=0, properties=properties)
    if context.has(reconciliation.KEY):
        document = replace(document, blocks=(*document.blocks, *_reconciliation(given, context, document)))
    return document


def _general(given: Parts, context: Context, name: str) -> Iterable[Block]:
    """Ⅰ. 일반현황: 조직, 인력 | 주요시설 및 장비, 예산현황"""
    yield PageBreak("general.break")
    yield Chapter("general", "Ⅰ", "일반현황")
    yield Section("general.organisation", "1", "조 직")
    yield Line("general.organisation.teams", "", context.text(f"{name} - ( {{organisation.team_count}} )개팀"))
    yield _organisation_table(given)
    yield Section("general.staffing", "2", "인 력")
    yield _staffing_table(context)
    yield PageBreak("general.break-2")
    yield Section("general.equipment", "3", "주요시설 및 장비")
    yield _equipment_table()
    yield Section("general.budget", "4", "예 산 현 황")
    yield given.tables["execution"](context, "general.execution")


def _organisation_table(given: Parts) -> Table:
    """팀마다 한 칸, 업무마다 한 줄."""
    teams = tuple(heading(str(team.label)) for team in given.functions)
    cells = tuple(
        Cell(lines=tuple(plain(f"- {one.title}") for one in functions)) for functions in given.functions.values()
    )
    return Table("general.functions", (teams, cells), 1, (1,) * len(teams), "업무분장")


def _staffing_table(context: Context) -> Table:
    """정원·현원·과부족. 모자라면 △, 0 은 「-」."""
    grades = list(Grade.objects.all())
    groups = [(series, list(rows)) for series, rows in groupby(grades, key=lambda grade: grade.series)]
    first = [heading("구 분", rowspan=2), heading("계", rowspan=2)]
    first += [heading(_SERIES[Grade.Series(series)], colspan=len(rows)) for series, rows in groups]
    lines = [tuple(first), tuple(heading(f"{grade.level}급") for grade in grades)]
    titles = {"quota": "정 원", "current": "현 원", "surplus": "과부족"}
    for row in ROWS:
        codes = [f"staffing.{row}.total", *(f"staffing.{row}.{code_of(grade)}" for grade in grades)]
        cells = (context.cell(code, dash_zero=True, align="center") for code in codes)
        lines.append((heading(titles[row]), *cells))
    return Table("general.staffing.table", tuple(lines), 2, (2, 1.4, *(1.1,) * len(grades)), "인력")


def _equipment_table() -> Table:
    rows = [tuple(heading(text) for text in ("구 분", "명 칭", "현 황", "비 고"))]
    for one in Vehicle.objects.filter(department=division()).order_by("category", "name"):
        model = f"{one.model_name}({one.body})" if one.body else one.model_name
        rows.append((
            Cell(plain(one.category), align="center"), Cell(plain(one.name), align="center"),
            Cell(plain(f"○ 차종: {model}" if model else "")), Cell(plain(_remark(one)), align="center"),
        ))  # fmt: skip
    return Table("general.equipment.table", tuple(rows), 1, (2, 2.5, 6, 2), "주요시설 및 장비")


def _remark(vehicle: Vehicle) -> str:
    """비고: 대수와 적어 둔 말."""
    count = f"{vehicle.quantity}대" if vehicle.quantity else ""
    return ", ".join(filter(None, (count, vehicle.note)))


def _chapter(given: Parts, context: Context, kind: _K) -> Iterable[Block]:
    """한 장: 제목과 차례, 사업마다 한 쪽. 차례가 없는 장(Ⅳ)은 첫 사업이 제목 아래에 온다."""
    plan, items = chapter_items(context.year, kind)
    if plan is None or not items:
        return
    tables = defaultdict[int, dict[str, WorkTable]](dict)
    for table in WorkTable.objects.filter(item__in=items):
        tables[table.item_id][table.name] = table
    yield PageBreak(f"{kind}.break")
    yield Chapter(kind.value, plan.chapter, plan.title)
    if plan.has_contents:
        yield Contents(f"{kind}.contents")
    for item in items:
        key = f"{kind}.{item.number}"
        if plan.has_contents or item is not items[0]:
            yield PageBreak(f"{key}.break")
        yield ItemHeading(key, str(item.number), item.title, item.owner)
        if item.purpose.strip():
            yield Purpose(f"{key}.purpose", context.text(item.purpose))
        yield from _body(given, context, item, tables[item.pk])


def _body(given: Parts, context: Context, item: WorkItem, tables: Mapping[str, WorkTable]) -> Iterable[Block]:
    """사업의 본문: 줄, 표, 예산현황, 소요예산."""
    key, order = f"{item.plan.kind}.{item.number}", defaultdict[str, int](int)
    for line, section in outline.with_sections(item.outline):
        if line.mark == outline.TABLE:
            if (table := tables.get(line.text)) is not None:
                yield _table(given, context, table, f"{key}.table.{table.name}")
        elif line.mark == outline.BUDGET:
            yield Line(f"{key}.budget", "□", plain("예산현황"), "(단위: 천원)")
            yield _budget_table(context, item, f"{key}.budget.table")
        elif line.mark == outline.REQUIRED:
            yield Line(f"{key}.required", "□", context.text(required_line(item)))
        else:
            place = _SECTIONS.get(section, section or "top")
            order[place] += 1
            yield Line(f"{key}.{place}.{order[place]}", _MARKS.get(line.mark, ""), context.text(line.text), line.right)


def required_line(item: WorkItem) -> str:
    """소요예산의 줄. 금액은 수치의 자리로 적는다: 소요예산: 총 {…}천원(구비 {…})"""
    if not item.total("required"):
        return item.required_text
    code = f"{stem(item)}.budget"
    parts = ", ".join(f"{label} {{{code}.{label}:천원}}" for label, value in item.amounts("required") if value)
    return f"소요예산: 총 {{{code}:천원}}천원({parts})"


def _budget_table(context: Context, item: WorkItem, key: str) -> Table:
    """예산액·집행액(재원)·집행률."""
    cells = []
    for kind in ("budget", "spent"):
        code = f"{stem(item)}.{_MONEY[kind]}"
        sources = ", ".join(f"{label} {{{code}.{label}:천원}}" for label, _value in item.amounts(kind))
        cell = context.cell(code, "천원", align="center")
        cells.append(replace(cell, lines=(cell.text, context.text(f"({sources})"))) if sources else cell)
    cells.append(context.cell(f"{stem(item)}.rate", align="center"))
    heads = tuple(heading(text) for text in ("예 산 액", "집 행 액", "집행률(%)"))
    return Table(key, (heads, tuple(cells)), 1, (4, 4, 2), f"{item.code} 예산현황")


def _table(given: Parts, context: Context, table: WorkTable, key: str) -> Table:
    """본문의 표: 살아 있는 자료에서 짓거나(source), 적은 칸 그대로."""
    if table.source in given.tables:
        return given.tables[table.source](context, key)
    rows = tuple(tuple(_cell(context, cell) for cell in row) for row in table.rows)
    unit = f"({table.unit})" if table.unit else ""
    return Table(key, rows, table.heading_rows, (), table.name, unit, table.unit_below)


def _cell(context: Context, cell: outline.GridCell) -> Cell:
    lines = tuple(context.text(line) for line in cell.lines)
    text = cell.lines[0].replace(",", "").replace("△", "-") if cell.is_number and len(lines) == 1 else ""
    value = Decimal(text.removesuffix("%")) if text and text != MISSING else None
    return Cell(
        lines[0] if len(lines) == 1 else (), cell.colspan, cell.rowspan, "right" if cell.is_number else "center", cell.is_heading,
        value=value, lines=lines if len(lines) > 1 else (),
    )  # fmt: skip


def _reconciliation(given: Parts, context: Context, document: Document) -> tuple[Block, ...]:
    """대사표 한 쪽."""
    codes = dict.fromkeys(run.figure for run in document.figures())
    found = reconciliation.compared(context, [context.reader(code) for code in codes], given.printed)
    mode = "버림" if context.settings[RATE_MODE] == "down" else "반올림"
    count = sum(one.is_same and not one.is_rate for one in found)
    return (
        PageBreak(f"{reconciliation.KEY}.break"), Line(f"{reconciliation.KEY}.title", "□", plain(reconciliation.TITLE)),
        reconciliation.table(found),
        Line(f"{reconciliation.KEY}.note", "※", plain(f"집행률의 끝수는 설정({mode})을 따름. 비율이 아닌 수치 {count}개는 보고서와 같음")),
    )  # fmt: skip


# ── 검산 ────────────────────────────────────────────────────────────────


def checks(given: Parts, context: Context) -> list[Check]:
    """정·현원, 사업의 합, 다른 팀의 검산, 그리고 보고서에 인쇄된 값과의 대사."""
    found: list[Check] = []
    if context.has("general"):
        found += _staffing_checks(context)
    if context.has("result") or context.has("general"):
        found += [check for run in given.checks for check in run(context)]
    if context.has("result"):
        found += _section_checks(context)
    for kind in (_K.PLAN, _K.FOCUS):
        if context.has(kind.value):
            found += _required_checks(context, kind)
    document = build(given, replace(context, parts=context.parts - {reconciliation.KEY}) if context.parts else context)
    codes = dict.fromkeys(run.figure for run in document.figures())
    found += reconciliation.checks(
        reconciliation.compared(context, [context.reader(code) for code in codes], given.printed)
    )
    return found


def _value(context: Context, code: str) -> int:
    return int(context.reader(code).found.value or 0)


def _staffing_checks(context: Context) -> list[Check]:
    """직급의 합 = 계, 과부족 = 현원 − 정원."""
    codes = ["total", *(code_of(grade) for grade in Grade.objects.all())]
    rows = {row: [_value(context, f"staffing.{row}.{code}") for code in codes] for row in ROWS}
    url = context.reader("staffing.current.total").found.url
    sums = all(values[0] == sum(values[1:]) for values in rows.values())
    gaps = all(
        now - quota == gap for quota, now, gap in zip(rows["quota"], rows["current"], rows["surplus"], strict=True)
    )
    quota, now, gap = (values[0] for values in rows.values())
    return [
        Check(
            sums, f"정·현원의 직급별 합이 계와 {'같습니다' if sums else '다릅니다'}", f"정원 {quota} · 현원 {now}", url
        ),
        Check(gaps, f"과부족이 현원 − 정원과 {'같습니다' if gaps else '다릅니다'}", f"{now} − {quota} = {gap}", url),
    ]


def _section_checks(context: Context) -> list[Check]:
    """사업의 예산을 더한 값과 Ⅰ장 단위사업(기본경비 제외)의 합. 둘은 다른 묶음이라 같게 맞추지 않고 차이만 알린다."""
    _plan, items = chapter_items(context.year, _K.RESULT)
    found = []
    for kind, title in (("budget", "예산액"), ("executed", "집행액")):
        own = sum(_value(context, f"{stem(item)}.{kind}") for item in items)
        whole = _value(context, f"execution.total.{kind}") - _value(context, f"execution.basic_expenses.{kind}")
        text = f"사업 {len(items)}건의 {title}을 더하면 {money(own)}천원"
        detail = f"단위사업(기본경비 제외) {money(whole)}천원, 사업에 들지 않은 {title} {money(whole - own)}천원"
        found.append(Check(own <= whole, text, detail, context.reader(f"execution.total.{kind}").found.url))
    return found


def _required_checks(context: Context, kind: _K) -> list[Check]:
    """소요예산을 적지 않은 사업이 있는가, 모두 더하면 얼마인가."""
    plan, items = chapter_items(context.year, kind)
    missing = [item.code for item in items if item.total("required") is None]
    total = sum(item.total("required") or 0 for item in items)
    text = f"{plan}의 소요예산을 더하면 {money(total)}천원"
    detail = f"적지 않은 사업: {', '.join(missing)}" if missing else f"{len(items)}건 모두 적음"
    return [Check(not missing, text, detail)] if plan else []
