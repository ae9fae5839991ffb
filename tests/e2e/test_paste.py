"""엑셀이나 한글에서 복사한 표를 붙여넣는다: 목록에서, 제출에서, 집행 자료에서. 올린 파일과 같은 미리보기다."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from budget.appropriations.models import ExecutionSnapshot
from core.access import Role, Team
from core.documents.models import StoredFile
from core.org.models import Department
from core.rounds.models import Round
from core.rounds.services import open_round
from tests.core.rounds.factories import QUARTER
from tests.evaluation.four_year_plans.factories import TaskFactory
from tests.excel_tests import admin
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.draws("브라우저의 그림과 스크립트를 본다")]

EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=Generator content="Microsoft Excel 15">
<style><!--table {mso-displayed-decimal-separator:"\\."; mso-displayed-thousand-separator:"\\,";} @page {margin:.75in;}
tr {mso-height-source:auto;} td {color:black; font-size:11.0pt; mso-number-format:General;} .xl65 {mso-number-format:"\\@";}
.xl66 {mso-number-format:"\\#\\,\\#\\#0";} --></style></head><body link="#0563C1"><!--StartFragment-->%s<!--EndFragment--></body></html>"""
# 부서 코드의 앞의 0 은 표시 형식(글자)에만 있다.
DEPARTMENTS = EXCEL % (
    "<table border=0 width=216 style='border-collapse:collapse'><col width=72 span=2>"
    "<tr height=22><td height=22 style='height:16.5pt'>부서 코드</td><td>부서명</td></tr>"
    "<tr><td class=xl65>0012</td><td>가나과</td></tr><tr><td class=xl65>0013</td><td>다라과</td></tr></table>"
)
HANGUL = (
    '<HTML><HEAD><STYLE type="text/css"><!-- P.HStyle0 {style-name:"바탕글"; margin-left:0.0pt; text-align:justify; '
    'font-family:바탕; font-size:10.0pt; color:"#000000"; font-weight:"normal"; text-decoration:none;} --></STYLE></HEAD><BODY>'
    "<TABLE border='1' style='border-collapse:collapse;'><TR><TD colspan='2'><P CLASS=HStyle0>부서 현황</P></TD></TR>"
    "<TR><TD><P CLASS=HStyle0>부서 코드</P></TD><TD><P CLASS=HStyle0>부서명</P></TD></TR>"
    "<TR><TD><P CLASS=HStyle0>0012</P></TD><TD><P CLASS=HStyle0>가나과</P></TD></TR></TABLE></BODY></HTML>"
)


def paste(page: Page, html: str = "", text: str = "") -> None:
    """클립보드에 넣고 Ctrl+V 를 누른다."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """([html, text]) => {
            const fill = (event) => {
                if (html) event.clipboardData.setData("text/html", html);
                event.clipboardData.setData("text/plain", text);
                event.preventDefault();
            };
            document.addEventListener("copy", fill, { once: true });
            document.execCommand("copy");
        }""",
        [html, text],
    )
    page.get_by_label("표 붙여넣기").press("Control+v")


def test_a_block_from_excel_is_pasted_from_a_list_and_applied(page, live_server, login, axe):
    login(admin())
    page.goto(live_server.url + reverse("admin:core_department_import") + "#id_pasted")
    expect(page.get_by_label("표 붙여넣기")).to_be_focused()
    assert axe() == []
    paste(page, DEPARTMENTS, "부서 코드\t부서명\r\n0012\t가나과\r\n0013\t다라과\r\n")
    expect(page.get_by_role("status").filter(has_text="받았습니다")).to_contain_text("3행 2열을 받았습니다")
    expect(page.locator("[data-names]")).to_have_text(re.compile(r"붙여넣은 표 \d+\. \d+\. \d\d:\d\d\.xls"))
    page.get_by_role("button", name="올리고 미리보기").click()
    page.get_by_role("button", name="2건 반영").click()
    expect(page.get_by_text("2건을 반영했습니다")).to_be_visible()
    assert set(Department.objects.values_list("code", "name")) == {("0012", "가나과"), ("0013", "다라과")}


def test_a_table_from_hangul_brings_its_title_and_headings(page, live_server, login):
    login(admin())
    page.goto(live_server.url + reverse("admin:core_department_import"))
    paste(page, HANGUL, "부서 현황\r\n부서 코드\r\n부서명\r\n0012\r\n가나과\r\n")
    expect(page.get_by_text("3행 2열을 받았습니다")).to_be_visible()
    page.get_by_role("button", name="올리고 미리보기").click()
    page.get_by_role("button", name="1건 반영").click()
    assert Department.objects.get().code == "0012"


def test_rows_without_headings_are_asked_and_the_first_row_is_not_lost(page, live_server, login, axe):
    login(admin())
    page.goto(live_server.url + reverse("admin:core_department_import"))
    paste(page, text="0012\t가나과\r\n0013\t다라과\r\n")
    expect(page.get_by_text("2행 2열을 받았습니다")).to_be_visible()
    page.get_by_role("button", name="올리고 미리보기").click()
    expect(page.get_by_text("1행: 0012 · 가나과")).to_be_visible()
    page.get_by_label("A열", exact=True).select_option(label="부서 코드")
    page.get_by_label("B열", exact=True).select_option(label="부서명 (필수)")
    page.get_by_role("button", name="이대로 미리보기").click()
    expect(page.get_by_role("alert")).to_contain_text("첫 줄이 열 제목인지 자료인지")
    assert axe() == []
    page.get_by_label("자료입니다").check()
    page.get_by_role("button", name="이대로 미리보기").click()
    page.get_by_role("button", name="2건 반영").click()
    assert set(Department.objects.values_list("code", flat=True)) == {"0012", "0013"}


def test_a_hostile_paste_does_nothing(page, live_server, login, troubles):
    """스크립트와 바깥 그림은 돌지도 불러오지도 않고(conftest 가 지킨다), 표가 아닌 것은 까닭을 말한다."""
    login(admin())
    page.goto(live_server.url + reverse("admin:core_department_import"))
    evil = "<img src='https://evil.example/a.png' onerror='window.evil=1'><script>window.evil=1</script>"
    body = DEPARTMENTS.replace("<table", f"{evil}<table").replace("가나과", f"{evil}<b style='color:red' onclick='x()'>가나과</b>")
    paste(page, body, "부서")
    expect(page.get_by_text("3행 2열을 받았습니다")).to_be_visible()
    page.get_by_role("button", name="올리고 미리보기").click()
    expect(page.get_by_role("button", name="2건 반영")).to_be_visible()
    assert page.evaluate("window.evil") is None and page.locator("main img").count() == 0
    page.goto(live_server.url + reverse("admin:core_department_import"))
    paste(page, text="")
    expect(page.get_by_text("복사한 것에 표나 글이 없습니다")).to_be_visible()
    page.goto(live_server.url + reverse("admin:core_department_import"))
    paste(page, text="\0\x01" * 3000)
    page.get_by_role("button", name="올리고 미리보기").click()
    expect(page.get_by_text("첫 줄은 무엇입니까?")).to_be_visible()
    assert not Department.objects.exists()


def test_ten_megabytes_are_taken_without_freezing_the_page(page, live_server, login):
    login(admin())
    page.goto(live_server.url + reverse("admin:core_department_import"))
    rows = "".join(f"<tr><td>{n:06}</td><td>{'가' * 800}</td></tr>" for n in range(4000))
    paste(page, f"<table>{rows}</table>", "x")
    expect(page.get_by_text("4,000행 2열을 받았습니다")).to_be_visible()
    page.get_by_role("button", name="올리고 미리보기").click()
    expect(page.get_by_text("첫 줄은 무엇입니까?")).to_be_visible()


def test_a_department_pastes_into_its_submission(page, live_server, login, axe):
    department = DepartmentFactory(name="건축과")
    task = TaskFactory(department=department)
    round = Round.objects.create(
        title="4/4분기 추진실적", form=QUARTER.code, team=Team.EVALUATION, cycle="quarter", year=2023, number=4,
        as_of="2023-12-31", due_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip
    open_round(round, QUARTER)
    submission = round.submissions.get()
    login(StaffFactory(role=Role.DEPARTMENT, department=department))
    page.goto(live_server.url + reverse("core.submission-fill", args=[submission.pk]))
    page.get_by_role("link", name="표 붙여넣기").click()
    expect(page.get_by_label("표 붙여넣기")).to_be_focused()
    row = QUARTER.rows([submission]).get()
    titles = QUARTER.resource().columns()
    heads = {column.name: column.title for column in titles}
    values: dict[str, Any] = {"row_key": row.pk, "row_version": row.version, "progress": 77}
    cells = ["".join(f"<td>{one}</td>" for one in line) for line in ([heads[name] for name in values], values.values())]
    paste(page, f"<table><tr>{cells[0]}</tr><tr>{cells[1]}</tr></table>", "x")
    page.get_by_role("button", name="올리고 미리보기").click()
    page.get_by_role("button", name="1건 반영").click()
    expect(page.get_by_text("1건을 반영했습니다")).to_be_visible()
    row.refresh_from_db()
    assert int(row.progress) == 77 and task.department == department


def test_execution_is_pasted_and_every_question_is_answered_on_its_own(page, live_server, login, axe):
    login(StaffFactory(role=Role.TEAM, team=Team.BUDGET))
    page.goto(live_server.url + reverse("budget.snapshot-upload"))
    heads = ["정책사업", "단위사업", "세부사업", "부서", "예산액", "지출액"]
    lines = [["(단위: 천원)"], ["※ 단위: 백만원"], heads, *([["가", "나", "다", "건축과", "1,234", "1,000"]] * 2)]
    html = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    paste(page, f"<table>{html}</table>", "x")
    page.get_by_label("회계연도").fill("2023")
    page.get_by_label("기준일").fill("2023-10-31")
    assert axe() == []
    page.get_by_role("button", name="다음: 열 맞추기").click()
    expect(page.get_by_label("금액 단위").locator("option")).to_contain_text(["파일에 적힌 대로", "원", "천원", "만원", "백만원", "억원"])
    page.get_by_role("button", name="다음: 미리보기").click()
    questions = page.get_by_label("확인했습니다. 읽은 대로 반영합니다")
    expect(questions).to_have_count(2)
    assert axe() == []
    questions.first.check()
    page.get_by_role("button", name="2행 반영").click()
    assert ExecutionSnapshot.objects.get().status == "preview"
    questions.nth(1).check()
    page.get_by_role("button", name="2행 반영").click()
    expect(page.get_by_text("2행을")).to_be_visible()
    assert ExecutionSnapshot.objects.get().status == "current"
    assert StoredFile.objects.get().name.startswith("붙여넣은 표 ")
