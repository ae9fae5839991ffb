"""집행 자료 가져오기: 명령과 화면이 같은 코드를 쓰고, 반쯤 쓰인 것은 없다."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.models import (
    DetailProgram,
    ExecutionPointer,
    ExecutionReason,
    ExecutionRow,
    ExecutionSnapshot,
    PolicyProgram,
    StatItem,
    UnitProgram,
)
from budget.appropriations.services import bring_execution
from core.access import Role
from core.documents.models import StoredFile
from core.excel.values import UNITS
from core.ledgers.reading import discard_preview
from tests.budget.appropriations import factories as make
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

TITLE = [["세부사업별 집행현황"], ["회계연도: 2023", None, "기준일: 2023-10-31"], [None] * 14 + ["(단위: 천원)"]]


def run(path: Path, *args: str) -> tuple[dict, int]:
    out = StringIO()
    code = 0
    try:
        call_command("import_ehojo", str(path), "--year", "2023", "--as-of", "2023-10-31", "--json", *args, stdout=out)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return json.loads(out.getvalue()), code


def total_line(label: str, budget: int, spent: int) -> list:
    return make.line("", budget, spent, 회계연도=None, 회계=label, 분야=None, 부문=None, 정책사업=None, 단위사업=None, 세부사업=None, 통계목=None, 부서=None)


def test_title_unit_total_lines_are_set_aside_and_listed(tmp_path):
    path = make.ehojo_file(
        tmp_path / "e.xlsx",
        [make.line("소송 수행", "1,200", "△200"), make.line("법률 자문", 800, 500), total_line("계", 2000, 300)],
        before=TITLE,
    )
    report, code = run(path)
    assert code == 0
    assert report["taken"] == 2
    assert report["totals"]["budget"] == 2_000_000 and report["totals"]["spent"] == 300_000
    assert {row["kind"] for row in report["skipped"]} >= {"total"}
    assert report["taken"] + report["skipped_count"] == report["rows"]
    assert all(check["difference"] == 0 for check in report["checks"]) and report["checks"]
    assert ExecutionPointer.objects.get().snapshot.row_count == 2
    kept = ExecutionRow.objects.order_by("row_number").first()
    assert (kept.row_number, kept.spent_amount) == (5, -200_000)


def test_wrong_total_in_file_is_shown_in_won(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1000, 10), make.line("나", 500, 10), total_line("합계", 1600, 20)])
    report, code = run(path)
    assert code == 1
    wrong = [check for check in report["checks"] if check["difference"]]
    assert [(check["printed"], check["computed"]) for check in wrong if check["column"].startswith("예산액")] == [(1600, 1500)]


def test_one_bad_cell_stops_the_whole_file(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1000, 10), make.line("나", "12O0", 10), make.line("다", 1, "약 3")])
    report, code = run(path)
    assert code == 1
    assert [(error["row"], error["column"], error["value"]) for error in report["errors"]][:2] == [(3, "예산액", "12O0"), (4, "지출액", "약 3")] or {
        (error["row"], error["value"]) for error in report["errors"]
    } >= {(3, "12O0"), (4, "약 3")}
    assert all(error["reason"] and error["remedy"] for error in report["errors"])
    assert not ExecutionRow.objects.exists() and not ExecutionSnapshot.objects.exists()
    assert not DetailProgram.objects.exists() and not StoredFile.objects.exists()


def test_dry_run_writes_nothing_but_tells_the_totals(tmp_path, settings):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1000, 10)])
    report, code = run(path, "--dry-run")
    assert code == 0 and report["totals"]["budget"] == 1000 and not report["applied"]
    assert not ExecutionSnapshot.objects.exists() and not StoredFile.objects.exists()
    files = Path(settings.MEDIA_ROOT)
    assert not [found for found in files.rglob("*") if found.is_file() and found.stat().st_size == path.stat().st_size]


def test_unit_option_beats_the_file(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 3, 1)])
    report, _code = run(path, "--unit", "백만원")
    assert report["totals"]["budget"] == 3_000_000


def test_mapping_file_names_the_columns(tmp_path):
    heading = [{"예산액": "올해 돈", "지출액": "나간 돈"}.get(name, name) for name in make.HEADING]
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 700, 70)], heading=heading)
    report, code = run(path)
    assert code == 1 and "예산액" in report["missing"]
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"budget_amount": "올해 돈", "spent_amount": "나간 돈"}), "utf-8")
    report, code = run(path, "--mapping", str(mapping))
    assert code == 0 and report["totals"]["spent"] == 70


def test_another_years_rows_are_refused(tmp_path):
    report, code = run(make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1, 1, 회계연도=2022)]))
    assert code == 1 and "2022년" in report["errors"][0]["reason"]


def test_missing_amount_columns_stay_missing(tmp_path):
    heading = ["단위사업", "세부사업", "부서", "예산액", "지출액"]
    path = make.ehojo_file(tmp_path / "e.xlsx", [["법무", "소송", "기획예산과", 10, 1]], heading=heading)
    report, _code = run(path)
    assert report["totals"]["current"] is None
    assert ExecutionRow.objects.get().current_amount is None


def test_csv_goes_through_the_same_door(tmp_path):
    path = tmp_path / "e.csv"
    path.write_bytes("단위사업,세부사업,부서,예산액,지출액\n법무,소송,건축과,\"1,000\",300\n".encode("cp949"))
    report, code = run(path)
    assert code == 0 and report["totals"]["budget"] == 1000
    assert any("부서표에 없는 부서" in warning for warning in report["warnings"])


def test_stat_item_without_leading_zero_is_the_same_item(tmp_path):
    lines = [make.line("가", 1, 1, 통계목="201-1"), make.line("나", 1, 1, 통계목="201-01 사무관리비")]
    run(make.ehojo_file(tmp_path / "e.xlsx", lines))
    assert ExecutionRow.objects.values_list("stat_item__code", flat=True).distinct().get() == "201-01"


def test_bad_date_is_told_in_korean(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1, 1)])
    with pytest.raises(CommandError, match="13월"):
        call_command("import_ehojo", str(path), "--year", "2023", "--as-of", "2023-13-02")


def test_new_file_replaces_and_taking_back_restores(tmp_path):
    first = bring_execution(make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 100, 10)]), fiscal_year=2023, as_of=date(2023, 10, 31))
    first.apply()
    second = bring_execution(make.ehojo_file(tmp_path / "2.xlsx", [make.line("가", 100, 40)]), fiscal_year=2023, as_of=date(2023, 10, 31))
    assert ExecutionPointer.objects.get().snapshot == first  # 미리보기만으로는 바뀌지 않는다
    second.apply()
    assert ExecutionPointer.objects.get().snapshot == second
    second.take_back()
    assert ExecutionPointer.objects.get().snapshot == first
    ExecutionPointer.objects.get().snapshot.take_back()
    assert not ExecutionPointer.objects.exists()


def test_same_file_twice_changes_no_code(tmp_path):
    path = make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 100, 10), make.line("나", 100, 10)])
    bring_execution(path, fiscal_year=2023, as_of=date(2023, 10, 31)).apply()
    again = bring_execution(path, fiscal_year=2023, as_of=date(2023, 11, 30))
    assert again.report["new_programs"] == [] and DetailProgram.objects.count() == 2


def test_discarding_a_preview_takes_its_new_codes_along(tmp_path):
    bring_execution(make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 1, 1)]), fiscal_year=2023, as_of=date(2023, 9, 30)).apply()
    wrong = bring_execution(
        make.ehojo_file(tmp_path / "2.xlsx", [make.line("가", 1, 1), make.line("엉뚱", 1, 1, 정책사업="남의 정책", 단위사업="남의 단위", 통계목="999-01 남의 목")]),
        fiscal_year=2023, as_of=date(2023, 10, 31),
    )
    kept = make.program("사람이 쓴 사업")
    discard_preview(wrong)
    assert set(DetailProgram.objects.values_list("name", flat=True)) == {"가", kept.name}
    assert not PolicyProgram.objects.filter(name="남의 정책").exists()
    assert not UnitProgram.objects.filter(name="남의 단위").exists() and not StatItem.objects.filter(code="999-01").exists()
    assert ExecutionRow.objects.count() == 1


def test_a_code_used_meanwhile_stays(tmp_path):
    preview = bring_execution(make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 1, 1)]), fiscal_year=2023, as_of=date(2023, 9, 30))
    ExecutionReason.objects.create(
        detail_program=DetailProgram.objects.get(), as_of=date(2023, 9, 30), reason="까닭", measure="대책"
    )
    discard_preview(preview)
    assert DetailProgram.objects.get().reasons.exists()


def test_old_previews_and_unused_files_are_cleared(tmp_path):
    stale = bring_execution(make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 1, 1)]), fiscal_year=2023, as_of=date(2023, 9, 30))
    long_ago = timezone.now() - timedelta(days=2)
    QuerySet(ExecutionSnapshot).update(brought_at=long_ago)
    StoredFile.objects.update(uploaded_at=long_ago)
    path = Path(stale.file.file.path)
    bring_execution(make.ehojo_file(tmp_path / "2.xlsx", [make.line("나", 1, 1)]), fiscal_year=2023, as_of=date(2023, 9, 30))
    assert ExecutionSnapshot.objects.count() == 1 and not path.exists() and StoredFile.objects.count() == 1


# ── 화면 ──────────────────────────────────────────────────────────────


@pytest.fixture
def officer(client):
    staff = StaffFactory(role=Role.TEAM, team="budget", must_change_password=False)
    client.force_login(staff)
    return staff


def upload(client, path: Path, as_of: str = "2023. 10. 31."):
    with path.open("rb") as stream:
        return client.post(reverse("budget.snapshot-upload"), {"file": stream, "fiscal_year": 2023, "as_of": as_of}, follow=True)


def test_upload_map_preview_apply_take_back(client, officer, tmp_path):
    own = make.department()
    page = upload(client, make.ehojo_file(tmp_path / "e.xlsx", [make.line("소송", 1000, 400), total_line("계", 1000, 400)], before=TITLE))
    assert "열 맞추기" in page.text and "소송" in page.text  # 표본 값이 보인다
    posted = {f"column-{item['column'].name}": item["picked"] for item in page.context["columns"]}
    page = client.post(page.request["PATH_INFO"], {**posted, "unit": "", "sheet": "집행현황"}, follow=True)
    assert page.status_code == 200 and "1행 반영" in page.text and "덜어 둔 줄" in page.text
    assert not ExecutionPointer.objects.exists()
    snapshot = ExecutionSnapshot.objects.get()
    page = client.post(reverse("budget.snapshot-apply", args=[snapshot.pk]), follow=True)
    assert "반영했습니다" in page.text
    board = client.get(reverse("budget.execution"), {"department": own.pk})
    assert "1,000" in board.text and "40.0" in board.text  # 천원 단위 파일이므로 1,000천원
    token = page.text.partition('name="_token" value="')[2].partition('"')[0]
    sent = (reverse("budget.snapshot-take_back", args=[snapshot.pk]), {"_token": token})
    assert client.post(*sent).status_code == 302
    # 두 번 눌러도 알림은 하나다.
    page = client.post(*sent, follow=True)
    assert [str(one).partition("되돌렸습니다")[1] for one in page.context["messages"]] == ["되돌렸습니다"]
    assert "되돌렸습니다" in page.text and not ExecutionPointer.objects.exists()


def test_preview_lists_every_bad_cell_and_cannot_be_applied(client, officer, tmp_path):
    page = upload(client, make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", "1.2.3", 1), make.line("나", 1, "x")]))
    posted = {f"column-{item['column'].name}": item["picked"] for item in page.context["columns"]}
    page = client.post(page.request["PATH_INFO"], posted, follow=True)
    assert "5칸을 고쳐야 합니다" in page.text and "1.2.3" in page.text
    snapshot = ExecutionSnapshot.objects.get()
    client.post(reverse("budget.snapshot-apply", args=[snapshot.pk]))
    assert not ExecutionPointer.objects.exists() and not ExecutionRow.objects.exists()


def test_unreadable_file_gets_one_sentence(client, officer, tmp_path):
    path = tmp_path / "e.xlsx"
    path.write_bytes(b"")
    page = upload(client, path)
    assert page.status_code in (200, 422) and "열 맞추기" not in page.text.partition("<main")[2].partition('class="steps"')[0]
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(("role", "team"), [(Role.TEAM, "legal"), (Role.VIEWER, ""), (Role.HEAD, ""), (Role.DEPARTMENT, "")])
def test_only_the_budget_team_brings_files(client, role, team):
    client.force_login(StaffFactory(role=role, team=team, department=make.department("건축과"), must_change_password=False))
    assert client.get(reverse("budget.snapshot-upload")).status_code == 403
    made = make.snapshot(apply=False)
    assert client.post(reverse("budget.snapshot-apply", args=[made.pk])).status_code == 403


def test_another_officers_upload_cannot_be_continued(client, officer, tmp_path):
    page = upload(client, make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1, 1)]))
    address = page.request["PATH_INFO"]
    client.force_login(StaffFactory(role=Role.TEAM, team="budget", must_change_password=False))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("unit", ["7", "0", "9" * 30])
def test_only_the_listed_units_multiply_amounts(client, officer, tmp_path, unit):
    page = upload(client, make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 1000, 400)]))
    posted = {f"column-{item['column'].name}": item["picked"] for item in page.context["columns"]}
    page = client.post(page.request["PATH_INFO"], {**posted, "unit": unit}, follow=True)
    assert page.status_code == 200
    assert ExecutionRow.objects.get().budget_amount == 1000


# ── 두 가지로 읽히는 파일 ─────────────────────────────────────────────


def asked_file(path: Path, unit: str = "(단위: 천원, 백만원)", budget: int = 100) -> Path:
    """집행 파일 맨 위의 칸에 단위를 적은 것"""
    return make.ehojo_file(path, [make.line("가", budget, 10)], before=[[unit]])


def test_an_unanswered_question_writes_nothing_and_names_the_option(tmp_path):
    path = asked_file(tmp_path / "e.xlsx")
    report, code = run(path)
    assert (code, report["applied"], [item["key"] for item in report["questions"]]) == (1, False, ["unit"])
    assert "--unit" in report["questions"][0]["remedy"]
    assert not ExecutionRow.objects.exists()
    assert run(path, "--unit", "천원")[1] == 0
    assert ExecutionRow.objects.get().budget_amount == 100_000


def test_a_confirmed_question_is_applied_as_read(tmp_path):
    report, code = run(asked_file(tmp_path / "e.xlsx"), "--confirm", "unit")
    assert (code, report["questions"]) == (0, [])
    assert ExecutionRow.objects.exists()


def test_a_total_that_differs_is_a_stop(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 100, 10), total_line("합계", 999, 10)])
    report, code = run(path)
    assert (code, [item["key"] for item in report["questions"]]) == (1, ["totals"])
    assert run(path, "--confirm", "unit")[1] == 1
    assert run(path, "--confirm", "totals")[1] == 0


@pytest.mark.parametrize(("times", "asked"), [(1_000, True), (500, True), (499, False), (1, False)])
def test_the_same_programs_far_above_the_last_snapshot_are_asked(tmp_path, times, asked):
    first = make.ehojo_file(tmp_path / "1.xlsx", [make.line("가", 100, 10), make.line("나", 300, 10)])
    bring_execution(first, fiscal_year=2023, as_of=date(2023, 9, 30)).apply()
    path = make.ehojo_file(tmp_path / "2.xlsx", [make.line("가", 100 * times, 11), make.line("나", 300 * times, 10)])
    report, code = run(path)
    assert (code == 1, [item["key"] for item in report["questions"]]) == (asked, ["unit"] * asked)


def test_the_preview_shows_the_unit_and_stops_at_the_question(client, tmp_path):
    client.force_login(StaffFactory(role=Role.TEAM))
    snapshot = bring_execution(asked_file(tmp_path / "e.xlsx"), fiscal_year=2023, as_of=date(2023, 10, 31))
    url = reverse("budget.snapshot-preview", args=[snapshot.pk])
    page = client.get(url).text
    assert "확인이 필요합니다" in page and "천원, 백만원" in page and snapshot.report["unit_note"] in page
    refused = client.post(reverse("budget.snapshot-apply", args=[snapshot.pk]), follow=True)
    assert "답하지 않은 물음" in refused.text
    assert not ExecutionPointer.objects.exists()
    client.post(reverse("budget.snapshot-apply", args=[snapshot.pk]), {"confirm": "unit"})
    assert ExecutionPointer.objects.get().snapshot == snapshot


@pytest.mark.parametrize(("text", "asked"), {
    "2023. 9. 30. 기준": True, "기준일: 2023-09-30": True, "기준일자 2023.9.30": True, "2023년 9월 30일 현재": True,
    "(’23. 9. 30. 기준)": True, "2023년 9월말 기준": True, "기준일자 20230930": True, "조회기간 : 2023.01.01 ~ 2023.09.30": True,
    "2022년 세출예산 집행현황": True, "조회기간: 2023.01.01 ~ 2023.10.31": False, "2023년 10월말 현재": False,
    "회계연도 : 2022": True, "2022회계연도 집행현황": True, "2023. 10. 31. 기준": False, "2023년도 세출예산 집행현황": False,
    "출력일 2023. 11. 2.": False,
}.items())  # fmt: skip
def test_a_period_written_in_the_file_is_asked_when_it_is_not_the_chosen_one(tmp_path, text, asked):
    """달이 바뀐 파일을 올리는 실수. 표 위의 글에서 본다."""
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 100, 10)], before=[[text]])
    report, code = run(path)
    assert ([item["key"] for item in report["questions"]], code) == (["period"] * asked, int(asked))
    if asked:
        assert "10. 31." in report["questions"][0]["text"] or "2023년" in report["questions"][0]["text"]
        assert not ExecutionRow.objects.exists()
        assert run(path, "--confirm", "period")[1] == 0


def test_a_file_named_after_another_day_is_asked(tmp_path):
    path = make.ehojo_file(tmp_path / "집행현황(2023.9.30.기준).xlsx", [make.line("가", 100, 10)])
    assert [item["key"] for item in run(path)[0]["questions"]] == ["period"]


def test_a_row_pasted_twice_is_asked(tmp_path):
    lines = [make.line("가", 100, 10), make.line("나", 200, 20), make.line("가", 100, 10), make.line("가", 100, 11)]
    path = make.ehojo_file(tmp_path / "e.xlsx", lines)
    report, code = run(path)
    assert (code, [item["key"] for item in report["questions"]]) == (1, ["repeated"])
    assert "4행" in report["questions"][0]["text"] and "--confirm repeated" in report["questions"][0]["remedy"]
    assert run(path, "--confirm", "repeated")[1] == 0
    assert ExecutionRow.objects.count() == 4


def test_rows_without_money_may_repeat(tmp_path):
    path = make.ehojo_file(tmp_path / "e.xlsx", [make.line("가", 100, 10), make.line("나", 0, 0), make.line("나", 0, 0)])
    report, code = run(path)
    assert (code, report["questions"]) == (0, [])


def upload_lines(client, lines, **place):
    text = "\n".join("\t".join(line) for line in lines)
    return client.post(reverse("budget.snapshot-upload"), {"pasted": text, **place}, follow=True)


HEADED = [["정책사업", "단위사업", "세부사업", "부서", "예산액", "지출액"], ["가", "나", "다", "건축과", "1,234", "1,000"]]


def test_the_day_and_year_written_above_the_table_fill_what_was_left_blank(client, officer):
    page = upload_lines(client, [["세출 집행현황"], ["2023. 9. 30. 현재"], *HEADED]).content.decode()
    assert "2023 회계연도 · 2023. 9. 30. 기준" in page and "「2023. 9. 30. 현재」대로" in page
    typed = upload_lines(client, [["2023. 9. 30. 현재"], *HEADED], as_of="2023-10-31", fiscal_year="2023").content.decode()
    assert "2023. 10. 31. 기준" in typed and "현재」대로" not in typed


def test_a_day_that_is_nowhere_or_only_in_a_row_is_asked(client, officer):
    rows = [HEADED[0], ["가", "나", "2023. 9. 30. 기준 정산", "건축과", "1", "1"]]
    assert upload_lines(client, rows).status_code == 422
    early = upload_lines(client, [["2024. 1. 31. 현재"], *HEADED])
    assert early.status_code == 422 and "어느 회계연도의 자료인지" in early.content.decode()
    assert "2023 회계연도" in upload_lines(client, [["2024. 1. 31. 현재 (2023 회계연도)"], *HEADED]).content.decode()


def test_the_nearest_heading_is_offered_where_one_is_missing(client, officer):
    near = [["정책사업", "단위사업", "세부사업", "부서", "금년 예산액수", "지출액"], HEADED[1]]
    page = upload_lines(client, near, as_of="2023-10-31").content.decode()
    assert "예산액(파일의 「금년 예산액수」인가요?)" in page


def test_every_unit_can_be_chosen_for_a_ledger(client, officer):
    page = upload_lines(client, HEADED, as_of="2023-10-31").content.decode()
    assert all(f">{name}</option>" in page for name in UNITS)
