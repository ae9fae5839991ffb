"""학술용역의 첫 화면과 상세, 엑셀, 인쇄물."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views import View

from budget.research_projects import services
from budget.research_projects.dashboard import ResearchYear, newest_year, years_of
from budget.research_projects.models import ENDED, Milestone, ResearchProject, SetAside, UseCheck, coming_year
from budget.research_projects.prints import PRINTS
from core.access import ALL_ROLES, DIVISION_ROLES, RoleRequired, signed_in
from core.committees.models import Committee, Meeting
from core.deadlines.models import Deadline
from core.formats import date_plain, rate
from core.history.revisions import kept_first, kept_rows
from core.reports.download import KINDS, document_file
from core.screens.texts import field_value, label_of, unit_of, value_text
from core.screens.views.board import BoardPage, chosen_year, download, year_choices
from core.screens.views.detail import DetailView

SHOWN = 12


def research_year(request: HttpRequest) -> ResearchYear:
    """고른 예산 연도. 고르지 않았으면 보는 해나 용역이 있는 가장 늦은 해."""
    return ResearchYear(signed_in(request), chosen_year(request, newest_year))


class BoardView(RoleRequired, BoardPage):
    """한 해의 학술용역: 다섯 수, 신청액 → 심의 → 계약액, 심의 대기, 활용 점검, 심의 없이 발주."""

    roles = ALL_ROLES
    template_name = "budget/research_projects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, board = signed_in(self.request), research_year(self.request)
        committee = kept_first(Committee.objects.filter(code=services.COUNCIL))
        following = kept_first(Meeting.objects.filter(committee=committee).waiting().order_by("held_on")) if committee else None
        in_division = user.role in DIVISION_ROLES
        chart, waiting = board.chart, kept_rows(services.AGENDA.rows().for_user(user))  # type: ignore[attr-defined]
        due = Deadline.objects.for_user(user).open().filter(rule__code__startswith="research.").select_related("rule", "department")
        return super().get_context_data(**kwargs) | {
            "board": board, "years": year_choices({*years_of(user), coming_year()}, board.year), "committee": committee,
            "next": following, "in_division": in_division, "measures": [(one, rate(one.rate)) for one in board.measures],
            "chart": chart[:SHOWN], "chart_more": max(len(chart) - SHOWN, 0), "stages": ("신청액", "심의 후", "계약액"),
            "waiting": waiting, "due": kept_rows(due.order_by("safe_on")[:SHOWN]), "today": timezone.localdate(),
            "unreviewed": board.unreviewed(), "may_add": ResearchProject.scope.may_add(ResearchProject, user),
            "may_set_aside": SetAside.scope.may_add(SetAside, user),
            "prints": [
                (title, [(kind, f"{reverse('budget.research-projects-print', args=[code, kind])}?year={board.year}") for kind in KINDS])
                for code, (title, _build) in PRINTS.items()
            ],
        }  # fmt: skip


class ExportView(RoleRequired, View):
    """한 해의 용역과 심의 없이 발주한 것으로 보이는 세부사업을 엑셀로."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest) -> FileResponse:
        board = research_year(request)
        conditions: list[tuple[str, Any]] = [
            ("예산 연도", board.year), ("기준일", date_plain(timezone.localdate())),
            *((one.title, f"{rate(one.rate)}% ({one.how})") for one in board.measures),
            ("자료", "표본이 들어 있음" if board.is_sample else "등록한 용역"),
        ]  # fmt: skip
        sheet = board.table.sheet("학술용역", [f"{board.year}년 학술용역 심의 현황"], conditions)
        return download(request, f"학술용역_{board.year}.xlsx", [sheet])


class PrintView(RoleRequired, View):
    """인쇄물: 심의 안건(1건 1장), 심의 결과, 용역 결과 활용 현황. 한글과 PDF."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, code: str, kind: str) -> FileResponse:
        if code not in PRINTS:
            raise Http404("그런 인쇄물이 없습니다.")
        board, (title, build) = research_year(request), PRINTS[code]
        return document_file(build(board), kind, f"{title}_{board.year}")


class ProjectDetailView(DetailView):
    """용역 한 건: 지나온 길과, 그래서 무엇이 되었는가."""

    template_name = "budget/researchproject_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project: Any = self.record
        contract = project.contract
        return super().get_context_data(**kwargs) | {
            "flow": flow_of(project), "contract": contract, "checks": list(project.use_checks.select_related("detail_program", "plan")),
            "contract_rows": contract_rows(contract) if contract else [],
            "contract_url": reverse("budget.researchoutput-detail", args=[contract.pk]) if contract else "",
            "used": UseCheck.WORKED,
        }  # fmt: skip


def contract_rows(contract: Any) -> list[tuple[Any, ...]]:
    """계약과 결과의 칸."""
    names = ("contracted_on", "contract_amount", "contractor", "period", "product", "disclosure", "registration", "result_on",
             "withheld_reason", "use_text")  # fmt: skip
    labels = [(name, label_of(type(contract), name)) for name in names]
    return [(label, value_text(field_value(contract, name), unit_of(label))) for name, label in labels]


def flow_of(project: Any) -> list[tuple[str, str, str]]:
    """지나온 길: 신청, 심의, 발주, 착수, 중간, 완료, 결과, 활용."""
    result = project.contract.get_disclosure_display() if project.contract else ""
    days = (
        ("심의 제외" if project.is_exempt else "심의", project.reviewed_on), ("발주", project.contracted_on), ("착수", project.started_on),
        ("중간", project.milestone(Milestone.Kind.INTERIM)), ("완료", project.finished_on), (result or "결과", project.result_on),
        ("활용 6개월", project.used_on), ("활용 12개월", project.used_again_on),
    )  # fmt: skip
    last = max((at for at, (_title, day) in enumerate(days) if day), default=0 if project.is_exempt else -1)
    # 끝난 용역에는 할 차례가 없다(옛 대장에서 온 것은 지나온 날도 모른다).
    now = None if project.status in ENDED else last + 1
    return [(title, date_plain(day) if day else "", "done" if at <= last and day else "now" if at == now else "todo")
            for at, (title, day) in enumerate(days)]  # fmt: skip
