"""등록과 고치기."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic.base import TemplateView

from core.history.context import acting_as
from core.history.models import Change, Record
from core.screens.forms import RecordForm, model_field, place_of
from core.screens.texts import StoredTexts, particle, unit_of, value_text
from core.screens.views.base import ScreenView


class FormView(ScreenView, TemplateView):
    """입력 화면의 바탕. 저장하는 일(post)은 물려받은 화면이 정한다."""

    template_name = "core/form.html"

    def get_form(self, data: Any = None) -> RecordForm:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        owner = self.screens.scope().owner_text(self.screens.model)
        return super().get_context_data(owner=owner, **kwargs)

    def show(self, **context: Any) -> HttpResponse:
        """고칠 곳이 있어 다시 보여 준다."""
        return self.render_to_response(self.get_context_data(**context), status=422)

    def done(self, record: Record, sentence: str, batch: uuid.UUID | None = None) -> None:
        """된 일을 알린다. batch 를 주면 「되돌리기」가 붙는다."""
        tags = f"undo={self.screens.url('undo', batch)}" if batch else ""
        messages.success(self.request, f"{particle(f'{self.screens.noun()} ‘{record}’', '을/를')} {sentence}", extra_tags=tags)


class AddView(FormView):
    """등록. 주소에 적힌 값(?department=3)은 미리 채운다."""

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_add(self.user))

    def get_form(self, data: Any = None) -> RecordForm:
        form = self.screens.form
        assert form is not None
        return form(data, initial=self.get_initial(), user=self.user)

    def get_initial(self) -> dict[str, Any]:
        """미리 채울 값: 주소에 적힌 것."""
        fields = self.screens.form.base_fields if self.screens.form else {}
        return {name: value for name, value in self.request.GET.items() if value and name in fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=f"{self.screens.noun()} 등록", cancel=self.screens.url("list"), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        with transaction.atomic():
            record = form.save()
            if not self.screens.may_change(record, self.user):
                # 부서 담당자가 남의 부서나 마감한 회차에 넣으려 했다.
                raise PermissionDenied("지금은 이 자리에 등록할 수 없습니다. 부서와 마감 여부를 확인해 주세요.")
        self.done(record, "등록했습니다.")
        if "_next" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(self.screens.url("detail", record.pk))


@dataclass(frozen=True)
class Difference:
    """두 사람의 값이 다른 항목 하나."""

    name: str
    label: str
    theirs: str
    mine: str
    keep: str


class EditView(FormView):
    """고치기. 그 사이 다른 사람이 고쳤으면 두 값을 나란히 보이고 고르게 한다."""

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_change(self.record, self.user))

    def get_form(self, data: Any = None) -> RecordForm:
        form = self.screens.form
        assert form is not None
        return form(data, instance=self.record, user=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            record=self.record, heading=f"{self.screens.noun()} 고치기",
            cancel=self.screens.url("detail", self.record.pk) + self.query, **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _, after = self.listing.neighbours(self.record.pk) if "_next" in request.POST else (None, None)
        with transaction.atomic():
            # 저장이 끝날 때까지 다른 사람이 끼어들지 못하게 이 행을 잠그고 지금 값을 다시 읽는다.
            get_object_or_404(self.screens.model._base_manager.select_for_update(), pk=self.record.pk)
            self.record.refresh_from_db()
            return self._save(request, after)

    def _save(self, request: HttpRequest, after: int | None) -> HttpResponse:
        place = place_of(self.record)
        form = self.get_form(self.chosen_data(request.POST))
        now = {name: _stored(self.record, name) for name in form.fields}
        version = self.record.version
        valid = form.is_valid()
        if form.seen_version() != version:
            return self.show_conflict(form, now, version)
        if not valid:
            return self.show(form=form)
        batch = uuid.uuid4()
        with acting_as(self.user, f"화면 {request.path}", batch):
            record = form.save()
        finished = place_of(record) == place and self.screens.scope().has_closed(record)
        if not finished and not self.screens.may_change(record, self.user):
            # 남의 부서나 마감한 회차로 옮기려 했다. 예외가 거래를 물린다. 제 행을 스스로 닫은 것은 막지 않는다.
            raise PermissionDenied("이 자리로는 옮길 수 없습니다. 부서와 마감 여부를 확인해 주세요.")
        if record.history.filter(batch=batch).exists():
            self.done(record, "고쳤습니다.", batch)
        else:
            messages.info(request, "바뀐 것이 없습니다.")
        if "_next" in request.POST:
            return HttpResponseRedirect((self.screens.url("edit", after) if after else self.screens.url("list")) + self.query)
        return HttpResponseRedirect(self.screens.url("detail", record.pk) + self.query)

    def chosen_data(self, posted: QueryDict) -> QueryDict:
        """부딪힌 뒤 「저장된 값」을 고른 항목은 적은 값 대신 지금 저장된 값으로 바꾼다."""
        data, form = posted.copy(), self.get_form()
        for bound in form.visible_fields():
            if posted.get(f"_keep-{bound.name}") != "theirs":
                continue
            value = bound.value()
            for name in (bound.html_name, bound.html_initial_name):
                data.setlist(name, [] if value in (None, False) else [str(one) for one in _as_list(value)])
        return data

    def show_conflict(self, form: RecordForm, now: dict[str, Any], version: int) -> HttpResponse:
        """먼저 저장된 값과 내가 적은 값을 항목마다 견주어 보인다. 적은 것은 하나도 버리지 않는다."""
        self.record.refresh_from_db()
        latest = self.record.history.select_related("actor").first()
        differences = []
        for bound in form.visible_fields():
            mine = form.cleaned_data.get(bound.name) if bound.name not in form.errors else bound.data
            if bound.field.disabled or _key(mine) == _key(now[bound.name]):
                continue
            touched = bound.name in form.changed_data
            differences.append(Difference(
                bound.name, str(bound.label), _text(self.record, bound, now[bound.name]), _text(self.record, bound, mine),
                "mine" if touched else "theirs",
            ))  # fmt: skip
        form.see_version(version)
        context = self.get_context_data(
            form=form, differences=differences, conflict=f"{who_first(latest)} 먼저 고쳤습니다. 두 값을 비교해 고르세요."
        )  # fmt: skip
        return self.render_to_response(context, status=422)


def _stored(record: Record, name: str) -> Any:
    """폼의 칸과 같은 꼴로 읽은 지금 저장된 값."""
    field = model_field(record, name)
    if field is None:
        return None
    return list(getattr(record, name).all()) if field.many_to_many else getattr(record, name)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _key(value: Any) -> Any:
    """견주는 꼴. 빈 글자와 없음은 같다."""
    if isinstance(value, models.QuerySet | list):
        return sorted(getattr(one, "pk", one) for one in value)
    return None if value == "" else value


def _text(record: Record, bound: Any, value: Any) -> str:
    """두 값을 나란히 적을 글."""
    field = model_field(record, bound.name)
    if isinstance(value, models.QuerySet | list):
        return ", ".join(map(str, value)) or "(없음)"
    if value in (None, ""):
        return "(없음)"
    if field is not None and field.choices:
        return StoredTexts([]).text(type(record), bound.name, value)
    return value_text(value, unit_of(str(bound.label)))


def who_first(change: Change | None) -> str:
    """먼저 고친 때와 사람: 「방금 김주무 님이」, 「3분 전에 다른 곳에서」. 하루가 넘었으면 때는 적지 않는다."""
    who = f"{change.actor.name} 님이" if change and change.actor else "다른 곳에서"
    minutes = int((timezone.now() - change.at).total_seconds() // 60) if change else 1_440
    if minutes >= 1_440:
        return who
    return f"{'방금' if minutes < 1 else f'{minutes}분 전에' if minutes < 60 else f'{minutes // 60}시간 전에'} {who}"
