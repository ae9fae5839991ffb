"""회차와 제출의 화면: 누가 무엇을 할 수 있고, 행이 늘어도 질의가 늘지 않는다. 서식은 4개년 계획의 것을 쓴다."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.access import Role, Team
from core.documents.models import Attachment, Comment, StoredFile
from core.notices.models import Notice
from core.projects.results import record
from core.rounds.models import Round, RoundTemplate, Submission
from core.rounds.period import Cycle, Period
from core.rounds.services import blanks, open_due_templates, open_round
from evaluation.four_year_plans.models import QuarterResult
from tests.core.rounds.factories import QUARTER
from tests.evaluation.four_year_plans.factories import QuarterResultFactory, TaskFactory
from tests.factories import DepartmentFactory, ProjectFactory, StaffFactory

pytestmark = pytest.mark.django_db
Status = Submission.Status


def prepare(**fields: Any) -> Round:
    values = {
        "title": "2023년 4/4분기 추진실적", "form": QUARTER.code, "team": Team.EVALUATION, "cycle": "quarter", "year": 2023,
        "number": 4, "as_of": date(2023, 12, 31), "due_at": timezone.now() + timedelta(days=5), **fields,
    }  # fmt: skip
    return Round.objects.create(**values)


@pytest.fixture
def officer():
    return StaffFactory(role=Role.TEAM, team=Team.EVALUATION)


@pytest.fixture
def opened():
    """부서 둘, 과제 둘씩."""
    for department in (DepartmentFactory(), DepartmentFactory()):
        for _ in range(2):
            TaskFactory(department=department)
    round = prepare()
    open_round(round, QUARTER)
    return round


def clerk(submission: Submission):
    return StaffFactory(role=Role.DEPARTMENT, department=submission.responsible)


def rows_of(submission: Submission) -> list[QuarterResult]:
    return list(QUARTER.rows([submission]))


def fill(client, submission: Submission, action: str, **values: str):
    """화면에서 모든 줄을 같은 값으로 적고 누른다."""
    data: dict[str, str] = {"action": action}
    for row in rows_of(submission):
        data[f"r{row.pk}-version"] = str(row.version)
        for name in QUARTER.fields:
            data[f"r{row.pk}-{name}"] = values.get(name, str(getattr(row, name) or ""))
    return client.post(reverse("core.submission-act", args=[submission.pk]), data)


FULL = {"progress": "70", "self_status": "ok", "actual": "□ 한 일"}


def test_opening_freezes_departments_and_tells_them(opened):
    submissions = list(opened.submissions.all())
    assert len(submissions) == 2 and all(len(rows_of(one)) == 2 for one in submissions)
    TaskFactory(department=DepartmentFactory())
    assert opened.submissions.count() == 2


def test_opening_twice_is_refused(client, officer, opened):
    client.force_login(officer)
    page = client.post(reverse("core.round-act", args=[opened.pk]), {"action": "open"}, follow=True)
    assert "이미 「접수 중」인 회차입니다" in page.text and opened.submissions.count() == 2


def test_round_without_targets_says_what_to_do(client, officer):
    round = prepare()
    client.force_login(officer)
    page = client.post(reverse("core.round-act", args=[round.pk]), {"action": "open"}, follow=True)
    assert "대상 부서가 없습니다" in page.text and Round.objects.get(pk=round.pk).status == Round.Status.PREPARING


def test_round_is_made_on_screen_with_a_title_of_its_own(client, officer):
    client.force_login(officer)
    data = {"form": QUARTER.code, "year": "2023", "number": "4", "title": "", "as_of": "2023-12-31", "due_at_0": "20271130", "due_at_1": "18:00",
            "instructions": "", "ladder": "", "contact": str(officer.pk)}  # fmt: skip
    page = client.post(reverse("core.round-add"), data, follow=True)
    round = Round.objects.get()
    assert page.status_code == 200
    assert (round.title, round.team, round.cycle) == ("2023년 4/4분기 4개년 계획 추진실적", Team.EVALUATION, Cycle.QUARTER)
    assert timezone.localtime(round.due_at).hour == 18


def test_another_team_neither_makes_nor_handles_this_form(client, opened):
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.BUDGET))
    assert QUARTER.title not in client.get(reverse("core.round-add")).text
    assert client.post(reverse("core.round-act", args=[opened.pk]), {"action": "close"}).status_code == 403


def test_blank_cells_are_listed_and_what_was_typed_stays(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    page = fill(client, submission, "send", progress="70")
    assert page.status_code == 422 and "추진실적 칸이 비어 있습니다" in page.text
    assert [row.progress for row in rows_of(submission)] == [70, 70]
    assert Submission.objects.get(pk=submission.pk).status == Status.DRAFT


def test_row_without_evidence_says_so_until_a_file_is_attached(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    fill(client, submission, "save", **FULL)
    address = reverse("core.submission-fill", args=[submission.pk])
    assert client.get(address).text.count("증빙이 없습니다.") == 2
    file = StoredFile.objects.store(ContentFile(b"x", name="증빙.txt"), None)
    Attachment.objects.create(record=rows_of(submission)[0], file=file)
    assert client.get(address).text.count("증빙이 없습니다.") == 1


def test_wrong_cell_is_named_and_the_right_ones_are_saved(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    page = fill(client, submission, "save", progress="칠십", actual="□ 한 일")
    assert page.status_code == 422 and "칠십" in page.text
    assert [(row.progress, row.actual) for row in rows_of(submission)] == [(None, "□ 한 일")] * 2


def test_submit_return_and_confirm(client, officer, opened):
    submission = opened.submissions.first()
    handler = clerk(submission)
    client.force_login(handler)
    fill(client, submission, "send", **FULL)
    client.force_login(officer)
    address = reverse("core.submission-act", args=[submission.pk])
    assert "무엇을 보완해야" in client.post(address, {"action": "return", "note": ""}, follow=True).text
    client.post(address, {"action": "return", "note": "사유를 적어 주세요."})
    assert Notice.objects.for_user(handler).filter(reason=Notice.Reason.RETURNED).count() == 1
    client.force_login(handler)
    assert "사유를 적어 주세요." in client.get(reverse("core.submission-fill", args=[submission.pk])).text
    fill(client, submission, "send", **FULL)
    client.force_login(officer)
    client.post(address, {"action": "confirm"})
    stored = Submission.objects.get(pk=submission.pk)
    assert (stored.status, stored.returned_count) == (Status.CONFIRMED, 1)


def test_the_function_hears_of_every_way_back_to_the_department(client, officer, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    fill(client, submission, "send", **FULL)
    client.force_login(officer)
    one, many = reverse("core.submission-act", args=[submission.pk]), reverse("core.round-act", args=[opened.pk])
    with patch.object(type(QUARTER), "returned", autospec=True) as returned:
        client.post(one, {"action": "return", "note": ""})
        assert not returned.called
        client.post(many, {"action": "return", "note": "사유를 적어 주세요.", "pk": submission.pk})
        _self, told, rows, who, note = returned.call_args.args
        assert (told, len(rows), who, note) == (submission, 2, officer, "사유를 적어 주세요.")
        client.force_login(clerk(submission))
        fill(client, submission, "send", **FULL)
        client.force_login(officer)
        client.post(one, {"action": "confirm"})
        client.post(one, {"action": "reopen", "note": "값이 바뀜"})
        assert returned.call_count == 2 and returned.call_args.args[4] == "값이 바뀜"


def test_a_function_that_refuses_the_return_leaves_the_submission_as_it_was(client, officer, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    fill(client, submission, "send", **FULL)
    client.force_login(officer)
    with patch.object(type(QUARTER), "returned", side_effect=ValidationError("이미 책자로 냈습니다.")):
        page = client.post(reverse("core.submission-act", args=[submission.pk]), {"action": "return", "note": "다시"}, follow=True)
    submission.refresh_from_db()
    assert "이미 책자로 냈습니다." in page.text and submission.status == Status.SUBMITTED


def test_after_submitting_the_department_cannot_change_it(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    fill(client, submission, "send", **FULL)
    row = rows_of(submission)[0]
    late = client.post(reverse("core.submission-row", args=[submission.pk, row.pk]), {f"r{row.pk}-progress": "99"})
    assert late.status_code == 403 and rows_of(submission)[0].progress == 70


def test_closed_round_says_where_to_ask(client, opened):
    submission = opened.submissions.first()
    opened.close()
    client.force_login(clerk(submission))
    page = client.get(reverse("core.submission-fill", args=[submission.pk]))
    assert "마감했습니다" in page.text and "평가팀에 요청하세요" in page.text
    assert fill(client, submission, "send", **FULL).status_code == 403


def test_two_people_typing_in_one_row(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    row = rows_of(submission)[0]
    address, prefix = reverse("core.submission-row", args=[submission.pk, row.pk]), f"r{row.pk}"
    assert "저절로 저장했습니다" in client.post(address, {f"{prefix}-version": "0", f"{prefix}-progress": "30"}).text
    client.force_login(clerk(submission))
    page = client.post(address, {f"{prefix}-version": "0", f"{prefix}-progress": "40"}).text
    assert "먼저 고쳤습니다" in page and rows_of(submission)[0].progress == 30
    version = rows_of(submission)[0].version
    client.post(address, {f"{prefix}-version": str(version), f"{prefix}-progress": "40"})
    assert rows_of(submission)[0].progress == 40


def test_blocking_comment_holds_the_confirmation(client, officer, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    fill(client, submission, "send", **FULL)
    row = rows_of(submission)[0]
    client.force_login(officer)
    kind = ContentType.objects.get_for_model(row).pk
    client.post(reverse("core.comment-add", args=[kind, row.pk]), {"text": "근거가 없습니다.", "field": "progress", "is_blocking": "on"})
    address = reverse("core.submission-act", args=[submission.pk])
    assert "「확정 전 해결」 의견이 1건" in client.post(address, {"action": "confirm"}, follow=True).text
    client.post(reverse("core.comment-resolve", args=[Comment.objects.get().pk]))
    client.post(address, {"action": "confirm"})
    assert Submission.objects.get(pk=submission.pk).status == Status.CONFIRMED


def test_known_result_of_the_project_is_filled_and_a_different_one_is_flagged(client, opened):
    submission = opened.submissions.first()
    row = rows_of(submission)[0]
    project = ProjectFactory(department=submission.department)
    type(row.task).objects.filter(pk=row.task.pk).update(project=project)
    record(project, "공정률", Period(2023, 4, Cycle.QUARTER), Decimal(55), unit="%", entered_by=None, source="성과관리")
    client.force_login(clerk(submission))
    address = reverse("core.submission-fill", args=[submission.pk])
    assert "다른 제출에서 받은 값을 채워" in client.get(address).text
    row.progress = 60
    row.save()
    assert "다른 제출에는 55" in client.get(address).text


def test_copying_the_last_quarter_fills_only_blanks(client, opened):
    submission = opened.submissions.first()
    first, second = rows_of(submission)
    for row in (first, second):
        QuarterResultFactory(task=row.task, year=2023, quarter=3, progress=50, actual="□ 지난 일", status="ok", self_status="ok")
    first.progress = 66
    first.save()
    client.force_login(clerk(submission))
    client.post(reverse("core.submission-act", args=[submission.pk]), {"action": "copy"})
    assert [row.progress for row in rows_of(submission)] == [66, 50]
    assert blanks(submission, QUARTER) == []


def test_nothing_to_report_needs_a_reason(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    address = reverse("core.submission-act", args=[submission.pk])
    assert "사유를 적어 주세요" in client.post(address, {"action": "nothing"}, follow=True).text
    client.post(address, {"action": "nothing", "note": "해당 사업이 끝났습니다."})
    assert Submission.objects.get(pk=submission.pk).status == Status.NOTHING


def test_what_i_saved_myself_a_moment_ago_does_not_stop_me(client, opened):
    """칸을 떠나 저절로 저장된 것이 화면에 돌아오기 전에 내기를 눌러도 나와 부딪히지 않는다."""
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    row = rows_of(submission)[0]
    address, prefix = reverse("core.submission-row", args=[submission.pk, row.pk]), f"r{row.pk}"
    client.post(address, {f"{prefix}-version": "0", f"{prefix}-progress": "30"})
    page = client.post(address, {f"{prefix}-version": "0", f"{prefix}-progress": "30", f"{prefix}-actual": "□ 한 일"}).text
    assert "먼저 고쳤습니다" not in page and "건이 비어 있습니다" in page
    assert rows_of(submission)[0].actual == "□ 한 일"


def test_after_a_refused_submission_every_form_comes_back_to_the_page(client, opened):
    """빈칸을 알린 화면의 주소는 act 다. 증빙과 의견, 엑셀은 그 주소가 아니라 제출로 돌아온다."""
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    page = fill(client, submission, "send")
    assert page.status_code == 422
    fill_url, act_url = (reverse(name, args=[submission.pk]) for name in ("core.submission-fill", "core.submission-act"))
    assert f'name="next" value="{fill_url}"' in page.text and f"?next={fill_url}" in page.text
    assert f'name="next" value="{act_url}"' not in page.text and f"?next={act_url}" not in page.text


def test_excel_is_named_after_the_quarter(client, opened):
    submission = opened.submissions.first()
    client.force_login(clerk(submission))
    found = client.get(reverse("core.submission-form", args=[submission.pk])).headers["Content-Disposition"]
    assert "2023%EB%85%84%204-4%EB%B6%84%EA%B8%B0" in found


def test_merged_excel_names_the_department_of_each_row(client, officer, opened):
    """합친 표의 엑셀은 어느 부서의 행인지 적고, 직제순이다. 그 칸은 올릴 때 읽지 않는다."""
    client.force_login(officer)
    answer = client.get(reverse("core.round-merged-excel", args=[opened.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    heading, *rows = (row for row in sheet.iter_rows(values_only=True) if row[1])
    assert heading[1] == "주관 부서(보는 칸)"
    assert [row[1] for row in rows] == [one.department_name for one in opened.submissions.all() for _ in range(2)]


def test_urge_says_when_there_is_nobody_to_tell(client, officer, opened):
    client.force_login(officer)
    keys = [one.pk for one in opened.submissions.all()]
    page = client.post(reverse("core.round-act", args=[opened.pk]), {"action": "urge", "pk": keys}, follow=True)
    assert "알린 사람이 없습니다" in page.text


def test_a_round_needs_only_its_form_and_period(client, officer):
    """제목, 기준일, 묻는 곳은 비워도 채워진다. 없는 분기는 까닭을 말한다."""
    client.force_login(officer)
    due = timezone.localdate() + timedelta(days=14)
    data = {"form": QUARTER.code, "year": "2023", "number": "4", "due_at_0": due.isoformat(), "due_at_1": ""}
    page = client.get(reverse("core.round-add")).text
    assert f'<option value="{officer.pk}" selected>' in page
    assert "그 해에 없는 차례입니다" in client.post(reverse("core.round-add"), data | {"number": "5"}).text
    client.post(reverse("core.round-add"), data)
    stored = Round.objects.get()
    assert str(stored) == "2023년 4/4분기 4개년 계획 추진실적" and stored.as_of == date(2023, 12, 31)
    assert timezone.localtime(stored.due_at).hour == 18


def test_bulk_extend_urge_and_late_reason(client, officer, opened):
    keys = [one.pk for one in opened.submissions.all()]
    people = [clerk(one) for one in opened.submissions.all()]
    client.force_login(officer)
    address = reverse("core.round-act", args=[opened.pk])
    page = client.post(address, {"action": "urge", "pk": keys}, follow=True)
    assert "2개 부서, 2명에게 알렸습니다" in page.text
    assert Notice.objects.filter(recipient__in=people, reason=Notice.Reason.DUE).count() == 2
    due = timezone.localdate() + timedelta(days=9)
    client.post(address, {"action": "extend", "pk": keys, "due_0": due.isoformat(), "due_1": "18:00", "reason": "연휴"})
    assert {one.extension_reason for one in opened.submissions.all()} == {"연휴"}
    client.post(address, {"action": "late", "pk": keys[:1], "late_reason": "absent"})
    assert opened.submissions.get(pk=keys[0]).late_reason == "absent"
    assert "고른 부서가 없습니다" in client.post(address, {"action": "confirm"}, follow=True).text


def test_pages_cost_the_same_whatever_the_rows(client, officer, opened):
    submission = opened.submissions.first()
    client.force_login(officer)
    addresses = [
        reverse("core.round-detail", args=[opened.pk]), reverse("core.round-merged", args=[opened.pk]),
        reverse("core.submission-fill", args=[submission.pk]), reverse("core.round-list"), reverse("todo"), reverse("home"),
    ]  # fmt: skip
    few = [count(client, address) for address in addresses]
    department = submission.department
    for _ in range(8):
        QuarterResultFactory(task=TaskFactory(department=department), year=2023, quarter=4, submission=submission)
    for _ in range(6):
        Submission.objects.create(round=opened, department=(new := DepartmentFactory()), department_name=new.name, responsible=new)
    assert [count(client, address) for address in addresses] == few


def count(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_template_opens_the_quarter_that_just_ended_once():
    TaskFactory(department=DepartmentFactory())
    RoundTemplate.objects.create(
        title="4개년 계획 추진실적", form=QUARTER.code, team=Team.EVALUATION, cycle="quarter", open_offset=1, due_workdays=10,
        is_automatic=True,
    )  # fmt: skip
    forms = {QUARTER.code: QUARTER}
    today = timezone.localdate()
    first = Period.containing(today, Cycle.QUARTER).first_day
    assert open_due_templates(first - timedelta(days=1), forms) == []
    assert open_due_templates(first + timedelta(days=30), forms) == []


def test_merged_table_is_in_office_order(client, officer, opened):
    last = DepartmentFactory(name="맨앞과")
    Submission.objects.filter(pk=opened.submissions.last().pk).update(order=0, department_name=last.name)
    client.force_login(officer)
    page = client.get(reverse("core.round-merged", args=[opened.pk]))
    assert page.context["page_obj"][0].submission.department_name == "맨앞과"


def test_project_page_gathers_the_submissions(client, officer, opened):
    submission = opened.submissions.first()
    task = rows_of(submission)[0].task
    task.project = ProjectFactory(department=submission.department)
    task.save()
    client.force_login(officer)
    page = client.get(reverse("core.project-detail", args=[task.project.pk]))
    assert page.text.count(reverse("core.submission-fill", args=[submission.pk])) == 1
    other = opened.submissions.last()
    client.force_login(clerk(other))
    assert client.get(reverse("core.project-detail", args=[task.project.pk])).status_code == 404


def test_round_is_made_from_a_template_once(client, officer):
    template = RoundTemplate.objects.create(title="추진실적", form=QUARTER.code, team=Team.EVALUATION, cycle="quarter", due_workdays=5)
    client.force_login(officer)
    assert "회차 만들기" in client.get(reverse("core.roundtemplate-detail", args=[template.pk])).text
    address = reverse("core.roundtemplate-open", args=[template.pk])
    client.post(address)
    round = Round.objects.get()
    assert round.status == Round.Status.PREPARING and round.due_at > timezone.now() and round.title == f"{round.period} 추진실적"
    assert "이미 있습니다" in client.post(address, follow=True).text and Round.objects.count() == 1
    client.force_login(StaffFactory(role=Role.TEAM, team=Team.BUDGET))
    assert client.post(address).status_code == 403


def test_team_marks_a_department_as_having_nothing(client, officer, opened):
    keys = [opened.submissions.first().pk]
    client.force_login(officer)
    address = reverse("core.round-act", args=[opened.pk])
    assert "사유를 적어 주세요" in client.post(address, {"action": "nothing", "pk": keys}, follow=True).text
    client.post(address, {"action": "nothing", "pk": keys, "note": "과제가 없습니다."})
    assert opened.submissions.get(pk=keys[0]).nothing_reason == "과제가 없습니다."
