"""등록, 고치기, 지우기, 되돌리기."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic.base import TemplateView

from core.access import Role
from core.history.context import acting_as
from core.history.models import Change, Record, UndoConflict, undo
from core.screens.forms import RecordForm, model_field
from core.screens.texts import StoredTexts, particle, unit_of, value_text
from core.screens.views.base import ScreenView
from core.screens.views.detail import entries


class FormView(ScreenView, TemplateView):
    """입력 화면의 바탕. 저장하는 일은 물려받은 화면이 정한다."""

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
        who = f"{latest.actor.name} 님이" if latest and latest.actor else "다른 곳에서"
        context = self.get_context_data(
            form=form, differences=differences, conflict=f"{_ago(latest)} {who} 먼저 고쳤습니다. 두 값을 비교해 고르세요.".lstrip(),
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


def _ago(change: Change | None) -> str:
    """「3분 전에」. 하루가 넘으면 비운다."""
    if change is None:
        return ""
    minutes = int((timezone.now() - change.at).total_seconds() // 60)
    if minutes < 1:
        return "방금"
    return f"{minutes}분 전에" if minutes < 60 else f"{minutes // 60}시간 전에" if minutes < 1_440 else ""


class DeleteView(ScreenView, TemplateView):
    """지우기. 무엇이 함께 지워지는지 먼저 보인다."""

    template_name = "core/confirm_delete.html"

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_change(self.record, self.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        collector = Collector(using=self.record._state.db or "default", origin=self.record)
        blockers: list[tuple[str, int]] = []
        try:
            collector.collect([self.record])
        except (ProtectedError, RestrictedError) as error:
            rows = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", ())
            blockers = _by_kind(rows)
        together = [row for rows in collector.data.values() for row in rows if row != self.record]
        together += [row for queryset in collector.fast_deletes for row in queryset]
        return super().get_context_data(
            record=self.record, blockers=blockers, together=_by_kind(together),
            cancel=self.screens.url("detail", self.record.pk) + self.query, **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        if context["blockers"]:
            return self.render_to_response(context, status=409)
        record, batch = self.record, uuid.uuid4()
        name = particle(f"{self.screens.noun()} ‘{record}’", "을/를")
        with acting_as(self.user, f"화면 {request.path}", batch):
            record.delete()
        # 함께 지운 것이 있으면 이력만으로 되살릴 수 없다.
        tags = "" if context["together"] else f"undo={self.screens.url('undo', batch)}"
        messages.success(request, f"{name} 지웠습니다.", extra_tags=tags)
        return HttpResponseRedirect(self.screens.url("list") + self.query)


def _by_kind(rows: Any) -> list[tuple[str, int]]:
    """갈래마다 몇 건인지."""
    counts: dict[str, int] = {}
    for row in rows:
        kind = str(row._meta.verbose_name)
        counts[kind] = counts.get(kind, 0) + 1
    return list(counts.items())


class UndoView(ScreenView, TemplateView):
    """방금 한 일을 되돌린다. 한 사람이 자기가 한 것만 되돌린다(시스템관리자는 모두)."""

    template_name = "core/undo_conflict.html"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, batch: uuid.UUID, **kwargs: Any) -> HttpResponse:
        model, user = self.screens.model, self.user
        changes = Change.objects.filter(batch=batch, model=model._meta.label_lower)
        first = changes.first()
        if first is None:
            raise Http404
        self._check(changes, first)
        try:
            with acting_as(user, f"되돌리기 {request.path}"):
                count = undo(batch, model)
        except UndoConflict as conflict:
            later = Change.objects.filter(pk__in=[change.pk for change in conflict.changes]).select_related("actor")
            context = self.get_context_data(entries=entries(later), count=changes.count())
            return self.render_to_response(context, status=409)
        messages.success(request, f"{count:,}건을 되돌렸습니다.")
        rows = self.screens.rows(user).filter(pk=first.object_id)
        address = self.screens.url("detail", first.object_id) if count == 1 and rows.exists() else self.screens.url("list")
        return HttpResponseRedirect(address)

    def _check(self, changes: Any, first: Change) -> None:
        """내가 한 일이고, 지금도 고칠 수 있는 행이어야 한다."""
        user, model = self.user, self.screens.model
        mine = first.actor_id == user.pk or user.role == Role.ADMIN
        keys = set(changes.values_list("object_id", flat=True))
        here = model._default_manager.filter(pk__in=keys)
        allowed = here.changeable_by(user).count() == here.count()  # type: ignore[attr-defined]
        if here.count() < len(keys):
            allowed = allowed and self.screens.may_add(user)
        if not (mine and allowed):
            raise PermissionDenied("한 사람만 되돌릴 수 있습니다. 고치려면 그 자료를 열어 주세요.")
