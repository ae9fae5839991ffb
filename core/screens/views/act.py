"""자료 하나에 일 하나(core.screens.acts.Act)를 하는 화면."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.views.generic.base import TemplateView

from core import formats
from core.history.context import acting_as
from core.history.models import Change, Record
from core.inbox.keeping import at_the_end
from core.screens.acts import Act, state_text
from core.screens.views.base import ScreenView
from core.screens.views.change import who_first
from core.screens.views.detail import entries

# 그 사이 바뀐 것을 적을 항목의 수
SHOWN = 3


class ActView(ScreenView, TemplateView):
    """일 하나: 적을 것을 보이고(GET), 적은 대로 한다(POST)."""

    template_name = "core/act.html"

    @cached_property
    def act(self) -> Act:
        for act in self.screens.acts:
            if act.name == self.kwargs["act"]:
                return act
        raise Http404("그런 처리가 없습니다.")

    def check(self) -> None:
        super().check()
        self.require(self.act.is_allowed(self.screens, self.record, self.user))

    def get_form(self, data: Any = None, files: Any = None) -> forms.BaseForm:
        return self.act.form(data, files, record=self.record, user=self.user)  # type: ignore[call-arg]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        return super().get_context_data(**{
            "record": record, "act": self.act, "act_title": self.act.title_of(record), "hint": self.act.hint_of(record),
            "state": state_text(self.screens, record), "cancel": self.back(), "seen": self.seen(), **kwargs,
        })  # fmt: skip

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.act.paged and request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = self.act.refusal(self.screens, self.record)
        return self.render_to_response(self.get_context_data(refusal=refusal), status=409 if refusal else 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """잠그고, 다시 묻고, 한다. 틀린 것이 있으면 아무것도 바꾸지 않고 적은 것을 다시 보인다."""
        batch = uuid.uuid4()
        try:
            with transaction.atomic(), acting_as(self.user, f"화면 {self.request.path}", batch), at_the_end():
                self.lock()
                form = self.get_form(self.request.POST, self.request.FILES)
                self.refuse_stale()
                if refusal := self.act.refusal(self.screens, self.record):
                    raise ValidationError(refusal)
                if not form.is_valid():
                    return self.wrong(form)
                said = self.act.do(self.record, form.cleaned_data, self.user)
        except ValidationError as error:
            form.is_valid()
            for name, problems in (error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}).items():
                form.add_error(name if name in form.fields else None, problems)
            return self.wrong(form)
        first, *cautions = [said] if isinstance(said, str) else said
        messages.success(self.request, first, extra_tags=self.undo_tag(batch))
        for sentence in cautions:
            messages.warning(self.request, sentence)
        return HttpResponseRedirect(self.done_address())

    def lock(self) -> None:
        """행을 잠그고 지금 값으로 다시 읽어, 지금도 볼 수 있고 할 수 있는지 묻는다."""
        get_object_or_404(self.screens.model._base_manager.select_for_update(of=("self",)), pk=self.record.pk)
        self.record = get_object_or_404(self.screens.rows(self.user), pk=self.record.pk)
        self.check()

    def watched(self) -> list[Record]:
        """이 일이 보고 하는 행. 화면을 연 뒤 하나라도 바뀌었으면 다시 묻는다."""
        return [self.record]

    def seen(self) -> str:
        """지금의 판."""
        return "-".join(str(row.version) for row in self.watched())

    def refuse_stale(self) -> None:
        """화면을 연 뒤 고친 사람이 있으면, 누가 무엇을 무엇으로 바꿨는지 말하고 다시 묻는다."""
        seen = self.request.POST.get("_version")
        if not seen or seen == self.seen():
            return
        found = [row.history.select_related("actor").first() for row in self.watched()]
        latest = max((one for one in found if one), key=lambda one: one.at, default=None)
        lines = entries([latest])[0].lines[:SHOWN] if latest else []
        what = ", ".join(f"{label} 「{old or formats.MISSING}」 → 「{new or formats.MISSING}」" for label, old, new in lines)
        raise ValidationError(
            f"{who_first(latest)} 먼저 고쳤습니다{f'({what})' if what else ''}. "
            "적은 것은 그대로 있습니다. 확인하고 그래도 하려면 다시 눌러 주세요."
        )

    def wrong(self, form: forms.BaseForm) -> HttpResponse:
        """적은 것을 그대로 두고 틀린 것을 알린다."""
        if self.act.paged:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        labels = {name: f"{field.label}: " for name, field in form.fields.items()}
        messages.error(self.request, " ".join(f"{labels.get(name, '')}{' '.join(map(str, found))}" for name, found in form.errors.items()))
        return HttpResponseRedirect(self.back())

    def undo_tag(self, batch: uuid.UUID) -> str:
        """되돌리기의 표시. 다른 자료까지 바꾼 일은 이 자료의 이력만으로 되돌릴 수 없다."""
        changes = Change.objects.filter(batch=batch)
        whole = self.act.undo and changes.exists() and not changes.exclude(model=self.screens.model._meta.label_lower).exists()
        return f"undo={self.screens.url('undo', batch)}" if whole else ""

    def back(self) -> str:
        """일을 마치거나 그만두면 갈 곳."""
        return self.screens.url("detail", self.record.pk) + self.query

    def done_address(self) -> str:
        """한 뒤에 갈 곳. 그 일로 없어졌거나 볼 수 없게 되었으면 목록이다."""
        left = self.screens.rows(self.user).filter(pk=self.record.pk).exists()
        return self.back() if left else self.screens.url("list") + self.query
