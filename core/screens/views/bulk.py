"""여러 건을 한꺼번에 고친다: 고른 행이나 조건에 맞는 모든 행을, 확인하고 한 번에."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.generic.base import TemplateView

from core.access import may_change_all
from core.history.context import acting_as
from core.screens.forms import CHOOSE
from core.screens.listing import Listing
from core.screens.views.base import ScreenView

ERRORS_SHOWN = 20
YES_NO = (("", CHOOSE), ("yes", "예"), ("no", "아니오"))


class BulkForm(forms.Form):
    """바꿀 항목을 골라 새 값을 적는다. 고르지 않은 항목은 그대로 둔다."""

    def __init__(self, *args: Any, screens: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locked = screens.scope().locked_fields(user)
        template = screens.form(user=user)
        for name in screens.bulk_fields:
            if name in locked or name not in template.fields:
                continue
            field = template.fields[name]
            # 등록할 때의 첫값은 여기서 뜻이 없다. 빈 칸은 그 항목을 비우는 것이다.
            field.initial = None
            if isinstance(field, forms.BooleanField):
                field = forms.TypedChoiceField(label=field.label, choices=YES_NO, coerce=lambda value: value == "yes")
            self.fields[name] = field
            self.fields[f"set-{name}"] = forms.BooleanField(label=f"{field.label} 바꾸기", required=False)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(바꿀지, 새 값)의 줄."""
        return [(self[f"set-{name}"], self[name]) for name in self.fields if not name.startswith("set-")]

    def full_clean(self) -> None:
        # 고르지 않은 항목은 검사하지 않는다.
        kept = self.fields
        if self.is_bound:
            self.fields = {
                name: field for name, field in kept.items() if name.startswith("set-") or self.data.get(f"set-{name}")
            }
        try:
            super().full_clean()
        finally:
            self.fields = kept

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("set-")}

    def clean(self) -> dict[str, Any]:
        if not self.changes() and not self.errors:
            raise ValidationError("바꿀 항목을 하나 이상 골라 주세요.")
        return self.cleaned_data


class BulkView(ScreenView, TemplateView):
    """고른 행을 보여 주고, 바꿀 값을 받아, 한 트랜잭션에서 고친다."""

    template_name = "core/bulk.html"
    http_method_names = ["post", "options"]

    def check(self) -> None:
        super().check()
        self.require(self.screens.may_add(self.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keys = self.chosen_keys()
        if not keys:
            messages.warning(request, "고른 것이 없습니다. 앞의 네모를 눌러 고르세요.")
            return HttpResponseRedirect(self.list_address())
        changeable = self.screens.model._default_manager.filter(pk__in=keys).changeable_by(self.user)  # type: ignore[attr-defined]
        rows = list(changeable)
        applying = "_apply" in request.POST
        form = BulkForm(request.POST if applying else None, screens=self.screens, user=self.user)
        context: dict[str, Any] = {"form": form, "rows": rows, "keys": keys, "skipped": len(keys) - len(rows)}
        if not applying or not rows:
            return self.show(**context)
        if request.POST.get("_count") != str(len(rows)):
            return self.show(**context, moved=True, status=422)
        if not form.is_valid():
            return self.show(**context, status=422)
        changes = form.changes()
        problems = self.problems(rows, changes)
        if problems:
            return self.show(**context, problems=problems[:ERRORS_SHOWN], problem_count=len(problems), status=422)
        batch = uuid.uuid4()
        try:
            with acting_as(self.user, f"화면 {request.path}", batch), transaction.atomic():
                chosen = self.screens.model._base_manager.filter(pk__in=[row.pk for row in rows])
                versions = dict(chosen.select_for_update().values_list("pk", "version"))
                if any(versions.get(row.pk) != row.version for row in rows):
                    # 읽은 뒤에 다른 사람이 고쳤다. 그 값을 옛 값으로 덮지 않는다.
                    return self.show(**context, moved=True, status=422)
                for row in rows:
                    row.save()
                if not may_change_all(chosen, self.user):
                    raise PermissionDenied("이 값으로는 바꿀 수 없습니다. 부서와 마감 여부를 확인해 주세요.")
        except IntegrityError:
            form.add_error(None, "이 값으로 바꾸면 같은 자료가 둘 생깁니다. 고른 것이나 새 값을 바꿔 주세요.")
            return self.show(**context, status=422)
        messages.success(
            request, f"{len(rows):,}건을 고쳤습니다.", extra_tags=f"undo={self.screens.url('undo', batch)}"
        )
        return HttpResponseRedirect(self.list_address())

    def chosen_keys(self) -> list[int]:
        """고른 행. 「조건에 맞는 모두」면 목록과 같은 조건으로 다시 찾는다."""
        if self.request.POST.get("all_matching"):
            query = QueryDict(self.request.POST.get("query", ""))
            return list(Listing(self.screens, self.user, query).table.queryset.values_list("pk", flat=True))
        # 번호로 쓸 수 없이 큰 수는 데이터베이스가 받지 못한다.
        keys = [int(key) for key in self.request.POST.getlist("pk") if key.isdecimal() and len(key) <= 18]
        return list(self.screens.rows(self.user).filter(pk__in=keys).values_list("pk", flat=True))

    def problems(self, rows: list[Any], changes: dict[str, Any]) -> list[tuple[Any, str]]:
        """새 값을 넣어 보고, clean()의 규칙에 어긋나는 행과 까닭을 모은다."""
        found = []
        for row in rows:
            for name, value in changes.items():
                setattr(row, name, value)
            try:
                row.clean()
            except ValidationError as error:
                found.append((row, " ".join(error.messages)))
        return found

    def list_address(self) -> str:
        query = self.request.POST.get("query", "")
        return self.screens.url("list") + (f"?{query}" if query else "")

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        everything = bool(self.request.POST.get("all_matching"))
        context |= {
            "all_matching": everything, "query": self.request.POST.get("query", ""), "cancel": self.list_address(),
            "count": len(context["rows"]), "save_text": f"{len(context['rows']):,}건 고치기", "count_text": f"{len(context['rows']):,}건",
        }  # fmt: skip
        return self.render_to_response(self.get_context_data(**context), status=status)

