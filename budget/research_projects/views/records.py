"""학술용역과 그에 딸린 자료의 목록·입력 화면."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet

from budget.research_projects.excel import ResearchOutputResource, ResearchProjectResource
from budget.research_projects.models import (
    DONE,
    RUNNING,
    Milestone,
    ResearchOutput,
    ResearchProject,
    SetAside,
    SimilarJob,
    Status,
    UseCheck,
)
from budget.research_projects.views.acts import ACTS
from budget.research_projects.views.board import ProjectDetailView
from core.screens.binder import Screens
from core.screens.filters import PresentFilter, YesNo
from core.screens.tables import ValueColumn


def _counted(name: str, label: str, condition: Q) -> tuple[str, YesNo]:
    """현황판의 수를 이루는 조건. 현황판에서 넘어올 때만 걸리고 고르는 칸은 없다."""
    return name, YesNo(label, condition, widget=forms.HiddenInput)


class SimilarJobScreens(Screens):
    model = SimilarJob
    columns = ("title", "project", "year", "source", "score", "judgement", "reason")
    filters = ("judgement", ("waiting", PresentFilter("other", "찾은 길", blank="사람이 적음", filled="구의 지난 용역")))
    picked = ("project",)
    search = ("title", "project__title", "reason")
    search_label = "용역·판단 근거"
    state = "judgement"
    parent = "project"


class SetAsideScreens(Screens):
    model = SetAside
    columns = ("detail_program", "detail_program__fiscal_year", "detail_program__department", "reason")
    search, search_label = ("detail_program__name", "reason"), "세부사업·까닭"
    first_use = "심의 대상이 아니라고 적은 세부사업이 없습니다. 첫 화면의 「심의 없이 발주」에서 고릅니다."


class PartScreens(Screens):
    """일(Act)이 만드는 자료. 고치기만 하고 따로 등록하지 않는다."""

    @classmethod
    def may_add(cls, user: Any) -> bool:
        return False


class MilestoneScreens(PartScreens):
    model = Milestone
    columns = ("kind", "project", "project__department", "planned_on", "done_on", "opinion")
    shown = ("kind", "project", "planned_on", "done_on", "opinion")
    filters = ("kind", ("waiting", PresentFilter("done_on", "보고", blank="보고 전", filled="보고함")))
    picked = ("project",)
    search, search_label = ("project__title", "opinion"), "용역·의견"
    inputs = ("planned_on", "opinion")
    sections = (("보고", ("project", "kind", "planned_on", "done_on", "opinion")),)


class ResearchOutputScreens(PartScreens):
    model, resource = ResearchOutput, ResearchOutputResource
    columns = (
        "project", "project__department", "project__year", "contract_amount", "contractor", "contracted_on", "period", "product",
        "use_text", "disclosure", "withheld_reason", "result_on", "registration",
    )  # fmt: skip
    shown = ("project", "project__department", "contract_amount", "contractor", "period", "product", "disclosure", "registration")
    filters = ("disclosure", ("year", django_filters.NumberFilter(label="예산 연도", field_name="project__year")))
    picked = ("project",)
    search, search_label = ("project__title", "contractor", "registration"), "용역·계약상대·등록번호"
    inputs = (
        "contract_amount", "contractor", "period", "contracted_on", "product", "use_text", "disclosure", "withheld_reason",
        "result_on", "registration",
    )  # fmt: skip
    state = "disclosure"


class UseCheckScreens(PartScreens):
    model = UseCheck
    columns = (
        "project", "after", "project__department", "checked_on", "result",
        ("evidence_line", ValueColumn("증거", order_by=("evidence", "evidence_text"))), "note",
    )  # fmt: skip
    shown = ("project", "after", "project__department", "checked_on", "result", "evidence_line")
    filters = ("after", "result", "evidence", ("year", django_filters.NumberFilter(label="예산 연도", field_name="project__year")))
    picked = ("project",)
    search, search_label = ("project__title", "evidence_text", "note"), "용역·증거"
    inputs = ("checked_on", "result", "evidence", "evidence_text", "detail_program", "plan", "note")
    select_related = ("project__department", "detail_program", "plan")
    state = "result"


class ResearchProjectScreens(Screens):
    model, resource = ResearchProject, ResearchProjectResource
    columns = (
        "title", "number", "department", "year", "status", "requested_amount", "approved_amount",
        ("cut", ValueColumn("감액(원)")), "output__contract_amount", "decision", "reviewed_on", "output__contractor",
        "output__disclosure", "months", "method", "subject", "project", "detail_program",
    )  # fmt: skip
    shown = ("title", "department", "year", "status", "requested_amount", "approved_amount", "output__contract_amount", "decision")
    filters = (
        "year", "department", "status", "decision",
        ("running", YesNo("하고 있는 용역", Q(status__in=RUNNING))),
        ("disclosure", django_filters.ChoiceFilter(
            label="공개여부", field_name="output__disclosure", choices=ResearchOutput.Disclosure.choices,
        )),
        _counted("judged", "심의 마침", Q(decision__in=ResearchProject.JUDGED)),
        _counted("cut", "감액", Q(approved_amount__lt=F("requested_amount"))),
        _counted("done", "완료", Q(status__in=DONE)),
        _counted("live", "철회하지 않음", ~Q(status=Status.WITHDRAWN)),
        _counted("checked", "활용 점검함", Q(pk__in=UseCheck.objects.values("project"))),
    )  # fmt: skip
    picked = ("project", "detail_program")
    search, search_label = ("title", "purpose", "subject", "output__contractor"), "용역명·목적·대상·계약상대"
    inputs = (
        "year", "number", "department", "partners", "title", "purpose", "subject", "method", "months", "requested_amount", "basis",
        "prior_search", "use_plan", "project", "detail_program",
    )  # fmt: skip
    state = "status"
    bulk_fields = ("year", "project")
    acts = ACTS
    detail_view = ProjectDetailView
    sections = (
        ("심의 신청", (
            "number", "year", ("부서", "departments_text"), "partners", "purpose", "subject", "method", "months", "requested_amount",
            "basis", "prior_search", "use_plan", "project", "detail_program",
        )),
        ("심의 결과", (
            "decision", "reviewed_on", "approved_amount", ("감액(원)", "cut_amount"), "review_note", "remark",
        )),
    )  # fmt: skip
    related = ((SimilarJobScreens, "project"), (MilestoneScreens, "project"))

    @classmethod
    def rows(cls, user: Any) -> QuerySet[Any]:
        return super().rows(user).annotate(cut=F("requested_amount") - F("approved_amount"))

    @classmethod
    def may_delete(cls, record: Any, user: Any) -> bool:
        """접수한 뒤에는 지우지 않고 철회한다. 지우면 심의의 기록이 함께 사라진다."""
        return super().may_delete(record, user) and record.number is None
