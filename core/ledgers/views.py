"""원장의 화면: 파일 고르기 → 열 맞추기 → 미리보기 → 반영 결과, 그리고 되돌리기. 업무가 물려받아 주소와 폼, 견주는 법을 적는다."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.generic import DetailView

from core.access import RoleRequired, owns_team, signed_in
from core.documents.file_types import Refused
from core.documents.models import StoredFile
from core.documents.uploads import scan
from core.excel import values
from core.excel.mapping import NO_HEADING, heading_line
from core.excel.pasting import with_pasted
from core.excel.reader import WHOLE_SHEET, FileRefused, list_sheets, read_table
from core.formats import date_plain
from core.jobs.models import Job
from core.jobs.queue import run_here
from core.ledgers.jobs import queue_ledger, read_ledger
from core.ledgers.models import Snapshot
from core.ledgers.period import written_period
from core.ledgers.reading import Ledger, discard_preview

UNITS = (("", "파일에 적힌 대로"), *((str(factor), name) for name, factor in values.UNITS.items()))
LISTED, RECENT = 200, 12


class LedgerMixin(RoleRequired):
    """한 원장의 화면."""

    ledger: ClassVar[Ledger]

    def snapshots(self, request: HttpRequest) -> Any:
        """볼 수 있는 자료."""
        return self.ledger.model._default_manager.for_user(request.user)  # type: ignore[attr-defined]


class OwnersOnly(LedgerMixin):
    """원장을 맡은 팀만 여는 화면. 다른 사람에게는 누구에게 물을지 알려 준다."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not owns_team(signed_in(request), self.ledger.team):
            noun, team = self.ledger.model._meta.verbose_name, self.ledger.team.label
            raise PermissionDenied(f"{noun}는 {team}만 가져올 수 있습니다. 현황은 볼 수 있습니다.")
        return super().dispatch(request, *args, **kwargs)


class UploadView(OwnersOnly, View):
    """파일 고르기. 폼에는 file 과 자리를 이루는 칸이 있다."""

    template_name = ""
    form_class: ClassVar[type[forms.Form]]
    with_names: ClassVar[tuple[str, ...]] = ("file", "brought_by")

    def place(self, data: dict[str, Any]) -> dict[str, Any]:
        """폼에 적은 자리: Ledger.new 에 건네는 글. as_of 는 꼭 있다."""
        return {"as_of": data["as_of"].isoformat()}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self.form_class())

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            files = with_pasted(request)
            if upload := files.get("file"):
                scan(upload)
        except Refused as refused:
            form = self.form_class(request.POST, request.FILES)
            form.add_error("file", str(refused))
            return self._page(request, form, 422)
        written = self._written(request, upload)
        form = self.form_class({**request.POST.dict(), **{name: str(value) for name, value in written.items()}}, files)
        if not form.is_valid():
            return self._page(request, form, 422)
        upload = form.cleaned_data["file"]
        stored = StoredFile.objects.store(upload, request.user)
        try:
            sheets = [sheet for sheet in list_sheets(Path(stored.file.path), WHOLE_SHEET) if not sheet.hidden]
        except FileRefused as refused:
            stored.discard()
            form.add_error("file", f"{refused}.")
            return self._page(request, form, 422)
        request.session[_session_key(self.ledger, stored.pk)] = {
            "place": self.place(form.cleaned_data), "sheets": [sheet.name for sheet in sheets],
            "rows": {sheet.name: sheet.rows for sheet in sheets}, "written": written.get("written", ""),
        }  # fmt: skip
        return redirect(self.ledger.url("columns", stored.pk))

    def _written(self, request: HttpRequest, upload: Any) -> dict[str, Any]:
        """비워 둔 자리를 파일에 적힌 것으로 채울 값과, 적힌 글(written)."""
        blank = {name for name in self.form_class.base_fields if name != "file" and not request.POST.get(name)}
        if not upload or not blank:
            return {}
        try:
            found = written_period(Path(upload.temporary_file_path()), self.ledger.known_columns(), upload.name or "")
        except FileRefused:
            # 왜 받지 못하는지는 뒤에서 말한다.
            return {}
        return {name: value for name, value in found.items() if name in blank or (name == "written" and "as_of" in blank)}

    def _page(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        recent = self.snapshots(request).exclude(status=Snapshot.Status.PREVIEW)
        context = {"form": form, "recent": recent.select_related(*self.with_names)[:RECENT]}
        return render(request, self.template_name, context, status=status)


def _session_key(ledger: Ledger, stored: int) -> str:
    return f"{ledger.job}-{stored}"


class ColumnsView(OwnersOnly, View):
    """열 맞추기: 시트, 단위, 열마다 파일의 어느 머리글인지. 이름이 같으면 이미 맞춰져 있다."""

    template_name = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, pk, request.GET)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ledger = self.ledger
        stored, chosen = self._chosen(request, pk)
        mapping = {
            column.name: request.POST[f"column-{column.name}"]
            for column in ledger.columns
            if request.POST.get(f"column-{column.name}")
        }
        unit, sheet = request.POST.get("unit", ""), request.POST.get("sheet", "")
        job = queue_ledger(
            ledger, stored, request.user, chosen["place"], sheet=sheet,
            unit=int(unit) if unit and unit in dict(UNITS) else None, mapping=mapping,
            headless=request.POST.get("heading") == NO_HEADING,
        )  # fmt: skip
        # 행이 적으면 이 자리에서 읽고, 많으면 작업 프로세스가 읽는 동안 진행을 보인다.
        rows = chosen.get("rows", {})
        if rows.get(sheet, max(rows.values(), default=0)) <= settings.BACKGROUND_ROWS:
            job = run_here(job, partial(read_ledger, ledger))
        if job.status == Job.Status.FAILED:
            if missing := job.payload.get("missing"):
                return self._page(request, pk, request.POST, missing=missing, status=422)
            messages.error(request, job.message)
            return redirect(job.result_url or ledger.url("upload"))
        return redirect(job.result_url if job.status == Job.Status.DONE else job)

    def _chosen(self, request: HttpRequest, pk: int) -> tuple[StoredFile, dict[str, Any]]:
        # 올린 사람만 이어서 할 수 있다.
        stored = get_object_or_404(StoredFile, pk=pk, uploaded_by=request.user)
        chosen = request.session.get(_session_key(self.ledger, pk))
        if chosen is None:
            raise PermissionDenied("올린 지 오래되어 이어서 할 수 없습니다. 파일을 다시 올려 주세요.")
        return stored, chosen

    def _page(
        self, request: HttpRequest, pk: int, data: Any, missing: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        stored, chosen = self._chosen(request, pk)
        sheet, heading = data.get("sheet") or None, data.get("heading", "")
        headless = heading == NO_HEADING
        remembered = data if status != 200 else {}
        try:
            reading = read_table(
                Path(stored.file.path), self.ledger.known_columns(), sheet=sheet, mapping={} if headless else self._remembered(),
                limits=WHOLE_SHEET, headless=headless,
            )  # fmt: skip
        except FileRefused as refused:
            messages.error(request, f"{refused}.")
            return redirect(self.ledger.url("upload"))
        headings = [
            {"text": heading.text, "letter": heading.letter, "samples": reading.samples.get(heading.index, [])}
            for heading in reading.headings
            if heading.text
        ]
        columns = []
        for column in self.ledger.columns:
            index = reading.match.matched.get(column.name)
            picked = remembered.get(f"column-{column.name}") or ("" if index is None else reading.headings[index].text)
            columns.append({
                "column": column, "picked": picked, "how": reading.match.how.get(column.name, ""),
                "samples": _shown_samples(column.kind == "amount", reading.samples.get(index, [])) if index is not None else [],
            })  # fmt: skip
        extra = [reading.headings[index].text for index in reading.match.extra if reading.headings[index].text]
        context = {
            "stored": stored, "chosen": chosen, "as_of": date.fromisoformat(chosen["place"]["as_of"]),
            "sheet": reading.sheet, "headings": headings, "columns": columns,
            "units": UNITS, "unit": data.get("unit", ""), "extra": extra,
            "unit_found": dict(UNITS).get(str(reading.unit_found), reading.unit_found),
            "heading": heading, "first_line": heading_line(reading) if reading.doubts_heading else "",
            "heading_rows": reading.heading_rows, "missing": missing or [],
            "unmatched": [] if missing else reading.match.asked(),
        }  # fmt: skip
        return render(request, self.template_name, context, status=status)

    def _remembered(self) -> dict[str, str]:
        """지난번에 사람이 고른 열 맞춤. 머리글이 없으면 쓰이지 않는다."""
        previous = self.ledger.model._default_manager.filter(status=Snapshot.Status.CURRENT).first()
        return dict(previous.mapping) if previous else {}


def _shown_samples(is_amount: bool, samples: list[Any]) -> list[str]:
    """표본 값. 파일에 쉼표 없이 적힌 금액은 자릿수를 셀 수 있게 쉼표를 찍는다."""
    texts = [str(sample) for sample in samples]
    return [f"{int(text):,}" if is_amount and text.lstrip("-").isdecimal() else text for text in texts]


class PreviewView(LedgerMixin, DetailView):  # type: ignore[type-arg]
    """미리보기: 읽은 행, 덜어 둔 줄, 고칠 칸, 지난 자료와의 차이, 계 대조."""

    context_object_name = "snapshot"
    with_names: ClassVar[tuple[str, ...]] = ("file",)
    # 합을 보일 칸: 이름과 이름표
    totals: ClassVar[dict[str, str]] = {}

    def get_queryset(self) -> Any:
        # 뒤에서 아직 적고 있는 자료는 「내 작업」에서 본다.
        return self.snapshots(self.request).filter(report__has_key="taken").select_related(*self.with_names)

    def changes(self, before: Any, after: Any) -> dict[str, Any]:
        """앞선 자료와의 차이: rows(보일 줄), count, counts(갈래마다)."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        snapshot = self.object
        report = snapshot.report
        previous = snapshot.earlier_pointer()
        context |= {
            "report": report, "errors": report["errors"][:LISTED], "listed": LISTED,
            "skipped": [row for row in report["skipped"] if row["kind"] != "total"][:LISTED],
            "totals_aside": [row for row in report["skipped"] if row["kind"] == "total"][:LISTED],
            "wrong_checks": [check for check in report["checks"] if check["difference"]],
            "totals": [(label, report["totals"].get(name)) for name, label in self.totals.items()],
            "can_act": owns_team(signed_in(self.request), self.ledger.team),
            "questions": snapshot.open_questions() if snapshot.status == Snapshot.Status.PREVIEW else [],
            "columns_url": self.ledger.url("columns", snapshot.file_id),
            "previous": previous, "replaces": bool(previous and previous.as_of == snapshot.as_of),
        }  # fmt: skip
        if previous:
            context["changes"] = self.changes(previous.snapshot, snapshot)
        return context


class ApplyView(OwnersOnly, View):
    """반영, 그만두기, 되돌리기."""

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        try:
            with transaction.atomic():
                snapshots = self.snapshots(request).select_for_update()
                return getattr(self, f"_{act}")(request, get_object_or_404(snapshots, pk=pk))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except (IntegrityError, ObjectDoesNotExist):
            # 같은 기준일을 두 사람이 동시에 반영하거나 되돌렸다. 늦은 쪽은 아무것도 바꾸지 않았다.
            messages.error(request, "그 사이 다른 사람이 같은 기준일의 자료를 바꿨습니다. 지금 상태를 확인하고 다시 눌러 주세요.")
        return redirect(self.ledger.url("preview", pk))

    def applied(self, request: HttpRequest, snapshot: Any) -> None:
        """반영한 사람에게 따르는 일(보는 해를 옮기는 것 따위)."""

    def _apply(self, request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
        snapshot.apply(request.POST.getlist("confirm"))
        self.applied(request, snapshot)
        messages.success(request, f"{snapshot.row_count:,}행을 {date_plain(snapshot.as_of)} 기준 자료로 반영했습니다.")
        return redirect(self.ledger.url("preview", snapshot.pk))

    def _discard(self, request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
        discard_preview(snapshot)
        messages.success(request, "미리보기를 지웠습니다. 반영한 것은 없습니다.")
        return redirect(self.ledger.url("upload"))

    def _take_back(self, request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
        snapshot.take_back()
        back = "앞선 자료가 다시 현재 자료가 됐습니다." if snapshot.previous else "이 기준일의 자료가 없어졌습니다."
        messages.success(request, f"{date_plain(snapshot.as_of)} 기준 자료를 되돌렸습니다. {back}")
        return redirect(self.ledger.url("preview", snapshot.pk))


class SnapshotFileView(LedgerMixin, View):
    """자료의 원본 파일을 내려받는다."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        snapshot = get_object_or_404(self.snapshots(request).select_related("file"), pk=pk)
        return FileResponse(snapshot.file.file.open("rb"), as_attachment=True, filename=snapshot.file.name)
