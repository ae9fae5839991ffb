"""보고서의 화면: 목록, 만들기, 초안(미리보기·검산·수치), 글 고치기, 발간, 정정, 견주기, 내려받기."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, BinaryIO, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from core.access import DIVISION_ROLES, RoleRequired, signed_in
from core.excel.download import XLSX, attachment
from core.figures.inline import Placeholder
from core.formats import date_plain
from core.reports import publishing
from core.reports.compare import differences, with_changes
from core.reports.document import Line, Purpose
from core.reports.html import render_html, write_html
from core.reports.hwpx import write_hwpx
from core.reports.models import Report, ReportText
from core.reports.pdf import write_pdf
from core.reports.publishing import Desk
from core.reports.template import Library
from core.reports.xlsx import FigureRow, write_xlsx
from core.screens.binder import Screens
from core.screens.forms import RecordForm
from core.screens.views.change import AddView
from core.screens.views.detail import DetailView
from core.screens.views.lists import ListView


def _write_workbook(desk: Desk, file: BinaryIO) -> None:
    """표마다 한 시트와 수치의 목록."""
    write_xlsx(desk.document, file, [
        FigureRow(one.title, one.text if one.value is None else one.value, one.unit, one.definition, one.source)
        for one in publishing.figure_rows(desk)
    ])  # fmt: skip


# 내려받는 꼴: 파일 끝 → (단추의 글, 쓰는 법, 형식)
FORMATS: dict[str, tuple[str, Callable[[Desk, BinaryIO], None], str]] = {
    "hwpx": ("한글", lambda desk, file: write_hwpx(desk.document, file), "application/hwp+zip"),
    "pdf": ("PDF", lambda desk, file: write_pdf(desk.document, file), "application/pdf"),
    "xlsx": ("엑셀", _write_workbook, XLSX),
    "html": ("HTML", lambda desk, file: write_html(desk.document, file), "text/html"),
}


def definitions(desk: Desk) -> dict[str, str]:
    """수치 코드마다의 뜻: 마우스를 올리면 보인다."""
    return {one.code: f"{one.title}: {one.definition}" for one in publishing.figure_rows(desk)}


class ReportForm(RecordForm):
    """보고서의 조건. 틀마다 넣고 뺄 절이 다르다."""

    library: ClassVar[Library]

    class Meta:
        model = Report
        fields = ("template", "title", "year", "start_on", "as_of", "parts", "has_approval", "has_figure_list")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [(one.code, one.title_plain) for one in self.library.templates]
        self.fields["template"] = forms.ChoiceField(choices=titles, label="틀", disabled=not self.is_new)
        self.fields["title"].required = False
        self.fields["title"].help_text = "비우면 틀의 제목을 씁니다."
        code = (
            self.instance.template
            or self.data.get("template")
            or self.initial.get("template")
            or self.library.templates[0].code
        )
        chosen = next((one for one in self.library.templates if one.code == code), self.library.templates[0])
        self.initial.setdefault("template", chosen.code)
        self.fields["parts"] = forms.MultipleChoiceField(
            choices=[(part.key, part.title) for part in chosen.parts], required=False, label="넣을 절",
            widget=forms.CheckboxSelectMultiple, help_text="아무것도 고르지 않으면 처음에 표시된 절을 모두 넣습니다.",
        )  # fmt: skip
        if self.is_new:
            year = self.user.fiscal_year or self.library.newest_year() or timezone.localdate().year
            as_of = publishing.default_as_of(chosen, int(year))
            parts = [part.key for part in chosen.parts if part.is_default]
            first = {"year": year, "start_on": f"{year}-01-01", "as_of": as_of.isoformat(), "parts": parts}
            for name, value in first.items():
                self.initial.setdefault(name, value)


class ReportListView(ListView):
    """보고서 목록. 위에 만들 수 있는 틀이 있다."""

    template_name = "core/reports/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        library: Library = self.screens.library  # type: ignore[attr-defined]
        return super().get_context_data(templates=library.templates, may_add=self.screens.may_add(self.user), **kwargs)


class ReportAddView(AddView):
    """새 초안. 저장하면서 지난 호의 글을 이어받는다."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        library: Library = self.screens.library  # type: ignore[attr-defined]
        report: Report = form.save(commit=False)
        if report.template not in {one.code for one in library.templates if self._may_use(one.team)}:
            raise PermissionDenied("다른 팀의 보고서입니다. 맡은 팀에 부탁해 주세요.")
        with transaction.atomic():
            publishing.start(report, library)
        self.done(report, "초안으로 만들었습니다.")
        return redirect("core.report-detail", report.pk)

    def _may_use(self, team: str) -> bool:
        return not self.user.team or self.user.team == team


class ReportDetailView(DetailView):
    """보고서 한 호: 미리보기와, 옆의 바뀐 수치·검산·호의 차례."""

    template_name = "core/reports/report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report: Report = self.record  # type: ignore[assignment]
        library: Library = self.screens.library  # type: ignore[attr-defined]
        desk = Desk(report, library)
        may_change = self.screens.may_change(report, self.user)
        changes = desk.changes()
        publishing.remember(report, len(changes))
        texts = {one.key: one for one in report.texts.all()}
        edit_urls = {
            block.key: reverse("core.report-text", args=[report.pk, block.key])
            for block in desk.document.blocks if isinstance(block, Line | Purpose)
        } if may_change else {}  # fmt: skip
        return super().get_context_data(
            report=report, preview=render_html(desk.document, definitions(desk), edit_urls), changes=changes,
            checks=[] if report.is_issued else desk.checks(),
            carried=[one for one in texts.values() if one.is_carried], locked=[one for one in texts.values() if one.is_locked],
            may_edit=may_change, may_issue=report.scope.may_issue(report, self.user), chain=publishing.chain(report),
            before=Report.objects.before(report), formats=[(name, title) for name, (title, *_rest) in FORMATS.items()],
            figures_url=reverse("core.report-figures", args=[report.pk]), **kwargs,
        )  # fmt: skip


class ReportScreens(Screens):
    """보고서. library 는 config/reports.py 가 준다."""

    model, form = Report, ReportForm
    columns = (
        "title", "issue_number", "status", "year", "as_of", "team", "changed_count", "issued_at", "issued_by",
        "correction_reason",
    )  # fmt: skip
    shown = ("title", "issue_number", "status", "as_of", "team", "changed_count", "issued_at")
    filters = ("year", "team")
    search = ("title",)
    library: ClassVar[Library]
    title = "보고서"
    state = "get_status_display"
    segments = "status"
    select_related = ("issued_by", "corrects")
    list_view = ReportListView
    add_view = ReportAddView
    detail_view = ReportDetailView
    first_use = "아직 만든 보고서가 없습니다. 위의 틀을 골라 초안을 만드세요."


class ReportPage(RoleRequired, TemplateView):
    """보고서 한 호에 딸린 화면의 바탕."""

    roles = DIVISION_ROLES
    library: Library = None  # type: ignore[assignment]

    @cached_property
    def report(self) -> Report:
        """볼 수 있는 보고서. 없으면 404."""
        found: Report = get_object_or_404(Report.objects.for_user(self.request.user), pk=self.kwargs["pk"])
        return found

    def require_change(self) -> None:
        """초안을 고칠 수 있는 사람만."""
        if not self.report.scope.may_change(self.report, signed_in(self.request)):
            issued = "발간한 보고서는 고치지 않습니다. 정정호를 내어 주세요."
            raise PermissionDenied(issued if self.report.is_issued else "보고서를 맡은 팀만 고칠 수 있습니다.")

    def back(self, anchor: str = "") -> HttpResponse:
        return redirect(reverse("core.report-detail", args=[self.report.pk]) + (f"#{anchor}" if anchor else ""))


class TextForm(forms.Form):
    """한 줄의 글."""

    text = forms.CharField(
        label="글", required=False, widget=forms.Textarea(attrs={"rows": 6}), max_length=5000,
        help_text="여러 줄이면 줄마다 □ ○ - · ※ 로 시작합니다. 비우면 그 줄을 뺍니다. 수치는 {코드} 나 {코드:천원} 으로 적습니다.",
    )  # fmt: skip


class ReportTextView(ReportPage):
    """글 한 줄 고치기, 틀의 글로 되돌리기, 잠그기."""

    template_name = "core/reports/text.html"

    @cached_property
    def block(self) -> Line | Purpose:
        """틀이 지은 그 줄."""
        built = Desk(self.report, self.library).built.document
        found = next(
            (one for one in built.blocks if one.key == self.kwargs["key"] and isinstance(one, Line | Purpose)), None
        )
        if found is None:
            raise Http404
        return found  # type: ignore[return-value]

    @cached_property
    def row(self) -> ReportText:
        found: ReportText | None = self.report.texts.filter(key=self.kwargs["key"]).first()
        return found or ReportText(report=self.report, key=self.kwargs["key"])

    def original(self) -> str:
        """틀이 지은 글. 수치는 코드로 적는다."""
        block = self.block
        text = "".join(str(Placeholder(run.figure, run.unit)) if run.figure else run.text for run in block.text)
        return f"{block.mark} {text}".strip() if isinstance(block, Line) else text

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.require_change()
        initial = {"text": self.row.text if self.row.is_edited else self.original()}
        kwargs.setdefault("form", TextForm(initial=initial))
        return super().get_context_data(report=self.report, row=self.row, original=self.original(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require_change()
        user, act, key = signed_in(request), request.POST.get("act", "save"), self.block.key
        if self.row.is_locked and act != "unlock":
            raise PermissionDenied(f"{self.row.locked_by} 님이 잠근 줄입니다. 푼 뒤에 고칠 수 있습니다.")
        if act == "reset":
            self.row.text, self.row.is_edited, self.row.is_carried = "", False, False
        elif act in ("lock", "unlock"):
            self.row.is_locked, self.row.locked_by = act == "lock", user if act == "lock" else None
        else:
            form = TextForm(request.POST)
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form), status=422)
            self.row.text, self.row.is_edited, self.row.is_carried = form.cleaned_data["text"], True, False
        self.row.save()
        done = {"reset": "틀의 글로 되돌렸습니다.", "lock": "줄을 잠갔습니다.", "unlock": "잠금을 풀었습니다."}
        messages.success(request, done.get(act, "글을 고쳤습니다."))
        return self.back(f"b-{key}")


class ReportActView(ReportPage):
    """수치 확인, 발간, 정정."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        report, user = self.report, signed_in(request)
        if act == "acknowledge":
            self.require_change()
            try:
                publishing.acknowledge(Desk(report, self.library))
                messages.success(request, "지금의 수치를 확인한 것으로 적었습니다.")
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return self.back()
        if not report.scope.may_issue(report, user):
            raise PermissionDenied("보고서를 맡은 팀과 과장만 발간합니다.")
        try:
            if act == "issue":
                publishing.issue(report, user, self.library)
                messages.success(request, "발간했습니다. 이제 자료가 바뀌어도 이 보고서의 글과 수치는 그대로입니다.")
                return self.back()
            later = publishing.correct(report, request.POST.get("reason", ""), self.library)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.back()
        messages.success(request, f"{later.issue_number}호 초안을 열었습니다. 바로잡을 곳을 고치고 발간해 주세요.")
        return redirect("core.report-detail", later.pk)


class ReportCompareView(ReportPage):
    """지난 호(또는 고른 호)와 견주기. 정정이력으로 인쇄한다."""

    template_name = "core/reports/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = (
            Report.objects.for_user(self.request.user)
            .issued()
            .filter(template=self.report.template)
            .exclude(pk=self.report.pk)
        )
        asked = self.request.GET.get("with", "")
        other = others.filter(pk=int(asked)).first() if asked.isdecimal() else Report.objects.before(self.report)
        document = Desk(self.report, self.library).document
        rows = differences(Desk(other, self.library).document, document) if other else []
        preview = render_html(with_changes(Desk(other, self.library).document, document)) if other else ""
        return super().get_context_data(
            report=self.report, other=other, others=others.order_by("-as_of", "-issue_number"), rows=rows, preview=preview,
            chain=[one for one in publishing.chain(self.report) if one.corrects_id], **kwargs,
        )  # fmt: skip


class ReportFiguresView(ReportPage):
    """보고서가 쓴 모든 수치의 값, 뜻, 출처, 행."""

    template_name = "core/reports/figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.report.figures.all())
        changed = (
            {}
            if self.report.is_issued
            else {one.reading.code: one for one in Desk(self.report, self.library).changes()}
        )
        return super().get_context_data(
            report=self.report, rows=[(row, changed.get(row.code)) for row in rows], **kwargs
        )


class ReportDownloadView(ReportPage):
    """한글·PDF·엑셀로 내려받기. 초안이면 파일 이름에 적는다."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> FileResponse:  # type: ignore[override]
        if kind not in FORMATS:
            raise Http404
        desk = Desk(self.report, self.library)
        word = "" if self.report.is_issued else " 초안"
        name = f"{self.report}{word} {date_plain(self.report.as_of).replace(' ', '')}{kind}"
        _title, write, content_type = FORMATS[kind]
        return attachment(lambda file: write(desk, file), name, content_type)
