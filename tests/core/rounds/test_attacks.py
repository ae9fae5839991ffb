"""취합을 공격해 본다: 낸 뒤에 고치기, 남의 제출, 폼에 없는 값, 마감 뒤에 내기, 증빙과 의견 지우기."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from core.access import Role, Team
from core.documents.models import Attachment, Comment
from core.excel.models import ImportBatch
from core.org.models import Staff
from core.rounds.models import ConfirmationRule, Round, Submission
from core.rounds.services import open_round
from core.rounds.views.submissions import save_row
from evaluation.four_year_plans.models import QuarterResult
from tests.core.rounds.test_pages import FULL, QUARTER, clerk, fill, prepare, rows_of
from tests.evaluation.four_year_plans.factories import QuarterResultFactory, TaskFactory
from tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = Submission.Status


@pytest.fixture
def round():
    for department in (DepartmentFactory(), DepartmentFactory()):
        TaskFactory(department=department)
    round = prepare()
    open_round(round, QUARTER)
    return round


@pytest.fixture
def officer():
    return StaffFactory(role=Role.TEAM, team=Team.EVALUATION)


def act(client: Any, submission: Submission, action: str, **data: str) -> Any:
    return client.post(reverse("core.submission-act", args=[submission.pk]), {"action": action, **data}, follow=True)


def typed(row: QuarterResult, **values: str) -> dict[str, str]:
    """저절로 저장하는 화면이 보내는 것."""
    return {f"r{row.pk}-version": str(row.version), **{f"r{row.pk}-{name}": value for name, value in values.items()}}


# ── 낸 뒤에 고치기 ─────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CONFIRMED, Status.TEAM_LEAD])
def test_last_values_are_not_copied_into_what_was_handed_in(client, round, status):
    submission = round.submissions.first()
    row = rows_of(submission)[0]
    QuarterResultFactory(task=row.task, quarter=3, actual="□ 지난 일", plan_ahead="지난 계획", status="ok")
    Submission.objects.filter(pk=submission.pk).update(status=status)
    client.force_login(clerk(submission))
    assert act(client, submission, "copy").status_code == 403
    assert rows_of(submission)[0].plan_ahead == ""


def test_a_row_is_not_saved_once_someone_else_handed_it_in(round):
    """화면을 연 뒤, 저장이 닿기 전에 다른 사람이 냈다."""
    submission = round.submissions.first()
    row = rows_of(submission)[0]
    Submission.objects.filter(pk=submission.pk).update(status=Status.SUBMITTED)
    data = QueryDict(mutable=True)
    data.update(typed(row, progress="99"))
    with pytest.raises(PermissionDenied):
        save_row(submission, QUARTER, row.pk, data)
    assert rows_of(submission)[0].progress is None


def test_confirming_inside_the_department_does_not_outlast_the_closing(client, round):
    """팀장 확인 중에 마감했으면 다시 열어 주어야 낼 수 있다."""
    submission = round.submissions.first()
    ConfirmationRule.objects.create(department=submission.responsible, steps="team_lead")
    client.force_login(clerk(submission))
    fill(client, submission, "send", **FULL)
    round.refresh_from_db()
    round.close()
    lead = StaffFactory(role=Role.DEPARTMENT, department=submission.responsible, position=Staff.Position.TEAM_LEAD)
    client.force_login(lead)
    assert "마감" in act(client, submission, "send").text
    assert Submission.objects.get(pk=submission.pk).status == Status.TEAM_LEAD


@pytest.mark.parametrize("action", ["return", "confirm", "reopen", "extend", "late", "없는일", ""])
def test_department_does_not_do_the_work_of_the_team(client, round, action):
    submission = round.submissions.first()
    client.force_login(clerk(submission))
    assert act(client, submission, action, note="까닭").status_code == 403
    assert client.post(reverse("core.round-act", args=[round.pk]), {"action": "confirm", "pk": submission.pk}).status_code == 404
    assert Submission.objects.get(pk=submission.pk).status == Status.NOT_STARTED


@pytest.mark.parametrize("action", ["return", "confirm", "reopen", "save", "send", "nothing", "copy", "take_back"])
@pytest.mark.parametrize("who", [{"role": Role.TEAM, "team": Team.BUDGET}, {"role": Role.VIEWER}, {"role": Role.HEAD}])
def test_others_only_look(client, round, action, who):
    submission = round.submissions.first()
    Submission.objects.filter(pk=submission.pk).update(status=Status.SUBMITTED)
    client.force_login(StaffFactory(**who))
    assert act(client, submission, action, note="까닭").status_code == 403
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED


# ── 남의 것, 폼에 없는 값 ──────────────────────────────────────────────


def test_a_row_of_another_department_is_not_reached_through_my_own_submission(client, round):
    mine, other = round.submissions.all()
    row = rows_of(other)[0]
    client.force_login(clerk(mine))
    for submission in (mine, other):
        address = reverse("core.submission-row", args=[submission.pk, row.pk])
        assert client.post(address, typed(row, progress="10")).status_code == 404
    act(client, mine, "save", **typed(row, progress="10"))
    assert rows_of(other)[0].progress is None


def test_fields_that_are_not_on_the_form_are_not_taken(client, round):
    mine, other = round.submissions.all()
    row = rows_of(mine)[0]
    extra = {
        "status": "done", "opinion": "훌륭함", "judged_by": "1", "submission": str(other.pk), "department": str(other.department_id),
        "task": "999", "target": "낮춘 목표", "is_sample": "on",
    }  # fmt: skip
    client.force_login(clerk(mine))
    client.post(reverse("core.submission-row", args=[mine.pk, row.pk]), {**typed(row, progress="10", **extra), **extra})
    after = rows_of(mine)[0]
    assert (after.progress, after.status, after.opinion, after.judged_by, after.target) == (10, "", "", None, row.target)
    assert (after.submission, after.department, after.task) == (row.submission, row.department, row.task)


def test_department_neither_deletes_its_row_nor_lowers_its_target(client, round):
    """회차가 맡긴 행은 적기만 한다. 지우면 낼 것이 사라지고, 목표를 낮추면 판정이 달라진다."""
    submission = round.submissions.first()
    row = rows_of(submission)[0]
    client.force_login(clerk(submission))
    assert client.post(reverse("evaluation.quarterresult-delete", args=[row.pk])).status_code == 403
    assert reverse("evaluation.quarterresult-delete", args=[row.pk]) not in client.get(
        reverse("evaluation.quarterresult-detail", args=[row.pk])).text  # fmt: skip
    data = {"_version": str(row.version), "target": "낮춘 목표", "progress": "10", "status": "done", "opinion": "훌륭함"}
    client.post(reverse("evaluation.quarterresult-edit", args=[row.pk]), data)
    after = rows_of(submission)[0]
    assert (after.progress, after.target, after.status, after.opinion) == (10, row.target, "", "")


# ── 증빙과 의견 ────────────────────────────────────────────────────────


def to(route: str, row: Any) -> str:
    return reverse(route, args=[ContentType.objects.get_for_model(row).pk, row.pk])


def test_evidence_of_what_was_handed_in_stays(client, round, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    submission = round.submissions.first()
    row = rows_of(submission)[0]
    client.force_login(clerk(submission))
    client.post(to("core.attachment-add", row), {"files": [SimpleUploadedFile("준공.pdf", b"%PDF-1.7\n")]})
    attachment = Attachment.objects.get()
    Submission.objects.filter(pk=submission.pk).update(status=Status.CONFIRMED)
    assert client.post(reverse("core.attachment-remove", args=[attachment.pk])).status_code == 403
    Submission.objects.filter(pk=submission.pk).update(status=Status.RETURNED)
    client.post(reverse("core.attachment-remove", args=[attachment.pk]))
    attachment.refresh_from_db()
    assert attachment.is_removed


def test_only_the_team_settles_what_it_wants_settled(client, officer, round):
    """「확정 전 해결」은 팀이 걸고 팀이 푼다. 부서가 풀면 확정을 막는 뜻이 없다."""
    submission = round.submissions.first()
    Submission.objects.filter(pk=submission.pk).update(status=Status.RETURNED)
    row = rows_of(submission)[0]
    client.force_login(officer)
    client.post(to("core.comment-add", row), {"text": "근거가 없습니다.", "is_blocking": "on"})
    comment = Comment.objects.get()
    department = clerk(submission)
    client.force_login(department)
    resolve = reverse("core.comment-resolve", args=[comment.pk])
    assert client.post(resolve).status_code == 403
    assert resolve not in client.get(reverse("core.submission-fill", args=[submission.pk])).text
    client.post(to("core.comment-add", row), {"text": "막아 봅니다.", "is_blocking": "on"})
    assert not Comment.objects.get(author=department).is_blocking
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.EVALUATION))
    client.post(resolve)
    comment.refresh_from_db()
    assert comment.resolved_at


def test_department_does_not_touch_what_hangs_on_a_confirmed_submission(client, round, officer):
    submission = round.submissions.first()
    comment = Comment.objects.create(record=submission, author=officer, text="살펴본 의견")
    client.force_login(clerk(submission))
    Submission.objects.filter(pk=submission.pk).update(status=Status.CONFIRMED)
    assert client.post(reverse("core.comment-resolve", args=[comment.pk])).status_code == 403


# ── 엑셀 ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ["core.round-merged-excel", "core.submission-form"])
def test_what_a_department_typed_is_never_a_formula(client, officer, round, address, tmp_path):
    submission = round.submissions.first()
    row = rows_of(submission)[0]
    for name in ("actual", "reason"):
        setattr(row, name, '=HYPERLINK("http://evil.example","누르세요")')
    row.save()
    Round.objects.filter(pk=round.pk).update(title="=1+1")
    client.force_login(officer)
    answer = client.get(reverse(address, args=[round.pk if "round" in address else submission.pk]))
    path = tmp_path / "표.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    cells = [cell for sheet in load_workbook(path) for line in sheet.iter_rows() for cell in line]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


def test_an_excel_previewed_before_handing_in_is_not_applied_after(client, round, settings, tmp_path):
    """열려 있을 때 미리 본 파일을, 낸 뒤에 반영하거나 남의 행까지 적어 올려도 한 칸도 바뀌지 않는다."""
    settings.MEDIA_ROOT = tmp_path / "media"
    mine, other = round.submissions.all()
    client.force_login(clerk(mine))
    path = tmp_path / "서식.xlsx"
    path.write_bytes(b"".join(client.get(reverse("core.submission-form", args=[mine.pk])).streaming_content))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    place = next(cell for line in sheet.iter_rows() for cell in line if str(cell.value or "").startswith("추진실적"))
    line = next(cell.row for cell in sheet["A"][place.row :] if cell.value is not None)
    sheet.cell(line, place.column).value = "□ 몰래 고친 실적"
    book.save(path)
    address = reverse("evaluation.quarterresult-import")
    with path.open("rb") as file:
        answer = client.post(address, {"file": file})
    batch = ImportBatch.objects.get()
    assert batch.counts.get("changed") == 1, answer.url
    Submission.objects.filter(pk=mine.pk).update(status=Status.SUBMITTED)
    answer = client.post(f"{address}?batch={batch.pk}", {"action": "apply"})
    assert answer.status_code in (302, 403)
    assert [row.actual for row in rows_of(mine)] == [""]
    Submission.objects.filter(pk=mine.pk).update(status=Status.DRAFT)
    client.force_login(clerk(other))
    assert client.get(f"{address}?batch={batch.pk}").status_code == 404
    with path.open("rb") as file:
        client.post(address, {"file": file})
    theirs = ImportBatch.objects.exclude(pk=batch.pk).get()
    assert not theirs.counts.get("changed") and theirs.preview["error_count"]
