"""현황판: 수와 목록이 같고, 질의 수가 정해져 있고, 표본이 보고서의 여덟 수와 같으며, 걷으면 남지 않는다."""

from __future__ import annotations

import io
import time
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config.figures import figure
from config.load_report import load_report, read_report
from core.access import Role, Team
from core.deadlines.models import Deadline
from core.deadlines.sample import clear_deadlines
from core.history.clearing import SAMPLE_SOURCE, Clearing
from core.history.context import acting_as
from core.history.settle import Settling
from core.inbox.keeping import at_the_end
from core.org.models import Department, Staff
from core.org.sample import load_organisation
from legal.local_laws import dashboard
from legal.local_laws.comparing import compare, dashed
from legal.local_laws.models import Bill, BillStep, LawVersion, LocalLaw, RevisionTask, UpperLawChange
from legal.local_laws.models.pipeline import ENDINGS, STEPS, Group, LawKind, Stage
from legal.local_laws.sample import clear_local_laws, load_local_laws
from legal.local_laws.todos import TODOS
from tests.factories import StaffFactory
from tests.legal.local_laws import factories as make
from tests.todos import todos_of

YEAR = {"from": "2023-01-01", "to": "2023-12-31"}


@pytest.fixture(scope="module")
def sample(once: None) -> Any:
    """보고서와 표본을 한 번만 싣는다."""
    with acting_as(None, SAMPLE_SOURCE), at_the_end():
        load_report(read_report())
        load_organisation(Settling())
        start = time.process_time()
        count = load_local_laws(timezone.localdate())
    return count, time.process_time() - start


@pytest.fixture
def loaded(sample: Any, db: None) -> Any:
    return sample


def client_of(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def team() -> Client:
    return client_of(StaffFactory(role=Role.TEAM, team=Team.LEGAL))


def listed(client: Client, url: str) -> int:
    page = client.get(url)
    assert page.status_code == 200, url
    return int(page.context["page_obj"].paginator.count if "page_obj" in page.context else page.context["table"].queryset.count())


def test_the_sample_is_the_report(loaded: Any) -> None:
    """108 = 83 + 20 + 3 + 2 = 27 + 79 + 2. 두 번 실어도 같고 빠르다."""
    count, seconds = loaded
    enacted = dashboard.Enacted(Bill.objects.all(), date(2023, 1, 1), date(2023, 12, 31))
    assert enacted.formula == "108 = 83 + 20 + 3 + 2 = 27 + 79 + 2"
    compared = dashboard.compared(enacted)
    assert [(one.computed, one.gap) for one in compared] == [(n, 0) for n in (108, 83, 20, 3, 2, 27, 79, 2)]
    assert count == 130
    assert seconds < 8
    assert load_local_laws(timezone.localdate()) == 0
    answer = figure("local_laws.total").at(date(2023, 12, 31))
    assert (answer.value, answer.origin) == (108, "computed")
    assert (figure("local_laws.type.repeal").at(date(2023, 12, 31)).value, figure("local_laws.kind.rule").at(date(2023, 12, 31)).value) == (2, 20)


def test_every_stage_has_a_bill_and_every_bill_stands_where_its_steps_say(loaded: Any) -> None:
    live = Bill.objects.open()
    assert set(live.values_list("status", flat=True)) == set(STEPS)
    for bill in Bill.objects.prefetch_related("steps"):
        steps = sorted(bill.steps.all(), key=lambda one: one.order)
        open_steps = [one for one in steps if one.done_on is None]
        if bill.status in ENDINGS:
            assert open_steps == []
        else:
            assert [one.code for one in open_steps] == [bill.status]
        for before, after in pairwise(steps):
            assert before.done_on == after.started_on
        way = bill.way
        assert [one.code for one in steps if one.code in way] == list(way[: len([one for one in steps if one.code in way])])
    assert Deadline.objects.filter(is_sample=True, team=Team.LEGAL).count() >= 10
    assert Bill.objects.filter(proposer_kind="member", promulgated_on__year=2023).count() > 10
    assert not LawVersion.objects.filter(law__kind="ordinance", bill__isnull=False).exclude(
        effective_on__gte=date(2023, 1, 1)
    ).exists()


def test_every_number_opens_its_rows(loaded: Any) -> None:
    """현황표의 모든 칸, 단계, 걸린 날, 정비과제, 시행 예정의 수가 열린 목록의 건수와 같다."""
    client = team()
    page = client.get(reverse("legal.local-laws"), YEAR)
    context = page.context
    checked = 0
    for line in context["enacted"].lines:
        for cell in line.cells:
            if cell.count:
                assert listed(client, cell.url) == cell.count, cell.url
                checked += 1
    assert checked == 17
    for stage in context["stages"]:
        assert listed(client, stage.url) == len(stage.bills), stage.url
    for stay in context["stays"][:4]:
        assert listed(client, stay.url) == stay.count, stay.url
    assert listed(client, context["open_url"]) == len(context["found"]) == Bill.objects.open().count()
    assert listed(client, context["board_url"]) == context["board_count"] == 3
    assert listed(client, context["waiting"].url) == context["waiting"].open == RevisionTask.objects.open().count()
    assert listed(client, context["coming_url"]) == len(context["coming"])
    assert "보고서의 여덟 수와 모두 같습니다" in page.content.decode()


def test_the_board_costs_the_same_whatever_the_rows(loaded: Any) -> None:
    client = team()
    make.load_clocks()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("legal.local-laws"), YEAR).status_code == 200
        return len(found)

    queries()
    few = queries()
    for number in range(12):
        make.BillFactory(received_on=timezone.localdate() - timedelta(days=number))
        make.RevisionTaskFactory()
    assert queries() == few


def test_a_department_sees_its_own_bills_only(loaded: Any) -> None:
    own = Department.objects.get(code="S024")
    clerk = StaffFactory(role=Role.DEPARTMENT, department=own)
    context = client_of(clerk).get(reverse("legal.local-laws"), YEAR).context
    assert {one.bill.department_id for one in context["found"]} == {own.pk}
    assert context["enacted"].count() == Bill.objects.filter(department=own, promulgated_on__year=2023).count()
    assert context["compared"] == []
    work = todos_of(TODOS, clerk)
    assert any("입안" in one.text for one in work)
    assert any("정비" in one.text for one in work)


def test_the_officer_is_told_what_to_do_next(loaded: Any) -> None:
    officer = Staff.objects.get(employee_number="9006")
    work = todos_of(TODOS, officer)
    assert work
    assert not [one for one in work if "위원회 심사" in one.text and "더" not in one.note]
    bills = {one.url for one in work}
    mine = {reverse("legal.bill-detail", args=[pk]) for pk in Bill.objects.open().filter(handler=officer).values_list("pk", flat=True)}
    assert bills <= mine


def test_excel_and_print_say_the_same(loaded: Any) -> None:
    client = team()
    answer = client.get(reverse("legal.local-laws-export"), YEAR)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row] for row in book["종류별 유형별"].iter_rows()]
    assert ["계", 108, 27, 79, 2] in rows
    assert ["조례", 83, 20, 61, 2] in rows
    assert book["공포한 의안"].max_row == 109
    page = client.get(reverse("legal.local-laws-report"), YEAR).content.decode()
    assert page.count('<th scope="row"><a href="/legal/local-laws/bills/') == 108
    odd = client.get(reverse("legal.local-laws"), {"from": "언젠가", "to": "2023-12-31"})
    assert odd.context["period"].problem


def test_pages_of_every_kind_of_bill_open(loaded: Any) -> None:
    """단계마다의 의안, 공포한 의안, 자치법규, 상위법 개정의 상세와 처리 화면이 열린다."""
    client = team()
    for stage in STEPS:
        bill = Bill.objects.filter(status=stage).first()
        page = client.get(reverse("legal.bill-detail", args=[bill.pk]))
        assert page.status_code == 200, stage
        for act in page.context["acts"]:
            assert client.get(act.url).status_code == 200, (stage, act.name)
    done = Bill.objects.filter(status=Stage.PROMULGATED, kind=LawKind.ORDINANCE).first()
    text = client.get(reverse("legal.bill-detail", args=[done.pk])).content.decode()
    assert "제32조제8항" in text
    assert client.get(reverse("legal.bill-act", args=[done.pk, "promulgate"])).status_code == 409
    assert client.get(reverse("legal.bill-act", args=[done.pk, "nothing"])).status_code == 404
    with_articles = Bill.objects.filter(article_changes__isnull=False).first()
    page = client.get(reverse("legal.bill-comparison", args=[with_articles.pk])).content.decode()
    assert "<del" in page and "<ins" in page and "&lt;신설&gt;" in page and "&lt;삭제&gt;" in page
    assert "----" in client.get(reverse("legal.bill-comparison", args=[with_articles.pk]), {"style": "dash"}).content.decode()
    for model, route in ((LocalLaw, "locallaw"), (UpperLawChange, "upperlawchange"), (BillStep, "billstep")):
        assert client.get(reverse(f"legal.{route}-detail", args=[model.objects.first().pk])).status_code == 200


def test_clearing_leaves_nothing_of_the_sample(loaded: Any) -> None:
    clearing = Clearing()
    with acting_as(None, SAMPLE_SOURCE):
        clear_local_laws(clearing)
        clear_deadlines(clearing)
    assert clearing.kept == []
    for model in (LocalLaw, LawVersion, Bill, BillStep, RevisionTask, UpperLawChange):
        assert not model.objects.exists(), model
    assert figure("local_laws.total").at().origin == "reported"
    assert figure("local_laws.total").at().value == 108


# --- 신구조문 ----------------------------------------------------------------------------------------

TEXTS = st.text(alphabet="가나다 제3조,.①\n", max_size=40)


@given(old=TEXTS, new=TEXTS)
def test_comparing_never_loses_a_letter(old: str, new: str) -> None:
    before, after = compare(old, new)
    assert "".join(one.text for one in before) == old
    assert "".join(one.text for one in after) == new
    if old == new:
        assert all(one.state == "same" for one in (*before, *after))
    assert "".join(one.text for one in before if one.state == "same") == "".join(one.text for one in after if one.state == "same")
    assert len("".join(one.text for one in dashed(after))) == len(new)


def test_changed_words_are_marked() -> None:
    before, after = compare("구청장은 매년 계획을 세운다.", "구청장은 5년마다 계획을 세운다.")
    assert [one.text for one in before if one.state == "old"] == ["매년"]
    assert [one.text for one in after if one.state == "new"] == ["5년마다"]
    assert {group.label for group in Group} == {"제정", "개정", "폐지"}
