"""모델 하나의 화면을 한곳에 적는 자리. 적은 것에서 보통 주소(path)와 보통 화면(view)이 나온다."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.urls import URLPattern, path, reverse
from django.views import View

from core.access import Scope
from core.excel.views import ImportView
from core.functions import function_trail
from core.history.models import Record
from core.screens import derived
from core.screens.acts import Act
from core.screens.derived import Named
from core.screens.filters import RecordFilter
from core.screens.forms import RecordForm
from core.screens.listing import Listing
from core.screens.tables import RecordTable
from core.screens.views.act import ActView
from core.screens.views.base import crumbs
from core.screens.views.bulk import BulkView
from core.screens.views.change import AddView, EditView
from core.screens.views.detail import DetailView, HistoryView
from core.screens.views.lists import ExportView, ListView, PrintView
from core.screens.views.removal import DeleteView, UndoView

# 상세 화면의 항목: 모델의 항목 이름, 또는 (이름표, 속성 이름)
DetailField = str | tuple[str, str]


class Screens:
    """모델 하나의 화면 묶음: 목록·상세·등록·고치기·지우기·가져오기·내려받기·인쇄·이력.

        class VehicleScreens(Screens):
            model, resource = Vehicle, VehicleResource
            columns = ("name", "department", "category", "model_name", "quantity", "note")
            filters, search = ("department",), ("name", "model_name", "note")

        urlpatterns = [*VehicleScreens.urls("vehicles/")]

    table·filterset·form·select_related 은 적은 낱말에서 나오고, 클래스로 적은 것이 있으면 그것을 쓴다(core/screens/derived.py).
    주소 이름은 「앱.모델-하는일」이다: core.vehicle-list, core.vehicle-detail.
    """

    # Record, 또는 scope 와 for_user() 가 있는 원장
    model: ClassVar[type[Any]]

    # 표의 열, 첫 항목이 이름 열: 항목의 이름(길), 또는 (이름, 열). 표본 열은 저절로 끝에 붙는다.
    columns: ClassVar[Sequence[Named]] = ()
    # 처음에 보일 열. 비우면 모두 보인다.
    shown: ClassVar[Sequence[str]] = ()
    # 거르기 줄의 차례: 항목의 이름(길), 또는 (주소의 이름, 거르개)
    filters: ClassVar[Sequence[Named]] = ()
    # 다른 화면에서 넘어오는 조건: 외래키의 이름. 고르는 칸은 없다.
    picked: ClassVar[Sequence[str]] = ()
    # 찾는 칸이 보는 항목. 이름표는 항목의 이름을 잇고, 그것이 길거나 어색하면 search_label 을 적는다.
    search: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[str] = ""
    search_hint: ClassVar[str] = ""
    # 입력 폼의 항목. 비우면 입력할 수 있는 모든 항목이다.
    inputs: ClassVar[Sequence[str]] = ()
    form_base: ClassVar[type[RecordForm]] = RecordForm
    # 이 자료가 딸린 것을 가리키는 항목. 그 자료에서 들어왔으면 고르지 않는다.
    parent: ClassVar[str] = ""

    table: ClassVar[type[RecordTable]]
    filterset: ClassVar[type[RecordFilter]]
    # None 이면 볼 수만 있는 화면이다.
    form: ClassVar[type[RecordForm] | None] = None
    # 목록이 함께 읽을 외래키
    select_related: ClassVar[Sequence[str]] = ()
    # 없으면 가져오기가 없다.
    resource: ClassVar[type[Any] | None] = None

    title: ClassVar[str] = ""
    # 한 건도 없을 때의 말. 비우면 「아직 등록한 …이 없습니다」이다.
    first_use: ClassVar[str] = ""
    # 홈과 목록 사이의 길: 글자, 또는 (글자, 주소 이름). 적지 않으면 업무의 팀과 첫 화면이다.
    crumbs: ClassVar[Sequence[str | tuple[str, str]] | None] = None
    # 상태를 담은 항목. 목록과 상세에서 낱말 표시로 적는다.
    state: ClassVar[str] = ""
    # 탭으로 나눌 항목(고르는 값). 거르기 줄에 없어도 된다.
    segments: ClassVar[str] = ""
    # 여러 건을 한꺼번에 고칠 수 있는 항목. 입력 폼에도 있어야 한다.
    bulk_fields: ClassVar[Sequence[str]] = ()
    # 상세 화면의 (구역 이름, 항목들). 비우면 폼의 항목을 모두 한 구역에 적는다.
    sections: ClassVar[Sequence[tuple[str, Sequence[DetailField]]]] = ()
    # 상세 화면 아래에 붙일 (다른 화면 묶음, 이 자료를 가리키는 항목)
    related: ClassVar[Sequence[tuple[type[Screens], str]]] = ()
    # 자료 하나에 하는 일. 단추와 일의 화면이 나온다.
    acts: ClassVar[Sequence[Act]] = ()

    # 특별한 화면이 필요하면 물려받은 것으로 바꾼다.
    list_view: ClassVar[type[View]] = ListView
    detail_view: ClassVar[type[View]] = DetailView
    add_view: ClassVar[type[View]] = AddView
    edit_view: ClassVar[type[View]] = EditView
    delete_view: ClassVar[type[View]] = DeleteView
    act_view: ClassVar[type[View]] = ActView

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        if "model" not in own:
            return
        if "table" not in own:
            cls.table = derived.table_of(cls.model, cls.columns, cls.shown)
        if "filterset" not in own:
            cls.filterset = derived.filterset_of(
                cls.model, cls._filters(), cls.picked, cls.search, cls.search_label, cls.search_hint
            )
        if "form" not in own:
            cls.form = derived.form_of(cls.model, cls.form_base, cls.inputs, cls.parent)
        if "select_related" not in own:
            cls.select_related = derived.joins_of(cls.model, cls.table)

    @classmethod
    def _filters(cls) -> Sequence[Named]:
        """거르기 줄. 탭으로 나누는 항목은 적지 않아도 거를 수 있다."""
        missing = cls.segments and cls.segments not in derived.names_of(cls.filters)
        return (cls.segments, *cls.filters) if missing else cls.filters

    @classmethod
    def urls(cls, prefix: str = "") -> list[URLPattern]:
        """주소의 줄. urlpatterns 에 펼쳐 넣는다."""

        def page(address: str, view: type[View], action: str) -> URLPattern:
            return path(prefix + address, view.as_view(screens=cls), name=cls.route(action))

        found = [
            page("", cls.list_view, "list"),
            page("export/", ExportView, "export"),
            page("print/", PrintView, "print"),
            page("<int:pk>/", cls.detail_view, "detail"),
        ]
        if cls.keeps_history():
            found.append(page("<int:pk>/history/", HistoryView, "history"))
        if cls.form:
            found += [
                page("add/", cls.add_view, "add"),
                page("<int:pk>/edit/", cls.edit_view, "edit"),
                page("<int:pk>/delete/", cls.delete_view, "delete"),
                page("undo/<uuid:batch>/", UndoView, "undo"),
            ]
        if any(act.paged for act in cls.acts):
            found.append(page("<int:pk>/act/<slug:act>/", cls.act_view, "act"))
        found += [
            path(f"{prefix}<int:pk>/{act.name}/", cls.act_view.as_view(screens=cls), {"act": act.name}, name=cls.route(act.name))
            for act in cls.acts if not act.paged
        ]  # fmt: skip
        if cls.form and cls.bulk_fields:
            found.append(page("bulk/", BulkView, "bulk"))
        if cls.resource:
            found.append(page("import/", ImportView, "import"))
        return found

    @classmethod
    def route(cls, action: str) -> str:
        """주소의 이름: core.vehicle-list"""
        return f"{cls.model._meta.app_label}.{cls.model._meta.model_name}-{action}"

    @classmethod
    def url(cls, action: str, *args: Any) -> str:
        return reverse(cls.route(action), args=args)

    @classmethod
    def rows(cls, user: Any) -> models.QuerySet[Any]:
        """user 가 볼 수 있는 행. 계산한 열이 있으면 여기서 annotate 한다."""
        rows: models.QuerySet[Any] = cls.model._default_manager.all().for_user(user)
        return rows.select_related(*cls.select_related) if cls.select_related else rows

    @classmethod
    def pages(cls, listing: Listing, size: int) -> Paginator[Any]:
        """목록의 쪽을 나누는 법. 백만 행이 넘는 원장만 바꾼다."""
        return Paginator(listing.table.rows, size)

    @classmethod
    def scope(cls) -> Scope:
        scope: Scope = cls.model.scope
        return scope

    @classmethod
    def keeps_history(cls) -> bool:
        """이력을 남기는 자료인가. 다른 시스템에서 받은 원장은 고치지 않으므로 이력이 없다."""
        return issubclass(cls.model, Record)

    @classmethod
    def may_add(cls, user: Any) -> bool:
        return cls.form is not None and cls.scope().may_add(cls.model, user)

    @classmethod
    def may_change(cls, record: Record, user: Any) -> bool:
        return cls.form is not None and cls.scope().may_change(record, user)

    @classmethod
    def may_delete(cls, record: Record, user: Any) -> bool:
        """지울 수 있는가. 더하지 못하는 사람은 맡은 행을 고치기만 하고 지우지 않는다."""
        return cls.may_add(user) and cls.may_change(record, user)

    @classmethod
    def trail(cls) -> list[tuple[str, str]]:
        """빵부스러기의 (이름, 주소). 적지 않았으면 이 화면이 속한 업무의 팀과 첫 화면이다."""
        if cls.crumbs is not None:
            return crumbs(cls.crumbs)
        # 목록이 업무의 첫 화면이면 자기 자신을 다시 적지 않는다.
        return [one for one in crumbs(function_trail(cls.__module__)) if one[1] != cls.url("list")]

    @classmethod
    def noun(cls) -> str:
        """자료의 이름: 차량·장비"""
        return str(cls.model._meta.verbose_name)

    @classmethod
    def heading(cls) -> str:
        """목록의 제목."""
        return cls.title or f"{cls.noun()} 목록"
