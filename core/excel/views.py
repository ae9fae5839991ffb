"""엑셀 가져오기 화면. 파일 고르기 → 열 맞추기 → 미리보기 → 반영 결과. 주소 하나에 ?batch= 로 걸음을 나눈다."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import ProtectedError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core.documents.file_types import Refused
from core.documents.uploads import scan
from core.excel import importing, jobs, mapping
from core.excel.columns import ROW_KEY, VERSION
from core.excel.download import attachment
from core.excel.models import UNDO_DAYS, ImportBatch
from core.excel.pasting import with_pasted
from core.excel.preview import (
    CHANGED,
    CONFLICT,
    ERROR,
    MINE,
    MISSING,
    NEW,
    NOW,
    SAME,
    SET_ASIDE,
    TITLES,
    ApplyRefused,
    PreviewStale,
)
from core.excel.reader import FileRefused, Question
from core.excel.resource import PREVIOUS, ExcelResource
from core.history.models import UndoConflict

MOST_RECENT = 5
SHOWN_CHANGES = 300


class ImportView(View):
    """가져오기. as_view(screens=…) 또는 as_view(resource=…, crumbs=…)로 쓴다.

    권한: 자료를 추가할 수 있거나 고칠 수 있는 행이 있는 사람만 연다. 올린 것은 올린 사람만 본다.
    """

    screens: Any = None
    resource: type[ExcelResource] | None = None
    # (이름, 주소)의 줄. 비우면 화면 묶음의 것을 쓴다.
    crumbs: Any = ()
    list_url: str = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = self.resource or self.screens.resource
        self.excel: ExcelResource = found() if isinstance(found, type) else found
        self.model = self.excel.model

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        importing.check_rights(self.excel, request.user)
        try:
            return super().dispatch(request, *args, **kwargs)
        except FileRefused as refusal:
            return self._upload_page(sentence(refusal))

    # ── GET ───────────────────────────────────────────────────────────

    def get(self, request: HttpRequest) -> Any:
        if template := request.GET.get("template"):
            rows = self.model._default_manager.all()
            rows = rows.none() if template == "blank" else rows.for_user(request.user)  # type: ignore[attr-defined]
            return self._download(rows, "서식" if template == "blank" else "")
        if "batch" not in request.GET:
            self._remember_sender()
            return self._upload_page()
        batch = self._batch()
        if job := jobs.at_work(batch):
            return redirect(job)
        if batch.status != ImportBatch.Status.PREVIEW:
            return self._result_page(batch)
        if request.GET.get("errors"):
            return self._error_rows(batch)
        if request.GET.get("step") == "map" or not batch.preview:
            return self._map_page(batch)
        return self._preview_page(batch)

    def _batch(self) -> ImportBatch:
        """주소의 가져오기. 남의 것이나 다른 자료의 것은 없는 것과 같다(404)."""
        own = ImportBatch.objects.select_related("file").filter(
            owner=self.request.user, model=self.model._meta.label_lower
        )
        try:
            return own.get(pk=self.request.GET["batch"])
        except (ImportBatch.DoesNotExist, ValidationError) as error:
            raise Http404 from error

    # ── POST ──────────────────────────────────────────────────────────

    def post(self, request: HttpRequest) -> Any:
        if "batch" not in request.GET:
            return self._upload()
        batch = self._batch()
        action = request.POST.get("action", "")
        if job := jobs.at_work(batch):
            return redirect(job)
        if action == "undo":
            return self._undo(batch)
        if batch.status != ImportBatch.Status.PREVIEW:
            return redirect(self._url(batch))
        if "row" in request.POST:
            self._keep(batch)
            return redirect(f"{self._url(batch)}&tab={CONFLICT}&page={self._page_number()}")
        match action:
            case "sheet":
                batch.sheet, batch.mapping, batch.unit, batch.preview = request.POST.get("sheet", "")[:100], {}, None, {}
                batch.fixes, batch.headless = {}, False
                batch.save(update_fields=["sheet", "mapping", "unit", "preview", "fixes", "headless"])
                return redirect(self._url(batch, "map"))
            case "map":
                return self._save_map(batch)
            case "keep":
                self._keep(batch)
                return self._preview_page(batch)
            case "recheck":
                return self._refresh(batch)
            case "fix":
                importing.fix(batch, request.POST)
                return self._refresh(batch)
            case "apply":
                self._keep(batch)
                return self._apply(batch)
            case "discard":
                batch.discard()
                return redirect(self._back())
        return redirect(self._url(batch))

    def _upload(self) -> Any:
        year = self.request.POST.get("fiscal_year", "")
        if year and not (year.isdecimal() and len(year) == 4):
            return self._upload_page("회계연도를 네 자리 수로 적어 주세요.")
        try:
            upload: Any = with_pasted(self.request).get("file")
            if upload is None:
                return self._upload_page("파일을 고르지 않았습니다. 엑셀, 한글이나 CSV 파일을 고르거나 표를 붙여넣어 주세요.")
            scan(upload)
            batch, sure = importing.start(upload, self.request.user, self.excel, int(year) if year else None)
        except (Refused, FileRefused) as refusal:
            return self._upload_page(sentence(refusal))
        return self._refresh(batch) if sure else redirect(self._url(batch, "map"))

    def _save_map(self, batch: ImportBatch) -> Any:
        posted = self.request.POST
        if "heading" in posted:
            batch.headless = posted["heading"] == mapping.NO_HEADING
        with importing.open_batch(batch, self.excel) as reading:
            headings = {heading.index: heading.text for heading in reading.headings}
            if reading.doubts_heading and "heading" not in posted:
                errors = ["첫 줄이 열 제목인지 자료인지 고르지 않았습니다. 하나를 골라 주세요."]
            else:
                errors = mapping.choose(batch, self.excel.columns(), headings, posted)
            if errors:
                return self._map_page(batch, errors, mapping.picked(headings, posted))
            mapping.remember(batch, reading)
        return self._refresh(batch)

    def _refresh(self, batch: ImportBatch) -> Any:
        if jobs.is_big(batch):
            return redirect(jobs.queue(jobs.MAKE_PREVIEW, batch, self._url(batch)))
        try:
            importing.refresh(batch, self.excel, self.request.user)
        except FileRefused as refusal:
            messages.error(self.request, sentence(refusal))
            return redirect(self._url(batch, "map"))
        return redirect(self._url(batch))

    def _keep(self, batch: ImportBatch) -> None:
        """이 화면에 보인 행 가운데 고르지 않은 행을 빼고, 물음에 답한 것을 적는다. 다른 탭에서 고른 것은 그대로 둔다."""
        shown, picked = set(self.request.POST.getlist("shown")), set(self.request.POST.getlist("pick"))
        marks = set(batch.preview.get("marks", {}))
        batch.excluded = sorted(((set(batch.excluded) - shown) | (shown - picked)) & marks)
        self._choose(batch)
        batch.preview["confirmed"] = self.request.POST.getlist("confirm")
        batch.save(update_fields=["excluded", "choices", "preview"])

    def _choose(self, batch: ImportBatch) -> None:
        """충돌 탭의 이 쪽에서 고른 것. 칸마다, 행마다, 또는 모든 쪽의 칸을 한꺼번에."""
        posted = self.request.POST
        if self.request.GET.get("tab") != CONFLICT:
            return
        for place, row in enumerate(importing.page_rows(batch, CONFLICT, self._page_number())):
            for cell in row["cells"]:
                importing.choose(batch, row["key"], cell["name"], posted.get(f"c_{place}_{cell['name']}", ""))
            for choice in (NOW, MINE):
                if posted.get("row") == f"{place}:{choice}":
                    importing.choose_row(batch, row["key"], choice)
        if posted.get("row") == "untouched":
            importing.keep_untouched(batch)
        for choice in (NOW, MINE):
            if posted.get("row") == f"all:{choice}":
                importing.choose_all(batch, choice)

    def _page_number(self) -> int:
        text = self.request.GET.get("page", "")
        return int(text) if text.isdecimal() and len(text) < 8 else 1

    def _apply(self, batch: ImportBatch) -> Any:
        if jobs.is_big(batch):
            return redirect(jobs.queue(jobs.APPLY, batch, self._url(batch)))
        try:
            applied = importing.apply_batch(batch, self.excel, self.request.user)
        except PreviewStale:
            batch.refresh_from_db()
            if batch.status != ImportBatch.Status.PREVIEW:
                return redirect(self._url(batch))
            messages.error(self.request, "미리본 뒤에 자료가 바뀌어 반영하지 않았습니다. 바뀐 미리보기를 확인하고 다시 반영해 주세요.")
            return self._refresh(batch)
        except (ApplyRefused, FileRefused) as refusal:
            messages.error(self.request, sentence(refusal))
            return self._refresh(batch)
        messages.success(self.request, f"{applied.total:,}건을 반영했습니다.")
        return redirect(self._url(batch))

    def _undo(self, batch: ImportBatch) -> Any:
        try:
            count = importing.undo_batch(batch, self.excel, self.request.user)
        except UndoConflict as conflict:
            return self._result_page(batch, later=conflict.changes)
        except ProtectedError as error:
            return self._result_page(batch, used=sorted(map(str, error.protected_objects))[:20])
        messages.success(self.request, f"{count:,}건을 되돌렸습니다.")
        return redirect(self._url(batch))

    # ── 화면 ──────────────────────────────────────────────────────────

    def _page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        title = f"{self.excel.title} 엑셀 가져오기"
        base = {"title": title, "noun": self.excel.title, "crumbs": self._crumbs(), "list_url": self._back(),
                "sent_from": self._back() != self._list(),
                "here": self.request.path}  # fmt: skip
        return render(self.request, template, {**base, **context}, status=status)

    def _crumbs(self) -> list[tuple[str, str]]:
        found = self.screens.trail() if self.screens else list(self.crumbs)
        if self.screens:
            found.append((self.screens.heading(), self._list()))
        return found

    def _list(self) -> str:
        return self.list_url or _route(self.model, "list") or self.request.path

    def _back(self) -> str:
        """마치고 돌아갈 곳: 보내온 화면(?next=), 없으면 목록."""
        return self.request.session.get(self._sent_from) or self._list()

    @property
    def _sent_from(self) -> str:
        return f"import-from:{self.model._meta.label_lower}"

    def _remember_sender(self) -> None:
        """올리기 화면을 연 곳을 적어 둔다. 우리 주소만 믿는다."""
        asked = self.request.GET.get("next", "")
        if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None):
            self.request.session[self._sent_from] = asked
        else:
            self.request.session.pop(self._sent_from, None)

    def _url(self, batch: ImportBatch, step: str = "") -> str:
        return f"{self.request.path}?batch={batch.pk}" + (f"&step={step}" if step else "")

    def _upload_page(self, error: str = "") -> HttpResponse:
        recent = ImportBatch.objects.filter(owner=self.request.user, model=self.model._meta.label_lower)
        columns = [
            column for column in self.excel.columns()
            if column.name not in (ROW_KEY, VERSION) and not column.name.startswith(PREVIOUS)
        ]  # fmt: skip
        user: Any = self.request.user
        year = self.request.POST.get("fiscal_year", self.request.GET.get("fiscal_year", user.fiscal_year or ""))
        return self._page(
            "core/import_upload.html", 422 if error else 200, error=error, columns=columns,
            has_year=bool(self.excel.year_path), fiscal_year=year,
            recent=recent.select_related("file")[:MOST_RECENT],
        )  # fmt: skip

    def _map_page(
        self, batch: ImportBatch, errors: list[str] | None = None, chosen: dict[int, str] | None = None
    ) -> HttpResponse:
        columns, headless = self.excel.columns(), batch.headless
        try:
            with importing.open_batch(batch, self.excel) as reading:
                context = mapping.page(reading, columns, chosen)
            if context["first_line"] and not headless:
                # 머리글인지 모르는 줄이 열을 가리지 않게, 모든 열을 글자(A열)로 보인다.
                batch.headless = True
                with importing.open_batch(batch, self.excel) as reading:
                    context["rows"] = mapping.page(reading, columns, chosen)["rows"]
        except FileRefused as refusal:
            return self._page("core/import_map.html", 422, batch=batch, refused=sentence(refusal))
        return self._page("core/import_map.html", 422 if errors else 200, batch=batch, errors=errors or [],
                          heading=mapping.NO_HEADING if headless else self.request.POST.get("heading"), **context)  # fmt: skip

    def _preview_page(self, batch: ImportBatch) -> HttpResponse:
        counts, preview = batch.counts, batch.preview
        order = (CHANGED, NEW, CONFLICT, SAME, MISSING, SET_ASIDE)
        tab = self.request.GET.get("tab", "")
        if tab not in order:
            tab = next((name for name in order if counts.get(name)), CHANGED)
        tabs = [
            {"title": TITLES[name], "url": f"{self._url(batch)}&tab={name}", "current": name == tab, "count": counts.get(name, 0)}
            for name in (NEW, CHANGED, SAME, MISSING, CONFLICT, SET_ASIDE) if counts.get(name) or name in (NEW, CHANGED)
        ]  # fmt: skip
        place = Paginator(range(counts.get(tab, 0)), importing.PAGE_ROWS).get_page(self.request.GET.get("page"))
        faults = Paginator(preview.get("errors", []), importing.PAGE_ROWS).get_page(self.request.GET.get("fault"))
        rows = importing.page_rows(batch, tab, place.number)
        questions, confirmed = preview.get("questions", []), preview.get("confirmed", [])
        if tab == CONFLICT:
            rows = [
                {**row, "cells": [{**cell, "choice": batch.choices.get(row["key"], {}).get(cell["name"], "")} for cell in row["cells"]]}
                for row in rows
            ]  # fmt: skip
        if tab in (NEW, CHANGED):
            excluded = set(batch.excluded)
            rows = [{**row, "picked": row["key"] not in excluded} for row in rows]
        return self._page(
            "core/import_preview.html", batch=batch, counts=counts, tabs=tabs, tab=tab, rows=rows, unit_note=preview.get("unit_note", ""),
            errors=faults.object_list, error_rows=counts.get(ERROR, 0), warnings=preview.get("warnings", []),
            error_count=preview.get("error_count", 0), questions=questions, kept_errors=importing.KEPT_ERRORS,
            confirmed=confirmed, unanswered=sum(Question(**item).waits(confirmed) for item in questions),
            columns_url=self._url(batch, "map"),
            place=place, links=self._links(place, "page", tab), faults=faults, fault_links=self._links(faults, "fault", tab),
            total=counts.get("file_rows", 0), undo_days=UNDO_DAYS,
            applying=importing.chosen_count(batch), excluded=len(batch.excluded), waiting=len(importing.unsettled(batch)),
            resolved=len(importing.chosen_keys(batch) & set(preview.get("open", {}))),
            untouched=any(any(row["cells"].values()) for row in preview.get("open", {}).values()),
        )  # fmt: skip

    def _links(self, page: Any, name: str, tab: str) -> list[tuple[int | str, str]]:
        """쪽 번호와 주소. 지금 쪽과 줄임표는 주소가 비어 있다."""
        query = self.request.GET.copy()
        query["tab"] = tab
        found: list[tuple[int | str, str]] = []
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
            query[name] = str(number)
            found.append((number, f"?{query.urlencode()}" if isinstance(number, int) and number != page.number else ""))
        return found

    def _result_page(self, batch: ImportBatch, later: Any = (), used: Any = ()) -> HttpResponse:
        changes = importing.changes_of(batch).order_by("pk")[:SHOWN_CHANGES]
        rows = [(change, _route(self.model, "detail", change.object_id)) for change in changes]
        return self._page(
            "core/import_result.html", 409 if later or used else 200, batch=batch, rows=rows, later=later, used=used,
            total=batch.counts.get("applied_new", 0) + batch.counts.get("applied_changed", 0),
        )  # fmt: skip

    # ── 내려받기 ──────────────────────────────────────────────────────

    def _download(self, rows: Any, word: str) -> FileResponse:
        conditions = [("조건", "빈 서식" if word else "볼 수 있는 모든 행")]
        name = "_".join(filter(None, [self.excel.title, word, f"{timezone.localdate():%Y%m%d}"]))
        return attachment(lambda file: self.excel.export(rows, self.request.user, file, conditions=conditions), f"{name}.xlsx")

    def _error_rows(self, batch: ImportBatch) -> FileResponse:
        name = f"{batch.file.name.rpartition('.')[0]}_오류{batch.counts.get(ERROR, 0)}행.xlsx"
        return attachment(lambda file: importing.write_error_rows(batch, self.excel, file), name)


def sentence(error: Exception) -> str:
    """오류의 글을 마침표로 끝낸다."""
    return f"{str(error).rstrip('.')}."


def _route(model: Any, action: str, *args: Any) -> str:
    """모델의 화면 주소. 그런 화면이 없으면 빈 글자."""
    try:
        return reverse(f"{model._meta.app_label}.{model._meta.model_name}-{action}", args=args)
    except NoReverseMatch:
        return ""
