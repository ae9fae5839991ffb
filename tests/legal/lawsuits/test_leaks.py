"""당사자의 이름과 주소가 어디로도 새지 않는다: 모든 주소, 엑셀, 인쇄, 찾기, 이력, 관리자 화면, 첨부, 달력, 올린 대장.

맡은 사람에게도 「이름 보기」와 당사자 고치기에서만 나온다.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import HandlerScope, Role
from core.deadlines.ical import feed
from core.deadlines.models import DeadlineRule
from core.documents.models import Attachment, StoredFile
from core.excel import importing
from core.history.context import acting_as
from core.history.models import Change
from core.org.models import Staff
from core.privacy.models import PersonalAccess
from legal.lawsuits import services
from legal.lawsuits.ledger import LedgerResource
from legal.lawsuits.models import Party
from tests.access import Rows
from tests.factories import StaffFactory
from tests.legal.lawsuits import access, factories
from tests.legal.lawsuits.test_excel import ledger, row
from tests.test_access import ACCESS

pytestmark = pytest.mark.django_db

NAME, PLACE, PHONE = "남궁비밀로", "숨은나라동굴길77", "010-9876-1357"
SECRETS = (NAME, PLACE, PHONE, "비밀로", "숨은나라")
HANDLER = "의회법무팀"


def text_of(response: Any) -> str:
    """답의 글. 엑셀과 압축은 풀어서 본다."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as found:
            return "".join(found.read(name).decode("utf-8", "replace") for name in found.namelist())
    return str(body.decode("utf-8", "replace"))


def leaks(response: Any) -> list[str]:
    text = text_of(response)
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture
def rows() -> Rows:
    """이름을 심은 사건: 당사자를 고쳤고, 파일을 붙였고, 기한이 있다."""
    found = Rows()
    DeadlineRule.objects.create(code="common.fixed_date", name="정해진 날", area="common", length=0, rolls=False, article="법원의 지정")
    handler = found.people[HANDLER]
    found.made[access.parties] = {
        whose: factories.PartyFactory(lawsuit=one, name="처음 이름", address="처음 주소") for whose, one in found(access.lawsuits).items()
    }
    with acting_as(handler, "화면 /시험/"):
        for whose, party in found(access.parties).items():
            party.name, party.address, party.contact = NAME, PLACE, PHONE
            party.save()
            factories.FilingFactory(instance=found(access.instances)[whose])
            services.settle(found(access.lawsuits)[whose])
    return found


@pytest.fixture
def attachment(rows: Rows) -> Attachment:
    stored = StoredFile.objects.store(ContentFile(f"{NAME} {PLACE}".encode(), "소장.txt"), rows.people[HANDLER])
    return Attachment.objects.create(record=rows(access.lawsuits)["own"], file=stored)


def signed_in(staff: Staff) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


LAWSUITS = ("/legal/lawsuits/",)
# 사건이 나올 수 있는 함께 쓰는 화면: 이력, 기한, 찾기, 홈, 할 일, 인수인계, 작업, 알림, 열람 기록
SHARED = ("/changes/", "/deadlines/", "/calendar", "/search/", "/todo/", "/handovers/", "/jobs/", "/notices/", "/personal-access/", "/documents/")


def pages(rows: Rows, *prefixes: str) -> Iterator[tuple[str, str]]:
    """(주소 이름, 주소). 표(ACCESS)의 경우마다 하나, 홈과 prefixes 로 시작하는 것만."""
    for route in sorted(ACCESS):
        for case in ACCESS[route]:
            url = reverse(route, kwargs=case.kwargs(rows))
            if url == "/" or url.startswith(prefixes):
                yield route, url


def test_nobody_but_handlers_sees_a_name_anywhere(rows: Rows, attachment: Attachment) -> None:
    """모두 소송의 화면을, 시스템관리자와 부서 담당자는 함께 쓰는 화면까지 연다."""
    people = {"시스템관리자": LAWSUITS + SHARED, "과장": LAWSUITS, "부서 담당자": LAWSUITS + SHARED, "다른 송무": LAWSUITS}
    staff = {**rows.people, "다른 송무": factories.clerk()}
    wrong = []
    for label, prefixes in people.items():
        client = signed_in(staff[label])
        # 로그인을 끝내는 주소는 마지막에 열어도 볼 것이 없다.
        wrong += [
            f"{label} {url} {found}" for route, url in pages(rows, *prefixes) if route != "logout" and (found := leaks(client.get(url)))
        ]
    assert not wrong, "\n".join(wrong)


def test_handlers_see_names_only_where_they_ask(rows: Rows) -> None:
    client = signed_in(rows.people[HANDLER])
    lawsuit = rows(access.lawsuits)["own"]
    seen = {route for route, url in pages(rows, *LAWSUITS, *SHARED) if leaks(client.get(url))}
    assert seen == {"legal.party-edit"}
    opened = PersonalAccess.objects.filter(action="edited", model="legal.party")
    assert opened.count() == 2  # 자기 부서와 다른 부서의 당사자를 한 번씩 열었다
    reveal = reverse("core.reveal", args=[ContentType.objects.get_for_model(lawsuit).pk, lawsuit.pk])
    assert client.get(reveal).status_code == 405
    empty = client.post(reveal, {})
    assert (empty.status_code, leaks(empty)) == (422, [])
    shown = client.post(reveal, {"why": "other", "text": "기일 통지"})
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
    assert set(leaks(shown)) == set(SECRETS)
    logged = PersonalAccess.objects.filter(action="viewed", reason="기일 통지")
    assert {(one.model, one.reason, one.staff) for one in logged} == {
        ("legal.lawsuit", "기일 통지", rows.people[HANDLER]), ("legal.party", "기일 통지", rows.people[HANDLER])
    }  # fmt: skip
    assert NAME not in "".join(one.object_text for one in logged)
    # 소송수행자로 지정된 부서 담당자도 본다. 아닌 사람은 403 이고 기록도 남지 않는다.
    count = PersonalAccess.objects.count()
    clerk = rows.people["부서 담당자"]
    assert signed_in(clerk).post(reveal, {"why": "송달·통지"}).status_code == 403
    assert signed_in(rows.people["시스템관리자"]).post(reveal, {"why": "송달·통지"}).status_code == 403
    assert signed_in(rows.people["다른 부서 담당자"]).post(reveal, {"why": "송달·통지"}).status_code == 404
    assert PersonalAccess.objects.count() == count
    rows(access.instances)["own"].officers.add(clerk)
    assert leaks(signed_in(clerk).post(reveal, {"why": "송달·통지"}))
    # 사건 화면은 맡은 사람에게만 단추를, 남에게는 누구에게 물을지를 보인다.
    page = reverse("legal.lawsuit-detail", args=[lawsuit.pk])
    assert reveal in client.get(page).content.decode()
    asked = signed_in(rows.people["과장"]).get(page).content.decode()
    assert reveal not in asked
    assert "묻는 곳" in asked
    assert HANDLER in asked


def test_files_are_for_handlers_and_every_download_is_logged(rows: Rows, attachment: Attachment) -> None:
    kind = ContentType.objects.get_for_model(rows(access.lawsuits)["own"]).pk
    urls = [
        reverse("core.attachment-download", args=[attachment.pk]),
        reverse("core.attachment-zip", args=[kind, rows(access.lawsuits)["own"].pk]),
    ]
    for url in urls:
        for label in ("시스템관리자", "과장", "열람자", "부서 담당자"):
            assert signed_in(rows.people[label]).get(url).status_code == 403, label
        assert NAME in text_of(signed_in(rows.people[HANDLER]).get(url))
    assert list(PersonalAccess.objects.values_list("action", flat=True)) == ["exported", "exported"]
    page = signed_in(rows.people["과장"]).get(reverse("legal.lawsuit-detail", args=[rows(access.lawsuits)["own"].pk])).content.decode()
    assert "소장.txt" in page
    assert urls[0] not in page
    assert "맡은 사람만 받습니다" in page


def test_admin_search_history_and_calendar_do_not_help(rows: Rows) -> None:
    admin: Staff = StaffFactory(role=Role.ADMIN, is_superuser=True, is_staff=True)
    client = signed_in(admin)
    party = rows(access.parties)["own"]
    for model in (*apps.get_app_config("legal").get_models(), Change, PersonalAccess):
        listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert not leaks(client.get(listed)), listed
    changed = reverse("admin:legal_party_change", args=[party.pk])
    assert client.get(changed).status_code == 200
    assert not leaks(client.get(changed))
    # 한 글자씩 물어 알아낼 수 없다.
    listed = reverse("admin:legal_party_changelist")
    for query in ("name__startswith=남궁", "address__contains=동굴", "q=남궁비밀로"):
        answer = client.get(f"{listed}?{query}", follow=True)
        assert answer.status_code in (200, 400)
        assert f"/admin/legal/party/{party.pk}/" not in answer.content.decode() or "e=1" in str(answer.redirect_chain)
    case = reverse("legal.lawsuit-detail", args=[rows(access.lawsuits)["own"].pk])
    for address in (f"{reverse('search')}?q={NAME}", f"{reverse('legal.lawsuit-list')}?q={NAME}", f"{reverse('legal.party-list')}?q=남궁비밀"):
        assert case not in client.get(address).content.decode(), address
    at = timezone.now().strftime("%Y-%m-%dT%H:%M")
    assert not leaks(client.get(reverse("legal.party-history", args=[party.pk]), {"at": at}))
    assert NAME not in str(list(Change.objects.values_list("values", "object_text")))
    assert NAME not in feed(rows.people["열람자"], "testserver", timezone.localdate())


def test_an_uploaded_ledger_is_seen_only_by_the_uploader(rows: Rows, tmp_path: Path) -> None:
    handler = rows.people[HANDLER]
    path = ledger(tmp_path, row("2023구합1", name=NAME, 소관부서="시험과"), row("2023구합2", name=NAME, 접수일="언제", 소관부서="시험과"))
    batch, _sure = importing.start(ContentFile(path.read_bytes(), "대장.xlsx"), handler, LedgerResource())
    importing.refresh(batch, LedgerResource(), handler)
    url = f"{reverse('legal.ledgerrow-import')}?batch={batch.pk}"
    assert leaks(signed_in(handler).get(url))
    admin: Staff = StaffFactory(role=Role.ADMIN, is_superuser=True, is_staff=True)
    for staff in (admin, factories.clerk()):
        for extra in ("", "&errors=1", "&step=map"):
            assert signed_in(staff).get(url + extra).status_code == 404
    client = signed_in(admin)
    for name, key in (("importbatch", batch.pk), ("previewpage", batch.pages.first().pk), ("storedfile", batch.file_id)):
        assert not leaks(client.get(reverse(f"admin:core_{name}_changelist")))
        assert not leaks(client.get(reverse(f"admin:core_{name}_change", args=[key])))
    # 반영하면 대장에는 가린 이름만 남고, 이름은 당사자에만 있다.
    batch.excluded = []
    importing.apply_batch(batch, LedgerResource(), handler)
    assert not leaks(client.get(reverse("legal.ledgerrow-list")))
    assert Party.objects.filter(name=NAME, lawsuit__title="이행강제금 부과처분 취소").exists()


def test_no_screen_or_excel_declares_a_personal_field() -> None:
    """표, 거르기, 엑셀의 약속에 가려야 하는 항목이 없다."""
    from config.excel import RESOURCES
    from core.screens.binder import Screens

    def below(base: type[Screens]) -> Iterator[type[Screens]]:
        for one in base.__subclasses__():
            yield one
            yield from below(one)

    wrong = []
    for screens in below(Screens):
        personal = set(getattr(getattr(screens, "model", None), "personal", ()))
        if personal:
            wrong += [f"{screens.__name__} 표 {name}" for name in personal & set(screens.table.base_columns)]
            filters = screens.filterset.base_filters.values()
            wrong += [f"{screens.__name__} 거르기 {one.field_name}" for one in filters if one.field_name in personal]
            wrong += [f"{screens.__name__} 찾기 {one}" for found in filters for one in getattr(found, "names", ()) if one in personal]
            shown = {name for _title, fields in screens.sections for name in fields if isinstance(name, str)}
            wrong += [f"{screens.__name__} 상세 {name}" for name in personal & shown]
    for resource in RESOURCES:
        wrong += [f"{resource.__name__} 엑셀 {name}" for name in set(getattr(resource.model, "personal", ())) & set(resource().names())]
    assert not wrong, "\n".join(wrong)
    assert isinstance(Party.scope, HandlerScope)
