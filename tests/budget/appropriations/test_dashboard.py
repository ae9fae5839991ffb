"""집행 현황: 화면의 모든 수가 행에서 나오고, 누르면 그 행이 열린다."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from budget.appropriations.dashboard import Execution, Line, Standard, all_summaries, own_execution
from budget.appropriations.models import (
    EarlyExecutionTarget,
    ExecutionReason,
    LayerTotal,
    MonthlyPlan,
    ReportProgram,
)
from budget.appropriations.models.codes import Account
from budget.appropriations.models.versions import BudgetLine, BudgetVersion
from budget.appropriations.reconciliation import PrintedRate, checks
from budget.appropriations.views.execution import difference, early_execution, supplementary
from core.access import Role
from core.figures.models import ReportedValue, Setting
from core.formats import round_rate
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

STANDARD = Standard("half_up", 1, "budget", Decimal(90), Decimal(70))


@pytest.fixture
def board(db):
    """기획예산과 두 단위사업과 건축과 한 사업의 10월 말 자료."""
    own, other = make.department(order=1), make.department("건축과", order=2)
    legal, finance = make.unit(), make.unit("재정 운용", "budget")
    report = ReportProgram.objects.create(
        fiscal_year=legal.fiscal_year, section="Ⅱ-2", title="예산편성", unit_program_name="재정 운용", team="budget"
    )
    made = make.snapshot(apply=False)
    suits = make.program("소송 수행", legal, department=own)
    plan = make.program("예산 편성", finance, department=own, report_program=report)
    rest = make.program("결산", finance, department=own)
    roof = make.program("건축 안전", make.unit("건축 안전", ""), department=other)
    make.row(made, 5, suits, 630_372_000, 378_933_000, stat_item=make.stat_item())
    make.row(made, 6, plan, 756_124_000, 273_371_000, stat_item=make.stat_item("207-01", "연구용역비"))
    make.row(made, 7, rest, 74_520_000, 62_000_000)
    make.row(made, 8, roof, 1_000_000, 900_000, funding="state+own", state_amount=600_000, own_amount=400_000)
    # 실제로 그렇듯 행을 모두 적은 뒤에 반영한다.
    made.apply()
    return {"own": own, "other": other, "snapshot": made, "suits": suits, "plan": plan, "rest": rest, "roof": roof}


@pytest.fixture
def officer(client, db):
    staff = StaffFactory(role=Role.TEAM, team="budget", must_change_password=False)
    client.force_login(staff)
    return staff


def execution(board, department="own", **kwargs):
    return Execution(all_summaries(), 2023, kwargs.get("as_of"), board[department] if department else None)


def test_division_is_the_default_and_other_departments_are_apart(client, officer, board):
    page = client.get(reverse("budget.execution"))
    assert page.context["total"].budget == 630_372_000 + 756_124_000 + 74_520_000
    whole = client.get(reverse("budget.execution"), {"department": "all"})
    assert whole.context["total"].rows == 4


def test_part_of_a_unit_not_in_the_report_is_shown(board):
    lines = execution(board).units()
    assert [(line.label, line.level, line.budget) for line in lines if "예산" in line.label or line.level] == [
        ("예산편성", 1, 756_124_000), ("그 밖의 사업", 1, 74_520_000),
    ]  # fmt: skip
    assert any("그 밖의 사업" in check.detail for check in checks(execution(board), "/"))


@pytest.mark.parametrize("tab", ["units", "teams", "departments", "fundings", "stat-items", "programs"])
@pytest.mark.parametrize("department", ["own", None])
def test_every_number_opens_rows_that_sum_to_it(client, officer, board, tab, department):
    chosen = board[department].pk if department else "all"
    page = client.get(reverse("budget.execution"), {"tab": tab, "department": chosen})
    lines = [page.context["total"], *page.context["lines"]]
    assert lines
    for line in lines:
        rows = client.get(line.rows_url).context["totals"]
        assert (rows["budget_amount"], rows["spent_amount"]) == (line.budget, line.spent), line.label
        assert line.rows_url.replace("&", "&amp;") in page.text


def test_lines_of_each_tab_sum_to_the_total(board):
    for department in ("own", None):
        found = execution(board, department)
        for lines in (found.units(), found.teams(), found.departments(), found.fundings(), found.stat_items(), found.detail_programs({})):
            tops = [line for line in lines if line.level == 0]
            assert sum(line.budget for line in tops) == found.total.budget
            assert sum(line.spent for line in tops) == found.total.spent


def test_drill_down_from_unit_to_programs(client, officer, board):
    page = client.get(reverse("budget.execution"))
    unit = next(line for line in page.context["lines"] if line.label == "재정 운용")
    programs = client.get(unit.url)
    assert {line.label for line in programs.context["page"]} == {"예산 편성", "결산"}
    kid = next(line for line in page.context["lines"] if line.label == "그 밖의 사업")
    assert [line.label for line in client.get(kid.url).context["page"]] == ["결산"]


def test_target_is_even_until_the_department_enters_a_plan(board):
    assert round(execution(board).total.target, 1) == Decimal("83.3")
    MonthlyPlan.objects.create(detail_program=board["suits"], month=3, amount=100_000_000)
    MonthlyPlan.objects.create(detail_program=board["suits"], month=12, amount=530_372_000)
    line = next(line for line in execution(board).detail_programs({}) if line.label == "소송 수행")
    assert line.expected == 100_000_000 and line.state == "정상"
    targets = execution(board).monthly_targets()
    assert round(targets[11], 6) == 100 and targets[9] < Decimal(83)


def test_months_without_data_are_gaps(board):
    earlier = make.snapshot(date(2023, 3, 31))
    make.row(earlier, 1, board["suits"], 630_372_000, 100_000_000)
    months = dict(execution(board).months())
    assert months[3].spent == 100_000_000 and months[4] is None and months[11] is None


def test_settings_change_rounding_base_and_states(client, officer, board):
    assert str(execution(board).units()[0].rate) in {"40.4", "60.1"}
    exact = execution(board).units()[-1].exact_rate
    Setting.objects.create(key="rate.mode", value="down", valid_from=date(2023, 1, 1))
    assert execution(board).units()[-1].rate == round_rate(exact, 1, "down")
    board["snapshot"].rows.filter(row_number=7).update(current_amount=100_000_000)
    board["snapshot"].summarise()
    Setting.objects.create(key="rate.base", value="current", valid_from=date(2023, 1, 1))
    rest = next(line for line in execution(board).detail_programs({}) if line.label == "결산")
    assert rest.rate == Decimal("62.0") and rest.balance == 38_000_000
    Setting.objects.create(key="execution.ok", value="50", valid_from=date(2023, 1, 1))
    assert {line.state for line in execution(board).detail_programs({})} <= {"정상", "부진"}


def test_a_later_setting_does_not_touch_an_older_base_date(board):
    Setting.objects.create(key="rate.mode", value="down", valid_from=date(2024, 1, 1))
    assert execution(board).standard.mode == "half_up"


def test_department_officer_sees_only_own_rows(client, board):
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=board["other"], must_change_password=False))
    page = client.get(reverse("budget.execution"), {"department": board["own"].pk, "tab": "programs"})
    assert page.context["total"].budget == 1_000_000 and "소송 수행" not in page.text
    rows = client.get(reverse("budget.executionrow-list"), {"department": board["own"].pk})
    assert "소송 수행" not in rows.text and rows.context["totals"]["budget_amount"] == 1_000_000
    assert client.get(reverse("budget.executionrow-detail", args=[board["snapshot"].rows.get(row_number=5).pk])).status_code == 404


def test_department_explains_its_low_program_and_the_board_shows_it(client, board):
    client.force_login(StaffFactory(role=Role.DEPARTMENT, department=board["own"], must_change_password=False))
    add = reverse("budget.executionreason-add")
    sent = client.post(f"{add}?as_of=2023-10-31", {
        "detail_program": board["plan"].pk, "as_of": "2023. 10. 31.", "reason": "용역 계약이 늦어짐", "measure": "11월 준공",
        "expected_on": "",
    })  # fmt: skip
    assert sent.status_code == 302
    assert ExecutionReason.objects.get().history.exists()
    board_page = client.get(reverse("budget.execution"), {"tab": "programs"})
    assert "용역 계약이 늦어짐" in board_page.text
    refused = client.post(add, {"detail_program": board["roof"].pk, "as_of": "2023-10-31", "reason": "x", "measure": "y"})
    assert refused.status_code != 302 and ExecutionReason.objects.count() == 1


def test_two_dates_are_compared(board):
    before = make.snapshot(date(2023, 9, 30))
    make.row(before, 1, board["suits"], 630_372_000, 400_000_000)
    rows = difference(execution(board, as_of=date(2023, 9, 30)), execution(board))
    marks = {row["label"]: row["mark"] for row in rows}
    assert marks["소송 수행"] == "집행 줄어듦" and marks["결산"] == "새로 생김"
    assert rows[0]["label"] == "계" and rows[0]["spent"] == 378_933_000 + 273_371_000 + 62_000_000 - 400_000_000


def test_early_execution_uses_target_items(board):
    target = EarlyExecutionTarget.objects.create(fiscal_year=make.fiscal_year(), period="H2", target_rate=Decimal("60.5"))
    target.stat_items.add(make.stat_item())
    (row,) = early_execution(execution(board))
    assert row["line"].budget == 630_372_000 and row["goal"] == int(Decimal(630_372_000) * Decimal("0.605"))
    assert row["line"].rate == Decimal("60.1")


def test_layers_that_do_not_match_ehojo_are_pointed_out(board):
    version = BudgetVersion.objects.create(
        fiscal_year=make.fiscal_year(), kind="original", effective_on=date(2023, 1, 1), status="announced"
    )
    BudgetLine.objects.create(budget_version=version, detail_program=board["suits"], stat_item=make.stat_item(), amount=630_372_000)
    found = next(check for check in checks(execution(board), "/") if "예산의 층" in check.text)
    assert not found.ok
    for program, amount in ((board["plan"], 756_124_000), (board["rest"], 74_520_000)):
        BudgetLine.objects.create(budget_version=version, detail_program=program, stat_item=make.stat_item(), amount=amount)
    assert next(check for check in checks(execution(board), "/") if "예산의 층" in check.text).ok


def test_supplementary_table_adds_up(db):
    year = make.fiscal_year()
    general = Account.objects.create(fiscal_year=year, name="일반회계")
    special = Account.objects.create(fiscal_year=year, name="특별회계", kind="special")
    layers = {
        ("original", 0): (797_450, 31_870), ("supplementary", 1): (156_892, 4_017), ("supplementary", 2): (639, None),
        ("deemed", 0): (45_657, 197),
    }  # fmt: skip
    for (kind, seq), amounts in layers.items():
        version = BudgetVersion.objects.create(fiscal_year=year, kind=kind, seq=seq, effective_on=date(2023, 1, 1), status="announced")
        for account, amount in zip((general, special), amounts, strict=True):
            LayerTotal.objects.create(
                budget_version=version, account=account, amount=None if amount is None else amount * 1_000_000,
                as_of=date(2023, 11, 6), source="보고서",
            )  # fmt: skip
    total, first, second = LayerTotal.objects.table(2023)
    assert [total[key] // 1_000_000 for key in ("total", "original", "supp_sum", "supp_1", "supp_2", "deemed")] == [
        1_036_722, 829_320, 161_548, 160_909, 639, 45_854,
    ]  # fmt: skip
    assert first["total"] == 1_000_638_000_000 and second["total"] == 36_084_000_000 and second["supp_2"] is None


def test_query_count_does_not_grow_with_rows(client, officer, board, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("budget.execution"))
    for number in range(100, 160):
        make.row(board["snapshot"], number, make.program(f"사업 {number}", department=board["own"]), 1_000, 10)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("budget.execution"))


@pytest.mark.parametrize("tab", ["units", "stat-items", "programs"])
def test_excel_holds_the_same_numbers(client, officer, board, tab, tmp_path):
    from openpyxl import load_workbook

    got = client.get(reverse("budget.execution-export"), {"tab": tab})
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"".join(got) if got.streaming else got.content)
    book = load_workbook(path)
    values = [cell for line in book.worksheets[0].iter_rows(values_only=True) for cell in line]
    assert 630_372_000 in values and any("조건" in sheet.title for sheet in book.worksheets)


def test_unknown_tab_date_and_department_are_not_found(client, officer, board):
    for query in ({"tab": "x"}, {"as_of": "어제"}, {"department": "999999"}):
        assert client.get(reverse("budget.execution"), query).status_code == 404


def test_empty_year_says_what_to_do(client, officer):
    page = client.get(reverse("budget.execution"), {"year": 2031})
    assert "집행 자료가 아직 없습니다" in page.text


def test_rows_page_tells_file_and_excel_row(client, officer, board):
    page = client.get(reverse("budget.executionrow-list"), {"department": board["own"].pk})
    assert "집행.xlsx" in page.text and urlsplit(reverse("budget.snapshot-file", args=[board["snapshot"].pk])).path in page.text


# ── 셈 ────────────────────────────────────────────────────────────────


@given(st.integers(0, 10**13), st.integers(1, 10**13))
def test_rate_never_leaves_its_two_roundings(spent, budget):
    line = Line("", STANDARD, budget=budget, spent=spent, expected=Decimal(budget) / 2)
    exact = Decimal(spent) * 100 / budget
    assert abs(line.rate - exact) <= Decimal("0.05") + Decimal("1e-20") * abs(exact)
    assert round_rate(exact, 1, "down") <= line.rate


def test_no_budget_means_no_rate():
    line = Line("", STANDARD)
    assert line.rate is None and line.gap is None and line.state == ""


@pytest.mark.parametrize(
    ("part", "whole", "printed", "agreement"),
    [
        (1_087_113, 2_086_618, "52.1", "반올림"), (226_719, 333_545, "67.9", "버림"), (335_371, 830_644, "40.3", "버림"),
        (50_235, 106_635, "47.1", "둘 다"), (10_200, 16_200, "63.0", "반올림"), (57, 64, "89", "둘 다"), (20, 22, "91", "반올림"),
    ],
)  # fmt: skip
def test_printed_rates_of_the_report(part, whole, printed, agreement):
    assert PrintedRate("", "", printed, part, whole, "원").agreement == agreement


@pytest.mark.parametrize(
    ("rate", "state"), [(Decimal("75.0"), "정상"), (Decimal("74.9"), "주의"), (Decimal("58.4"), "주의"), (Decimal("58.2"), "부진")]
)
def test_states_by_achievement(rate, state):
    # 목표 83.3%의 90%는 75.0, 70%는 58.3
    line = Line("", STANDARD, budget=1000, spent=int(rate * 10), expected=Decimal(1000) * 10 / 12)
    assert line.state == state


def test_an_established_layer_is_closed_to_the_team(client, officer):
    version = BudgetVersion.objects.create(fiscal_year=make.fiscal_year(), kind="original", effective_on=date(2023, 1, 1), status="voted")
    line = BudgetLine.objects.create(
        budget_version=version, detail_program=make.program("가"), stat_item=make.stat_item(), amount=1_000
    )
    edit, delete = (reverse(f"budget.budgetline-{act}", args=[line.pk]) for act in ("edit", "delete"))
    assert client.get(edit).status_code == 200
    client.post(reverse("budget.budgetversion-advance", args=[version.pk]), {"status": "announced"})
    assert BudgetVersion.objects.get().status == "announced"
    assert client.get(edit).status_code == client.post(delete).status_code == 403
    assert client.post(reverse("budget.budgetversion-delete", args=[version.pk])).status_code == 403
    assert BudgetLine.objects.exists()


def test_a_moving_layer_must_sum_to_zero_to_be_established(client, officer):
    version = BudgetVersion.objects.create(fiscal_year=make.fiscal_year(), kind="diversion", effective_on=date(2023, 5, 1), status="finalised")
    one, two = make.program("가"), make.program("나")
    BudgetLine.objects.create(budget_version=version, detail_program=one, stat_item=make.stat_item(), amount=1_000)
    advance = reverse("budget.budgetversion-advance", args=[version.pk])
    page = client.post(advance, {"status": "announced"}, follow=True)
    assert "더하면 0이어야" in page.text and BudgetVersion.objects.get().status == "finalised"
    BudgetLine.objects.create(budget_version=version, detail_program=two, stat_item=make.stat_item(), amount=-1_000)
    client.post(advance, {"status": "announced"})
    assert BudgetVersion.objects.get().status == "announced"


def test_closing_period_of_next_year_counts_as_december(board):
    closing = make.snapshot(date(2023, 12, 31), apply=False)
    closing.as_of = date(2024, 1, 20)
    closing.save()
    closing.apply()
    make.row(closing, 1, board["suits"], 630_372_000, 600_000_000)
    found = execution(board, as_of=date(2024, 1, 20))
    assert found.month == 12 and found.total.target == 100
    assert dict(found.months())[12].spent == 600_000_000 and dict(found.months())[1] is None


def test_home_counts_the_unexplained_and_opens_just_them(client, officer, board):
    home = client.get(reverse("home"))
    assert home.context["todo_count"] == 1 and "예산 편성 집행 부진 사유" in home.text
    url = own_execution(officer).page_url(tab="programs", reason="none")
    listed = client.get(url)
    assert [line.label for line in listed.context["page"]] == ["예산 편성"] and "사유를 적지 않은 부진 사업" in listed.text
    ExecutionReason.objects.create(detail_program=board["plan"], as_of=date(2023, 10, 31), reason="까닭", measure="대책")
    assert client.get(reverse("home")).context["todo_count"] == 0
    assert list(client.get(url).context["page"]) == []


def test_next_years_bill_is_compared_with_the_original_budget(db):
    year = make.fiscal_year()
    version = BudgetVersion.objects.create(fiscal_year=year, kind="original", effective_on=date(2023, 1, 1), status="announced")
    account = Account.objects.create(fiscal_year=year, name="일반회계")
    LayerTotal.objects.create(
        budget_version=version, account=account, amount=829_320_000_000, as_of=date(2023, 11, 6), source="보고서"
    )
    for name, amount in (("total", 893_542), ("general", 870_046), ("special", 23_496)):
        ReportedValue.objects.create(
            document="보고서", section="Ⅱ-2", code=f"next_budget.2024.{name}", label=name, value=amount * 1_000_000,
            printed=f"{amount:,}", unit="원",
        )
    found = supplementary(2023, StaffFactory(role=Role.VIEWER))
    assert found["growth"] == 64_222_000_000 and round(found["growth_rate"], 1) == Decimal("7.7")
    assert supplementary(2022, StaffFactory(role=Role.VIEWER)) is None
