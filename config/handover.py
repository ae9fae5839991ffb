"""인수인계와 받은 업무의 화면. 무엇을 넘기는지는 config/open_items.py 의 목록에서 나온다."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.generic import ListView

from config.open_items import OPEN_ITEMS
from core.access import Role
from core.handover.models import Handover, HandoverItem
from core.handover.services import fill_checklist, hand_over, held_by
from core.org.models import Staff
from core.screens.binder import Screens
from core.screens.forms import RecordForm
from core.screens.listing import page_size
from core.screens.tables import ValueColumn
from core.screens.views.base import route_url
from core.screens.views.change import AddView
from core.screens.views.detail import DetailView
from core.screens.views.removal import DeleteView

RECEIVED_SHOWN = 50


class HandoverForm(RecordForm):
    """넘기는 사람은 나다. 시스템관리자는 누구의 것이든 넘긴다. 부서 담당자는 같은 부서 사람에게 넘긴다."""

    class Meta:
        model = Handover
        fields = ("giver", "taker", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = Staff.objects.filter(is_active=True)
        giver: Any = self.fields["giver"]
        taker: Any = self.fields["taker"]
        # 그만둔 사람의 일도 시스템관리자가 넘긴다.
        giver.queryset = Staff.objects.all() if self.user.role == Role.ADMIN else working.filter(pk=self.user.pk)
        taker.queryset = working
        if self.user.role == Role.DEPARTMENT:
            taker.queryset = working.filter(department=self.user.department_id)


class HandoverAddView(AddView):
    """인수인계 시작. 저장하면 들고 있는 일이 점검표에 모인다."""

    def get_initial(self) -> dict[str, Any]:
        return {"giver": self.user.pk, **super().get_initial()}

    def done(self, record: Any, sentence: str, batch: Any = None) -> None:
        count = fill_checklist(record, OPEN_ITEMS)
        messages.success(self.request, f"{record.giver.name} 님이 맡은 일 {count:,}건을 점검표에 모았습니다.")


class HandoverDetailView(DetailView):
    """점검표: 넘길 일에 말을 적고 고른 것을 넘긴다."""

    template_name = "handover_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        handover = cast(Handover, self.record)
        lines = [_line(item) for item in handover.items.select_related("content_type")]
        known = {(line["item"].content_type.model_class(), line["item"].object_id) for line in lines}
        held = held_by(handover.giver, OPEN_ITEMS)
        context = super().get_context_data(
            waiting=[line for line in lines if not line["item"].handed_at],
            handed=[line for line in lines if line["item"].handed_at],
            unlisted=sum((type(row), row.pk) not in known for _items, rows in held for row in rows),
            may_hand=self.screens.may_change(handover, self.user),
            **kwargs,
        )
        # 하나라도 넘겼으면 지우지 않는다(HandoverDeleteView).
        return context | {"delete_url": ""} if context["handed"] else context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        handover = cast(Handover, self.record)
        self.require(self.screens.may_change(handover, self.user))
        here = HttpResponseRedirect(self.screens.url("detail", handover.pk))
        if "refresh" in request.POST:
            messages.success(request, f"점검표에 {fill_checklist(handover, OPEN_ITEMS):,}건을 더했습니다.")
            return here
        chosen = {int(key) for key in request.POST.getlist("pk") if key.isdecimal() and len(key) <= 18}
        notes = {pk: request.POST.get(f"note-{pk}", "").strip() for pk in chosen}
        count = hand_over(handover, chosen, notes, OPEN_ITEMS, self.user)
        if count:
            messages.success(request, f"{count:,}건을 {handover.taker.name} 님에게 넘겼습니다.")
        else:
            messages.info(request, "넘길 일을 고르지 않았거나 이미 넘긴 것입니다. 넘길 일을 고르고 눌러 주세요.")
        return here


class HandoverDeleteView(DeleteView):
    """아직 하나도 넘기지 않은 인수인계만 지운다."""

    def check(self) -> None:
        super().check()
        self.require(not cast(Handover, self.record).items.handed().exists())


class HandoverScreens(Screens):
    model, form = Handover, HandoverForm
    columns = ("reason", "giver", "taker", ("started_at", ValueColumn("시작한 때", accessor="started_at")), "note")
    search, search_label, search_hint = ("giver__name", "taker__name", "reason"), "사람·까닭", "예: 김, 7. 1.자"
    crumbs = (("받은 업무", "core.handover-received"),)
    first_use = "넘긴 일이 아직 없습니다. 자리를 옮기면 「인수인계 등록」을 눌러 맡은 일을 한 번에 넘기세요."
    detail_view = HandoverDetailView
    add_view = HandoverAddView
    delete_view = HandoverDeleteView


class ReceivedView(ListView):  # type: ignore[type-arg]
    """받은 업무: 인수인계로 나에게 온 일과 남긴 말. 확인하면 홈의 알림이 사라진다."""

    template_name = "handover_received.html"

    def get_paginate_by(self, queryset: Any) -> int:
        return page_size(self.request.GET, RECEIVED_SHOWN)

    def get_queryset(self) -> Any:
        rows = HandoverItem.objects.for_user(self.request.user).received_by(self.request.user)
        return rows.select_related("content_type", "handover__giver")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "lines": [_line(item) for item in context["object_list"]], "unseen": self.get_queryset().unseen().count(),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = HandoverItem.objects.received_by(request.user).unseen().order_by().update(seen_at=timezone.now())
        messages.success(request, f"받은 업무 {count:,}건을 확인했습니다.")
        return redirect("core.handover-received")


def _line(item: HandoverItem) -> dict[str, Any]:
    model = item.content_type.model_class()
    return {"item": item, "url": route_url(model, "detail", item.object_id) if model else ""}


urlpatterns = [
    path("received/", ReceivedView.as_view(), name="core.handover-received"),
    *HandoverScreens.urls(),
]
