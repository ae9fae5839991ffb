"""사건, 당사자, 심급, 기일, 서면, 판결, 상소 검토, 비용, 회수, 패소 분석의 목록·입력 화면."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html

from core.access import Team
from core.formats import date_short
from core.history.models import Change
from core.privacy.views import PersonalEdit
from core.screens.binder import Screens
from core.screens.filters import DayFilter, PeriodFilter, PickedFilter
from core.screens.forms import KoreanDateField, RecordForm
from core.screens.tables import RecordTable, ValueColumn
from core.screens.templatetags.parts import dd
from core.screens.views.change import AddView, EditView
from core.screens.views.lists import ListView
from legal.lawsuits import services
from legal.lawsuits.excel import CostResource, HearingResource, InstanceResource, LawsuitResource, RulingResource
from legal.lawsuits.ledger import LedgerResource
from legal.lawsuits.models import (
    AppealReview,
    Cost,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LedgerRow,
    LossReview,
    Party,
    Ruling,
)
from legal.lawsuits.views.acts import CASE_ACTS, CaseActView, CaseNumberField, legal_staff, officers
from legal.lawsuits.views.case import LawsuitDetailView
from legal.lawsuits.views.filters import LawsuitFilter, owning

CRUMBS = ("의회법무팀", ("소송사무", "legal.lawsuits"))


def settling(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """고치는 화면에 붙인다. 저장·지우기·되돌리기·엑셀이 끝나면 그 사건의 상태와 기한을 다시 맞춘다. 한 거래다."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            last = Change.objects.aggregate(last=Max("pk"))["last"] or 0
            response = view(request, *args, **kwargs)
            services.settle_changed(list(Change.objects.filter(pk__gt=last, model__startswith="legal.")))
        return response

    return wrapped


class CaseScreens(Screens):
    """고치면 사건의 상태와 기한이 달라지는 자료의 화면 묶음."""

    crumbs: ClassVar[Sequence[str | tuple[str, str]]] = CRUMBS

    @classmethod
    def urls(cls, prefix: str = "") -> list[URLPattern]:
        patterns = super().urls(prefix)
        for pattern in patterns:
            # 일(acts)은 스스로 맞춘다.
            if pattern.name != cls.route("act"):
                pattern.callback = settling(pattern.callback)
        return patterns


def lawsuit_of(record: Any) -> Lawsuit:
    """자료가 딸린 사건."""
    if isinstance(record, Lawsuit):
        return record
    if isinstance(record, AppealReview):
        return record.ruling.instance.lawsuit
    found: Lawsuit = record.lawsuit if hasattr(record, "lawsuit_id") else record.instance.lawsuit
    return found


class _BackToCase:
    """저장하면 그 사건으로 돌아간다."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        record = getattr(self, "saved", None)
        if record is not None and isinstance(response, HttpResponseRedirect) and "_next" not in request.POST:
            return HttpResponseRedirect(reverse("legal.lawsuit-detail", args=[lawsuit_of(record).pk]))
        return response

    def done(self, record: Any, sentence: str, batch: Any = None) -> None:
        """저장한 자료를 적어 둔다."""
        self.saved = record
        super().done(record, sentence, batch)  # type: ignore[misc]


class PartAddView(_BackToCase, AddView):
    """사건에 딸린 자료의 등록."""


class PartEditView(_BackToCase, EditView):
    """사건에 딸린 자료의 고치기."""


class PartScreens(CaseScreens):
    """사건에 딸린 자료의 화면 묶음. 등록과 고치기를 마치면 사건으로 돌아간다."""

    add_view, edit_view, parent = PartAddView, PartEditView, "lawsuit"


# --- 사건 -------------------------------------------------------------------------------------------


class NextColumn(ValueColumn):
    """다음 기한: D-3 11. 9.(목) 항소 기한"""

    kind = "text"

    def render(self, value: Any, record: Any = None) -> Any:
        what = str(record.next_title).replace(record.case_number or "", "").replace(record.title, "").strip()
        return format_html('{} <span class="sub cap">{} {}</span>', dd(value), date_short(value), what)

    def value(self, value: Any) -> Any:
        return value


class LawsuitTable(RecordTable):
    """사건의 표. 상대방은 가린 이름이다."""

    number = ValueColumn("사건번호", accessor="case_number", order_by="case_number")
    opponent = ValueColumn("상대방", accessor="pk", order_by="first_opponent")
    court = ValueColumn("심급·법원", accessor="current_court", order_by="current_level")
    agent = ValueColumn("수행", accessor="pk", order_by="handler__name")
    next_on = NextColumn("다음 기일", accessor="next_on")
    default_columns = ("number", "kind", "title", "opponent", "court", "claim_amount", "department", "agent", "next_on", "status")

    class Meta:
        model = Lawsuit
        fields = (
            "number", "kind", "title", "opponent", "court", "claim_amount", "department", "agent", "next_on", "status", "handler",
            "received_on", "originating_act", "outcome", "final_on", "closed_on", "is_state_directed", "is_sample",
        )  # fmt: skip

    def render_opponent(self, record: Any) -> str:
        return opponents(record)

    def value_opponent(self, record: Any) -> str:
        return opponents(record)

    def render_court(self, value: Any, record: Any) -> str:
        return f"{dict(Instance.Level.choices).get(record.current_level, '')} {value}"

    def value_court(self, value: Any, record: Any) -> str:
        return self.render_court(value, record)

    def render_agent(self, record: Any) -> str:
        return agents(record)

    def value_agent(self, record: Any) -> str:
        return agents(record)


def opponents(lawsuit: Any) -> str:
    """「김○○ 외 3」. 미리 읽어 둔 상대방(rows)에서 적는다."""
    names = [party.masked_name for party in lawsuit.opponents]
    if not names:
        return "-"
    return f"{names[0]} 외 {len(names) - 1}" if len(names) > 1 else str(names[0])


def agents(lawsuit: Any) -> str:
    """대리인, 없으면 소송수행자, 없으면 송무 담당."""
    last = max(lawsuit.course, key=lambda one: (one.level != Instance.Level.APPLICATION, one.received_on, one.pk), default=None)
    if last and last.agent:
        return str(last.agent)
    people = [staff.name for staff in last.officers.all()] if last else []
    if people:
        return f"{people[0]} 외 {len(people) - 1}" if len(people) > 1 else people[0]
    return f"송무 {lawsuit.handler.name}" if lawsuit.handler else "-"


class LawsuitForm(RecordForm):
    """사건. 사람 이름은 당사자에 따로 적는다."""

    class Meta:
        model = Lawsuit
        fields = (
            "kind", "title", "position", "department", "handler", "received_on", "claim_amount", "originating_act", "acted_on", "claim",
            "related_case", "is_state_directed", "direction_received_on",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handler: Any = self.fields["handler"]
        handler.queryset = legal_staff()
        handler.help_text = "비우면 등록하는 사람입니다. 송무 담당과 소송수행자만 당사자의 이름을 봅니다."


class RegisterForm(LawsuitForm):
    """사건 등록: 사건, 첫 심급, 상대방을 한 번에 적는다."""

    level = forms.ChoiceField(label="심급", choices=Instance.Level.choices, initial=Instance.Level.FIRST)
    court = forms.CharField(label="법원·위원회", max_length=50, help_text="예: 서울행정법원, 서울특별시 행정심판위원회")
    case_number = CaseNumberField()
    panel = forms.CharField(label="재판부", max_length=50, required=False)
    opponent_role = forms.CharField(label="상대방의 지위", max_length=20, initial="원고", help_text="원고, 청구인, 피고 따위")
    opponent_names = forms.CharField(
        label="상대방 이름", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="한 줄에 한 사람. 이름은 송무 담당과 소송수행자만 보고, 다른 화면에는 「김○○」으로 나옵니다.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        data = self.cleaned_data
        if data.get("kind") == Lawsuit.Kind.APPEAL and data.get("level") not in (None, Instance.Level.APPEAL):
            self.add_error("level", "구분이 심판이면 심급도 「심판」입니다.")
        instance = Instance(case_number=data.get("case_number", ""))
        if data.get("case_number") and Instance.objects.filter(case_number=data["case_number"]).exists():
            self.add_error("case_number", instance.unique_error_message(Instance, ("case_number",)))
        return found

    def save(self, commit: bool = True) -> Any:
        data, lawsuit = self.cleaned_data, self.instance
        instance = Instance(
            level=data["level"], court=data["court"], case_number=data["case_number"], panel=data["panel"], received_on=data["received_on"]
        )
        names = [" ".join(line.split()) for line in data["opponent_names"].splitlines() if line.strip()]
        parties = [Party(side=Party.Side.OPPONENT, role=data["opponent_role"], name=name[:100]) for name in names]
        services.register(lawsuit, instance, parties, self.user)
        return lawsuit


class RegisterView(PartAddView):
    """사건 등록."""

    def get_form(self, data: Any = None) -> RecordForm:
        return RegisterForm(data, initial=self.get_initial(), user=self.user)

    def get_initial(self) -> dict[str, Any]:
        found = super().get_initial()
        handler = self.user.pk if self.user.team == Team.LEGAL else None
        tribunal = found.get("kind") == Lawsuit.Kind.APPEAL
        extra = {"level": Instance.Level.APPEAL, "opponent_role": "청구인"} if tribunal else {}
        return {"handler": handler, "received_on": timezone.localdate(), **extra, **found}


class LawsuitListView(ListView):
    """사건 목록. 쓰던 대장을 올리는 곳이 붙는다."""

    template_name = "legal/lawsuit_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.screens.may_add(self.user), **kwargs)


class LawsuitScreens(CaseScreens):
    model, table, filterset, form, resource = Lawsuit, LawsuitTable, LawsuitFilter, LawsuitForm, LawsuitResource
    crumbs = ("의회법무팀",)
    title = "사건 목록"
    state, segments = "status", "kind"
    select_related = ("department", "handler", "related_case")
    bulk_fields = ("handler", "department", "is_state_directed")
    first_use = "아직 등록한 사건이 없습니다. 엑셀로 가져오거나 한 건씩 등록하세요."
    list_view, add_view, edit_view, detail_view = LawsuitListView, RegisterView, PartEditView, LawsuitDetailView
    acts, act_view = CASE_ACTS, CaseActView

    @classmethod
    def rows(cls, user: Any) -> Any:
        opponents_first = Prefetch("parties", Party.objects.filter(side=Party.Side.OPPONENT).order_by("pk"), to_attr="opponents")
        course = Prefetch("instances", Instance.objects.select_related("adviser").prefetch_related("officers"), to_attr="course")
        rows: Any = super().rows(user)
        return rows.with_current().prefetch_related(opponents_first, course)


class LedgerScreens(CaseScreens):
    """예전 소송대장. 엑셀로만 들어오고, 사건을 고치는 일은 사건에서 한다."""

    model, form, resource = LedgerRow, None, LedgerResource
    columns = (
        "case_number", "serial", "kind_text", "title", "plaintiff", "defendant", "department", "court",
        "received_on", "claim_amount", "agent", "officers", "progress", "result", "ruled_on", "served_on",
        "final_on", "related_number", "note", "instance",
    )  # fmt: skip
    shown = (
        "case_number", "kind_text", "title", "plaintiff", "department", "received_on", "progress", "ruled_on",
        "instance",
    )  # fmt: skip
    filters = (("department", owning()),)
    search, search_label = ("case_number", "title", "progress", "note"), "사건번호·사건명·진행상황"
    title = "소송대장"
    first_use = "아직 옮긴 소송대장이 없습니다. 쓰던 엑셀 대장을 그대로 올리면 사건과 심급이 생깁니다."


# --- 당사자 -----------------------------------------------------------------------------------------


class PartyEditView(PersonalEdit, PartEditView):
    """당사자 고치기."""


class PartyScreens(PartScreens):
    model = Party
    columns = ("masked_name", "lawsuit", "side", "role", "counsel")
    filters = ("side",)
    picked = ("lawsuit",)
    search, search_label, search_hint = ("masked_name", "role", "lawsuit__title"), "가린 이름·사건명", "예: 김○○"
    inputs = ("lawsuit", "side", "role", "name", "address", "contact", "counsel")
    edit_view = PartyEditView
    sections = (("당사자", ("lawsuit", "side", "role", "masked_name", "counsel")),)


# --- 심급과 그 안의 일 ------------------------------------------------------------------------------


class InstanceTable(RecordTable):
    agent = ValueColumn("대리인", accessor="agent", order_by="adviser__name")

    class Meta:
        model = Instance
        fields = ("case_number", "lawsuit", "level", "court", "panel", "received_on", "officers", "agent", "concluded_on", "is_sample")

    default_columns = ("case_number", "lawsuit", "level", "court", "received_on", "agent")

    def render_officers(self, record: Any) -> str:
        return ", ".join(staff.name for staff in record.officers.all()) or "-"

    def value_officers(self, record: Any) -> str:
        return ", ".join(staff.name for staff in record.officers.all())


class InstanceForm(RecordForm):
    parent = "lawsuit"
    case_number = CaseNumberField()

    class Meta:
        model = Instance
        fields = (
            "lawsuit", "level", "court", "case_number", "panel", "received_on", "officers", "adviser", "counsel", "concluded_on",
            "record_notice_on", "reported_on",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["officers"]
        people.queryset = officers()


class InstanceScreens(PartScreens):
    model, table, form, resource = Instance, InstanceTable, InstanceForm, InstanceResource
    filters = ("level", ("adviser", PickedFilter(Instance, "adviser", "대리인")))
    picked = ("lawsuit",)
    search, search_label, search_hint = ("case_number", "lawsuit__title", "court"), "사건번호·사건명·법원", "예: 구합"
    select_related = ("lawsuit", "adviser")

    @classmethod
    def rows(cls, user: Any) -> Any:
        return super().rows(user).prefetch_related("officers")


class HearingScreens(PartScreens):
    model, resource, parent = Hearing, HearingResource, "instance"
    columns = ("on", "at_time", "kind", "instance", "place", "readiness", "result")
    filters = (
        "kind", "readiness", ("department", owning("instance__lawsuit__department")),
    )  # fmt: skip
    picked = ("instance",)
    search = ("instance__case_number", "instance__lawsuit__title")
    inputs = ("instance", "kind", "on", "at_time", "place", "readiness", "result")
    bulk_fields = ("readiness",)


class FilingScreens(PartScreens):
    model, parent = Filing, "instance"
    columns = ("kind", "instance", "direction", "ordered_due_on", "readiness", "filed_on", "note")
    filters = ("kind", "direction", "readiness")
    picked = ("instance",)
    search = ("instance__case_number", "instance__lawsuit__title", "note")
    bulk_fields = ("readiness",)


class RulingForm(RecordForm):
    parent = "instance"

    class Meta:
        model = Ruling
        fields = (
            "instance", "outcome", "ruled_on", "served_on", "opponent_served_on", "awarded_amount", "summary", "pays_costs", "appeal",
            "appealed_on", "certified_on", "reported_on", "complied_on",
        )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        data = self.cleaned_data
        if data.get("certified_on") and data.get("instance") and data.get("ruled_on"):
            ruling = Ruling(instance=data["instance"], **{
                name: data.get(name) for name in ("outcome", "ruled_on", "served_on", "opponent_served_on")
            })  # fmt: skip
            try:
                services.check_certified(ruling, data["certified_on"])
            except forms.ValidationError as error:
                self.add_error("certified_on", error)
        return found


class RulingScreens(PartScreens):
    model, form, resource = Ruling, RulingForm, RulingResource
    columns = (
        "ruled_on", "instance", "outcome", "awarded_amount", "served_on", "opponent_served_on", "appeal",
        "appealed_on", "summary", "pays_costs", "certified_on", "complied_on",
    )  # fmt: skip
    shown = (
        "ruled_on", "instance", "outcome", "awarded_amount", "served_on", "opponent_served_on", "appeal", "summary",
    )  # fmt: skip
    filters = ("outcome", "appeal")
    picked = ("instance",)
    search, search_label = ("instance__case_number", "instance__lawsuit__title", "summary"), "사건번호·사건명·주문"


class AppealReviewScreens(PartScreens):
    model, parent = AppealReview, "ruling"
    columns = ("ruling", "decision", "decided_on", "decided_by", "reviewer")
    filters = ("decision",)
    search = ("ruling__instance__case_number", "ruling__instance__lawsuit__title", "opinion")
    select_related = ("ruling__instance__lawsuit", "reviewer")


# --- 돈과 패소 분석 ---------------------------------------------------------------------------------


class CostForm(RecordForm):
    parent = "lawsuit"
    paid_on = KoreanDateField(label="지급일")

    class Meta:
        model = Cost
        fields = ("lawsuit", "instance", "kind", "amount", "paid_on", "adviser", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.lawsuit_id or self.initial.get("lawsuit") or (self.data or {}).get("lawsuit")
        instance: Any = self.fields["instance"]
        if str(chosen or "").isdecimal():
            instance.queryset = instance.queryset.filter(lawsuit=chosen)


class CostScreens(PartScreens):
    model, form, resource = Cost, CostForm, CostResource
    columns = ("paid_on", "lawsuit", "instance", "kind", "amount", "adviser", "note")
    filters = (
        "kind", ("adviser", PickedFilter(Cost, "adviser", "받는 고문")), ("department", owning("lawsuit__department")),
        ("paid", PeriodFilter(label="지급일", field_name="paid_on")),
    )  # fmt: skip
    picked, search = ("lawsuit",), ("lawsuit__title", "instance__case_number", "note")


class CostRecoveryScreens(PartScreens):
    model = CostRecovery
    columns = (
        "lawsuit", "status", "applied_on", "decided_on", "decided_amount", "demanded_on", "collected_amount",
        "collected_on", "note",
    )  # fmt: skip
    filters = (
        ("department", owning("lawsuit__department")), ("decided", PeriodFilter(label="확정 결정일", field_name="decided_on")),
        ("collected", DayFilter(label="거둔 날(까지)", field_name="collected_on", lookup_expr="lte", widget=forms.HiddenInput)),
    )  # fmt: skip
    search, state, segments = ("lawsuit__title", "note"), "status", "status"


class LossReviewScreens(PartScreens):
    model = LossReview
    columns = ("lawsuit", "cause", "analysis", "prevention", "department", "due_on", "done_on")
    shown = ("lawsuit", "cause", "prevention", "department", "due_on", "done_on")
    filters = ("cause", ("department", owning()))
    search, search_label = ("lawsuit__title", "analysis", "prevention"), "사건명·분석"


