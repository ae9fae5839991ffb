"""첨부와 의견: 올리기, 받기, 지우기, 권한."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from core.access import CommonScope, DepartmentScope, Role, Team
from core.documents.models import Attachment, Comment, StoredFile
from core.documents.uploads import MAX_FILE_BYTES
from core.notices.models import Notice
from core.org.models import Department, Staff, Vehicle

pytestmark = pytest.mark.django_db
LOCAL = "django.contrib.auth.backends.ModelBackend"
PDF = b"%PDF-1.7\n"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    settings.VIRUS_SCANNER = []
    return tmp_path


@pytest.fixture
def department() -> Department:
    return Department.objects.create(code="D1", name="재무과")


@pytest.fixture
def vehicle(department: Department, monkeypatch: pytest.MonkeyPatch) -> Vehicle:
    monkeypatch.setattr(Vehicle, "scope", OwnRows(open_when=~CLOSED))
    return Vehicle.objects.create(department=department, name="노트북")


CLOSED = Q(pk__in=[])


class OwnRows(DepartmentScope):
    """부서가 자기 행만 보고 고치는 자료를 흉내 낸다. 차량은 팀의 것이 아니라 맡은 팀 이름이 없다."""

    def owner_text(self, model: Any) -> str:
        return "맡은 팀"


def make(number: str, role: Role, **fields: Any) -> Staff:
    return Staff.objects.create(
        employee_number=number, name=f"사람{number}", role=role, must_change_password=False, **fields
    )


def signed_in(person: Staff) -> Client:
    client = Client()
    client.force_login(person, LOCAL)
    return client


@pytest.fixture
def officer(department: Department) -> Staff:
    return make("1001", Role.DEPARTMENT, department=department)


@pytest.fixture
def outsider() -> Staff:
    return make("1002", Role.DEPARTMENT, department=Department.objects.create(code="D2", name="다른과"))


@pytest.fixture
def viewer() -> Staff:
    return make("1003", Role.VIEWER)


@pytest.fixture
def admin() -> Staff:
    return make("1004", Role.ADMIN)


def to(route: str, record: Any) -> str:
    return reverse(route, args=[ContentType.objects.get_for_model(record).pk, record.pk])


def upload(client: Client, record: Any, *files: SimpleUploadedFile, **data: str) -> Any:
    return client.post(
        to("core.attachment-add", record), {"files": files, "next": "/preferences/", **data}, follow=True
    )


def pdf(name: str = "판결문.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# --- 올리기 -----------------------------------------------------------------------------------------


def test_upload_keeps_the_file_under_a_random_name(officer: Staff, vehicle: Vehicle, media: Any) -> None:
    answer = upload(
        signed_in(officer), vehicle, pdf("../../한글 이름.pdf"), pdf("둘째.pdf", PDF + b"2"),
        kind="판결", evidence_on="2023-10-26", note="1심",
    )  # fmt: skip
    assert answer.redirect_chain[-1][0] == "/preferences/#attachments"
    assert "파일 2개를 올렸습니다" in said(answer)
    one = Attachment.objects.get(file__name="한글 이름.pdf")
    assert (one.kind, str(one.evidence_on), one.note, one.record) == ("판결", "2023-10-26", "1심", vehicle)
    assert one.file.uploaded_by == officer
    assert len(one.file.sha256) == 64
    assert "한글" not in one.file.file.name
    stored = [path for path in media.rglob("*") if path.is_file()]
    assert len(stored) == 2
    assert all(path.stat().st_mode & 0o077 == 0 and not path.suffix for path in stored)
    assert one.history.count() == 1


def test_bad_files_are_named_and_the_rest_are_kept(officer: Staff, vehicle: Vehicle) -> None:
    answer = upload(
        signed_in(officer), vehicle, pdf(), SimpleUploadedFile("x.svg", b"<svg/>"),
        SimpleUploadedFile("그림.png", b"<html>"), SimpleUploadedFile("빈.txt", b""),
    )  # fmt: skip
    text = said(answer)
    assert "‘x.svg’" in text
    assert "‘그림.png’" in text
    assert "‘빈.txt’" in text
    assert Attachment.objects.count() == StoredFile.objects.count() == 1


def test_the_same_file_is_not_attached_twice(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf())
    assert "이미 붙어 있는" in said(upload(client, vehicle, pdf("다른 이름.pdf")))
    assert Attachment.objects.count() == 1


def test_nothing_chosen_and_wrong_date_are_told(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    assert "받은 파일이 없습니다" in said(upload(client, vehicle))
    assert "예: 2023-03-02" in said(upload(client, vehicle, pdf(), evidence_on="2023-13-40"))
    assert Attachment.objects.count() == 0


def test_too_much_is_cut_while_receiving(officer: Staff, vehicle: Vehicle, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    assert "받은 파일이 없습니다" in said(upload(signed_in(officer), vehicle, pdf(content=PDF + b"x" * 2_000)))
    assert MAX_FILE_BYTES == 50 * 1024 * 1024


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        ("import sys; sys.exit(b'EICAR' in open(sys.argv[1], 'rb').read())", True),
        ("import time; time.sleep(9)", False),
    ],
)
def test_virus_scanner(
    officer: Staff, vehicle: Vehicle, settings: Any, monkeypatch: Any, script: str, kept: bool
) -> None:
    settings.VIRUS_SCANNER = [sys.executable, "-c", script]
    monkeypatch.setattr("core.documents.uploads._SCAN_SECONDS", 1 if not kept else 30)
    client = signed_in(officer)
    eicar = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    answer = upload(client, vehicle, SimpleUploadedFile("시험.txt", eicar))
    assert ("백신이 위험하다고" if kept else "검사를 하지 못해") in said(answer)
    assert Attachment.objects.count() == 0
    if kept:
        upload(client, vehicle, SimpleUploadedFile("괜찮은.txt", "집행 실적".encode()))
        assert Attachment.objects.count() == 1


def test_scanner_that_is_not_there_lets_nothing_in(officer: Staff, vehicle: Vehicle, settings: Any) -> None:
    settings.VIRUS_SCANNER = ["/no/such/scanner"]
    assert "검사를 하지 못해" in said(upload(signed_in(officer), vehicle, pdf()))


# --- 받기 -------------------------------------------------------------------------------------------


def test_download_is_always_a_file_and_never_kept(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf('항소 "검토" 의견.pdf'))
    answer = client.get(reverse("core.attachment-download", args=[Attachment.objects.get().pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.split("''")[1]) == '항소 "검토" 의견.pdf'


def test_all_as_one_zip(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf("같은.pdf"), pdf("같은.pdf", PDF + b"2"), pdf("다른.pdf", PDF + b"3"))
    answer = client.get(to("core.attachment-zip", vehicle))
    assert answer.streaming
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as made:
        assert made.testzip() is None
        assert sorted(made.namelist()) == ["같은(2).pdf", "같은.pdf", "다른.pdf"]
    assert "no-store" in answer["Cache-Control"]


def test_files_have_no_address_of_their_own(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf())
    stored = StoredFile.objects.get()
    for url in (
        stored.file.url,
        f"/media/{stored.file.name}",
        f"/files/{stored.file.name}",
        f"/static/{stored.file.name}",
    ):
        assert client.get(url).status_code == 404, url


def test_missing_file_is_not_found(officer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf())
    attachment = Attachment.objects.get()
    attachment.file.file.storage.delete(attachment.file.file.name)
    assert client.get(reverse("core.attachment-download", args=[attachment.pk])).status_code == 404
    assert client.get(to("core.attachment-zip", vehicle)).status_code == 404


# --- 누가 할 수 있는가 --------------------------------------------------------------------------------


def test_outsider_sees_nothing(officer: Staff, outsider: Staff, vehicle: Vehicle) -> None:
    upload(signed_in(officer), vehicle, pdf())
    signed_in(officer).post(to("core.comment-add", vehicle), {"text": "의견"})
    attachment, comment = Attachment.objects.get(), Comment.objects.get()
    client = signed_in(outsider)
    gets = [reverse("core.attachment-download", args=[attachment.pk]), to("core.attachment-zip", vehicle)]
    posts = [
        to("core.attachment-add", vehicle), to("core.comment-add", vehicle),
        reverse("core.attachment-remove", args=[attachment.pk]), reverse("core.attachment-restore", args=[attachment.pk]),
        reverse("core.comment-resolve", args=[comment.pk]),
    ]  # fmt: skip
    assert [client.get(url).status_code for url in gets] == [404] * 2
    assert [client.post(url, {"text": "끼어들기"}).status_code for url in posts] == [404] * 5
    assert Attachment.objects.for_user(outsider).count() == Comment.objects.for_user(outsider).count() == 0
    assert Attachment.objects.for_user(officer).count() == Comment.objects.for_user(officer).count() == 1


def test_viewer_reads_but_writes_nothing(officer: Staff, viewer: Staff, vehicle: Vehicle) -> None:
    upload(signed_in(officer), vehicle, pdf())
    attachment = Attachment.objects.get()
    client = signed_in(viewer)
    assert client.get(reverse("core.attachment-download", args=[attachment.pk])).status_code == 200
    assert client.post(to("core.attachment-add", vehicle), {"files": [pdf()]}).status_code == 403
    assert client.post(to("core.comment-add", vehicle), {"text": "의견"}).status_code == 403
    assert client.post(reverse("core.attachment-remove", args=[attachment.pk])).status_code == 403


def test_uploader_removes_and_takes_back_while_the_round_is_open(
    officer: Staff, vehicle: Vehicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(officer)
    upload(client, vehicle, pdf())
    attachment = Attachment.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(Vehicle, "scope", OwnRows(open_when=CLOSED))
        assert client.post(to("core.attachment-add", vehicle), {"files": [pdf("늦은.pdf")]}).status_code == 403
        assert client.post(reverse("core.attachment-remove", args=[attachment.pk])).status_code == 403
    answer = client.post(
        reverse("core.attachment-remove", args=[attachment.pk]), {"next": "/preferences/"}, follow=True
    )
    restore = reverse("core.attachment-restore", args=[attachment.pk])
    assert f'action="{restore}"' in answer.content.decode()
    assert client.get(reverse("core.attachment-download", args=[attachment.pk])).status_code == 404
    client.post(restore)
    attachment.refresh_from_db()
    assert not attachment.is_removed
    assert attachment.history.count() == 3


def test_only_work_records_take_attachments(admin: Staff, vehicle: Vehicle) -> None:
    client = signed_in(admin)
    upload(client, vehicle, pdf())
    for record in (Attachment.objects.get(), StoredFile.objects.get(), ContentType.objects.first()):
        assert client.post(to("core.attachment-add", record), {"files": [pdf()]}).status_code == 404
    assert client.post(reverse("core.attachment-add", args=[99_999, 1])).status_code == 404
    assert client.post(reverse("core.attachment-add", args=[2**70, 2**70])).status_code == 404


def test_get_changes_nothing(admin: Staff, vehicle: Vehicle) -> None:
    client = signed_in(admin)
    for route in ("core.attachment-add", "core.comment-add"):
        assert client.get(to(route, vehicle)).status_code == 405
    for route in ("core.attachment-remove", "core.attachment-restore", "core.comment-resolve"):
        assert client.get(reverse(route, args=[1])).status_code == 405


# --- 의견 -------------------------------------------------------------------------------------------


def test_comments_replies_and_mentions(officer: Staff, admin: Staff, vehicle: Vehicle) -> None:
    namesake = make("2001", Role.TEAM, team=Team.BUDGET)
    namesake.name = "문정희"
    namesake.save()
    client = signed_in(officer)
    client.post(
        to("core.comment-add", vehicle), {"text": "@문정희님과 @1004 확인 바랍니다. @없는사람", "field": "name"}
    )
    first = Comment.objects.get()
    assert set(first.mentioned.all()) == {namesake, admin}
    assert (first.author, first.field) == (officer, "name")
    signed_in(admin).post(to("core.comment-add", vehicle), {"text": "확인했습니다.", "parent": first.pk})
    reply = Comment.objects.get(parent=first)
    assert reply.author == admin

    answer = client.post(
        to("core.comment-add", vehicle), {"text": "답글의 답글", "parent": reply.pk, "next": "/help/"}, follow=True
    )
    assert Comment.objects.count() == 2, "답글은 한 단계까지"
    assert "올바" in said(answer) or "선택" in said(answer)


def test_nobody_is_told_of_a_record_they_may_not_see(officer: Staff, outsider: Staff, admin: Staff, vehicle: Vehicle) -> None:
    """알림에는 자료의 이름과 의견이 담긴다. 볼 수 없는 사람을 불러도 새지 않는다."""
    signed_in(officer).post(to("core.comment-add", vehicle), {"text": f"@{outsider.employee_number} @{outsider.name} @1004 비밀 계획"})
    assert list(Comment.objects.get().mentioned.all()) == [admin]
    assert list(Notice.objects.values_list("recipient", flat=True)) == [admin.pk]


@pytest.mark.parametrize(
    "data", [{"text": ""}, {"text": "   "}, {"text": "가" * 2_001}, {"text": "의견", "field": "version"}]
)
def test_bad_comments_are_told(officer: Staff, vehicle: Vehicle, data: dict[str, str]) -> None:
    answer = signed_in(officer).post(to("core.comment-add", vehicle), {**data, "next": "/help/"}, follow=True)
    assert said(answer)
    assert Comment.objects.count() == 0


def test_extra_fields_are_ignored(officer: Staff, admin: Staff, vehicle: Vehicle) -> None:
    extra = {"author": admin.pk, "resolved_by": admin.pk, "object_id": "999", "version": "9", "uploaded_by": admin.pk}
    client = signed_in(officer)
    client.post(to("core.comment-add", vehicle), {"text": "의견", **extra})
    upload(client, vehicle, pdf(), is_removed="1", **{name: str(value) for name, value in extra.items()})
    comment, attachment = Comment.objects.get(), Attachment.objects.get()
    assert (comment.author, comment.resolved_by, comment.record, comment.version) == (officer, None, vehicle, 0)
    assert (attachment.file.uploaded_by, attachment.is_removed, attachment.record) == (officer, False, vehicle)


def test_resolving_and_opening_again(officer: Staff, viewer: Staff, vehicle: Vehicle) -> None:
    client = signed_in(officer)
    client.post(to("core.comment-add", vehicle), {"text": "의견"})
    comment = Comment.objects.get()
    url = reverse("core.comment-resolve", args=[comment.pk])
    assert signed_in(viewer).post(url).status_code == 403
    client.post(url)
    comment.refresh_from_db()
    assert comment.resolved_by == officer
    client.post(url)
    comment.refresh_from_db()
    assert comment.resolved_at is None


# --- 조각 -------------------------------------------------------------------------------------------


def draw(record: Any, user: Staff) -> str:
    request = RequestFactory().get("/core/vehicles/1/?page=2")
    request.user = user
    template = Template("{% load documents %}{% attachments object %}{% comments object %}")
    return template.render(Context({"request": request, "object": record}))


def test_parts_show_files_and_comments_with_few_queries(
    officer: Staff, viewer: Staff, vehicle: Vehicle, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(officer)
    ContentType.objects.get_for_model(vehicle)
    for number in range(12):
        upload(client, vehicle, pdf(f"{number}.pdf", PDF + str(number).encode()))
        client.post(to("core.comment-add", vehicle), {"text": f"<script>alert({number})</script>"})
        client.post(
            to("core.comment-add", vehicle), {"text": "답글", "parent": Comment.objects.filter(parent=None).last().pk}
        )
    person = Staff.objects.select_related("department").get(pk=officer.pk)
    with django_assert_max_num_queries(4):
        html = draw(vehicle, person)
    assert "첨부 12개" in html
    assert "24건" in html
    assert "<script" not in html
    assert 'name="files"' in html
    assert html.count("지우기<span") == 12
    read_only = draw(vehicle, viewer)
    assert "<form" not in read_only
    assert "첨부 12개" in read_only


def test_parts_of_an_empty_record(vehicle: Vehicle, officer: Staff) -> None:
    html = draw(vehicle, officer)
    assert "아직 올린 파일이 없습니다" in html
    assert "아직 남긴 의견이 없습니다" in html


def test_common_records_are_read_by_all_and_attached_by_administrators(officer: Staff, admin: Staff) -> None:
    record = Department.objects.get(code="D1")
    assert isinstance(Department.scope, CommonScope)
    assert signed_in(officer).post(to("core.attachment-add", record), {"files": [pdf()]}).status_code == 403
    upload(signed_in(admin), record, pdf())
    assert signed_in(officer).get(to("core.attachment-zip", record)).status_code == 200


@pytest.mark.parametrize("route", ["core.vehicle-import", "budget.snapshot-upload"])
def test_files_to_import_are_scanned_too(settings: Any, route: str) -> None:
    """첨부만이 아니라 가져오기로 올린 파일도 보관되고 다시 내려받을 수 있다."""
    settings.VIRUS_SCANNER = [sys.executable, "-c", "import sys; sys.exit(1)"]
    client = signed_in(Staff.objects.create_user("9001", name="시험", role=Role.ADMIN, must_change_password=False))
    file = SimpleUploadedFile("집행.csv", "부서,명칭\n가과,차\n".encode())
    answer = client.post(reverse(route), {"file": file, "fiscal_year": "2023", "as_of": "2023-10-31"})
    assert answer.status_code == 422
    assert "백신이 위험하다고" in answer.content.decode()
    assert StoredFile.objects.count() == 0
