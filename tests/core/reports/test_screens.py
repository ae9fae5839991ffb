"""보고서 화면: 초안을 만들고, 글을 고치고, 발간하고, 정정하고, 내려받는다."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.access import Role, Team
from core.reports.models import Report
from tests.budget.appropriations import factories
from tests.core.reports.factories import ReportFactory
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """예산팀 담당자의 브라우저."""
    found = Client()
    found.force_login(StaffFactory(role=Role.TEAM, team=Team.BUDGET, fiscal_year=2023))
    return found


@pytest.fixture
def rows(db: None) -> Callable[[int, int], None]:
    """과의 집행 행 하나: 예산 2,000천원, 집행 1,000천원. 부르면 그 행을 고친다."""
    program = factories.program("소송 수행", department=factories.department())
    made = factories.row(factories.snapshot(), 2, program, 2_000_000, 1_000_000)

    def change(budget: int, spent: int) -> None:
        made.budget_amount, made.spent_amount = budget, spent
        made.save()
        made.snapshot.summarise()

    return change


def act(client: Client, report: Report, name: str, **data: str) -> Any:
    return client.post(reverse("core.report-act", args=[report.pk, name]), data, follow=True)


def page(client: Client, report: Report) -> str:
    return client.get(reverse("core.report-detail", args=[report.pk])).content.decode()


def test_a_draft_is_made_from_a_template_and_shows_live_numbers_with_their_rows(client: Client, rows: Any) -> None:
    form = client.get(reverse("core.report-add") + "?template=execution").context["form"]
    assert form["year"].value() == 2023
    data = {
        "template": "execution",
        "year": "2023",
        "start_on": "2023-01-01",
        "as_of": "2023-11-06",
        "parts": ["units", "notes"],
    }
    answer = client.post(reverse("core.report-add"), data, follow=True)
    report = Report.objects.get()
    assert (report.title, report.parts, report.team) == ("2023년 예산 집행 현황", ["units", "notes"], Team.BUDGET)
    html = answer.content.decode()
    assert "2,000" in html and "50.0" in html
    assert "추가경정예산" not in html
    links = [run.url for run in answer.context["chain"][0].figures.all() if run.url]
    assert links and links[0].replace("&", "&amp;") in html


def test_words_are_edited_reset_and_locked(client: Client, rows: Any) -> None:
    report = ReportFactory()
    url = reverse("core.report-text", args=[report.pk, "units.total"])
    assert "{execution.total.budget:천원}" not in client.get(url).content.decode().split("textarea")[0]
    client.post(
        url, {"text": "○ 집행 {execution.total.executed:천원}천원\n- 남은 돈 {execution.total.balance:천원}천원"}
    )
    assert "남은 돈 " in page(client, report) and "1,000" in page(client, report)
    client.post(url, {"act": "lock"})
    assert client.post(url, {"text": "바꿈"}).status_code == 403
    client.post(url, {"act": "unlock"})
    client.post(url, {"act": "reset"})
    assert "남은 돈" not in page(client, report)
    assert client.get(reverse("core.report-text", args=[report.pk, "no-such"])).status_code == 404


def test_issuing_freezes_and_a_correction_is_a_new_issue_with_its_reason(client: Client, rows: Any) -> None:
    report = ReportFactory()
    act(client, report, "issue")
    rows(3_000_000, 1_000_000)
    assert "2,000" in page(client, report)
    edit = reverse("core.report-text", args=[report.pk, "units.total"])
    assert client.get(edit).status_code == 403
    assert "정정 사유를 적어" in act(client, report, "correct", reason="").content.decode()
    answer = act(client, report, "correct", reason="빠진 행을 더함")
    later = Report.objects.get(corrects=report)
    assert "3,000" in answer.content.decode()
    history = client.get(reverse("core.report-compare", args=[later.pk])).content.decode()
    assert "빠진 행을 더함" in history and "<del>2,000</del>" in history and "<ins>3,000</ins>" in history
    assert "정정됨" in page(client, report)


def test_changed_numbers_are_shown_and_acknowledged(client: Client, rows: Any) -> None:
    client.post(
        reverse("core.report-add"),
        {"template": "execution", "year": "2023", "start_on": "2023-01-01", "as_of": "2023-11-06"},
    )
    report = Report.objects.get()
    assert "바뀐 수치가 없습니다" in page(client, report)
    rows(3_000_000, 1_000_000)
    shown = client.get(reverse("core.report-detail", args=[report.pk])).context["changes"]
    assert {one.old_text for one in shown if one.reading.code == "execution.total.budget"} == {"2,000,000"}
    report.refresh_from_db()
    assert report.changed_count == len(shown)
    act(client, report, "acknowledge")
    assert "바뀐 수치가 없습니다" in page(client, report)


@pytest.mark.parametrize(("kind", "head"), [("hwpx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("html", b"<!DOCTYPE")])
def test_every_format_downloads(client: Client, rows: Any, kind: str, head: bytes) -> None:
    answer = client.get(reverse("core.report-download", args=[ReportFactory().pk, kind]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(head)
    assert (
        "초안" in answer.headers["Content-Disposition"] or "%EC%B4%88%EC%95%88" in answer.headers["Content-Disposition"]
    )
    if kind == "xlsx":
        book = openpyxl.load_workbook(BytesIO(content))
        assert 2000 in [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]


def test_the_command_writes_the_same_report(rows: Any, tmp_path: Any, capsys: Any) -> None:
    out = tmp_path / "report.html"
    call_command("report", "execution", year=2023, as_of="2023-11-06", format="html", out=out)
    assert "2,000" in out.read_text()
    call_command("report", "--list")
    assert "execution\t" in capsys.readouterr().out


def test_other_teams_look_but_do_not_make_or_issue(rows: Any) -> None:
    report = ReportFactory()
    other = Client()
    other.force_login(StaffFactory(role=Role.TEAM, team=Team.LEGAL))
    assert act(other, report, "issue").status_code == 403
    assert other.get(reverse("core.report-detail", args=[report.pk])).status_code == 200
    data = {"template": "execution", "year": "2023", "start_on": "2023-01-01", "as_of": "2023-11-06"}
    assert other.post(reverse("core.report-add"), data).status_code == 403
    head = Client()
    head.force_login(StaffFactory(role=Role.HEAD))
    assert "발간했습니다" in act(head, report, "issue").content.decode()
