"""집행 자료 가져오기: 파일 고르기 → 열 맞추기 → 미리보기 → 반영 결과, 그리고 되돌리기."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import DetailView

from budget.appropriations.columns import EXECUTION_COLUMNS
from budget.appropriations.jobs import queue_execution, read_execution
from budget.appropriations.models import ExecutionPointer, ExecutionSnapshot, ExecutionSummary
from budget.appropriations.models.execution import AMOUNTS, newest_year
from budget.appropriations.services import discard_preview, execution_columns
from core.access import RoleRequired, Team, owns_team, signed_in
from core.documents.file_types import Refused
from core.documents.models import StoredFile
from core.documents.uploads import scan
from core.excel.reader import WHOLE_SHEET, FileRefused, list_sheets, read_table
from core.formats import date_plain
from core.jobs.models import Job
from core.jobs.queue import run_here
from core.screens.forms import KoreanDateField, dates_in_year

UNITS = (("", "파일에 적힌 대로"), ("1", "원"), ("1000", "천원"), ("1000000", "백만원"))
LISTED = 200


class BudgetTeamOnly(RoleRequired):
    """예산팀 담당자만 여는 화면. 다른 사람에게는 누구에게 물을지 알려 준다."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not owns_team(signed_in(request), Team.BUDGET):
            raise PermissionDenied("집행 자료는 예산팀만 가져올 수 있습니다. 현황은 볼 수 있습니다.")
        return super().dispatch(request, *args, **kwargs)


class UploadForm(forms.Form):
    """1단계: 파일과 회계연도, 기준일."""

    file = forms.FileField(label="파일", help_text="e호조 「세부사업별 집행현황」 엑셀이나 CSV. 제목 줄과 계·소계가 있어도 됩니다.")
    fiscal_year = forms.IntegerField(label="회계연도", min_value=2000, max_value=2100)
    as_of = KoreanDateField(label="기준일", help_text="예: 2023. 10. 31.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates_in_year(self.fields.values(), self._written_year)

    def _written_year(self) -> int | None:
        text = str(self.data.get(self.add_prefix("fiscal_year"), ""))
        return int(text) if text.isdecimal() else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        as_of, year = data.get("as_of"), data.get("fiscal_year")
        # 다음 해 2월 10일 출납 정리까지 그 회계연도의 집행이다(지방회계법 7).
        if as_of and year and as_of.year != year and (as_of.year, as_of.month) not in {(year + 1, 1), (year + 1, 2)}:
            self.add_error(
                "as_of", f"{year} 회계연도의 기준일은 {year}년 안이거나 다음 해 2월까지입니다. 둘 가운데 하나를 고쳐 주세요."
            )
        return data


class UploadView(BudgetTeamOnly, View):
    """파일 고르기."""

    def get(self, request: HttpRequest) -> HttpResponse:
        year = request.user.fiscal_year or newest_year() or timezone.localdate().year
        return self._page(request, UploadForm(initial={"fiscal_year": year}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, 422)
        upload = form.cleaned_data["file"]
        try:
            scan(upload)
        except Refused as refused:
            form.add_error("file", str(refused))
            return self._page(request, form, 422)
        stored = StoredFile.objects.store(upload, request.user)
        try:
            sheets = [sheet for sheet in list_sheets(Path(stored.file.path), WHOLE_SHEET) if not sheet.hidden]
        except FileRefused as refused:
            stored.discard()
            form.add_error("file", f"{refused}.")
            return self._page(request, form, 422)
        query = {"year": form.cleaned_data["fiscal_year"], "as_of": form.cleaned_data["as_of"].isoformat()}
        request.session[f"execution-upload-{stored.pk}"] = {
            **query, "sheets": [sheet.name for sheet in sheets], "rows": {sheet.name: sheet.rows for sheet in sheets},
        }  # fmt: skip
        return redirect("budget.snapshot-columns", stored.pk)

    def _page(self, request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
        recent = ExecutionSnapshot.objects.for_user(request.user).exclude(status=ExecutionSnapshot.Status.PREVIEW)
        context = {"form": form, "recent": recent.select_related("file", "brought_by", "fiscal_year")[:12]}
        return render(request, "budget/snapshot_upload.html", context, status=status)


class ColumnsView(BudgetTeamOnly, View):
    """열 맞추기: 시트, 단위, 열마다 파일의 어느 머리글인지. 이름이 같으면 이미 맞춰져 있다."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, pk, request.GET)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        stored, chosen = self._chosen(request, pk)
        mapping = {
            column.name: request.POST[f"column-{column.name}"]
            for column in EXECUTION_COLUMNS
            if request.POST.get(f"column-{column.name}")
        }
        unit, sheet = request.POST.get("unit", ""), request.POST.get("sheet", "")
        job = queue_execution(
            stored, request.user, year=int(chosen["year"]), as_of=date.fromisoformat(chosen["as_of"]), sheet=sheet,
            unit=int(unit) if unit and unit in dict(UNITS) else None, mapping=mapping,
        )  # fmt: skip
        # 행이 적으면 이 자리에서 읽고, 많으면 작업 프로세스가 읽는 동안 진행을 보인다.
        rows = chosen.get("rows", {})
        if rows.get(sheet, max(rows.values(), default=0)) <= settings.BACKGROUND_ROWS:
            job = run_here(job, read_execution)
        if job.status == Job.Status.FAILED:
            if missing := job.payload.get("missing"):
                return self._page(request, pk, request.POST, missing=missing, status=422)
            messages.error(request, job.message)
            return redirect(job.result_url or "budget.snapshot-upload")
        return redirect(job.result_url if job.status == Job.Status.DONE else job)

    def _chosen(self, request: HttpRequest, pk: int) -> tuple[StoredFile, dict[str, Any]]:
        # 올린 사람만 이어서 할 수 있다.
        stored = get_object_or_404(StoredFile, pk=pk, uploaded_by=request.user)
        chosen = request.session.get(f"execution-upload-{pk}")
        if chosen is None:
            raise PermissionDenied("올린 지 오래되어 이어서 할 수 없습니다. 파일을 다시 올려 주세요.")
        return stored, chosen

    def _page(
        self, request: HttpRequest, pk: int, data: Any, missing: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        stored, chosen = self._chosen(request, pk)
        sheet = data.get("sheet") or None
        remembered = data if status != 200 else {}
        previous = ExecutionSnapshot.objects.filter(status=ExecutionSnapshot.Status.CURRENT).first()
        try:
            reading = read_table(
                Path(stored.file.path), execution_columns(), sheet=sheet, mapping=self._remembered(previous),
                limits=WHOLE_SHEET,
            )  # fmt: skip
        except FileRefused as refused:
            messages.error(request, f"{refused}.")
            return redirect("budget.snapshot-upload")
        headings = [
            {"text": heading.text, "letter": heading.letter, "samples": reading.samples.get(heading.index, [])}
            for heading in reading.headings
            if heading.text
        ]
        columns = []
        for column in EXECUTION_COLUMNS:
            index = reading.match.matched.get(column.name)
            picked = remembered.get(f"column-{column.name}") or ("" if index is None else reading.headings[index].text)
            columns.append({
                "column": column, "picked": picked, "how": reading.match.how.get(column.name, ""),
                "samples": _shown_samples(column.kind == "amount", reading.samples.get(index, [])) if index is not None else [],
            })
        extra = [reading.headings[index].text for index in reading.match.extra if reading.headings[index].text]
        unmatched = [item["column"].title for item in columns if item["column"].required and not item["picked"]]
        context = {
            "stored": stored, "chosen": chosen, "sheet": reading.sheet, "headings": headings, "columns": columns,
            "units": UNITS, "unit": data.get("unit", ""), "extra": extra,
            "unit_found": dict(UNITS).get(str(reading.unit_found), reading.unit_found),
            "heading_rows": reading.heading_rows, "missing": missing or [],
            "unmatched": [] if missing else unmatched,
        }  # fmt: skip
        return render(request, "budget/snapshot_columns.html", context, status=status)

    @staticmethod
    def _remembered(previous: ExecutionSnapshot | None) -> dict[str, str]:
        """지난번에 사람이 고른 열 맞춤. 머리글이 없으면 쓰이지 않는다."""
        return dict(previous.mapping) if previous else {}


def _shown_samples(is_amount: bool, samples: list[Any]) -> list[str]:
    """표본 값. 파일에 쉼표 없이 적힌 금액은 자릿수를 셀 수 있게 쉼표를 찍는다."""
    texts = [str(sample) for sample in samples]
    return [f"{int(text):,}" if is_amount and text.lstrip("-").isdecimal() else text for text in texts]


class PreviewView(RoleRequired, DetailView):  # type: ignore[type-arg]
    """미리보기: 읽은 행, 덜어 둔 줄, 고칠 칸, 지난 자료와의 차이, 계 대조."""

    template_name = "budget/snapshot_preview.html"
    context_object_name = "snapshot"

    def get_queryset(self) -> Any:
        # 뒤에서 아직 적고 있는 자료는 「내 작업」에서 본다.
        read = ExecutionSnapshot.objects.for_user(self.request.user).filter(report__has_key="taken")
        return read.select_related("file", "fiscal_year")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        snapshot: ExecutionSnapshot = self.object
        report = snapshot.report
        previous = previous_pointer(snapshot)
        context |= {
            "report": report, "errors": report["errors"][:LISTED], "listed": LISTED,
            "skipped": [row for row in report["skipped"] if row["kind"] != "total"][:LISTED],
            "totals_aside": [row for row in report["skipped"] if row["kind"] == "total"][:LISTED],
            "wrong_checks": [check for check in report["checks"] if check["difference"]],
            "totals": [(label, report["totals"].get(name)) for name, label in TOTAL_LABELS.items()],
            "can_act": owns_team(signed_in(self.request), Team.BUDGET),
            "previous": previous, "replaces": bool(previous and previous.as_of == snapshot.as_of),
        }  # fmt: skip
        if previous:
            context["changes"] = snapshot_changes(previous.snapshot, snapshot)
        return context


TOTAL_LABELS = {
    "budget": "예산액", "current": "예산현액", "committed": "원인행위액", "spent": "지출액", "balance": "집행잔액",
}  # fmt: skip


def previous_pointer(snapshot: ExecutionSnapshot) -> ExecutionPointer | None:
    """견줄 자료: 같은 기준일의 지금 자료, 없으면 바로 앞 기준일의 자료."""
    pointers = ExecutionPointer.objects.filter(fiscal_year=snapshot.fiscal_year, as_of__lte=snapshot.as_of)
    return pointers.exclude(snapshot=snapshot).select_related("snapshot__file").order_by("-as_of").first()


def snapshot_changes(before: ExecutionSnapshot, after: ExecutionSnapshot) -> dict[str, Any]:
    """두 자료의 세부사업별 차이. 금액은 원. 질의 두 번."""
    fields = ("detail_program", "detail_program__name")
    old, new = (
        {row["detail_program"]: row for row in one.summaries.filter(cut=ExecutionSummary.Cut.PROGRAM).by(*fields)}
        for one in (before, after)
    )
    rows = []
    for key in {**old, **new}:
        one, two = old.get(key, {}), new.get(key, {})
        if one and two and all(one[name] == two[name] for name in AMOUNTS):
            continue
        if not one or not two:
            kind = "없어짐" if one else "새로 생김"
        else:
            kind = "집행 줄어듦" if two["spent_amount"] < one["spent_amount"] else "바뀜"
        pairs = [(one.get(name), two.get(name)) for name in ("budget_amount", "spent_amount")]
        rows.append({"name": (two or one)["detail_program__name"], "kind": kind, "pairs": pairs})
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    counts["같음"] = len({**old, **new}) - len(rows)
    order = ("집행 줄어듦", "없어짐", "새로 생김", "바뀜")
    rows.sort(key=lambda row: order.index(row["kind"]))
    return {"rows": rows[:LISTED], "count": len(rows), "counts": counts}


class ApplyView(BudgetTeamOnly, View):
    """반영, 그만두기, 되돌리기."""

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        try:
            with transaction.atomic():
                snapshots = ExecutionSnapshot.objects.for_user(request.user).select_for_update()
                return getattr(self, f"_{act}")(request, get_object_or_404(snapshots, pk=pk))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except (IntegrityError, ObjectDoesNotExist):
            # 같은 기준일을 두 사람이 동시에 반영하거나 되돌렸다. 늦은 쪽은 아무것도 바꾸지 않았다.
            messages.error(request, "그 사이 다른 사람이 같은 기준일의 자료를 바꿨습니다. 지금 상태를 확인하고 다시 눌러 주세요.")
        return redirect("budget.snapshot-preview", pk)

    def _apply(self, request: HttpRequest, snapshot: ExecutionSnapshot) -> HttpResponse:
        snapshot.apply()
        user = signed_in(request)
        user.fiscal_year = snapshot.fiscal_year.year
        user.save(update_fields=["fiscal_year"])
        messages.success(request, f"{snapshot.row_count:,}행을 {date_plain(snapshot.as_of)} 기준 자료로 반영했습니다.")
        return redirect("budget.snapshot-preview", snapshot.pk)

    def _discard(self, request: HttpRequest, snapshot: ExecutionSnapshot) -> HttpResponse:
        discard_preview(snapshot)
        messages.success(request, "미리보기를 지웠습니다. 반영한 것은 없습니다.")
        return redirect("budget.snapshot-upload")

    def _take_back(self, request: HttpRequest, snapshot: ExecutionSnapshot) -> HttpResponse:
        snapshot.take_back()
        back = "앞선 자료가 다시 현재 자료가 됐습니다." if snapshot.previous else "이 기준일의 자료가 없어졌습니다."
        messages.success(request, f"{date_plain(snapshot.as_of)} 기준 자료를 되돌렸습니다. {back}")
        return redirect("budget.snapshot-preview", snapshot.pk)


class SnapshotFileView(RoleRequired, View):
    """집행 자료의 원본 파일을 내려받는다."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        snapshot = get_object_or_404(ExecutionSnapshot.objects.for_user(request.user).select_related("file"), pk=pk)
        return FileResponse(snapshot.file.file.open("rb"), as_attachment=True, filename=snapshot.file.name)

