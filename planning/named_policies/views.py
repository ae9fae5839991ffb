"""정책실명제의 현황, 사업·관련자·갱신·구민신청의 화면과 일, 인쇄물."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from core.access import ALL_ROLES, Role, RoleRequired, Team, by_owner, by_team, owns_team, signed_in
from core.committees.models import Committee
from core.committees.views.acts import put_on_agenda
from core.excel.download import attachment
from core.excel.writer import write_xlsx
from core.privacy.views import PersonalDetail, PersonalEdit
from core.reports.download import KINDS, document_file
from core.screens.acts import Act, ActForm, DayForm
from core.screens.binder import Screens
from core.screens.filters import DayFilter, YesNo, asks
from core.screens.forms import CHOOSE, RecordForm
from core.screens.tables import ValueColumn
from core.screens.templatetags.parts import sig
from core.screens.views.base import ScreenView
from core.screens.views.board import BoardPage
from core.screens.views.change import EditView
from core.screens.views.detail import DetailView
from planning.named_policies import excel, reports, services
from planning.named_policies.dashboard import Matters, PolicyBoard
from planning.named_policies.figures import POSTED, applications_url, policies_url
from planning.named_policies.load_report import COMMITTEE
from planning.named_policies.models import NONDISCLOSURE, CitizenApplication, NamedPolicy, PolicyPerson, PolicyUpdate

_S = NamedPolicy.Status
CHECKS = (("stale", "오래된 카드"), ("moved", "담당 변경 미반영"), ("link", "게시 주소 없거나 열리지 않음"))


class StateColumn(ValueColumn):
    """계산한 상태를 낱말 표시로 적는 열."""

    css = "c"

    def render(self, value: Any) -> Any:
        return sig(value)


# ── 현황 ──────────────────────────────────────────────────────────────


class BoardView(RoleRequired, BoardPage):
    """정책실명제 현황. 구의 큰 일(matters)은 config 가 엮어 준다."""

    roles = ALL_ROLES
    template_name = "planning/named_policies.html"
    matters: Matters = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        board = PolicyBoard(user, today, self.matters)
        committee = Committee.objects.for_user(user).filter(code=COMMITTEE).first()
        return super().get_context_data(**kwargs) | {
            "board": board, "today": today, "policies_url": policies_url(),
            "may_add": NamedPolicy.scope.may_add(NamedPolicy, user), "is_team": owns_team(user, Team.PLANNING),
            "iso": today.isoformat(), "parts": ["지난 날"], "applications_url": applications_url(),
            "printed_url": f"{reverse('core.reportedvalue-list')}?code={POSTED}",
            "committee_url": reverse("core.committee-detail", args=[committee.pk]) if committee else "",
        }  # fmt: skip


# ── 대상사업 ──────────────────────────────────────────────────────────


class LinkForm(ActForm):
    """게시 주소."""

    url = forms.URLField(
        label="게시 주소", required=False, max_length=300, assume_scheme="https", help_text="구 홈페이지에 실은 카드의 주소"
    )

    def starting(self) -> dict[str, Any]:
        return {**super().starting(), "url": self.record.url}


class PublishForm(LinkForm, DayForm):
    """공개."""

    title = "공개일"
    field_order = ("on", "url")


class WithholdForm(DayForm):
    """비공개 전환."""

    title = "비공개 전환일"
    ground = forms.ChoiceField(label="근거", choices=[("", CHOOSE), *NONDISCLOSURE], help_text="정보공개법 제9조제1항")
    reason = forms.CharField(label="사유", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _publish(policy: NamedPolicy, data: dict[str, Any], user: Any) -> list[str]:
    policy.publish(data["on"], data["url"])
    said = [f"「{policy}」을(를) 공개로 적었습니다."]
    if not data["url"]:
        said.append("게시 주소가 비어 있습니다. 홈페이지에 실은 뒤 주소를 적어 두면 다음에 바로 엽니다.")
    return said


def _link(policy: NamedPolicy, data: dict[str, Any], user: Any) -> str:
    policy.post_at(data["url"])
    policy.save()
    return f"「{policy}」의 게시 주소를 고쳤습니다."


def _withhold(policy: NamedPolicy, data: dict[str, Any], user: Any) -> str:
    policy.withhold(data["on"], data["ground"], data["reason"])
    return f"「{policy}」을(를) 비공개로 돌렸습니다. 홈페이지의 카드도 내려 주세요."


def _close(policy: NamedPolicy, data: dict[str, Any], user: Any) -> str:
    policy.close(data["on"])
    return f"「{policy}」을(를) 종료했습니다. 관리번호 {policy.number}은(는) 다시 쓰지 않습니다."


def _follow(policy: NamedPolicy, data: dict[str, Any], user: Any) -> str:
    count = services.follow_post(policy, timezone.localdate())
    return f"바뀐 담당 {count:,}명을 적었습니다. 앞사람의 줄은 그때의 모습으로 남습니다."


def _may_withhold(policy: Any, user: Any) -> bool:
    return user.role in (Role.HEAD, Role.ADMIN)


def _has_moved(policy: Any) -> bool:
    return policy.people.moved(timezone.localdate()).exists()


class PolicyForm(RecordForm):
    """후보. 「올리지 않은 사업」에서 왔으면 무엇에서 왔는지 숨겨 들고 간다."""

    class Meta:
        widgets: ClassVar = {"source": forms.HiddenInput}


class PolicyDetailView(DetailView):
    """대상사업 한 건."""

    template_name = "planning/namedpolicy_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        policy: Any = self.record
        return super().get_context_data(
            latest=policy.latest, people=reports.people_of(policy), has_moved=_has_moved(policy) and policy.status in NamedPolicy.LIVE,
            downloads=[(title, reverse("planning.namedpolicy-sheet", args=[policy.pk, kind])) for kind, (title, *_) in KINDS.items()],
            money=reports.money_text(policy), **kwargs,
        )  # fmt: skip


class PersonScreens(Screens):
    model, resource = PolicyPerson, excel.PolicyPersonResource
    columns = ("name", "policy", "part", "organisation", "grade", ("term_text", ValueColumn("맡은 기간", order_by="starts_on")), "opinion")
    filters = ("part", ("moved", YesNo("담당 변경 미반영", lambda rows: rows.moved(timezone.localdate()))))
    picked = ("policy",)
    search, search_label = ("name", "organisation", "policy__title"), "성명·소속·사업명"
    parent = "policy"


class UpdateScreens(Screens):
    model, resource = PolicyUpdate, excel.PolicyUpdateResource
    columns = ("on", "policy", "progress", "results")
    picked = ("policy",)
    search = ("policy__title", "progress", "results")
    parent = "policy"
    title = "추진경과·추진실적"

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        """카드에 실은 것. 부서가 아직 내지 않은 것은 취합 화면에서 본다."""
        return super().rows(user).accepted()  # type: ignore[attr-defined,no-any-return]


class PolicyScreens(Screens):
    model, resource = NamedPolicy, excel.NamedPolicyResource
    columns = (
        "number", "title", "ground", "department", ("period_text", ValueColumn("사업기간", order_by="starts_on")),
        "total_amount", "national_amount", "city_amount", "own_amount", "published_on",
        ("updated_on", ValueColumn("최종 수정일", order_by="updated_on")), ("stage_text", StateColumn("상태", order_by="status")),
    )  # fmt: skip
    shown = ("number", "title", "ground", "department", "total_amount", "published_on", "updated_on", "stage_text")
    filters = (
        ("stage", django_filters.ChoiceFilter(label="상태", choices=PolicyBoard.STAGES, method=asks("at_stage"))), "ground", "department",
        ("check", django_filters.ChoiceFilter(label="살펴볼 것", choices=CHECKS, method=asks("to_check"))),
        ("posted", DayFilter(label="공개하고 있는 날", method=asks("posted"), widget=forms.HiddenInput)),
    )  # fmt: skip
    picked = ("project",)
    search, search_label, search_hint = ("number", "title", "overview"), "관리번호·사업명·개요", "예: 2026-003, 도서관"
    state = "status"
    inputs = (
        "title", "department", "ground", "project", "overview", "background", "starts_on", "ends_on", "total_amount", "national_amount",
        "city_amount", "own_amount", "source",
    )  # fmt: skip
    form_base = PolicyForm
    title = "정책실명제 사업 목록"
    first_use = "아직 정책실명제 사업이 없습니다. 홈페이지의 사업목록을 엑셀로 올리거나 후보를 한 건씩 등록하세요."
    detail_view = PolicyDetailView
    sections = (
        ("사업 정보", (
            "number", "ground", ("신청 구분", "applied_by"), "department", "project", ("사업기간", "period_text"), "overview", "background",
        )),
        ("심의와 공개", (
            "decided_on", "decision", "published_on", "url", "link_checked_on", "link_failure", "withheld_on",
            ("비공개 근거", "nondisclosure_text"), "closed_on",
        )),
    )  # fmt: skip
    related = ((UpdateScreens, "policy"),)
    acts = (
        put_on_agenda(services.AGENDA, "심의에 올리기"),
        Act("publish", "공개", _publish, PublishForm, "홈페이지에 카드를 실은 날과 주소를 적습니다.", by_team, (_S.SELECTED, _S.WITHHELD),
            main=True, undo=True),
        Act("link", "게시 주소", _link, LinkForm, "홈페이지의 카드가 옮겨 갔으면 새 주소를 적습니다.", by_team, (_S.PUBLISHED,),
            undo=True),
        Act("follow", "담당 변경 반영", _follow, hint="앞사람의 줄을 닫고, 보직을 새로 맡은 사람의 소속·직급·성명을 이어 적습니다.",
            may=by_owner, states=NamedPolicy.LIVE, possible=_has_moved),
        Act("withhold", "비공개 전환", _withhold, WithholdForm, "과장이 근거와 사유를 적어 정합니다.", _may_withhold,
            (_S.PUBLISHED,), undo=True),
        Act("close", "종료", _close, DayForm.titled("종료일"), "사업이 끝난 날을 적습니다. 카드는 그때의 모습으로 남습니다.",
            by_team, NamedPolicy.LIVE, undo=True),
    )  # fmt: skip

    @classmethod
    def may_delete(cls, record: Any, user: Any) -> bool:
        """심의한 사업은 지우지 않는다. 끝났으면 종료한다."""
        return record.status == _S.CANDIDATE and super().may_delete(record, user)

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).with_state()  # type: ignore[attr-defined,no-any-return]


class SheetView(RoleRequired, View):
    """사업내역서 한 장을 한글이나 PDF 로."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, pk: int, kind: str) -> FileResponse:
        rows = NamedPolicy.objects.for_user(signed_in(request)).select_related("department").prefetch_related("people")
        policy = get_object_or_404(rows, pk=pk)
        return document_file(reports.card(policy), kind, f"{reports.TITLE} {policy.number}")


class ListingView(ScreenView):
    """조건에 맞는 사업의 목록을 한글·PDF 로, 사업내역서를 엑셀로."""

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        rows, today = self.listing.table.rows, timezone.localdate()
        if kind == "xlsx":
            sheet = reports.card_sheet(self.listing.table.queryset.prefetch_related("people"))
            return attachment(lambda file: write_xlsx(file, [sheet]), f"{reports.TITLE}_{today:%Y%m%d}.xlsx")
        policies = list(rows.data.data if hasattr(rows, "data") else rows)
        return document_file(reports.listing(policies, today, self.listing.condition_text), kind)


# ── 구민신청 ──────────────────────────────────────────────────────────


class ApplicationForm(RecordForm):
    """신청. 등록한 사람이 맡는다."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.handler = self.user


class ExcludeForm(ActForm):
    """신청 제외."""

    exclusion = forms.ChoiceField(label="제외 사유", choices=[("", CHOOSE), *CitizenApplication.Exclusion.choices])


class NotifyForm(DayForm):
    """통지."""

    title = "통지일"
    reply = forms.CharField(label="통지 내용", widget=forms.Textarea(attrs={"rows": 4}), help_text="신청인의 이름은 적지 않습니다.")

    def starting(self) -> dict[str, Any]:
        return {**super().starting(), "reply": f"신청하신 「{self.record.title}」은(는) {self.record.result_text}되었습니다."}


def _accept(application: CitizenApplication, data: dict[str, Any], user: Any) -> str:
    policy = services.accept(application)
    return f"관리번호 {policy.number} 후보로 올렸습니다. 심의위원회의 「심의를 기다리는 자료」에 나옵니다."


def _exclude(application: CitizenApplication, data: dict[str, Any], user: Any) -> str:
    services.exclude(application, data["exclusion"])
    return "신청을 제외했습니다. 까닭을 신청인에게 통지하세요."


def _notify(application: CitizenApplication, data: dict[str, Any], user: Any) -> str:
    services.notify(application, data["on"], data["reply"])
    return "결과를 통지했다고 적었습니다."


class ApplicationEditView(PersonalEdit, EditView):
    """신청 고치기."""


class ApplicationDetailView(PersonalDetail, DetailView):
    """신청 한 건. 이름은 가려서 보인다."""


class ApplicationScreens(Screens):
    model = CitizenApplication
    columns = (
        "title", "masked_applicant", "department", "received_on", "status",
        ("result_text", ValueColumn("심의 결과", order_by=("exclusion", "policy__status"))),
        "notified_on", "handler",
    )  # fmt: skip
    filters = ("status", "department", ("open", YesNo("처리 중", lambda rows: rows.open())))
    search, search_hint = ("title", "reason", "masked_applicant"), "예: 도서관, 김○○"
    state = "status"
    inputs = ("title", "reason", "department", "applicant", "contact", "received_on")
    form_base = ApplicationForm
    select_related = ("department", "handler", "policy")
    edit_view, detail_view = ApplicationEditView, ApplicationDetailView
    sections = (
        ("신청", ("title", "reason", "department", "masked_applicant", "received_on", "handler")),
        ("처리", ("status", ("심의 결과", "result_text"), "policy", "notified_on", "reply", "erased_on")),
    )  # fmt: skip
    acts = (
        Act("accept", "후보로 올리기", _accept, hint="심의할 후보를 만듭니다. 신청인의 이름은 옮기지 않습니다.",
            states=(CitizenApplication.Status.RECEIVED,), main=True),
        Act("exclude", "신청 제외", _exclude, ExcludeForm, states=(CitizenApplication.Status.RECEIVED,), undo=True),
        Act("notify", "결과 통지", _notify, NotifyForm, states=(CitizenApplication.Status.REVIEW,),
            possible=lambda record: record.is_settled, main=True),
    )  # fmt: skip
