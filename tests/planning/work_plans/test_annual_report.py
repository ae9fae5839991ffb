"""증명: 2023년 주요업무보고를 자료에서 다시 짓고, 한글·PDF·HTML 을 다시 읽어 보고서와 칸마다, 줄마다 견준다.

행이 있는 수는 행에서 계산하고(표본), 행이 없는 수는 인쇄된 값이다. 짓고 옮기는 일은 한 번만 한다.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budget.appropriations.models import ExecutionPointer, ExecutionRow
from config.load_report import read_report
from config.reports import LIBRARY, PRINTED
from core.figures.models import ReportedValue, Setting
from core.org.models import Staff
from core.reports import publishing
from core.reports.compare import differences
from core.reports.document import Cell, ItemHeading, Line, Table, as_string
from core.reports.html import write_html
from core.reports.hwpx import write_hwpx
from core.reports.models import Report
from core.reports.pdf import page_numbers, write_pdf
from core.reports.publishing import Desk
from legal.lawsuits.models import Party
from planning.work_plans.models import WorkItem, WorkPlan
from tests.core.reports.readers import HtmlFile, HwpxFile, PdfFile, ReadTable

pytestmark = pytest.mark.django_db
AS_OF = date(2023, 11, 6)
DATA: dict[str, Any] = read_report()
SEED = Path(__file__).with_name("report_text.txt").read_text(encoding="utf-8").splitlines()
# 글을 뽑을 때 섞여 든 것: 자리 표시, 쪽 번호, 차례의 머리글과 점선
NOISE = re.compile(r"ㅇㅇ|-\s*\d+\s*-|연번 사 업 명 쪽|[\ue000-\uf8ff]|·{3,}\d+")
# 인쇄된 비율 가운데 끝수 처리가 설정과 다른 것(DOMAIN §7): 수치 → 계산한 글
HALF_UP = {
    "execution.policy_coordination.rate": ("67.9", "68.0"), "execution.sound_finance.rate": ("40.3", "40.4"),
    "execution.basic_expenses.rate": ("51.6", "51.7"), "section.1.rate": ("67.9", "68.0"), "section.2.rate": ("36.1", "36.2"),
}  # fmt: skip
DOWN = {"execution.total.rate": ("52.1", "52.0"), "section.4.rate": ("63.0", "62.9")}
FORMATS = ("hwpx", "pdf", "html")


def bare(text: str) -> str:
    """빈칸과 가운뎃점, 줄표(깨진 ž, 빠진 점까지)를 뺀 글."""
    return re.sub(r"[\s·․・ㆍž-]", "", text)


@dataclass
class Read:
    """다시 읽은 파일 하나: 읽는 차례의 글과 표."""

    text: str
    tables: dict[str, ReadTable]

    def cells(self, name: str) -> list[list[str]]:
        """표의 칸을 줄마다. 빈칸과 가운뎃점은 뺀다."""
        rows: dict[int, list[str]] = {}
        for cell in self.tables[name].cells:
            rows.setdefault(cell.row, []).append(re.sub(r"[\s·․・ㆍ]", "", "".join(cell.lines)))
        return [rows[row] for row in sorted(rows)]


@dataclass
class Annual:
    """지은 보고서와 다시 읽은 세 파일."""

    desk: Desk
    files: dict[str, Read]


def draft(**fields: Any) -> Report:
    values = {"template": "annual", "title": "2023년 주요업무보고", "team": "planning", "year": 2023, "start_on": date(2023, 1, 1)}
    return Report(**(values | {"as_of": AS_OF} | fields))


def written(desk: Desk, write: Callable[..., None]) -> bytes:
    file = io.BytesIO()
    write(desk.document, file)
    return file.getvalue()


def read_all(desk: Desk) -> dict[str, Read]:
    names = [table.caption for table in desk.document.tables()]
    hwpx, pdf = HwpxFile(written(desk, write_hwpx)), PdfFile(written(desk, write_pdf))
    html = HtmlFile(written(desk, write_html).decode())
    shown = html.tables
    for node in html.root.xpath("//p[@class='rp-header'] | //*[@class='sr'] | //head"):
        node.drop_tree()
    tagged = [table for table in pdf.tables if table.cells[0].lines != ("연번",)]
    assert [table.caption for table in shown] == names
    return {
        "hwpx": Read("".join(hwpx.lines()), {name: hwpx.table_named(name) for name in names}),
        "pdf": Read("".join(pdf.texts), dict(zip(names, tagged, strict=True))),
        "html": Read(html.root.text_content(), dict(zip(names, shown, strict=True))),
    }


@pytest.fixture(scope="module")
def annual(sample_database: Any, once: None) -> Annual:
    """표본 위에서 한 번 지어 세 꼴로 옮긴 것."""
    desk = Desk(draft(), LIBRARY)
    return Annual(desk, read_all(desk))


def told(value: int) -> str:
    """정·현원표의 칸."""
    return "-" if value == 0 else f"△{-value}" if value < 0 else str(value)


def expected_tables() -> dict[str, list[list[str]]]:
    """보고서 파일(report2023.json)에서 짠 표의 칸. 비율은 설정(반올림)으로 계산한 것으로 바꾼다."""
    staffing = DATA["staffing"]
    lines = [
        [title, *(told(value) for value in (staffing[key]["total"], *staffing[key]["by_grade"]))]
        for title, key in (("정원", "quota_정원"), ("현원", "current_현원"), ("과부족", "surplus_과부족"))
    ]
    assert lines[2][1:] == staffing["surplus_과부족"]["printed"]
    units = DATA["budget_by_unit_work"]
    found = {
        "업무분장": [
            [team["name"] for team in DATA["organisation"]["teams"]],
            ["".join(f"-{name}" for name in team["functions"]) for team in DATA["organisation"]["teams"]],
        ],
        "인력": [["구분", "계", "일반직", "관리운영직", "별정직임기제"], [f"{name[-2]}급" for name in staffing["columns"]], *lines],
        "주요시설 및 장비": [["구분", "명칭", "현황", "비고"], ["장비", "행정차량", "○차종:아이오닉5(중형승용)", ""]],
        "예산현황": [
            ["단위사업명", "예산액", "집행액", "집행률(%)(10.31.기준)"],
            *(
                [row["name"], f"{row['budget']:,}", f"{row['executed']:,}", computed(f"execution.{row['id']}.rate", row["rate_printed"])]
                for row in [{"name": "계", "id": "total", **units["total"]}, *units["rows"]]
            ),
        ],
        "추가경정예산": [
            ["회계구분", "계", "본예산", "추경", "간주처리"], ["소계", "1차", "2차"],
            *(
                [row["account"], *(row.get(f"{key}_printed") or f"{row[key]:,}" for key in LAYERS)]
                for row in DATA["supplementary_budget"]["rows"]
            ),
        ],
        "소송 수행": [
            ["구분", "계(A+B)", "신규", "진행중(A)", "확정(종결)"], ["소계(B)", "승소(소취하등)", "패소(일부인용)", "승소율(%)"],
            *([row["type"], *(str(row[key]) for key in LAWSUITS)] for row in DATA["lawsuits"]["rows"]),
        ],
        "평가 개요": [
            ["구분", "평가대상", "평가내용", "평가시기"],
            *(
                [*([row["group"]] if row["name"] != "외부기관평가" else []), *(row[key] for key in ("name", "target", "content", "when"))]
                for row in DATA["sections_2023"][2]["overview_table"]["rows"]
            ),
        ],
    }  # fmt: skip
    for section in DATA["sections_2023"]:
        budget = section["budget"]
        cells = [f"{budget[key]:,}(구비{budget[f'{key}_by_source']['구비']:,})" for key in ("budget", "executed")]
        rate = computed(f"section.{section['no']}.rate", budget["rate_printed"])
        found[f"{section['src']} 예산현황"] = [["예산액", "집행액", "집행률(%)"], [*cells, rate]]
    return {name: [[re.sub(r"[\s·․・ㆍ]", "", cell) for cell in row] for row in rows] for name, rows in found.items()}


LAYERS = ("total", "original", "supp_sum", "supp_1", "supp_2", "deemed")
LAWSUITS = ("total", "new", "pending", "closed", "won", "lost", "win_rate_printed")


def computed(code: str, printed: str) -> str:
    """반올림으로 다시 계산한 비율."""
    return HALF_UP.get(code, ("", printed))[1]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_table_is_the_same_cell_for_cell(annual: Annual, kind: str) -> None:
    found, expected = annual.files[kind], expected_tables()
    assert set(found.tables) == set(expected)
    for name, rows in expected.items():
        assert found.cells(name) == rows, name


@pytest.mark.parametrize("kind", FORMATS)
def test_every_line_of_the_report_is_there_in_order_and_nothing_else(annual: Annual, kind: str) -> None:
    whole, at = bare(annual.files[kind].text), 0
    rates = iter([HALF_UP["section.1.rate"], HALF_UP["section.2.rate"]])
    skipped = []
    for raw in SEED:
        line = bare(NOISE.sub("", raw))
        if not line:
            continue
        place = whole.find(line, at)
        if place < 0:
            # 인쇄된 비율과 계산한 비율이 다른 두 곳
            printed, again = next(rates)
            assert line == printed
            line, place = again, whole.find(again, at)
        if place > at:
            skipped.append(whole[at:place])
        at = place + len(line)
    assert next(rates, None) is None and whole[at:] == ""
    # 보고서에 없는 것: Ⅰ장(표로 견준다), 차례의 연번과 쪽, 보고서의 차례에서 빠진 Ⅲ-3·Ⅲ-4
    first, *rest = skipped
    assert first.startswith("2023년주요업무보고") and first.endswith("51.7")
    titles = [bare(plan["title"]) for plan in DATA["plans_2024"][2:]]
    assert rest == [
        "연번사업명쪽1", "42", "53", "64", "75", "8", "연번사업명쪽1", "102", f"113{titles[0]}124{titles[1]}13",
    ]  # fmt: skip


def test_the_pages_are_the_pages_of_the_report(annual: Annual) -> None:
    pages = page_numbers(annual.desk.document)
    assert {section["no"]: pages[f"result.{section['no']}"] for section in DATA["sections_2023"]} == {1: 4, 2: 5, 3: 6, 4: 7, 5: 8}
    assert [pages[f"plan.{plan['no']}"] for plan in DATA["plans_2024"]] == [10, 11, 12, 13]
    assert (pages["general"], pages["focus"]) == (1, 14)


def texts_by_code(desk: Desk) -> dict[str, str]:
    return {run.figure: run.text for run in desk.document.figures()}


def test_every_printed_number_is_a_figure_with_rows_and_the_same_text(annual: Annual) -> None:
    codes = {code: run for run in annual.desk.document.figures() for code in [PRINTED.get(run.figure, run.figure)]}
    renamed = {"counselling.lawyers": "counselling.마을변호사", "counselling.scriveners": "counselling.마을법무사"}
    codes = {renamed.get(code, code): run for code, run in codes.items()}
    printed = {one.code: one for one in ReportedValue.objects.all()}
    prose = re.compile(
        # 글로 적는 계획과 일정: 기간, 주기, 정원 이내, 한 해의 횟수
        r"four_year_plan\.(from_year|to_year|cycle|schedule\.\d)|legal_advisers\.max|(legal_training|counselling|subsidies)\.2024\..*"
        r"|subsidies\.(mid_check_months|evaluation\..*)"
    )
    assert sorted(code for code in printed if code not in codes and not prose.fullmatch(code)) == []
    wrong = {code: (printed[code].printed, run.text) for code, run in codes.items() if code in printed and printed[code].printed != run.text}
    assert wrong == HALF_UP
    assert [run.figure for run in annual.desk.document.figures() if not run.url] == []
    origins = {one.code: one.found.origin for one in annual.desk.readings()}
    counted = ("execution.", "section.", "plan.", "focus.", "lawsuits.", "local_laws.", "performance.", "four_year_plan.", "staffing.")
    assert {origin for code, origin in origins.items() if code.startswith(counted)} == {"computed"}


def test_checks_and_reconciliation_list_both_values(annual: Annual) -> None:
    checks = annual.desk.checks()
    wrong = [one.text for one in checks if not one.ok]
    assert [re.findall(r"보고서 ([\d.]+), 계산 ([\d.]+)", text)[0] for text in wrong] == list(HALF_UP.values())
    good = " ".join(one.text + one.detail for one in checks if one.ok)
    for words in ("27 − 25 = 2", "127 + 64 = 191", "종류별 합이 계와 같습니다", "83 + 20 + 3 + 2 = 108", "27 + 79 + 2 = 108",
                  "단위사업 예산액의 합이 총계와 같습니다", "사업에 들지 않은 예산액 99,205", "1,637,885천원", "회계별 합과 층별 합"):  # fmt: skip
        assert words in good
    assert rates_in(reconciliation_of(annual)) == HALF_UP

    # 버림으로 바꾸면 다른 두 곳이 어긋나고, 보고서는 설정을 따른다.
    Setting(key="rate.mode", value="down", valid_from=date(2023, 1, 1)).save()
    desk = Desk(draft(parts=["general", "result", "plan", "focus", "reconciliation"]), LIBRARY)
    assert rates_in(next(table for table in desk.document.tables() if table.key == "reconciliation")) == DOWN
    found = texts_by_code(desk)
    assert (found["execution.policy_coordination.rate"], found["section.2.rate"], found["section.4.rate"]) == ("67.9", "36.1", "62.9")


def reconciliation_of(annual: Annual) -> Table:
    desk = Desk(draft(parts=["general", "result", "plan", "focus", "reconciliation"]), LIBRARY)
    table = next(table for table in desk.document.tables() if table.key == "reconciliation")
    # DOMAIN §7 의 비율 15곳이 모두 있다.
    assert len(table.rows) - 1 == 15
    assert "reconciliation" not in {table.key for table in annual.desk.document.tables()}
    return table


def rates_in(table: Table) -> dict[str, tuple[str, str]]:
    """대사표에서 어긋난 줄: 수치 → (보고서, 계산)."""

    def text(cell: Cell) -> str:
        return as_string(cell.text)

    return {row[3].text[0].figure: (text(row[2]), text(row[3])) for row in table.rows[1:] if text(row[4]) != "같음"}


def change_execution() -> None:
    """신뢰받는 법무행정의 집행 행 하나에 20,000천원을 더 집행한다."""
    snapshot = ExecutionPointer.objects.until(AS_OF).snapshot
    rows = ExecutionRow.objects.filter(snapshot=snapshot, detail_program__unit_program__name="신뢰받는 법무행정")
    row = rows.filter(department__name="기획예산과").order_by("-budget_amount").first()
    row.spent_amount += 20_000_000
    row.save()
    snapshot.summarise()


def test_one_execution_row_moves_exactly_its_figures_and_no_issued_report(annual: Annual) -> None:
    staff = Staff.objects.filter(role="team", team="planning").first()
    issued = publishing.start(draft(), LIBRARY)
    publishing.issue(issued, staff, LIBRARY)
    other = publishing.start(draft(), LIBRARY)
    before, frozen = texts_by_code(Desk(other, LIBRARY)), Desk(issued, LIBRARY).document
    assert frozen.blocks == annual.desk.document.blocks

    change_execution()
    moved = {
        "execution.total.executed": "1,107,113", "execution.total.rate": "53.1",
        "execution.legal_admin.executed": "398,933", "execution.legal_admin.rate": "63.3",
    }  # fmt: skip
    desk = Desk(other, LIBRARY)
    after = texts_by_code(desk)
    assert {code: text for code, text in after.items() if text != before[code]} == moved
    assert {one.reading.code for one in desk.changes()} == set(moved)
    assert publishing.check_drafts(LIBRARY) == 1 and Report.objects.get(pk=other.pk).changed_count == 4

    # 발간한 호는 그대로이고, 정정호에만 나타난다.
    again = Desk(Report.objects.get(pk=issued.pk), LIBRARY)
    assert again.document == frozen and again.changes() == []
    later = publishing.correct(Report.objects.get(pk=issued.pk), "집행액을 바로잡음", LIBRARY)
    publishing.issue(later, staff, LIBRARY)
    assert {code: text for code, text in texts_by_code(Desk(later, LIBRARY)).items() if text != before[code]} == moved
    assert len(differences(frozen, Desk(later, LIBRARY).document)) == 4
    assert Desk(Report.objects.get(pk=issued.pk), LIBRARY).document == frozen


def test_a_whole_report_is_counted_once(annual: Annual, django_assert_max_num_queries: Any) -> None:
    """한 권을 짓고 검산하는 동안 같은 것을 되풀이해 세지 않는다(기억이 없으면 질의가 900번을 넘는다)."""
    with django_assert_max_num_queries(150):
        desk = Desk(draft(), LIBRARY)
        assert desk.document.blocks == annual.desk.document.blocks
        assert desk.checks() == annual.desk.checks()


def test_edits_carry_to_the_next_year_by_place(annual: Annual) -> None:
    """고친 글은 같은 자리로 이어지고, 앞 구역에 줄이 늘어도 밀리지 않는다."""
    report = publishing.start(draft(), LIBRARY)
    report.texts.create(key="result.1.ahead.2", text="○ 겨울철 종합대책을 한 달 앞당김", is_edited=True)
    item = WorkItem.objects.get(plan__kind=WorkPlan.Kind.RESULT, number=1)
    item.body = item.body.replace("□ 주요 추진실적", " ○ 새 개요\n□ 주요 추진실적")
    item.save()
    lines = {block.key: as_string(block.text) for block in Desk(report, LIBRARY).document.blocks if isinstance(block, Line)}
    assert lines["result.1.overview.6"] == "새 개요"
    assert lines["result.1.ahead.2"] == "겨울철 종합대책을 한 달 앞당김"
    keys = [block.key for block in annual.desk.document.blocks]
    assert len(keys) == len(set(keys))


def test_work_item_amounts_are_figures_too(annual: Annual) -> None:
    item = WorkItem.objects.get(plan__kind=WorkPlan.Kind.PLAN, number=4)
    item.required_city_amount = 1_000_000
    item.save()
    desk = Desk(draft(), LIBRARY)
    line = next(as_string(block.text) for block in desk.document.blocks if block.key == "plan.4.required" and isinstance(block, Line))
    assert line == "소요예산: 총 683,632천원(시비 1,000, 구비 682,632)"
    assert desk.context.reader("plan.2024.4.budget").found.value == Decimal(683_632_000)


def test_the_other_templates_count_what_the_boards_count(annual: Annual) -> None:
    """분기 추진실적, 중간평가, 소송 현황: 과제마다 한 쪽이고 검산이 맞으며 사람의 이름이 없다."""
    built = {}
    for code in ("four-year-quarter", "performance-mid", "lawsuits"):
        template = LIBRARY.template(code)
        as_of = publishing.default_as_of(template, 2023)
        desk = Desk(draft(template=code, as_of=as_of), LIBRARY)
        keys = [block.key for block in desk.document.blocks]
        assert len(keys) == len(set(keys)), code
        assert [one.text for one in desk.checks() if not one.ok] == [], code
        built[code] = desk
    quarter, tasks = built["four-year-quarter"], built["four-year-quarter"].document.blocks
    assert sum(isinstance(block, ItemHeading) for block in tasks) == 100
    found = texts_by_code(quarter)
    assert [found[f"four_year_plan.{name}"] for name in ("tasks", "done", "normal", "caution", "behind")] == ["100", "5", "80", "10", "3"]
    watched = next(table for table in quarter.document.tables() if table.key == "watched.table")
    assert len(watched.rows) - 1 == 13
    scores = next(table for table in built["performance-mid"].document.tables() if table.key == "departments.table")
    assert len(scores.rows) - 1 == 37
    lawsuits = built["lawsuits"]
    assert texts_by_code(lawsuits)["lawsuits.total.win_rate"] == "89"
    whole = "".join(as_string(text) for table in lawsuits.document.tables() for row in table.rows for cell in row for text in cell.paragraphs)
    names = {name for party in Party.objects.all() if (name := str(party.name)) and len(name) > 1}
    assert not {name for name in names if name in whole}
