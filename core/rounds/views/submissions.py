"""부서의 화면: 우리 부서 제출, 한 제출을 적고 내는 화면. 팀은 같은 화면에서 살펴보고 보완을 요청하거나 확정한다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from core.access import Role, signed_in
from core.documents.models import Attachment, Comment
from core.excel.download import attachment
from core.formats import MISSING, moment
from core.history.context import acting
from core.org.models import Staff
from core.rounds import services
from core.rounds.collection import Collection, RowTitle, collection_of
from core.rounds.models import ConfirmationRule, Round, Submission
from core.screens.forms import CHOOSE

Status = Submission.Status
PER_PAGE = 30
_BESIDE = 6


class SubmissionList(TemplateView):
    """우리 부서 제출. 지금 할 것과 지난 것."""

    template_name = "core/rounds/submissions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Submission.objects.for_user(user).select_related("round", "responsible").order_by("-round__due_at", "order")
        rows = rows.exclude(round__status=Round.Status.PREPARING)
        past = self.request.GET.get("show") == "past"
        now = Submission.editable() | Q(status__in=Submission.CONFIRMING)
        waiting, other = rows.filter(now), rows.exclude(now)
        page = Paginator(other if past else waiting, PER_PAGE).get_page(self.request.GET.get("page"))
        own = user.role == Role.DEPARTMENT
        return super().get_context_data(**kwargs) | {
            "page_obj": page, "past": past, "is_own": own, "heading": "우리 부서 제출" if own else "부서의 제출",
            "tabs": [
                {"title": "지금 할 것" if own else "내기 전", "url": "?", "current": not past, "count": waiting.count()},
                {"title": "지난 제출", "url": "?show=past", "current": past, "count": other.count()},
            ],
        }  # fmt: skip


@dataclass
class Line:
    """입력 화면의 한 줄."""

    row: Any
    title: RowTitle
    previous: list[tuple[str, str]]
    cells: list[Cell]
    comments: list[Comment] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not any(cell.missing for cell in self.cells)

    @property
    def shorts(self) -> list[Cell]:
        """한 열씩 차지하는 짧은 칸(수, 고르는 것)."""
        return [cell for cell in self.cells if not cell.is_long]

    @property
    def longs(self) -> list[Cell]:
        """한 열에 위아래로 쌓는 긴 글. 첫 칸과, 적었거나 적어야 하는 칸이다."""
        texts = [cell for cell in self.cells if cell.is_long]
        return [cell for cell in texts if cell is texts[0] or cell.is_needed]

    @property
    def folded(self) -> list[Cell]:
        """적지 않아도 되어 접어 두는 긴 글."""
        shown = self.longs
        return [cell for cell in self.cells if cell.is_long and cell not in shown]


@dataclass
class Cell:
    """입력 칸 하나. bound 가 없으면 읽기만 한다."""

    name: str
    label: str
    text: str
    bound: Any
    missing: bool
    warning: str
    is_number: bool
    is_long: bool
    previous: str = ""

    @property
    def is_needed(self) -> bool:
        return self.missing or bool(self.warning or self.errors) or self.text != MISSING

    @property
    def errors(self) -> list[str]:
        return list(self.bound.errors) if self.bound is not None else []


class SubmissionPage:
    """한 제출의 화면에 필요한 것을 정해진 수의 질의로 모은다."""

    def __init__(
        self, submission: Submission, collection: Collection, user: Staff, data: Any = None, added: Any = None
    ) -> None:
        self.submission, self.collection, self.user = submission, collection, user
        self.may_fill = collection.may_fill(submission, user)
        self.rows = list(collection.rows([submission]))
        self.known = collection.known(self.rows)
        self.previous = collection.previous(self.rows)
        self.warned = collection.warn(self.rows, self.previous)
        self.data, self.added = data, added

    def lines(self) -> list[Line]:
        """줄마다 제목, 지난 값, 칸, 의견, 증빙."""
        comments = _by_record(Comment.objects.select_related("author", "resolved_by"), self.rows)
        files = _by_record(Attachment.objects.filter(is_removed=False).select_related("file"), self.rows)
        return [self.line(row, comments[row.pk], files[row.pk]) for row in self.rows]

    def line(self, row: Any, comments: Sequence[Any] = (), files: Sequence[Any] = ()) -> Line:
        """한 행의 제목과 지난 값, 칸."""
        collection = self.collection
        form = row_form(collection, self.filled(row), self.data) if self.may_fill else None
        before = self.previous.get(row.pk)
        warnings = self.warned.get(row.pk, {}) | self.contradictions(row)
        missing = collection.missing(row)
        cells = [
            Cell(
                name, collection.heading(name), collection.text(row, name), form[name] if form else None, name in missing,
                warnings.get(name, ""), collection.is_number(name), collection.is_long(name),
                collection.text(before, name) if before and name in collection.previous_fields else "",
            )
            for name in collection.fields
        ]  # fmt: skip
        shown = [
            (collection.heading(name), collection.text(before, name) if before else MISSING) for name in self.previous_shorts()
        ]
        return Line(row, collection.row_title(row), shown, cells, list(comments), list(files))

    def filled(self, row: Any) -> Any:
        """빈 칸을 다른 회차에서 이미 받은 값으로 채워 보인 행. 저장하거나 내면 적힌다."""
        known = {name: value for name, value in self.known.get(row.pk, {}).items() if getattr(row, name) in (None, "")}
        if not known:
            return row
        shown = copy(row)
        for name, value in known.items():
            setattr(shown, name, value)
        return shown

    def previous_shorts(self) -> list[str]:
        """열로 보일 지난 값. 긴 글은 이번 칸 아래에 접어 둔다."""
        return [name for name in self.collection.previous_fields if not self.collection.is_long(name)]

    def contradictions(self, row: Any) -> dict[str, str]:
        """다른 회차에서 이미 받은 값으로 채운 칸과, 그 값과 다른 칸."""
        found = {}
        for name, value in self.known.get(row.pk, {}).items():
            mine = getattr(row, name)
            if mine in (None, ""):
                found[name] = "같은 사업의 다른 제출에서 받은 값을 채워 두었습니다. 저장하면 적힙니다."
            elif mine != value:
                found[name] = f"같은 사업의 다른 제출에는 {value} 이라고 적혀 있습니다. 어느 값이 맞는지 확인해 주세요."
        return found

    def context(self) -> dict[str, Any]:
        """화면 전체."""
        submission, collection = self.submission, self.collection
        lines = self.lines()
        steps = list(submission.flow.select_related("actor"))
        beside = Submission.objects.filter(responsible=submission.responsible_id).exclude(pk=submission.pk)
        beside = beside.exclude(round__status=Round.Status.PREPARING).select_related("round").order_by("-round__due_at")
        last = next((step for step in reversed(steps) if step.after == Status.RETURNED), None)
        empty = [line for line in lines if not line.is_done]
        return {
            "submission": submission, "round": submission.round, "collection": collection, "lines": lines,
            "previous_headings": [collection.heading(name) for name in self.previous_shorts()],
            "headings": [collection.heading(name) for name in collection.fields if not collection.is_long(name)],
            "long_heading": " · ".join(collection.heading(name) for name in collection.fields if collection.is_long(name)),
            "may_fill": self.may_fill, "may_review": may_review(submission, self.user),
            "may_confirm": self.may_confirm(), "flow": flow(submission, steps), "steps": steps,
            "returned": last if submission.status == Status.RETURNED else None,
            "done_count": len(lines) - len(empty), "empty": empty, "send_text": self.send_text(),
            "new_form": self.new_form(),
            "kind": ContentType.objects.get_for_model(collection.model).pk,
            "import_url": collection.import_url(), "fill_url": services.fill_url(submission), "beside": list(beside[:_BESIDE]),
            "is_own": self.user.role == Role.DEPARTMENT,
            "closed": submission.is_writing and not self.may_fill and submission.round.status != Round.Status.OPEN,
        }  # fmt: skip

    def new_form(self) -> Any:
        """줄을 더하는 폼. 더하지 않는 서식이거나 지금 적을 수 없으면 None."""
        if not (self.collection.grows and self.may_fill):
            return None
        return self.added or added_form(self.collection, self.submission)

    def may_confirm(self) -> bool:
        """팀장·부서장으로서 지금 확인할 수 있는가."""
        submission, user = self.submission, self.user
        return user.role == Role.DEPARTMENT and submission.status in (Status.TEAM_LEAD, Status.HEAD) and (
            user.position in submission.confirmers()
        )  # fmt: skip

    def send_text(self) -> str:
        """누르면 무엇이 되는지 적은 단추의 말."""
        match self.submission.next_status():
            case Status.TEAM_LEAD:
                return "팀장에게 확인 요청"
            case Status.HEAD:
                return "부서장에게 확인 요청"
            case Status.RESUBMITTED:
                return "다시 제출"
        return "제출"


def row_form(collection: Collection, row: Any, data: Any = None) -> forms.ModelForm[Any]:
    """한 행의 폼. 이름은 행 번호로 가른다."""
    form = collection.row_form(data, instance=row, prefix=f"r{row.pk}")
    for name, one in form.fields.items():
        one.required = False
        one.widget.attrs |= {"aria-describedby": f"m-{row.pk}-{name}"}
        if isinstance(one, forms.TypedChoiceField):
            choices: Any = one.choices
            one.choices = [("", CHOOSE), *(pair for pair in choices if pair[0] != "")]
        if isinstance(one, forms.DecimalField | forms.IntegerField):
            one.widget = forms.TextInput(attrs=one.widget.attrs | {"inputmode": "decimal"})
    return form


def added_form(collection: Collection, submission: Submission, data: Any = None) -> forms.ModelForm[Any]:
    """더할 줄의 폼."""
    return collection.row_form(data, instance=collection.new_row(submission), prefix="new")


def _by_record(rows: Any, records: Iterable[Any]) -> dict[int, list[Any]]:
    """붙은 것을 행 번호로 나눈다. 질의 한 번."""
    records = list(records)
    found: dict[int, list[Any]] = defaultdict(list)
    if records:
        kind = ContentType.objects.get_for_model(records[0])
        for one in rows.filter(content_type=kind, object_id__in=[record.pk for record in records]):
            found[one.object_id].append(one)
    return found


def may_review(submission: Submission, user: Staff) -> bool:
    """살펴보고 처리할 수 있는 팀인가."""
    return user.role != Role.DEPARTMENT and Submission.scope.may_change(submission, user)


def flow(submission: Submission, steps: Sequence[Any]) -> list[tuple[str, str, str]]:
    """위의 흐름 띠: 작성 중 → (팀장) → (부서장) → 제출 → 검토 → 확정."""
    names: list[tuple[str, str]] = [(Status.DRAFT, "작성 중")]
    rule = submission.steps
    if rule != ConfirmationRule.Steps.HANDLER:
        names.append((Status.TEAM_LEAD, "팀장 확인"))
    if rule == ConfirmationRule.Steps.HEAD:
        names.append((Status.HEAD, "부서장 확인"))
    names += [(Status.SUBMITTED, "제출"), ("review", "검토"), (Status.CONFIRMED, "확정")]
    status = submission.status
    if status == Status.NOTHING:
        return [("해당없음", submission.nothing_reason, "now")]
    order = [name for name, _title in names]
    place = {Status.NOT_STARTED: Status.DRAFT, Status.RETURNED: Status.DRAFT, Status.SUBMITTED: "review",
             Status.RESUBMITTED: "review"}.get(Status(status), status)  # fmt: skip
    now = order.index(place) if place in order else 0
    when: dict[str, Any] = {Status.SUBMITTED: submission.submitted_at, Status.CONFIRMED: submission.confirmed_at}
    found = []
    for number, (name, title) in enumerate(names):
        extra = next((step.actor.name for step in reversed(steps) if step.before == name and step.actor), "")
        at = when.get(name) if number <= now else None
        if name == Status.DRAFT and status == Status.RETURNED:
            title, extra = "보완 중", "보완 요청을 받음"
        state = "done" if number < now or status == Status.CONFIRMED else "now" if number == now else "todo"
        found.append((title, moment(at) if at else extra, state))
    return found


class SubmissionView(View):
    """한 제출. 부서는 적고 내며, 팀은 살펴본다."""

    collections: Mapping[str, Collection] = {}

    def load(self, request: HttpRequest, pk: int) -> tuple[Submission, Collection, Staff]:
        """볼 수 있는 제출. 볼 수 없으면 없는 것과 같다(404)."""
        user = signed_in(request)
        rows = Submission.objects.for_user(user).exclude(round__status=Round.Status.PREPARING)
        submission = get_object_or_404(rows.select_related("round__contact", "responsible"), pk=pk)
        return submission, collection_of(self.collections, submission.round), user

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        submission, collection, user = self.load(request, pk)
        return self.page(SubmissionPage(submission, collection, user))

    def page(self, page: SubmissionPage, status: int = 200, problems: Sequence[Any] = ()) -> HttpResponse:
        return render(self.request, "core/rounds/submission.html", page.context() | {"problems": problems}, status=status)


class SaveRow(SubmissionView):
    """한 줄을 저절로 저장한다. 맞는 칸만 저장하고, 맞지 않는 칸은 까닭을 적는다."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        submission, collection, user = self.load(request, pk)
        require_fill(collection, submission, user)
        errors, conflict = save_row(submission, collection, row, request.POST)
        page = SubmissionPage(submission, collection, user)
        line = page.line(next(one for one in page.rows if one.pk == row))
        filled = sum(not collection.missing(one) for one in page.rows)
        context = {"line": line, "errors": errors, "conflict": conflict, "now": timezone.localtime(),
                   "done_count": filled, "total": len(page.rows), "left": len(page.rows) - filled}  # fmt: skip
        return render(request, "core/rounds/saved_row.html", context)


def require_fill(collection: Collection, submission: Submission, user: Staff) -> None:
    """지금 적을 수 없으면 403."""
    if not collection.may_fill(submission, user):
        raise PermissionDenied("지금은 적을 수 없는 제출입니다. 마감했거나 이미 냈습니다. 늦은 제출은 묻는 곳에 요청하세요.")


@transaction.atomic
def save_row(submission: Submission, collection: Collection, key: int, data: Any) -> tuple[dict[str, str], str]:
    """바뀐 칸을 저장하고 ({항목: 까닭}, 다른 사람이 먼저 고친 사정) 을 준다. 부딪히면 아무것도 저장하지 않는다."""
    # 제출을 잠근 뒤에 본다. 화면을 연 뒤에 다른 사람이 낸 것은 고치지 않는다.
    if not Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk).is_writing:
        raise PermissionDenied("그 사이 다른 사람이 냈습니다. 화면을 새로 열어 확인해 주세요.")
    rows = collection.rows([submission]).select_related(None).select_for_update(of=("self",))
    row = get_object_or_404(rows, pk=key)
    form = row_form(collection, row, data)
    seen = data.get(f"{form.prefix}-version", "")
    changed = list(form.changed_data)
    form.is_valid()
    good = [name for name in changed if name in form.cleaned_data and name not in form.errors]
    errors = {name: " ".join(map(str, texts)) for name, texts in form.errors.items() if name in changed}
    fresh = rows.get(pk=key)
    latest = fresh.history.select_related("actor").first()
    # 칸을 적자마자 내면 방금 저절로 저장한 내 값의 판 번호가 화면에 아직 없다. 내가 고친 것과는 부딪히지 않는다.
    mine = bool(latest and latest.actor and latest.actor == acting().user)
    if seen.isdecimal() and int(seen) != fresh.version and good and not mine:
        who = latest.actor.name if latest and latest.actor else "다른 사람"
        texts = [f"{collection.heading(name)} {collection.text(fresh, name)}" for name in good]
        return errors, f"{who} 님이 먼저 고쳤습니다(저장된 값: {', '.join(texts)}). 내 값으로 바꾸려면 한 번 더 저장하세요."
    for name in good:
        setattr(fresh, name, form.cleaned_data[name])
    if good:
        fresh.save(update_fields=good)
        submission.begin()
    return errors, ""


class SubmissionAct(SubmissionView):
    """제출의 상태를 옮긴다: 임시 저장, 확인 요청·제출, 되가져오기, 해당없음, 지난 값 채우기, 보완 요청, 확정, 다시 열기."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        submission, collection, user = self.load(request, pk)
        action, note = request.POST.get("action", ""), request.POST.get("note", "")
        if action == "add":
            return self.add(submission, collection, user)
        if action in ("save", "send") and submission.is_writing:
            require_fill(collection, submission, user)
            troubles = self.save_all(submission, collection)
            if troubles:
                return self.page(SubmissionPage(submission, collection, user, request.POST), 422, troubles)
        try:
            text = self.act(action, submission, collection, user, note)
        except ValidationError as error:
            submission.refresh_from_db()
            problems = services.blanks(submission, collection) if action == "send" and submission.is_writing else []
            if problems:
                return self.page(SubmissionPage(submission, collection, user), 422, problems)
            messages.error(request, " ".join(error.messages))
            return redirect(services.fill_url(submission))
        messages.success(request, text)
        return redirect(services.fill_url(submission))

    def add(self, submission: Submission, collection: Collection, user: Staff) -> HttpResponse:
        """줄을 더한다. 맞지 않는 칸이 있으면 적은 것을 그대로 다시 보인다."""
        require_fill(collection, submission, user)
        if not collection.grows:
            raise PermissionDenied("줄이 정해진 서식이라 더하지 않습니다. 빠진 것은 묻는 곳에 알려 주세요.")
        form = added_form(collection, submission, self.request.POST)
        if not form.is_valid():
            return self.page(SubmissionPage(submission, collection, user, added=form), 422)
        try:
            row = services.add_row(submission, form)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return redirect(services.fill_url(submission))
        messages.success(self.request, f"「{collection.row_title(row).name}」 줄을 더했습니다.")
        return redirect(f"{services.fill_url(submission)}#add")

    def save_all(self, submission: Submission, collection: Collection) -> list[tuple[int, str, str]]:
        """화면의 모든 줄을 저장하고, 저장하지 못한 칸을 준다."""
        troubles = []
        for row in list(collection.rows([submission])):
            if f"r{row.pk}-version" not in self.request.POST:
                continue
            errors, conflict = save_row(submission, collection, row.pk, self.request.POST)
            name = collection.row_title(row).name
            troubles += [(row.pk, field_name, f"{name}: {text}") for field_name, text in errors.items()]
            if conflict:
                troubles.append((row.pk, collection.fields[0], f"{name}: {conflict}"))
        return troubles

    def act(self, action: str, submission: Submission, collection: Collection, user: Staff, note: str) -> str:
        """한 일을 알리는 문장. 할 수 없으면 ValidationError, 할 사람이 아니면 PermissionDenied."""
        own = user.role == Role.DEPARTMENT
        if action in DEPARTMENT_ACTS or action.startswith(REMOVE):
            if not own and user.role != Role.ADMIN:
                raise PermissionDenied("부서의 담당자만 적고 낼 수 있습니다. 볼 수는 있습니다.")
            # 확인하는 사람의 「내기」와 되가져오기만 적을 수 없는 때에도 한다.
            if action not in ("take_back", "send") or submission.is_writing:
                require_fill(collection, submission, user)
        elif not may_review(submission, user):
            raise PermissionDenied("회차를 연 팀만 처리할 수 있습니다. 볼 수는 있습니다.")
        if action.startswith(REMOVE):
            key = action.removeprefix(REMOVE)
            return services.remove_row(submission, collection, int(key) if key.isdecimal() else 0)
        match action:
            case "save":
                return "저장했습니다."
            case "send":
                services.send(submission, collection, user)
                return f"「{submission.get_status_display()}」(으)로 넘겼습니다." if submission.status in (
                    Status.TEAM_LEAD, Status.HEAD) else "제출했습니다."  # fmt: skip
            case "take_back":
                submission.take_back(user, note)
                return "다시 적을 수 있게 되가져왔습니다."
            case "nothing":
                submission.mark_nothing(user, note)
                return "해당없음으로 냈습니다."
            case "copy":
                return f"지난번에 확정된 값으로 {services.copy_previous(submission, collection)}칸을 채웠습니다. 확인한 뒤 내 주세요."
            case "return":
                services.return_for_more([submission], collection, user, note)
                return "보완을 요청했습니다."
            case "confirm":
                services.confirm([submission], collection, user, note)
                return "확정했습니다."
            case "reopen":
                services.reopen([submission], collection, user, note)
                return "다시 적게 열었습니다."
        raise ValidationError("무엇을 할지 단추로 골라 주세요.")


# 줄을 지우는 단추의 값은 「remove:행 번호」다.
REMOVE = "remove:"
DEPARTMENT_ACTS = ("save", "send", "take_back", "nothing", "copy")


class SubmissionForm(SubmissionView):
    """엑셀 서식: 우리 부서의 행만 담아 내려받는다. 적어서 그대로 올리면 같은 행으로 들어온다."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> FileResponse:  # type: ignore[override]
        submission, collection, user = self.load(request, pk)
        excel = collection.resource()
        rows = collection.rows([submission])
        conditions = [("회차", str(submission.round)), ("부서", submission.department_name), ("마감", moment(submission.due_at))]
        name = f"{submission.round}_{submission.department_name}.xlsx"
        return attachment(lambda file: excel.export(rows, user, file, conditions=conditions), name)
