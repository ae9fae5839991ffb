"""취합을 브라우저로: 부서가 화면과 엑셀로 내고, 팀이 돌려보내고 확정하면 한눈판이 바뀐다."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.access import Role, Team
from core.org.models import Staff
from core.rounds.models import ConfirmationRule, Round, Submission
from core.rounds.services import open_round
from evaluation.four_year_plans.models import QuarterResult
from tests.core.rounds.factories import QUARTER
from tests.evaluation.four_year_plans.factories import QuarterResultFactory, TaskFactory
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]
Status = Submission.Status


@pytest.fixture
def scene() -> dict[str, Any]:
    """건축과(담당 → 팀장)와 도로과가 과제 둘씩 맡고, 3분기가 확정되어 있고, 4분기를 열었다."""
    building, road = DepartmentFactory(name="건축과", order=1), DepartmentFactory(name="도로과", order=2)
    ConfirmationRule.objects.create(department=building, steps=ConfirmationRule.Steps.TEAM_LEAD)
    tasks = [TaskFactory(department=department) for department in (building, building, road, road)]
    for task in tasks:
        QuarterResultFactory(task=task, year=2023, quarter=3, progress=50, actual="□ 3분기에 한 일", status="ok", self_status="ok")
    round = Round.objects.create(
        title="2023년 4/4분기 추진실적", form=QUARTER.code, team=Team.EVALUATION, cycle="quarter", year=2023, number=4,
        as_of=date(2023, 12, 31), due_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    open_round(round, QUARTER)
    people = {
        "officer": StaffFactory(role=Role.TEAM, team=Team.EVALUATION, name="한평가"),
        "handler": StaffFactory(role=Role.DEPARTMENT, department=building, name="윤담당"),
        "lead": StaffFactory(role=Role.DEPARTMENT, department=building, name="정팀장", position=Staff.Position.TEAM_LEAD),
        "road": StaffFactory(role=Role.DEPARTMENT, department=road, name="나도로"),
    }
    return {"round": round, **people, **{one.department_name: one for one in round.submissions.all()}}


def open_page(page: Page, live_server: Any, route: str, *args: Any) -> None:
    page.goto(live_server.url + reverse(route, args=args))


def fill_rows(page: Page, progress: str) -> None:
    """모든 줄을 적는다. 칸을 떠나면 저절로 저장된다."""
    for row in page.locator("#rows tbody tr").all():
        row.locator("[name$='-progress']").fill(progress)
        row.locator("[name$='-self_status']").select_option(label="정상")
        with page.expect_response(lambda response: "/rows/" in response.url):
            row.locator("[name$='-actual']").fill("□ 4분기에 한 일\n ○ 준공")
            row.locator("[name$='-actual']").press("Tab")


def test_department_submits_by_page_and_it_comes_back_and_is_confirmed(page, live_server, login, axe, scene):
    submission = scene["건축과"]
    login(scene["handler"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    page.get_by_role("button", name="팀장에게 확인 요청").click()
    expect(page.get_by_role("alert")).to_contain_text("공정률")
    assert axe() == []
    fill_rows(page, "45")
    expect(page.locator("#saved")).to_contain_text("2건 중 2건 작성함")
    expect(page.locator("#rows")).to_contain_text("보다 낮습니다")
    page.get_by_role("button", name="팀장에게 확인 요청").click()
    expect(page.locator("main h1 ~ *, .ph").first).to_contain_text("팀장 확인")
    login(scene["lead"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    page.get_by_role("button", name="제출", exact=True).click()
    page.wait_for_load_state()
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED

    login(scene["officer"])
    open_page(page, live_server, "core.round-detail", scene["round"].pk)
    assert axe() == []
    page.get_by_label("건축과 선택").check()
    page.get_by_text("보완 요청·다시 열기 ▾").click()
    page.get_by_label("전할 말").fill("낮아진 사유를 적어 주세요.")
    page.get_by_role("button", name="고른 부서에 보완 요청").click()
    expect(page.locator("body")).to_contain_text("1개 부서에 보완을 요청했습니다")

    login(scene["handler"])
    open_page(page, live_server, "notices")
    page.get_by_role("button", name="보완을 요청했습니다").click()
    expect(page.locator("main")).to_contain_text("낮아진 사유를 적어 주세요.")
    fill_rows(page, "60")
    page.get_by_role("button", name="팀장에게 확인 요청").click()
    page.wait_for_load_state()
    login(scene["lead"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    page.get_by_role("button", name="다시 제출").click()
    page.wait_for_load_state()

    login(scene["officer"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    page.get_by_role("button", name="확정", exact=True).click()
    page.wait_for_load_state()
    stored = Submission.objects.get(pk=submission.pk)
    assert stored.status == Status.CONFIRMED and stored.returned_count == 1
    assert set(QuarterResult.objects.filter(submission=stored).values_list("progress", flat=True)) == {60}
    page.goto(live_server.url + reverse("evaluation.four-year-plan-board") + "?quarter=2023-4")
    expect(page.locator("main")).to_contain_text("60")
    assert axe() == []


def test_department_fills_by_excel(page, live_server, login, scene, tmp_path: Path):
    submission = scene["도로과"]
    login(scene["road"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    with page.expect_download() as found:
        page.get_by_role("link", name="엑셀 서식").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(found.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if any(str(cell.value).startswith("공정률") for cell in row))
    columns = {str(cell.value): cell.column for cell in heading if cell.value}
    rows = [number for number in range(heading[0].row + 1, sheet.max_row + 1) if sheet.cell(number, 2).value]
    assert len(rows) == 2
    for number in rows:
        for title, value in (("공정률", 70), ("자체 평가", "정상"), ("추진실적", "□ 엑셀로 적은 일")):
            column = next(column for name, column in columns.items() if name.startswith(title))
            sheet.cell(number, column).value = value
    path = tmp_path / "채움.xlsx"
    book.save(path)
    page.get_by_role("link", name="엑셀로 채우기").click()
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="올리고").click()
    page.get_by_role("button", name="2건 반영").click()
    expect(page.locator("body")).to_contain_text("2건을 반영했습니다")
    page.get_by_role("link", name="보던 화면으로").click()
    expect(page.locator("#saved")).to_contain_text("2건 중 2건 작성함")
    page.get_by_role("button", name="제출", exact=True).click()
    page.wait_for_load_state()
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED
    assert set(QuarterResult.objects.filter(submission=submission).values_list("progress", flat=True)) == {70}


def test_unchanged_quarter_takes_two_presses(page, live_server, login, scene):
    submission = scene["도로과"]
    login(scene["road"])
    open_page(page, live_server, "core.submission-fill", submission.pk)
    page.get_by_role("button", name="지난 값으로 빈칸 채우기").click()
    expect(page.locator("body")).to_contain_text("칸을 채웠습니다")
    page.get_by_role("button", name="제출", exact=True).click()
    page.wait_for_load_state()
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED


@pytest.mark.parametrize("width", [1440, 390])
def test_no_serious_accessibility_trouble(page, live_server, login, axe, scene, width: int) -> None:
    """취합, 4개년 계획, 성과관리, 할 일, 알림, 달력, 작업의 화면."""
    page.set_viewport_size({"width": width, "height": 900})
    login(scene["officer"])
    submission, round = scene["도로과"], scene["round"]
    pages = [
        reverse("core.round-list"), reverse("core.round-add"), reverse("core.round-detail", args=[round.pk]),
        reverse("core.round-merged", args=[round.pk]), reverse("core.submission-list"), reverse("core.submission-fill", args=[submission.pk]),
        reverse("core.roundtemplate-add"), reverse("todo"), reverse("notices"), reverse("core.job-list"), reverse("core.project-list"),
        reverse("evaluation.four-year-plan-board"), reverse("evaluation.task-list"), reverse("evaluation.quarterresult-list"),
        reverse("evaluation.performance-board"), reverse("evaluation.indicator-list"),
    ]  # fmt: skip
    wrong = []
    for url in pages:
        page.goto(live_server.url + url)
        wrong += [f"{url}: {problem}" for problem in axe()]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{url}: 옆으로 넘칩니다")
    assert not wrong, "\n".join(wrong)
