"""인쇄하는 자료와 수치: 한글과 PDF 로 적은 것을 다시 읽어 견준다. 표본도 여기서 싣고 걷는다."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.figures import figure
from config.reports import LIBRARY
from core.access import Role, Team
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.reports.document import Document, Line, Table, as_string
from core.reports.models import Report
from core.reports.publishing import Desk, issue, start
from core.rounds.models import Round, Submission
from core.rounds.services import open_round
from planning.periodic_reports.load_report import KINDS, load_kinds, load_template
from planning.periodic_reports.models import EntryKind, ReportEntry
from planning.periodic_reports.rounds import WeekCollection
from planning.periodic_reports.sample import CODES, clear_periodic_reports, load_periodic_reports
from tests.core.reports.readers import pdf_pages
from tests.factories import DepartmentFactory, StaffFactory
from tests.planning.periodic_reports.factories import MONDAY, ReportEntryFactory, week_round, work

pytestmark = pytest.mark.django_db
SUNDAY = date(2023, 11, 12)


@pytest.fixture
def entries() -> dict[str, Any]:
    """직제순이 뒤인 부서의 것을 먼저 만든 한 주."""
    late, early = DepartmentFactory(name="공원녹지과", order=50), DepartmentFactory(name="감사담당관", order=10)
    return {
        "park": ReportEntryFactory(
            department=late, title="단풍길 걷기", hour="14:00", place="우장산", mayor_attends=True, attendees="주민 100명",
            content="○ 걷기\n- 체조",
        ),
        "audit": ReportEntryFactory(department=early, title="청렴 교육", hour="", place="대강당"),
        "work": work(department=early, title="특정감사", starts_on=MONDAY, ends_on=date(2023, 11, 10)),
        "gone": ReportEntryFactory(department=early, title="취소한 행사", status="canceled"),
        "moved": work(department=late, title="넘긴 업무", status="carried"),
    }  # fmt: skip


def build(code: str, start_on: date = MONDAY, as_of: date = SUNDAY) -> Document:
    return LIBRARY.template(code).build(LIBRARY.context(LIBRARY.template(code), 2023, start_on, as_of))


def lines(document: Document) -> list[str]:
    return [as_string(block.text) for block in document.blocks if isinstance(block, Line)]


def cells(table: Table) -> list[list[str]]:
    return [["\n".join(as_string(text) for text in cell.paragraphs) for cell in row] for row in table.rows]


def test_the_week_prints_departments_in_order_and_dates_in_house_form(entries: dict[str, Any]) -> None:
    document = build("periodic-weekly")
    found = lines(document)
    assert found[:4] == ["총괄", "행사·회의·주요업무 3건, 구청장 참석 1건", "구청장 참석 일정", "일자별 총괄"]
    assert found.index("감사담당관") < found.index("공원녹지과")
    first = cells(document.tables()[0])
    assert first[0] == ["일 시", "내 용", "장 소", "참 석", "부 서"]
    assert first[1] == ["11. 9.(목) 14:00", "단풍길 걷기\n○ 걷기\n- 체조", "우장산", "구청장, 주민 100명", "공원녹지과"]
    audit = next(cells(table) for table in document.tables() if table.caption.startswith("감사담당관"))
    assert [row[:2] for row in audit[1:]] == [["11. 6.(월) ~ 11. 10.(금)", "특정감사"], ["11. 9.(목)", "청렴 교육"]]
    everything = str(document)
    assert "취소한 행사" not in everything and "넘긴 업무" not in everything
    weekly = LIBRARY.template("periodic-weekly")
    only = weekly.build(LIBRARY.context(weekly, 2023, MONDAY, SUNDAY, frozenset({"mayor"})))
    assert len(only.tables()) == 1


def test_the_month_and_the_mayor_print_the_same_entries(entries: dict[str, Any]) -> None:
    month = build("periodic-monthly", as_of=date(2023, 11, 30))
    days = next(cells(table) for table in month.tables() if table.caption == "일자별 주요 행사")
    assert [row[1].splitlines()[0] for row in days[1:]] == ["단풍길 걷기", "청렴 교육"]
    assert [table.caption for table in month.tables()][1:] == ["감사담당관 주요업무"]
    ReportEntryFactory(title="시각을 모르는 행사", hour="", mayor_attends=True)
    ReportEntryFactory(title="다음 달 행사", starts_on=date(2023, 12, 20), mayor_attends=True)
    mayor = build("periodic-mayor")
    assert lines(mayor) == ["11. 9.(목)", "시각 미정"]
    assert cells(mayor.tables()[0])[1][:2] == ["14:00", "단풍길 걷기\n○ 걷기\n- 체조"]
    # 한 달이 넘는 기간이면 기준일이 든 주다.
    assert "다음 달 행사" not in str(build("periodic-mayor", date(2023, 1, 1), SUNDAY))
    assert "다음 달 행사" in str(build("periodic-mayor", date(2023, 12, 1), date(2023, 12, 31)))


def test_hwpx_and_pdf_hold_what_was_typed(entries: dict[str, Any]) -> None:
    client = Client()
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.PLANNING))
    texts = {}
    for kind in ("hwpx", "pdf"):
        url = reverse("planning.periodic-reports-download", args=["periodic-weekly", kind])
        response = client.get(url, {"since": "2023-11-06", "until": "2023-11-12"})
        content = b"".join(response.streaming_content)
        if kind == "hwpx":
            book = zipfile.ZipFile(io.BytesIO(content))
            sections = [book.read(name).decode() for name in book.namelist() if "section" in name]
            texts[kind] = re.sub(r"<[^>]+>", "", "".join(sections))
        else:
            texts[kind] = "".join(pdf_pages(content))
    for text in texts.values():
        plain = re.sub(r"\s", "", text)
        for wanted in ("주간주요업무", "2023년45주(11.6.(월)~11.12.(일))", "11.9.(목)14:00", "단풍길걷기", "-체조", "우장산", "구청장,주민100명"):
            assert wanted in plain, wanted
        assert plain.index("□감사담당관") < plain.index("□공원녹지과")
    assert client.get(reverse("planning.periodic-reports-download", args=["periodic-weekly", "doc"])).status_code == 404


def test_an_issued_week_does_not_follow_later_changes(entries: dict[str, Any]) -> None:
    report = start(Report(template="periodic-weekly", year=2023, start_on=MONDAY, as_of=SUNDAY), LIBRARY)
    assert report.title == "2023년 주간 주요업무"
    entries["park"].title = "고친 행사"
    entries["park"].save()
    assert "고친 행사" in str(Desk(report, LIBRARY).document)
    issue(report, StaffFactory(role=Role.HEAD), LIBRARY)
    entries["park"].title = "또 고친 행사"
    entries["park"].save()
    assert "또 고친 행사" not in str(Desk(report, LIBRARY).document)


def test_checks_say_what_is_left(entries: dict[str, Any]) -> None:
    ReportEntryFactory(hour="14:30", mayor_attends=True)
    ReportEntryFactory(hour="", mayor_attends=True)
    round_ = week_round()
    open_round(round_, WeekCollection())
    Submission.objects.filter(pk=round_.submissions.first().pk).update(status="confirmed")
    template = LIBRARY.template("periodic-weekly")
    found = [(one.ok, one.text) for one in template.checks(LIBRARY.context(template, 2023, MONDAY, SUNDAY))]
    left = round_.submissions.count() - 1
    assert found == [(False, "살펴보지 않은 겹침 1건"), (False, "시각을 정하지 않은 구청장 일정 1건"), (False, f"내지 않은 부서 {left}곳")]
    missing = lines(build("periodic-weekly"))[-1]
    assert missing.startswith(f"자료를 내지 않은 부서({left}곳): ")


def test_figures_count_the_rows_their_link_opens(entries: dict[str, Any]) -> None:
    client = Client()
    client.force_login(StaffFactory(role=Role.HEAD))
    for code, value in (("entries", 3), ("mayor", 1), ("conflicts", 0), ("carry_rate", 50)):
        answer = figure(f"periodic_reports.week.{code}").at(SUNDAY)
        assert answer.value == value, code
        assert client.get(answer.url).status_code == 200
        if code in ("entries", "mayor"):
            assert client.get(answer.url).context["listing"].count == value
    before = figure("periodic_reports.week.entries").at(SUNDAY).fingerprint
    entries["audit"].place = "소강당"
    entries["audit"].save()
    assert figure("periodic_reports.week.entries").at(SUNDAY).fingerprint != before
    assert figure("periodic_reports.week.entries").at(date(2023, 12, 3)).value is None


def test_the_sample_is_loaded_once_and_removed_whole() -> None:
    settling = Settling()
    load_kinds(settling)
    template = load_template(settling)
    assert EntryKind.objects.count() == len(KINDS) and load_template(settling) == template
    EntryKind.objects.filter(name="기타").delete()
    load_kinds(settling)
    assert EntryKind.objects.count() == len(KINDS) - 1  # 팀이 지운 것은 되살리지 않는다
    for number, code in enumerate(CODES):
        DepartmentFactory(code=code, order=number, is_sample=True)
    assert load_periodic_reports() > 30 and load_periodic_reports() == 0
    assert ReportEntry.objects.filter(carried_from__isnull=False).exists()
    assert set(Round.objects.values_list("status", flat=True)) == {"open", "closed"}
    kept = ReportEntryFactory()
    clearing = Clearing()
    clear_periodic_reports(clearing)
    assert list(ReportEntry.objects.all()) == [kept] and not Round.objects.exists()
    assert clearing.result()["kept"] == []
