"""상세와 변경 이력."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.generic.base import TemplateView

from core import formats
from core.history.models import Change, Record
from core.screens.acts import buttons
from core.screens.listing import page_size
from core.screens.templatetags.parts import sig
from core.screens.texts import StoredTexts, field_value, label_of, unit_of, value_text
from core.screens.views.base import ScreenView, route_url

HISTORY_SHOWN = 10
RELATED_SHOWN = 10


@dataclass(frozen=True)
class Entry:
    """이력 한 건을 그릴 모양."""

    change: Change
    who: str
    source: str
    lines: list[tuple[str, str, str]]
    model: str = ""
    url: str = ""


def entries(changes: Iterable[Change]) -> list[Entry]:
    """이력을 사람이 읽는 글로. 외래키의 이름은 모델마다 한 번만 읽는다."""
    found = [(change, _model_of(change)) for change in changes]
    pairs = [
        (model, {name: [old, new] for name, (old, new) in change.values.items()}) for change, model in found if model
    ]
    texts = StoredTexts(pairs)
    # 지운 자료는 열 화면이 없으므로 앞선 이력에서도 링크를 달지 않는다.
    deleted = Change.objects.filter(action=Change.Action.DELETED, object_id__in={change.object_id for change, _model in found})
    gone = set(deleted.values_list("model", "object_id"))
    return [_entry(change, model, texts, (change.model, change.object_id) in gone) for change, model in found]


def _entry(change: Change, model: type[models.Model] | None, texts: StoredTexts, gone: bool) -> Entry:
    lines = [
        (label_of(model, name), texts.text(model, name, old), texts.text(model, name, new)) if model else (name, str(old), str(new))
        for name, (old, new) in change.values.items()
        # 새로 넣은 행은 적은 것만 보인다.
        if change.action == Change.Action.CHANGED or (old if change.action == Change.Action.DELETED else new) not in (None, "")
    ]
    return Entry(
        change, change.actor.name if change.actor else "시스템", source_text(change.source), lines,
        str(model._meta.verbose_name) if model else change.model,
        route_url(model, "detail", change.object_id) if model and not gone else "",
    )  # fmt: skip


def _model_of(change: Change) -> type[models.Model] | None:
    try:
        return apps.get_model(change.model)
    except LookupError:
        return None


def source_text(source: str) -> str:
    """출처를 사람이 읽는 말로. 화면에서 한 일은 주소를 빼고, 엑셀은 파일 이름까지 적는다."""
    place, found, _ = source.partition(" /")
    return place if found else source


class DetailView(ScreenView, TemplateView):
    """한 건의 모든 것: 항목, 딸린 자료, 첨부와 의견, 변경 이력."""

    template_name = "core/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        screens, record, user = self.screens, self.record, self.user
        may_change = screens.may_change(record, user)
        if "acts" not in kwargs:
            kwargs["acts"] = buttons(screens, record, user)
        before, after = self.listing.neighbours(record.pk)
        # 물려받은 화면이 준 값이 이긴다.
        return super().get_context_data(**{
            "record": record,
            "sections": self.sections(),
            "related": self.related(),
            "state": field_value(record, screens.state) if screens.state else "",
            "sample": getattr(record, "is_sample", False),
            "back": self.query,
            "before_url": screens.url("detail", before) + self.query if before else "",
            "after_url": screens.url("detail", after) + self.query if after else "",
            "edit_url": screens.url("edit", record.pk) + self.query if may_change else "",
            "delete_url": screens.url("delete", record.pk) + self.query if may_change and screens.may_delete(record, user) else "",
            **(self.history() if screens.keeps_history() else {}),
            **kwargs,
        })  # fmt: skip

    def history(self) -> dict[str, Any]:
        """변경 이력의 앞 몇 건."""
        changes = self.record.history.select_related("actor")
        count = changes.count()
        return {
            "history_url": self.screens.url("history", self.record.pk),
            "history": entries(changes[:HISTORY_SHOWN]),
            "history_more": f"전체 {count:,}건" if count > HISTORY_SHOWN else "그때의 모습 보기",
        }

    def sections(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """구역마다 서식형 표의 칸. 특별한 값은 물려받아 고친다."""
        form = self.screens.form
        declared = self.screens.sections or [(
            f"{self.screens.noun()} 정보",
            [name for name in (form.base_fields if form else self.screens.table.base_columns) if not self.is_personal(name)],
        )]  # fmt: skip
        return [(title, [self.cell(field) for field in fields]) for title, fields in declared]

    def is_personal(self, name: str) -> bool:
        """가려야 하는 항목인가. 상세 화면에는 맡은 사람에게도 나오지 않고, 「이름 보기」에서만 나온다."""
        return name in getattr(self.screens.model, "personal", ())

    def cell(self, field: str | tuple[str, str]) -> tuple[Any, ...]:
        """(이름표, 값) 또는 긴 글이면 (이름표, 값, "wide")."""
        label, name = field if isinstance(field, tuple) else (label_of(type(self.record), field), field)
        value = field_value(self.record, name)
        if name == self.screens.state:
            return label, sig(value)
        if isinstance(value, models.Manager):
            value = list(value.all())
        wide = isinstance(value, str) and (len(value) > 60 or "\n" in value)
        return (label, value_text(value, unit_of(label)), *(["wide"] if wide else []))

    def related(self) -> list[dict[str, Any]]:
        """딸린 자료의 앞 몇 줄과, 모두 보는 목록의 주소. 없고 등록할 수도 없으면 적지 않는다."""
        groups = [related_rows(screens, name, self.record, self.user) for screens, name in self.screens.related]
        return [group for group in groups if group["count"] or group["add_url"]]


def related_rows(screens: Any, name: str, record: Record, user: Any) -> dict[str, Any]:
    """record 를 name 으로 가리키는 screens 의 행."""
    table = screens.table(screens.rows(user).filter(**{name: record}), screens=screens, without=name)
    table.arrange(())
    count = table.queryset.count()
    table.paginate(per_page=RELATED_SHOWN)
    linked = name in screens.filterset.base_filters
    return {
        "title": screens.noun(), "count": count, "table": table,
        "list_url": f"{screens.url('list')}?{name}={record.pk}" if linked and count > RELATED_SHOWN else "",
        "add_url": f"{screens.url('add')}?{name}={record.pk}" if screens.may_add(user) else "",
    }  # fmt: skip


class HistoryView(ScreenView, TemplateView):
    """한 건의 이력 전부와, 고른 때의 모습."""

    template_name = "core/history.html"
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        page = Paginator(self.record.history.select_related("actor"), page_size(query, 50)).get_page(query.get("page"))
        at = self.moment()
        return super().get_context_data(
            record=self.record,
            detail_url=self.screens.url("detail", self.record.pk),
            page=page,
            entries=entries(page.object_list),
            at=at,
            at_text=f"{formats.date_long(at)} {timezone.localtime(at):%H:%M}" if at else "",
            at_value=timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else "",
            unread=bool(self.request.GET.get("at")) and at is None,
            state=self.state_rows(at) if at else None,
            **kwargs,
        )

    def moment(self) -> datetime | None:
        """주소의 at. 날짜와 시각(분까지, 또는 초까지)."""
        try:
            found = parse_datetime(self.request.GET.get("at", ""))
        except ValueError:
            return None
        # 달력의 처음과 끝은 시각대를 옮기면 달력을 벗어난다.
        if found is None or not 1900 <= found.year < 9999:
            return None
        return timezone.make_aware(found) if timezone.is_naive(found) else found

    def state_rows(self, at: datetime) -> Sequence[tuple[str, str]] | None:
        """그때의 항목 값. 아직 없던 행이면 None."""
        state = self.record.state_at(at)
        if state is None:
            return None
        model = type(self.record)
        texts = StoredTexts([(model, state)])
        return [(label_of(model, name), texts.text(model, name, stored) or formats.MISSING) for name, stored in state.items()]

