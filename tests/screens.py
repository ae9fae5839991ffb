"""업무 화면이 지키는 약속. 업무의 시험은 이 묶음을 물려받고 무엇을 시험할지만 적는다.

    class TestVehicle(ScreenTests):
        screens, factory = VehicleScreens, VehicleFactory
        owner = {"role": Role.ADMIN}
        outsider = {"role": Role.VIEWER}
        change = {"note": "고침"}
        bulk = {"category": "특수"}
"""

from __future__ import annotations

import io
import re
import uuid
from typing import Any, ClassVar

import openpyxl
import pytest
from django import forms
from django.db import connection
from django.db.models import F, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.history.models import Change
from core.org.models import Staff
from tests.factories import StaffFactory

# 두 번 보내도 한 번만 할 표
TOKEN = re.compile(r'name="_token" value="(\w+)"')
# 표의 줄마다 붙는 낱말
ROW = re.compile(r'<th scope="row">')


@pytest.mark.django_db
class ScreenTests:
    """screens 와 factory 로 정한 자료의 화면 약속."""

    screens: ClassVar[Any]
    factory: ClassVar[Any]
    # 고치는 사람과, 고칠 수 없는 사람. StaffFactory 에 줄 값이다.
    owner: ClassVar[dict[str, Any]]
    outsider: ClassVar[dict[str, Any]]
    # 고치기에서 바꿀 항목과 보낼 값
    change: ClassVar[dict[str, Any]] = {}
    # 한꺼번에 고칠 항목과 보낼 값
    bulk: ClassVar[dict[str, Any]] = {}

    # ── 준비 ──────────────────────────────────────────────────────────

    def person(self, **values: Any) -> Staff:
        return StaffFactory(**values)

    def sign_in(self, values: dict[str, Any]) -> Client:
        client = Client()
        client.force_login(self.person(**values))
        return client

    @pytest.fixture
    def client(self) -> Client:
        """고치는 사람으로 로그인한 브라우저."""
        return self.sign_in(self.owner)

    def make(self, count: int = 1) -> list[Any]:
        return [self.factory() for _ in range(count)]

    def url(self, action: str, *args: Any) -> str:
        return reverse(self.screens.route(action), args=args)

    def data(self, record: Any, client: Client) -> dict[str, Any]:
        """record 를 그대로 저장할 때 폼이 보내는 값."""
        user = Staff.objects.get(pk=client.session["_auth_user_id"])
        form = self.screens.form(instance=record, user=user)
        sent: dict[str, Any] = {}
        for bound in form:
            value = bound.value()
            if bound.field.disabled or value is None or value is False:
                continue
            sent[bound.html_name] = "on" if isinstance(bound.field, forms.BooleanField) else value
            if bound.field.show_hidden_initial:
                sent[bound.html_initial_name] = sent[bound.html_name]
        return sent

    def new(self, sent: dict[str, Any]) -> dict[str, Any]:
        """등록할 때 보내는 값. 등록의 칸이 고치기와 다르면 고쳐 적는다."""
        return sent

    def needs(self, wanted: bool, what: str) -> None:
        if not wanted:
            pytest.skip(f"{what} 화면이 없다")

    # ── 약속 ──────────────────────────────────────────────────────────

    def test_login_is_required(self) -> None:
        response = Client().get(self.url("list"))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))

    def test_owner_opens_every_screen(self, client: Client) -> None:
        record = self.make()[0]
        pages = [self.url(action) for action in ("list", "print", "export")]
        pages += [self.url("detail", record.pk), self.url("history", record.pk)]
        if self.screens.form:
            pages += [self.url("add"), self.url("edit", record.pk), self.url("delete", record.pk)]
        for page in pages:
            assert client.get(page).status_code == 200, page

    def test_outsider_never_edits(self) -> None:
        self.needs(bool(self.screens.form), "고치는")
        record = self.make()[0]
        client = self.sign_in(self.outsider)
        before = Change.objects.count()
        for page in (self.url("edit", record.pk), self.url("delete", record.pk)):
            assert client.get(page).status_code in (403, 404), page
            assert client.post(page, {}).status_code in (403, 404), page
        assert client.post(self.url("add"), {}).status_code in (403, 404)
        if self.screens.bulk_fields:
            assert client.post(self.url("bulk"), {"pk": record.pk, "_apply": 1}).status_code == 403
        listing = client.get(self.url("list"))
        if listing.status_code == 200:
            page = listing.content.decode()
            assert self.url("add") not in page
            assert 'name="pk"' not in page
        assert Change.objects.count() == before

    def test_adding_leaves_history(self, client: Client) -> None:
        self.needs(bool(self.screens.form), "등록")
        template = self.make()[0]
        sent = self.data(template, client)
        type(template).objects.filter(pk=template.pk).delete()
        response = client.post(self.url("add"), {name: value for name, value in sent.items() if name != "_version"})
        assert response.status_code == 302, response.context["form"].errors
        record = self.screens.model.objects.latest("pk")
        change = record.history.get()
        assert (change.action, change.source) == (Change.Action.CREATED, f"화면 {self.url('add')}")

    def test_editing_leaves_history(self, client: Client) -> None:
        self.needs(bool(self.change), "고치기")
        record = self.make()[0]
        response = client.post(self.url("edit", record.pk), self.data(record, client) | self.change)
        assert response.status_code == 302, response.context["form"].errors
        change = record.history.first()
        assert change.action == Change.Action.CHANGED
        assert set(change.values) <= set(self.change)
        assert change.values

    def test_deleting_leaves_history_and_is_undone(self, client: Client) -> None:
        self.needs(bool(self.screens.form), "지우기")
        record = self.make()[0]
        assert client.post(self.url("delete", record.pk)).status_code == 302
        change = Change.objects.for_record(record).first()
        assert change.action == Change.Action.DELETED
        client.post(self.url("undo", change.batch))
        assert self.screens.model.objects.filter(pk=record.pk).exists()

    def test_list_query_count_is_fixed(self, client: Client) -> None:
        self.make(3)
        client.get(self.url("list"))
        few = self._queries(client)
        self.make(27)
        assert self._queries(client) == few

    def _queries(self, client: Client) -> int:
        with CaptureQueriesContext(connection, ) as found:
            response = client.get(self.url("list"), {"per_page": 100})
        assert response.status_code == 200
        # 한 쪽 건수를 처음 적어 둘 때의 쓰기는 세지 않는다.
        return len([query for query in found if query["sql"].startswith("SELECT")])

    def test_every_column_sorts(self, client: Client) -> None:
        self.make(3)
        for name in self.screens.table.base_columns:
            for sort in (name, f"-{name}"):
                table = client.get(self.url("list"), {"sort": sort}).context["table"]
                assert name not in table.columns or [str(alias) for alias in table.order_by] == [sort]

    def test_print_shows_every_row(self, client: Client) -> None:
        self.make(18)
        page = client.get(self.url("print")).content.decode()
        count = self.screens.model.objects.count()
        assert len(ROW.findall(page)) == count
        assert f"모두 {count:,}건" in page

    def test_export_has_every_row(self, client: Client) -> None:
        self.make(18)
        response = client.get(self.url("export"))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
        assert book.worksheets[0].max_row == self.screens.model.objects.count() + 1
        assert book.sheetnames[-1] == "조건"

    def test_htmx_gets_only_the_list(self, client: Client) -> None:
        self.make()
        page = client.get(self.url("list"), headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
        assert "<html" not in page
        assert "lbar" in page

    def test_bulk_edit_and_undo(self, client: Client) -> None:
        self.needs(bool(self.bulk), "한꺼번에 고치기")
        records = self.make(3)
        keys = [record.pk for record in records]
        sent = {"pk": keys, "_apply": 1, "_count": 3, **self.bulk, **{f"set-{name}": "on" for name in self.bulk}}
        assert "3건 고치기" in client.post(self.url("bulk"), {"pk": keys}).content.decode()
        response = client.post(self.url("bulk"), sent)
        assert response.status_code == 302, response.context
        changes = [record.history.first() for record in records]
        batch = {change.batch for change in changes}
        assert len(batch) == 1
        assert isinstance(changes[0].batch, uuid.UUID)
        client.post(self.url("undo", changes[0].batch))
        for record in records:
            again = self.screens.model.objects.get(pk=record.pk)
            assert all(getattr(again, name) == getattr(record, name) for name in self.bulk)

    def test_every_form_sent_twice_is_done_once(self, client: Client) -> None:
        """고치기, 한꺼번에, 지우기, 되돌리기, 등록: 그린 폼에 표가 있고, 같은 것을 다시 보내면 첫 번째의 결과로 간다."""
        self.needs(bool(self.screens.form), "고치는")
        first, *others = self.make(3 if self.bulk else 1)
        sent = self.data(first, client)

        def twice(form: Any, address: str, values: dict[str, Any]) -> None:
            assert form.status_code == 200
            found = TOKEN.findall(form.content.decode())
            assert found, address
            values = {**values, "_token": found[-1]}
            response = client.post(address, values)
            assert response.status_code == 302, response.context
            done = Change.objects.count()
            again = client.post(address, values)
            assert (again.status_code, again.url, Change.objects.count()) == (302, response.url, done), address

        if self.change:
            address = self.url("edit", first.pk)
            twice(client.get(address), address, sent | self.change)
        if self.bulk:
            chosen = {"pk": [one.pk for one in others]}
            values = {**chosen, "_apply": 1, "_count": len(others), **self.bulk, **{f"set-{name}": "on" for name in self.bulk}}
            twice(client.post(self.url("bulk"), chosen), self.url("bulk"), values)
        address = self.url("delete", first.pk)
        twice(client.get(address), address, {})
        undo = self.url("undo", Change.objects.for_record(first).first().batch)
        twice(client.get(self.url("list")), undo, {})
        self.screens.model.objects.filter(pk=first.pk).delete()
        sent.pop("_version", None)
        twice(client.get(self.url("add")), self.url("add"), self.new(sent))

    def test_conflict_shows_both_values(self, client: Client) -> None:
        self.needs(bool(self.change), "고치기")
        record = self.make()[0]
        sent = self.data(record, client) | self.change
        # 폼을 여는 사이 다른 사람이 먼저 저장했다.
        QuerySet(self.screens.model).filter(pk=record.pk).update(version=F("version") + 1)
        before = Change.objects.count()
        response = client.post(self.url("edit", record.pk), sent)
        assert response.status_code == 422
        assert "먼저 고쳤습니다" in response.content.decode()
        assert {one.name for one in response.context["differences"]} == set(self.change)
        assert Change.objects.count() == before
        # 내가 적은 값을 고르면 저장된다.
        keep = {f"_keep-{name}": "mine" for name in self.change}
        again = sent | {"_version": response.context["form"].data["_version"]} | keep
        assert client.post(self.url("edit", record.pk), again).status_code == 302
