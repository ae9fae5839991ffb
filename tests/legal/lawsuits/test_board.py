"""소송 현황판과 분석: 셈법, 모든 수가 여는 목록, 보이는 범위, 대사, 엑셀, 질의 수."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from config.load_report import load_facts
from core.access import Role, Team
from core.deadlines.models import Deadline
from core.deadlines.services import track
from core.figures.models import ReportedValue, Setting
from core.history.settle import Settling
from core.org.models import Staff
from legal.lawsuits.dashboard import Board, Period, default_period
from legal.lawsuits.figures import FIGURES
from legal.lawsuits.load_report import load_buckets
from legal.lawsuits.models import (
    Bucket,
    Cost,
    CostRecovery,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    OutcomeBucket,
    Ruling,
)
from legal.legal_advisers.models import Adviser
from tests.factories import DepartmentFactory, StaffFactory
from tests.screens import ScreenTests

pytestmark = pytest.mark.django_db
BOARD, ANALYSIS, EXPORT = "legal.lawsuits", "legal.lawsuits-analysis", "legal.lawsuits-export"
YEAR = Period(date(2023, 1, 1), date(2023, 11, 6))
QUERY = {"start": "2023-01-01", "end": "2023-11-06"}
_NUMBER = iter(range(10_000, 99_999))


def case(
    received: str, final: str = "", outcome: str = "", kind: str = "administrative", department: Any = None, level: str = "first", **values: Any
) -> Lawsuit:
    """사건 하나와 심급 하나. 확정되었으면 판결까지."""
    adviser = values.pop("adviser", None)
    lawsuit = Lawsuit.objects.create(
        kind=kind, title="과징금 부과처분 취소", department=department or DepartmentFactory(), received_on=date.fromisoformat(received),
        final_on=date.fromisoformat(final) if final else None, outcome=outcome, **values,
    )
    instance = Instance.objects.create(
        lawsuit=lawsuit, level=level, court="서울행정법원", case_number=f"2023구합{next(_NUMBER)}", received_on=lawsuit.received_on, adviser=adviser
    )
    if final:
        Ruling.objects.create(instance=instance, outcome=outcome, ruled_on=lawsuit.final_on, summary="원고 청구 기각")
    return lawsuit


@pytest.fixture
def buckets() -> None:
    load_buckets(Settling())


@pytest.fixture
def cases(buckets: None) -> list[Lawsuit]:
    """경계의 날짜를 모두 가진 사건들."""
    adviser = Adviser.objects.create(name="김고문", appointed_on=date(2022, 1, 1), term_end_on=date(2026, 1, 1))
    other = Adviser.objects.create(name="이고문", firm="법무법인", appointed_on=date(2022, 1, 1), term_end_on=date(2026, 1, 1))
    own = DepartmentFactory(name="건축과", order=1)
    found = [
        case("2022-05-01", "2022-12-31", "won"),  # 앞선 해에 끝남: 세지 않음
        case("2022-05-01", "2023-01-01", "won", department=own, adviser=adviser, claim_amount=1_000_000),  # 첫날 확정
        case("2022-12-31", "2023-11-06", "partly_lost", department=own, adviser=adviser, level="second"),  # 기준일 확정
        case("2022-12-31", "2023-11-07", "lost", adviser=other),  # 기준일 다음 날 확정: 진행중
        case("2023-01-01", "", "", department=own, adviser=adviser),  # 신규, 진행중
        case("2023-11-06", "", ""),  # 기준일 접수
        case("2023-11-07", "", ""),  # 기준일 뒤 접수: 세지 않음
        case("2023-03-01", "2023-07-01", "withdrawn"), case("2023-03-01", "2023-07-01", "dismissed", kind="civil"),
        case("2022-03-01", "2023-07-01", "settled", kind="civil"),
        case("2023-03-01", "2023-05-01", "lost", kind="appeal", level="appeal"),
    ]  # fmt: skip
    LossReview.objects.create(
        lawsuit=found[2], cause="procedure", analysis="사전통지를 하지 않음", prevention="점검표", department=own, due_on=date(2024, 1, 1)
    )
    # 같은 고문이 앞 심급도 맡았다. 그래도 한 건으로 센다.
    Instance.objects.create(
        lawsuit=found[2], level="first", court="서울행정법원", case_number="2022구합1", received_on=date(2022, 6, 1), adviser=adviser
    )
    # 결정만 나고 아직 거두지 못한 비용
    CostRecovery.objects.create(lawsuit=found[7], decided_on=date(2023, 8, 1), decided_amount=500_000)
    Cost.objects.create(lawsuit=found[1], kind="retainer", amount=2_200_000, paid_on=date(2023, 2, 1))
    Cost.objects.create(lawsuit=found[1], kind="stamp", amount=300_000, paid_on=date(2022, 2, 1))
    CostRecovery.objects.create(
        lawsuit=found[1], decided_on=date(2023, 4, 1), decided_amount=2_000_000, collected_amount=1_500_000, collected_on=date(2023, 6, 1)
    )
    return found


@pytest.fixture
def client(signed_in: Any) -> Client:
    found: Client = signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    return found


def listed(person: Staff, url: str) -> int:
    """그 주소의 목록이 세는 행. 화면을 그리지 않고 목록과 같은 거르기로 센다. 읽지 못한 조건이 있으면 안 된다."""
    path, _mark, query = url.partition("?")
    screens = resolve(path).func.view_initkwargs["screens"]  # type: ignore[attr-defined]
    found = screens.filterset(QueryDict(query), screens.rows(person), user=person)
    assert not found.unread(), (url, found.unread())
    return int(found.count())


def board_numbers(page: Any) -> Iterator[tuple[str, int, str]]:
    for line in page.context["lines"]:
        for (count, url), name in zip(line.cells, ("계", "신규", "진행중", "확정", "승소", "패소"), strict=True):
            yield f"{line.label} {name}", count, url
        yield f"{line.label} 이월", line.counts["carried"], line.url("carried")
        yield f"{line.label} 세지 않음", line.counts["neither"], line.url("neither")


def analysis_numbers(page: Any) -> Iterator[tuple[str, int, str]]:
    for title, _key, _note, lines in page.context["groups"]:
        for line in lines:
            for count, url in line.short:
                yield f"{title} {line.label}", count, url
    for label, line in page.context["years"]:
        for count, url in line.cells:
            yield label, count, url
    for outcome, _bucket, _row, count, url in page.context["outcomes"]:
        yield outcome.label, count, url
    for label, count, url in page.context["causes"]:
        yield label, count, url
    for label, count, _amount, url in page.context["money"].kinds:
        yield label, count, url
    yield "지급", page.context["money"].count, page.context["paid_url"]
    yield "회수", page.context["money"].recovery["count"], page.context["recovery_url"]
    yield "거둔 것", page.context["money"].recovery["done"], page.context["collected_url"]


def test_the_table_counts_at_the_edges_of_the_period(cases: list[Lawsuit]) -> None:
    board = Board(None, YEAR, date(2026, 1, 1))
    found = {line.label: (*(count for count, _url in line.cells), line.rate_text) for line in board.lines}
    assert found == {
        "계": (9, 5, 3, 6, 3, 2, "60"), "행정": (6, 3, 3, 3, 2, 1, "67"), "민사": (2, 1, 0, 2, 1, 0, "100"), "심판": (1, 1, 0, 1, 0, 1, "0"),
    }  # fmt: skip
    assert (board.total.counts["carried"], board.total.counts["neither"]) == (4, 1)
    assert all(line.balanced for line in board.lines)
    # 기타는 사건이 있을 때만 줄이 생긴다.
    case("2023-02-01", kind="other")
    assert [line.label for line in Board(None, YEAR, date(2026, 1, 1)).lines] == ["계", "행정", "민사", "심판", "기타"]


PERIODS = [QUERY, {"start": "2022-01-01", "end": "2022-12-31"}, {"start": "2022-12-31", "end": "2023-01-01"}]


def test_every_number_opens_exactly_the_cases_it_counts(signed_in: Any, cases: list[Lawsuit]) -> None:
    handler = StaffFactory(role=Role.DEPARTMENT, department=cases[5].department)
    # 다른 부서의 사건이라도 수행자면 센다.
    Instance.objects.get(lawsuit=cases[4]).officers.add(handler)
    people = {
        StaffFactory(role=Role.TEAM, team=Team.LEGAL): 9, StaffFactory(role=Role.DEPARTMENT, department=cases[1].department): 3, handler: 2,
    }
    for person, total in people.items():
        client = signed_in(person)
        for query in PERIODS:
            checked = 0
            for route, numbers in ((BOARD, board_numbers), (ANALYSIS, analysis_numbers)):
                page = client.get(reverse(route), query)
                assert ("구 전체의 수가 아닙니다" in page.content.decode()) == (total != 9)
                if query is QUERY:
                    assert page.context["total"].counts["total"] == total
                for name, count, url in numbers(page):
                    assert listed(person, url) == count, (name, url, person)
                    checked += 1
            assert checked > 60
    # 화면으로도 하나를 연다.
    page = client.get(reverse(BOARD), QUERY)
    count, url = page.context["total"].cells[0]
    assert client.get(url).context["listing"].count == count


def test_the_win_rate_follows_the_definition_in_force(cases: list[Lawsuit]) -> None:
    def rate(end: date) -> str:
        return Board(None, Period(YEAR.start, end), end).total.rate_text

    assert (rate(date(2023, 10, 31)), rate(YEAR.end)) == ("75", "60")
    # 화해·조정을 승소로 세기로 한 날부터만 달라진다. 결과는 그대로다.
    OutcomeBucket.objects.create(outcome=Outcome.SETTLED, bucket=Bucket.WON, valid_from=date(2023, 11, 1), basis="방침")
    assert (rate(date(2023, 10, 31)), rate(YEAR.end)) == ("75", "67")
    Setting.objects.create(key="winrate.places", value="1", valid_from=date(2023, 1, 1))
    Setting.objects.create(key="winrate.mode", value="down", valid_from=date(2023, 1, 1))
    assert rate(YEAR.end) == "66.6"


def test_analysis_says_counts_beside_every_rate(client: Client, cases: list[Lawsuit]) -> None:
    page = client.get(reverse(ANALYSIS), QUERY)
    groups = {title: {line.label: (line.counts["won"], line.decided) for line in lines} for title, _key, _note, lines in page.context["groups"]}
    assert groups["심급별"] == {"1심": (3, 3), "2심": (0, 1), "심판": (0, 1)}
    assert groups["부서별"]["건축과"] == (1, 2)
    assert groups["대리인별"] == {"김고문": (1, 2), "이고문(법무법인)": (0, 0)}
    text = page.content.decode()
    assert "(1/2)" in text
    concentration = page.context["concentration"]
    assert (page.context["busiest"][0].label, concentration.total, concentration.hhi) == ("김고문", 4, Decimal(6250))
    assert {label: count for label, count, _url in page.context["causes"]} == {"절차 위반": 1, "아직 분석하지 않음": 1}
    assert sum(count for _label, count, _url in page.context["causes"]) == page.context["total"].counts["lost"]
    assert page.context["paid"] == "2,200" and page.context["recovery_rate"] == "60.0"
    waiting = {one.label: (one.final_median, one.waiting_median, one.longest) for one in page.context["durations"]}
    assert waiting["계"] == (184, 309, 310)
    assert [line.counts["closed"] for _label, line in page.context["years"]] == [0, 0, 0, 1, 6]


def test_the_period_is_read_and_a_wrong_one_is_explained(client: Client, cases: list[Lawsuit]) -> None:
    page = client.get(reverse(BOARD), {"period": "2022-01-01:2022-12-31"})
    assert page.context["period"] == Period(date(2022, 1, 1), date(2022, 12, 31))
    wrong = client.get(reverse(BOARD), {"start": "2023-12-31", "end": "2023-01-01"})
    assert "시작일이 기준일보다 늦습니다" in wrong.content.decode()
    assert client.get(reverse(BOARD), {"start": "없는 날", "end": "2023-01-01"}).status_code == 200
    today = date(2026, 11, 22)
    bases = {2023: date(2023, 11, 6)}
    assert default_period(None, today, bases) == YEAR
    assert default_period(2023, today, bases) == YEAR
    assert default_period(2024, today, bases) == Period(date(2024, 1, 1), date(2024, 12, 31))
    assert default_period(2026, today, bases).end == today
    assert default_period(None, today, {}) == Period(date(2026, 1, 1), today)


def report_values(total: int = 9) -> None:
    base = {"document": "2023년 주요업무보고", "section": "Ⅱ-5", "unit": "건"}
    for key, value in (("total", total), ("new", 5), ("pending", 3), ("closed", 6), ("won", 3), ("lost", 2), ("win_rate", 60)):
        ReportedValue.objects.create(code=f"lawsuits.계.{key}", label=f"계 {key}", value=value, printed=str(value), **base)
    ReportedValue.objects.create(code="x", label="추경", value=1, printed="1", as_of=date(2023, 11, 6), **base)


def test_the_report_and_the_cases_are_reconciled_side_by_side(signed_in: Any, client: Client, cases: list[Lawsuit]) -> None:
    report_values(total=10)
    page = client.get(reverse(BOARD))
    assert page.context["period"] == YEAR
    first = page.context["reconciled"][0]
    assert (first.ok, first.gap_text) == (False, "계 △1")
    assert [text for text, _code in first.printed_texts] == ["10", "5", "3", "6", "3", "2", "60"]
    assert [text for text, _url in first.computed_texts] == ["9", "5", "3", "6", "3", "2", "60"]
    ReportedValue.objects.filter(code="lawsuits.계.total").update(value=9, printed="9")
    assert client.get(reverse(BOARD)).context["reconciled"][0].ok
    # 다른 기간이나 부서의 눈으로는 견주지 않는다.
    assert client.get(reverse(BOARD), {"start": "2023-01-01", "end": "2023-06-30"}).context["reconciled"] == []
    clerk = signed_in(StaffFactory(role=Role.DEPARTMENT, department=cases[1].department))
    assert clerk.get(reverse(BOARD)).context["reconciled"] == []


def test_figures_are_reported_until_there_are_cases(buckets: None) -> None:
    report_values()
    found = {one.code: one for one in FIGURES}
    assert len(found) == 33
    value = found["lawsuits.total.total"].at()
    assert (value.value, value.origin) == (Decimal(9), "reported")
    assert found["lawsuits.cost_paid"].at().origin == "missing"
    case("2023-02-01", "2023-05-01", "won")
    value = found["lawsuits.total.win_rate"].at()
    assert (value.value, value.origin, value.as_of) == (Decimal(100), "computed", date(2023, 11, 6))
    pending = found["lawsuits.total.pending"]
    assert (pending.at(date(2023, 4, 30)).value, pending.at(date(2023, 6, 1)).value) == (1, 0)
    # 값이 같아도 사건을 고치면 지문이 달라진다.
    before = value.fingerprint
    Lawsuit.objects.update(title="고침")
    assert found["lawsuits.total.win_rate"].at().fingerprint != before
    # 분모가 없는 비율은 0이 아니라 없음이다.
    assert found["lawsuits.civil.win_rate"].at().value is None


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_pages_cost_the_same_queries_whatever_the_cases(client: Client, cases: list[Lawsuit]) -> None:
    load_facts(Settling())
    today = timezone.localdate()

    def more() -> None:
        for number in range(4):
            one = case("2023-02-01", "2023-06-01", "won", adviser=Adviser.objects.first())
            running = case("2023-02-01", kind="civil")
            instance = running.instances.get()
            Hearing.objects.create(instance=instance, kind="pleading", on=today + timedelta(days=number))
            track(instance, "suit.answer", today - timedelta(days=20 + number), "기한", team=Team.LEGAL, department=one.department)

    more()
    for route in (BOARD, ANALYSIS):
        url = f"{reverse(route)}?start=2023-01-01&end=2023-11-06"
        queries(client, url)
        few = queries(client, url)
        more()
        assert queries(client, url) == few
        assert few < 45


def test_an_appeal_period_that_ends_soon_is_warned_and_the_past_is_not_hidden(client: Client) -> None:
    load_facts(Settling())
    today = timezone.localdate()
    soon, late = case("2023-02-01"), case("2023-02-01")
    ruling = Ruling.objects.create(instance=soon.instances.get(), outcome="lost", ruled_on=today - timedelta(days=20), served_on=today - timedelta(days=12))
    track(ruling, "suit.appeal", today - timedelta(days=12), "항소 기한", team=Team.LEGAL, department=soon.department)
    track(late.instances.get(), "suit.answer", today - timedelta(days=60), "답변서", team=Team.LEGAL, department=late.department)
    page = client.get(reverse(BOARD))
    assert (page.context["appeals"], page.context["late"]) == (1, 1)
    text = page.content.decode()
    assert "불변기간 주의" in text and "지난 기한" in text
    first, second = page.context["coming"]
    assert (first.lawsuit, first.on < today, second.what, second.state) == (late, True, "항소 기한", "검토 전")
    # 끝낸 기한은 사라진다.
    Deadline.objects.update(state=Deadline.State.DONE)
    assert client.get(reverse(BOARD)).context["coming"] == []


def test_the_workbook_has_the_report_heading_and_real_numbers(client: Client, cases: list[Lawsuit]) -> None:
    response = client.get(reverse(EXPORT), QUERY)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book["소송 수행"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[-4][:7] == ["계", 9, 5, 3, 6, 3, 2]
    heading = next(number for number, row in enumerate(rows) if row[0] == "구분")
    assert rows[heading][:5] == ["구분", "계(A+B)", "신규", "진행중(A)", "확정(종결)"]
    assert rows[heading + 1][4:8] == ["소계(B)", "승소(소취하 등)", "패소(일부인용)", "승소율(%)"]
    conditions = {row[0].value: row[1].value for row in book["조건"].iter_rows() if row[0].value}
    assert any("사건(심급이 여럿이어도 한 건)" in str(value) for value in conditions.values())


class OutcomeBucketFactory:
    """승패 분류 한 줄. 부를 때마다 다른 날이다."""

    days = iter(range(1, 20_000))

    def __call__(self) -> OutcomeBucket:
        return OutcomeBucket.objects.create(outcome="settled", bucket="neither", valid_from=date(2001, 1, 1) + timedelta(days=next(self.days)))


class TestOutcomeBucket(ScreenTests):
    from legal.lawsuits.views.board import OutcomeBucketScreens as screens

    factory = OutcomeBucketFactory()
    owner = {"role": Role.TEAM, "team": Team.LEGAL}
    outsider = {"role": Role.TEAM, "team": Team.BUDGET}
    change = {"bucket": "won"}
