"""행과 함께 적은 합: 원까지 같고, 달라지면 찾아내며, 자료와 함께 사라진다. 목록은 합을 읽어도 행과 같은 답을 준다."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.ledger import fill_ledger
from budget.appropriations.models import ExecutionSnapshot, ExecutionSummary
from budget.appropriations.services import bring_execution
from core.access import Role
from core.ledgers.reading import discard_preview
from core.org.models import Department
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

Cut = ExecutionSummary.Cut


@pytest.fixture
def ledger(db):
    """삼백 행, 서른일곱 부서."""
    return fill_ledger(300, year=2023, as_of=date(2023, 10, 31))


@pytest.fixture
def officer(client, db):
    staff = StaffFactory(role=Role.TEAM, team="budget", must_change_password=False)
    client.force_login(staff)
    return staff


def check(*args):
    """명령의 (끝난 값, 적은 말)."""
    out = StringIO()
    try:
        call_command("check_summaries", *args, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_every_cut_sums_to_the_rows(ledger):
    rows = ledger.rows.totals()
    assert rows["rows"] == 300
    for cut in Cut:
        assert ledger.summaries.filter(cut=cut).totals() == rows
    assert ledger.gaps() == [] and check() == (0, "집행 자료 1벌의 합이 행과 원까지 같습니다.\n")


def test_brought_rows_are_summed_in_the_same_act(tmp_path, db):
    make.department()
    path = make.ehojo_file(tmp_path / "e.xlsx", [
        make.line("가", 1000, 400), make.line("가", 500, 100), make.line("나", 10, 1, 부서="없는 과"), make.line("다", 7, 7, 통계목=None),
    ])  # fmt: skip
    snapshot = bring_execution(path, fiscal_year=2023, as_of=date(2023, 10, 31))
    programs = snapshot.summaries.filter(cut=Cut.PROGRAM).order_by("pk")
    assert {(one.detail_program.name, one.department_name, one.rows, one.budget_amount) for one in programs} == {
        ("가", "기획예산과", 2, 1500), ("나", "없는 과", 1, 10), ("다", "기획예산과", 1, 7),
    }  # fmt: skip
    assert snapshot.gaps() == []
    discard_preview(snapshot)
    assert not ExecutionSummary.objects.exists()


def test_empty_amounts_stay_empty(tmp_path, db):
    """적히지 않은 예산현액은 합에서도 0이 아니라 없음이다."""
    heading = [*make.HEADING[:11], *make.HEADING[13:14]]
    lines = [[*make.line("가", 1, 1)[:11], 1]]
    snapshot = bring_execution(make.ehojo_file(tmp_path / "e.xlsx", lines, heading=heading), fiscal_year=2023, as_of=date(2023, 10, 31))
    one = snapshot.summaries.get(cut=Cut.PROGRAM)
    assert one.current_amount is one.committed_amount is one.state_amount is None and one.own_amount == 1


@pytest.mark.parametrize("column", ["rows", "budget_amount", "spent_amount", "own_amount"])
def test_a_doctored_summary_is_found_and_repaired(ledger, column):
    one = ledger.summaries.filter(cut=Cut.PROGRAM, own_amount__isnull=False).first()
    ledger.summaries.filter(pk=one.pk).update(**{column: getattr(one, column) + 1})
    code, said = check()
    assert code == 1 and "1곳이 행의 합과 다릅니다" in said and str(ExecutionSummary._meta.get_field(column).verbose_name) in said
    assert check("--repair")[0] == 0 and check() == (0, "집행 자료 1벌의 합이 행과 원까지 같습니다.\n")


@pytest.mark.parametrize("cut", Cut.values)
def test_a_missing_or_extra_summary_is_found(ledger, cut):
    one = ledger.summaries.filter(cut=cut).first()
    one.delete()
    assert ledger.gaps()
    ledger.summarise()
    ExecutionSummary.objects.create(
        snapshot=ledger, cut=cut, department_name="없는 과", funding="own", rows=1, budget_amount=1, spent_amount=0
    )
    assert ledger.gaps()


def test_summaries_go_with_the_snapshot(ledger):
    ledger.take_back()
    ledger.drop_rows()
    ledger.delete()
    assert not ExecutionSummary.objects.exists() and not ExecutionSnapshot.objects.exists()


QUERIES = [
    "", "department={department}", "unit={unit}", "program={program}", "stat={stat}", "expense={expense}", "expense=none", "report=other",
    "team=legal", "team=none", "funding=own", "funding=state%2Bcity%2Bown", "department={department}&funding=own",
    "department={department}&stat={stat}", "unit={unit}&stat={stat}", "funding=own&stat={stat}&unit={unit}", "department_name=건축과",
    "department_name=없는 과", "q=건축", "q=생활기반", "q=사무관리비", "q=관리", "q=생활 시설", "q=생활 사무", "q=건축 보수", "q=없는말",
    "q=관리&stat={stat}", "q=건축&department={department}",
]  # fmt: skip


def sign_in(client, role):
    """건축과의 role. 팀이면 예산팀."""
    own = Department.objects.get(name="건축과")
    staff = StaffFactory(role=role, team="budget" if role == Role.TEAM else "", department=own, must_change_password=False)
    client.force_login(staff)
    return own


@pytest.mark.parametrize("role", [Role.TEAM, Role.DEPARTMENT])
def test_list_answers_from_summaries_equal_the_rows(client, ledger, role):
    """건수와 합을 합에서 읽든 행에서 읽든, 찾는 말을 과목표에서 찾든 행에서 찾든 답이 같다."""
    own = sign_in(client, role)
    row = ledger.rows.filter(department=own).first()
    values = {
        "department": own.pk, "unit": row.detail_program.unit_program_id, "program": row.detail_program_id, "stat": row.stat_item_id,
        "expense": row.stat_item.expense_item_id,
    }  # fmt: skip
    texts = {
        row.pk: f"{row.detail_program} {row.detail_program.unit_program} {row.stat_item.name} {row.department_name}"
        for row in ledger.rows.select_related("detail_program__unit_program", "stat_item")
    }
    for query in QUERIES:
        context = client.get(f"{reverse('budget.executionrow-list')}?{query.format(**values)}").context
        filterset = context["listing"].filterset
        assert context["totals"] == filterset.qs.totals(), query
        assert context["listing"].count == filterset.qs.count() == context["totals"]["rows"], query
        words = query.removeprefix("q=").split()
        if query.startswith("q=") and "&" not in query:
            mine = ledger.rows.for_user(filterset.user).values_list("pk", flat=True)
            expected = {pk for pk in mine if all(word in texts[pk] for word in words)}
            assert set(filterset.qs.values_list("pk", flat=True)) == expected, query


ORDERS = [
    "", "q=생활", "department={department}", "sort=-budget_amount", "sort=current_amount", "sort=department_name",
    "sort=detail_program&q=관리",
]  # fmt: skip


@pytest.mark.parametrize("role", [Role.TEAM, Role.DEPARTMENT])
def test_every_page_holds_the_next_rows(client, ledger, monkeypatch, role):
    """어느 쪽을 바로 열어도 처음부터 넘긴 것과 같은 행이다."""
    monkeypatch.setattr("budget.appropriations.views.pages.FEW", 40)
    monkeypatch.setattr(ExecutionSnapshot, "MARK_EVERY", 20)
    # 소계 줄을 덜어 낸 파일처럼 엑셀 행 번호를 띄엄띄엄하게 한다.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_executionrow SET row_number = row_number * 3 + 100000")
    ledger.summarise()
    own = sign_in(client, role)
    for query in ORDERS:
        address = f"{reverse('budget.executionrow-list')}?{query.format(department=own.pk)}&per_page=30"
        first = client.get(address).context["listing"]
        expected = list(first.table.queryset.values_list("pk", flat=True))
        found = []
        for number in range(1, first.table.paginator.num_pages + 1):
            page = client.get(f"{address}&page={number}").context["listing"].table.page
            found += [bound.record.pk for bound in page.object_list]
        assert found == expected, query
        assert len(found) == len(set(found)), query


def test_dashboard_and_list_cost_the_same_queries_for_any_number_of_rows(client, officer, db):
    counts = []
    client.get(reverse("preferences"))  # 세션은 1분에 한 번 적는다
    for rows, day in ((10, date(2022, 10, 31)), (1_000, date(2023, 10, 31))):
        fill_ledger(rows, year=day.year, as_of=day)
        found = []
        for address in (
            "execution?department=all", "execution?department=all&tab=departments", "execution?department=all&tab=stat-items",
            "execution?department=all&tab=programs", "executionrow-list?", "executionrow-list?q=관리", "executionrow-list?sort=-budget_amount",
        ):  # fmt: skip
            route, _, query = address.partition("?")
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"{reverse('budget.' + route)}?{query}&year={day.year}").status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[1][4:]) <= 20


def test_dashboard_reads_no_rows(client, officer, ledger):
    """현황 화면은 합만 읽고 행의 표를 묻지 않는다."""
    for tab in ("units", "teams", "departments", "fundings", "stat-items", "programs"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("budget.execution"), {"department": "all", "tab": tab})
        assert not [one for one in asked if "budget_executionrow" in one["sql"]], tab
