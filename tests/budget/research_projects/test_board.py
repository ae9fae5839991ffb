"""학술용역의 다섯 수와 심의 없이 발주, 인쇄물, 취합, 표본."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from budget.research_projects.dashboard import ResearchYear, unreviewed
from budget.research_projects.excel import ResearchOutputResource, ResearchProjectResource
from budget.research_projects.figures import FIGURES
from budget.research_projects.models import ResearchProject, SetAside, coming_year
from budget.research_projects.sections import research
from core.access import Role, Team
from core.figures.models import RESEARCH_GATE, Setting
from core.org.models import Staff
from tests.budget.appropriations import factories as budget
from tests.budget.research_projects import factories as make
from tests.excel_tests import preview, write
from tests.factories import DepartmentFactory, ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
YEAR = make.YEAR


@pytest.fixture
def team() -> Staff:
    return StaffFactory(role=Role.TEAM, team=Team.BUDGET)


@pytest.fixture
def client(team: Staff) -> Client:
    found = Client()
    found.force_login(team)
    return found


def judged() -> list[Any]:
    """1억원씩 10건: 9건 통과(1건 20,000,000원 감액), 1건 부적정."""
    projects = make.ResearchProjectFactory.create_batch(10, status="received")
    for at, item in enumerate(make.open_meeting(*projects)):
        make.judge(item, "rejected" if at == 9 else "original", amount=80_000_000 if at == 0 else None)
    return list(ResearchProject.objects.order_by("pk"))


def rates(year: int = YEAR) -> dict[str, tuple[Decimal | None, str]]:
    return {one.code: (round(one.rate, 1) if one.rate is not None else None, one.note) for one in ResearchYear(None, year).measures}


def test_pass_rate_and_cut_rate() -> None:
    """10건 중 9건 통과 → 90.0%. 감액률은 신청한 모든 용역의 금액으로 나눈다: 2천만 ÷ 10억 = 2.0%."""
    judged()
    found = rates()
    assert found["pass_rate"][0] == Decimal("90.0")
    assert found["cut_rate"][0] == Decimal("2.0")
    board = ResearchYear(None, YEAR)
    assert (board.cut, board.requested) == (20_000_000, 1_000_000_000)
    values = {one.code: one.at() for one in FIGURES}
    assert values["research_projects.pass_rate"].value == Decimal("90.0")
    assert values["research_projects.cut_rate"].value == Decimal("2.0")


def test_again_is_not_judged_yet() -> None:
    projects = make.ResearchProjectFactory.create_batch(2, status="received")
    first, second = make.open_meeting(*projects)
    make.judge(first, "original")
    make.judge(second, "postponed")
    assert rates()["pass_rate"] == (Decimal("100.0"), "재심의 1건은 빼고")


def test_open_rate_keeps_reasoned_secrecy_apart() -> None:
    """3건 완료, 2건 공개, 1건 비공개(사유 있음) → 66.7%, 사유 있는 비공개 1건은 따로."""
    for disclosure in ("public", "public", "private"):
        project = make.ResearchProjectFactory(status="published" if disclosure == "public" else "withheld")
        make.ResearchOutputFactory(project=project, disclosure=disclosure, withheld_reason="제5호" if disclosure == "private" else "")
    assert rates()["open_rate"] == (Decimal("66.7"), "사유 있는 비공개 1건")


def test_missing_is_a_dash_not_zero(client: Client) -> None:
    assert all(rate is None for rate, _note in rates().values())
    page = client.get(reverse("budget.research-projects"), {"year": YEAR}).content.decode()
    assert "이 해에 신청한 용역이 없습니다" in page


def test_conditions_and_use() -> None:
    [project] = make.ResearchProjectFactory.create_batch(1, status="received")
    [item] = make.open_meeting(project)
    make.judge(item, "conditional", decision_text="하나\n둘")
    task = project.conditions().first()
    task.result, task.done_on = "함", item.decided_on
    task.save()
    make.UseCheckFactory(project=project)
    make.UseCheckFactory(result="unused", evidence="", note="예산이 없음")
    found = rates()
    assert found["condition_rate"][0] == Decimal("50.0")
    assert found["used_rate"][0] == Decimal("50.0")


def test_board_numbers_open_their_rows(client: Client) -> None:
    judged()
    page = client.get(reverse("budget.research-projects"), {"year": YEAR})
    assert page.status_code == 200
    for measure in page.context["board"].measures:
        assert client.get(measure.url).status_code == 200
    listing = client.get(page.context["board"].measures[0].url)
    assert "<b>10건</b>" in listing.content.decode()
    text = page.content.decode()
    assert "90.0" in text
    assert "2.0" in text
    assert "100 → 80 → -" in text


def test_one_job_of_three_departments_is_one_row(client: Client) -> None:
    project = make.ResearchProjectFactory()
    project.partners.set([DepartmentFactory(), DepartmentFactory()])
    board = ResearchYear(None, YEAR)
    assert (len(board.rows), board.requested) == (1, 100_000_000)
    assert "등 3개 부서" in client.get(reverse("budget.research-projects"), {"year": YEAR}).content.decode()


def test_ordered_without_review() -> None:
    """심의를 통과한 용역과 이름이 맞거나 이어진 세부사업은 빼고, 나머지를 모두 보인다."""
    named, other = budget.program("구민 문화향유 실태조사 용역"), budget.program("도시재생 기본구상 연구용역")
    budget.program("청사 청소 용역")
    year = named.fiscal_year.year
    assert {one.program for one in unreviewed(year)} == {named, other}
    make.ResearchProjectFactory(year=year, title="구민 문화향유 실태조사", status="approved", decision="original")
    [left] = unreviewed(year)
    assert (left.program, left.budget) == (other, None)
    make.ResearchProjectFactory(year=year, title="전혀 다른 이름", status="approved", decision="original", detail_program=other)
    assert unreviewed(year) == []


def test_a_program_below_the_gate_is_not_suspected() -> None:
    snapshot = budget.snapshot()
    small, large = budget.program("구민 문화향유 실태조사"), budget.program("도시재생 기본구상")
    budget.row(snapshot, 1, small, 19_999_999, 0)
    budget.row(snapshot, 2, large, 20_000_000, 0)
    year = small.fiscal_year.year
    assert {one.program for one in unreviewed(year)} == {small, large}
    Setting.objects.create(key=RESEARCH_GATE.key, value="20000000", valid_from=date(year, 1, 1))
    assert [one.program for one in unreviewed(year)] == [large]


def test_a_program_set_aside_with_its_reason_stays_out_of_the_list(client: Client) -> None:
    left = budget.program("구민 문화향유 실태조사")
    year = left.fiscal_year.year
    add = f"{reverse('budget.setaside-add')}?detail_program={left.pk}"
    assert add in client.get(reverse("budget.research-projects"), {"year": year}).content.decode()
    assert client.post(add, {"detail_program": left.pk, "reason": ""}).status_code == 422
    assert client.post(add, {"detail_program": left.pk, "reason": "직원이 스스로 하는 조사"}).status_code == 302
    assert unreviewed(year) == []
    aside = SetAside.objects.get()
    assert client.post(reverse("budget.setaside-delete", args=[aside.pk])).status_code == 302
    assert [one.program for one in unreviewed(year)] == [left]


def test_prints_are_files(client: Client) -> None:
    judged()
    for code in ("agenda", "results", "uses"):
        pdf = client.get(reverse("budget.research-projects-print", args=[code, "pdf"]), {"year": YEAR})
        assert b"".join(pdf.streaming_content).startswith(b"%PDF")
        assert pdf["Content-Type"] == "application/pdf"
        hwpx = client.get(reverse("budget.research-projects-print", args=[code, "hwpx"]), {"year": YEAR})
        with zipfile.ZipFile(io.BytesIO(b"".join(hwpx.streaming_content))) as book:
            text = book.read("Contents/section0.xml").decode()
        assert "학술용역" in text or "활용" in text
    assert client.get(reverse("budget.research-projects-print", args=["nothing", "pdf"])).status_code == 404


def test_agenda_paper_is_one_page_a_job() -> None:
    from budget.research_projects.prints import agenda_papers
    from core.reports.document import PageBreak

    make.ResearchProjectFactory.create_batch(3, status="received")
    blocks = agenda_papers(ResearchYear(None, YEAR)).blocks
    assert sum(isinstance(one, PageBreak) for one in blocks) == 2
    # 한 장마다 살필 것과 의견을 적는 줄이 있다.
    assert sum(one.key.startswith(("check-", "opinion-")) for one in blocks) == 6


def test_department_form_is_read_as_it_is(tmp_path: Path) -> None:
    """부서가 늘 쓰는 아홉 열의 신청서: 금액의 단위와 해가 없어도 읽는다."""
    department = DepartmentFactory(name="문화체육과")
    path = write(tmp_path / "심의 신청.xlsx", [
        ["연번", "부서", "용역명", "목적 및 필요성", "용역기간", "요구액", "산출근거", "유사 용역", "활용계획"],
        [1, "문화체육과", "문화향유 실태조사", "실태를 조사", 5, "48,000천원", "인건비", "없음", "기본계획"],
    ])  # fmt: skip
    found = preview(ResearchProjectResource(), path)
    assert not found.errors
    [row] = found.rows
    assert (row.instance.department, row.instance.requested_amount, row.instance.months) == (department, 48_000_000, 5)
    assert (row.instance.year, row.instance.status) == (coming_year(), "requested")


def test_past_jobs_come_in_closed(tmp_path: Path) -> None:
    DepartmentFactory(name="문화체육과")
    path = write(tmp_path / "지난 용역.xlsx", [
        ["부서", "용역명", "목적 및 필요성", "요구액", "예산 연도"], ["문화체육과", "옛 연구", "옛 목적", 1000, 2019],
    ])  # fmt: skip
    [row] = preview(ResearchProjectResource(), path).rows
    assert row.instance.status == "closed"


def test_result_form(tmp_path: Path) -> None:
    """결과의 일곱 열. 발주하지 않은 용역은 받지 않는다."""
    output = make.ResearchOutputFactory()
    make.ResearchProjectFactory(title="아직 발주하지 않음")
    head = ["용역명", "계약액", "계약상대", "기간", "결과물", "활용내용", "공개여부"]
    path = write(tmp_path / "결과.xlsx", [
        head, [output.project.title, 90_000_000, "연구원", "착수일부터 6개월", "보고서 1권", "조례 개정", "공개"],
        ["아직 발주하지 않음", 1, "가", "", "", "", ""],
    ])  # fmt: skip
    found = preview(ResearchOutputResource(), path)
    assert [cell.name for row in found.rows for cell in row.cells] == ["period", "product", "use_text", "disclosure"]
    assert "발주" in found.errors[0].reason


def test_project_page_section(team: Staff) -> None:
    project = ProjectFactory()
    make.ResearchProjectFactory(project=project)
    make.UseCheckFactory(plan=project)
    assert len(research(project, team).rows) == 2


def test_board_export(client: Client) -> None:
    judged()
    answer = client.get(reverse("budget.research-projects-export"), {"year": YEAR})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert any(100_000_000 in row and 80_000_000 in row for row in rows)
