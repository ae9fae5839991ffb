"""지우기와 되돌리기."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic.base import TemplateView

from core.access import Role, may_change_all
from core.history.context import acting_as
from core.history.models import Change, UndoConflict, undo
from core.screens.texts import particle
from core.screens.views.base import ScreenView
from core.screens.views.detail import entries


class DeleteView(ScreenView, TemplateView):
    """지우기. 무엇이 함께 지워지는지 먼저 보인다."""

    template_name = "core/confirm_delete.html"

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_delete(self.record, self.user))

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
        keys = list(changes.values_list("object_id", flat=True))
        try:
            with acting_as(user, f"되돌리기 {request.path}"), transaction.atomic():
                count = undo(batch, model)
                if not may_change_all(model._base_manager.filter(pk__in=keys), user):
                    raise PermissionDenied("되돌리면 고칠 수 없는 자리가 됩니다. 그 자료를 맡은 곳에 알려 주세요.")
        except IntegrityError:
            messages.error(request, "그 사이 같은 자료가 생겨 되돌릴 수 없습니다. 목록에서 확인해 주세요.")
            return HttpResponseRedirect(self.screens.url("list"))
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
        allowed = may_change_all(here, user)
        if here.count() < len(keys):
            allowed = allowed and self.screens.may_add(user)
        if not (mine and allowed):
            raise PermissionDenied("한 사람만 되돌릴 수 있습니다. 고치려면 그 자료를 열어 주세요.")
