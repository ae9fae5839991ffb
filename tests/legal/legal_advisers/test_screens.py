"""법률고문의 화면과 엑셀."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import Role, Team
from core.history.models import Change
from core.org.models import Staff
from legal.legal_advisers.excel import AdviserResource
from legal.legal_advisers.models import AdviserFee, Allocation, ConflictOfInterest
from legal.legal_advisers.views import records
from tests.excel_tests import ExcelTests
from tests.factories import StaffFactory
from tests.legal.legal_advisers import factories as make
from tests.screens import ScreenTests

TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.LEGAL}
OTHER_TEAM: dict[str, Any] = {"role": Role.TEAM, "team": Team.BUDGET}


@pytest.fixture(autouse=True)
def many_advisers(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """목록의 시험은 고문을 서른 명씩 만든다. 인원 제한은 test_services 에서 따로 시험한다."""
    monkeypatch.setattr("legal.legal_advisers.models.advisers.check_limit", lambda *args: None)


class TestAdviser(ScreenTests):
    screens, factory, owner, outsider = records.AdviserScreens, make.AdviserFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"specialty": "조세"}

    def make(self, count: int = 1) -> list[Any]:
        return [self.factory() for _ in range(count)]


class TestAllocation(ScreenTests):
    screens, factory, owner, outsider = records.AllocationScreens, make.AllocationFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"replied_on": "2023-05-09"}


class TestAdviserFee(ScreenTests):
    screens, factory, owner, outsider = records.AdviserFeeScreens, make.AdviserFeeFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"amount": "200000"}
    bulk: ClassVar = {"note": "5월분"}


class TestConflict(ScreenTests):
    screens, factory, owner, outsider = records.ConflictScreens, make.ConflictFactory, TEAM, OTHER_TEAM
    change: ClassVar = {"note": "이해관계"}


class TestAdviserExcel(ExcelTests):
    resource = AdviserResource
    broken = ("appointed_on", "언젠가")

    def make(self) -> list[Any]:
        return [make.AdviserFactory() for _ in range(3)]


@pytest.fixture
def client(signed_in: Callable[[Staff], Client]) -> Client:
    return signed_in(StaffFactory(**TEAM))


@pytest.mark.django_db
def test_the_name_of_the_other_party_is_never_kept(client: Client) -> None:
    adviser = make.AdviserFactory()
    sent = {"adviser": adviser.pk, "kind": "client", "party": "홍길동"}
    assert client.post(reverse("legal.conflictofinterest-add"), sent).status_code == 302
    row = ConflictOfInterest.objects.get()
    assert row.masked_party == "홍○○"
    assert "홍길동" not in str(Change.objects.values_list("values", "object_text"))
    for action, args in (("detail", [row.pk]), ("list", []), ("edit", [row.pk]), ("history", [row.pk])):
        page = client.get(reverse(f"legal.conflictofinterest-{action}", args=args)).content.decode()
        assert "홍길동" not in page
        assert row.party_key not in page


@pytest.mark.django_db
def test_a_suit_is_proposed_and_given_on_screen(client: Client) -> None:
    make.AdviserFactory(name="민사만", specialty="민사")
    chosen = make.AdviserFactory(name="행정가", specialty="행정, 조세")
    instance = make.InstanceFactory()
    assert instance.case_number in client.get(reverse("legal.legal-advisers")).content.decode()
    url = f"{reverse('legal.advisers-propose')}?instance={instance.pk}"
    page = client.get(url).content.decode()
    assert page.index("행정가") < page.index("민사만")
    sent = {"instance": instance.pk, "adviser": chosen.pk, "reason": ""}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"reason": "처분 사건의 경험"}).status_code == 302
    instance.refresh_from_db()
    assert instance.adviser == chosen
    row = Allocation.objects.get()
    assert (row.kind, row.proposal[0]["adviser"]) == ("suit", chosen.pk)
    client.post(reverse("legal.allocation-delete", args=[row.pk]))
    instance.refresh_from_db()
    assert instance.adviser is None


@pytest.mark.django_db
def test_the_month_is_paid_once_and_downloaded(client: Client) -> None:
    adviser = make.AdviserFactory()
    make.AllocationFactory(adviser=adviser, replied_on=date(2023, 5, 8))
    url = reverse("legal.advisers-pay")
    client.post(url, {"month": "2023-05"})
    client.post(url, {"month": "2023-05"})
    assert sorted(AdviserFee.objects.values_list("kind", "amount")) == [("monthly", 300_000), ("opinion", 200_000)]
    response = client.get(url, {"month": "2023-05", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert [cell.value for cell in list(sheet.rows)[-1]][-1] == 500_000
    assert "500,000" in client.get(url, {"month": "2023-05"}).content.decode()


@pytest.mark.django_db
def test_board_numbers_open_lists_of_the_same_count_at_a_fixed_cost(client: Client) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            adviser = make.AdviserFactory()
            make.AllocationFactory(adviser=adviser, replied_on=date(2023, 5, 9))
            make.InstanceFactory(adviser=adviser)
            make.InstanceFactory()

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    url = f"{reverse('legal.legal-advisers')}?start=2023-01-01&end=2023-12-31"
    fill(2)
    few = cost()
    fill(5)
    assert cost() == few
    context = client.get(url).context
    assert (context["active"], context["total"], context["waiting_count"]) == (7, 7, 7)
    assert client.get(context["active_url"]).context["listing"].count == 7
    assert client.get(context["allocations_url"]).context["listing"].count == 7
    assert client.get(context["expiring_url"]).context["listing"].count == context["expiring"]
    book = client.get(f"{reverse('legal.legal-advisers-export')}?start=2023-01-01&end=2023-12-31")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0]
    assert sum(str(row[0].value).startswith("고문") for row in sheet.rows) >= 7
    propose = reverse("legal.advisers-propose") + "?title=과태료 처분"
    client.get(propose)
    with CaptureQueriesContext(connection) as first:
        client.get(propose)
    fill(3)
    with CaptureQueriesContext(connection) as second:
        client.get(propose)
    assert len(first) == len(second)


@pytest.mark.django_db
def test_renewing_on_screen(client: Client) -> None:
    adviser = make.AdviserFactory(appointed_on=date(2021, 1, 1), term_end_on=date(2022, 12, 31))
    client.post(reverse("legal.adviser-renew", args=[adviser.pk]), {"on": ""})
    assert adviser.appointments.count() == 1
