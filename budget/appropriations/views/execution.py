"""집행 현황 대시보드, 두 기준일 비교, 대사."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views import View

from budget.appropriations.dashboard import WHOLE, Execution, Line, unexplained
from budget.appropriations.models import EarlyExecutionTarget, ExecutionReason, ExecutionSummary, LayerTotal
from budget.appropriations.models.execution import newest_year
from budget.appropriations.reconciliation import checks, printed_rates
from budget.appropriations.tables import execution_table, layer_table
from core.access import ALL_ROLES, DIVISION_ROLES, Role, RoleRequired, owns_team, signed_in
from core.figures.models import RATE_MODE, STALE_DAYS, ReportedValue, Setting
from core.formats import date_plain, money, percent, points, rate
from core.history.revisions import kept_rows
from core.org.models import Department, Staff, division
from core.screens.views.board import BoardPage, chosen_year, download

TABS = {
    "units": "단위사업별",
    "teams": "팀별",
    "departments": "부서별",
    "fundings": "재원별",
    "stat-items": "통계목별",
    "programs": "세부사업 목록",
}
PROGRAMS_PER_PAGE = 50


def chosen_execution(request: HttpRequest) -> Execution:
    """주소의 연도·기준일·부서로 현황을 만든다. 부서 담당자는 늘 자기 부서만 본다."""
    user = request.user
    year = chosen_year(request, newest_year)
    try:
        as_of = date.fromisoformat(request.GET["as_of"]) if request.GET.get("as_of") else None
    except ValueError:
        raise Http404("기준일을 알 수 없습니다.") from None
    summaries = ExecutionSummary.objects.for_user(user)
    execution = Execution(summaries, year, as_of, _department(request))
    if execution.department and execution.pointer and not _asked_department(request) and not execution.has_rows:
        # 우리 과의 행이 없는 자료(다른 기관의 파일)이면 0만 보이지 않게 전체를 보인다.
        return Execution(summaries, year, as_of)
    return execution


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _asked_department(request: HttpRequest) -> bool:
    """어느 부서를 볼지 사람이 골랐거나 정해져 있는가."""
    return request.user.role == Role.DEPARTMENT or bool(request.GET.get("department"))


def _department(request: HttpRequest) -> Department | None:
    user, asked = request.user, request.GET.get("department", "")
    if user.role == Role.DEPARTMENT:
        if user.department is None:
            raise PermissionDenied("소속 부서가 정해지지 않았습니다. 시스템관리자에게 알려 주세요.")
        return user.department
    if asked == WHOLE:
        return None
    if asked:
        found: list[Department] = kept_rows(Department.objects.filter(pk=_number(asked)))
        if not found:
            raise Http404("그런 부서가 없습니다.")
        return found[0]
    return division()


class ExecutionView(RoleRequired, BoardPage):
    """예산 집행 현황: 단위사업·팀·부서·재원·통계목별 표와 월별 누계, 검산."""

    roles = ALL_ROLES
    template_name = "budget/execution.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.request, signed_in(self.request)
        execution = chosen_execution(request)
        tab = request.GET.get("tab", "units")
        if tab not in TABS:
            raise Http404("그런 탭이 없습니다.")
        context = super().get_context_data(**kwargs)
        context |= {"execution": execution, "tab": tab, "tab_label": TABS[tab], "tabs": self._tabs(execution, tab)}
        context["can_bring"] = owns_team(signed_in(request), "budget")
        context["departments"] = self._department_choices(execution)
        if execution.pointer is None:
            return context
        context |= {
            "total": execution.total,
            "open_hint": "금액은 e호조 행을 엽니다" if tab in ("fundings", "stat-items") else "이름은 세부사업, 금액은 e호조 행을 엽니다",
            "lines": tab_lines(execution, tab, request),
            "even_target": f"{execution.month}/12",
            "kpi": self._kpi(execution),
            "stale_days": self._stale_days(execution),
            "export_url": f"{reverse('budget.execution-export')}?{request.GET.urlencode()}",
        }
        if tab == "units":
            context |= {
                "months": month_points(execution),
                "sources": execution.by_source(),
                "by_funding_url": execution.page_url(tab="fundings"),
                "checks": checks(execution, reverse("budget.reconciliation"), whole_file=user.role in DIVISION_ROLES),
                "layers": supplementary(execution.year, user),
            }
        elif tab == "stat-items":
            context["early"] = early_execution(execution)
        elif tab == "programs":
            context["page"] = self._page(context["lines"])
            context["listed_total"] = execution.listed_total(program_filters(request), context["lines"])
            if request.GET.get("reason") == "none":
                # 상태로 고른 사업의 행은 한 조건으로 열 수 없다.
                context["listed_total"].rows_url = ""
            context["picked"] = self._picked(execution)
            context["page_query"] = execution.query(tab=tab, **program_filters(request))
            may_add = ExecutionReason.scope.may_add(ExecutionReason, signed_in(request))
            context["table"] = execution_table(execution, tab, TABS[tab], context["listed_total"], context["page"], may_add)
        if tab != "programs":
            context["table"] = execution_table(execution, tab, TABS[tab], execution.total, context["lines"])
        return context

    def _tabs(self, execution: Execution, current: str) -> list[dict[str, Any]]:
        hidden = set()
        if execution.department and self.request.user.role == Role.DEPARTMENT:
            # 자기 부서만 보므로 부서별은 한 줄이고, 네 팀은 우리 과에만 있다.
            hidden = {"departments"} if execution.is_division else {"departments", "teams"}
        items = []
        for key, title in TABS.items():
            if key in hidden:
                continue
            # 부서별은 구 전체를 봐야 뜻이 있다.
            query = execution.query(tab=key, **({"department": WHOLE} if key == "departments" else {}))
            items.append({"title": title, "url": f"?{query}", "current": key == current})
        return items

    def _department_choices(self, execution: Execution) -> list[Department]:
        if self.request.user.role == Role.DEPARTMENT or execution.pointer is None:
            return []
        # 어느 부서를 보고 있든 자료에 있는 부서를 모두 고를 수 있다.
        held = execution.pointer.snapshot.summaries.filter(cut=ExecutionSummary.Cut.FUNDING).order_by().values("department")
        return kept_rows(Department.objects.filter(pk__in=held))

    def _kpi(self, execution: Execution) -> list[dict[str, Any]]:
        """수치 띠 다섯 칸. 마지막 칸은 연말까지 다 쓰려면 달마다 얼마씩 써야 하는지다."""
        total, month = execution.total, execution.month
        own = {source for source, amount in total.sources.items() if amount}
        share = points(Decimal(total.balance) * 100 / total.base) if total.base else "-"
        monthly = Decimal(total.spent) / month
        strip = [
            {"title": "예산액", "value": money(total.budget), "note": "전액 구비" if own == {"own"} else "", "url": total.rows_url},
            {"title": "집행액", "value": money(total.spent), "note": f"월평균 {money(int(monthly))}", "url": total.rows_url},
            {"title": "잔액", "value": money(total.balance), "note": f"{execution.standard.base_label}의 {share}%", "url": total.rows_url},
            {
                "title": "집행률", "value": rate(total.rate, execution.standard.places), "unit": "%",
                "note": f"{execution.target_label} {rate(total.target)}% 대비",
                "bad": f"{points(total.gap)}%p", "url": f"{reverse('budget.execution-compare')}?{execution.query()}",
            },
        ]  # fmt: skip
        if month < 12:
            needed = Decimal(total.balance) / (12 - month)
            times = f"{points(needed / monthly)}배" if monthly else "-"
            strip.append(
                {"title": "연말까지 필요한 월평균 집행", "value": money(round(needed)), "note": "지금까지 월평균의", "bad": times}
            )
        return strip

    def _stale_days(self, execution: Execution) -> int | None:
        """올해 자료가 설정한 날수보다 오래됐으면 지난 날수."""
        today = timezone.localdate()
        days = (today - execution.as_of).days if execution.as_of else 0
        return days if execution.year == today.year and days > execution.settings[STALE_DAYS] else None

    def _page(self, lines: list[Line]) -> Any:
        size = max(len(lines), 1) if self.request.GET.get("print") else PROGRAMS_PER_PAGE
        return Paginator(lines, size).get_page(self.request.GET.get("page"))

    def _picked(self, execution: Execution) -> str:
        """세부사업 목록을 어느 단위사업이나 업무보고 사업으로 좁혔는지."""
        if self.request.GET.get("reason") == "none":
            return "사유를 적지 않은 부진 사업"
        for line in execution.units():
            wanted = {key: self.request.GET.get(key, "") for key in ("unit", "report")}
            if wanted["unit"] == str(line.filters.get("unit")) and wanted["report"] == str(line.filters.get("report", "")):
                return line.label
        return ""


def program_filters(request: HttpRequest) -> dict[str, str]:
    """세부사업 목록을 좁히는 조건: 단위사업, 업무보고 사업, 팀, 사유(none 이면 사유 없는 부진 사업만)."""
    return {key: request.GET.get(key, "") for key in ("unit", "report", "team", "reason")}


def tab_lines(execution: Execution, tab: str, request: HttpRequest) -> list[Line]:
    """탭의 표. 계는 따로 둔다."""
    if tab == "programs":
        lines = execution.detail_programs(program_filters(request), ExecutionReason.objects.for_user(request.user))
        return unexplained(lines) if request.GET.get("reason") == "none" else lines
    return {
        "units": execution.units,
        "teams": execution.teams,
        "departments": execution.departments,
        "fundings": execution.fundings,
        "stat-items": execution.stat_items,
    }[tab]()


def month_points(execution: Execution) -> dict[str, Any]:
    """월별 누계 그림에 넣을 점: 이름표, 집행률, 목표(%)."""
    months = execution.months()
    targets = execution.monthly_targets()
    total = execution.total
    rate, target = total.rate, total.target
    sentence = ""
    if rate is not None and target is not None and total.gap is not None:
        direction = "낮습니다" if total.gap < 0 else "높습니다"
        sentence = f"{execution.month}월 말 {rate}%로 {execution.target_label} {round(target, 1)}%보다 {abs(total.gap)}%포인트 {direction}."
    return {
        "labels": [f"{month}월" for month, _line in months],
        "values": [line.exact_rate if line else None for _month, line in months],
        "targets": targets,
        "sentence": sentence,
    }


def supplementary(year: int, user: Staff) -> dict[str, Any] | None:
    """추경 편성 표(원)와 검산. 자료가 없거나 볼 수 없는 사람이면 None."""
    rows = LayerTotal.objects.for_user(user).table(year)
    if not rows:
        return None
    [first] = kept_rows(LayerTotal.objects.filter(budget_version__fiscal_year__year=year).order_by("pk")[:1])
    original = rows[0].get("original")
    bill = {
        value.code.rpartition(".")[2]: int(value.value)
        for value in kept_rows(ReportedValue.objects.filter(code__startswith=f"next_budget.{year + 1}.", value__isnull=False))
    }
    growth = bill["total"] - original if original and "total" in bill else None
    return {
        "rows": rows, "table": layer_table(rows, lambda row, name: row.get(name)),
        "as_of": first.as_of, "source": first.source, "next_year": year + 1,
        "bill": bill, "original": original, "growth": growth, "growth_rate": percent(growth, original),
    }  # fmt: skip


def early_execution(execution: Execution) -> list[dict[str, Any]]:
    """신속집행: 목표마다 대상액(예산현액), 목표액, 집행액(원)과 집행률·달성률(%)."""
    result = []
    targets = EarlyExecutionTarget.objects.filter(fiscal_year__year=execution.year).prefetch_related("stat_items")
    for target in targets:
        items = [item.pk for item in target.stat_items.all()]
        # 기간이 끝난 목표는 그 달의 자료로, 아니면 지금 기준일의 자료로 센다.
        end = target.END_MONTH[target.period]
        pointers = [pointer for pointer in execution.pointers if execution.month_of(pointer.as_of) <= min(end, execution.month)]
        if not pointers:
            continue
        totals = execution.summaries(ExecutionSummary.Cut.STAT_ITEM, pointers[:1]).filter(stat_item__in=items).totals()
        whole = totals["current_amount"] if totals["current_amount"] is not None else totals["budget_amount"]
        line = Line("", execution.standard, budget=whole or 0, spent=totals["spent_amount"] or 0)
        goal = int(Decimal(line.budget) * target.target_rate / 100)
        result.append({
            "target": target, "as_of": pointers[0].as_of, "items": len(items), "line": line, "goal": goal,
            "achievement": Line("", execution.standard, budget=goal, spent=line.spent).rate,
        })
    return result


class ExecutionExportView(RoleRequired, View):
    """보고 있는 탭을 엑셀로 받는다. 금액은 원, 비율은 소수 그대로다."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        execution = chosen_execution(request)
        tab = request.GET.get("tab", "units")
        if tab not in TABS or execution.pointer is None:
            raise Http404("내려받을 자료가 없습니다.")
        lines = tab_lines(execution, tab, request)
        total = execution.listed_total(program_filters(request), lines) if tab == "programs" else execution.total
        sheet = execution_table(execution, tab, TABS[tab], total, lines).sheet(
            TABS[tab],
            title_lines=[f"{execution.year} 회계연도 예산 집행 현황({TABS[tab]})", f"{date_plain(execution.as_of)} 기준"],
            conditions=[
                ("회계연도", str(execution.year)), ("기준일", date_plain(execution.as_of)),
                ("부서", str(execution.department or "구 전체")), ("집행률의 분모", execution.standard.base_label),
                ("자료", f"{execution.pointer.snapshot.file.name}{' (표본)' if execution.is_sample else ''}"),
            ],
        )  # fmt: skip
        name = f"집행현황_{TABS[tab]}_{execution.as_of:%Y%m%d}.xlsx"
        return download(request, name, [sheet])


class CompareView(RoleRequired, BoardPage):
    """두 기준일의 집행을 세부사업까지 견준다."""

    roles = ALL_ROLES
    template_name = "budget/execution_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        after = chosen_execution(self.request)
        context = super().get_context_data(**kwargs) | {"after": after}
        dates = [pointer.as_of for pointer in after.pointers]
        earlier = [day for day in dates if after.as_of and day < after.as_of]
        asked = self.request.GET.get("from", "")
        chosen = next((day for day in dates if day.isoformat() == asked), earlier[0] if earlier else None)
        context |= {"dates": dates, "from": chosen}
        if chosen is None:
            return context
        before = Execution(ExecutionSummary.objects.for_user(self.request.user), after.year, chosen, after.department)
        context |= {"before": before, "rows": difference(before, after)}
        return context


def difference(before: Execution, after: Execution) -> list[dict[str, Any]]:
    """세부사업별 앞뒤 금액(원)과 차이. 새로 생김·없어짐·집행 줄어듦을 적는다. 바뀐 사업만, 계가 먼저."""

    old = {line.filters["program"]: line for line in before.detail_programs({})}
    new = {line.filters["program"]: line for line in after.detail_programs({})}
    rows = [_difference("계", before.total, after.total, "", after.total)]
    for program in {**old, **new}:
        one, two = old.get(program), new.get(program)
        shown = two or one or before.total
        mark = "새로 생김" if one is None else "없어짐" if two is None else "집행 줄어듦" if two.spent < one.spent else ""
        row = _difference(shown.label, one, two, mark, shown)
        if mark or row["budget"] or row["spent"]:
            rows.append(row)
    return [rows[0], *sorted(rows[1:], key=lambda row: (not row["mark"], -abs(row["spent"])))]


def _difference(label: str, one: Line | None, two: Line | None, mark: str, shown: Line) -> dict[str, Any]:
    def part(line: Line | None, name: str) -> int:
        return getattr(line, name) if line else 0

    return {
        "label": label, "owner": shown.owner, "mark": mark, "before": one, "after": two,
        "budget": part(two, "budget") - part(one, "budget"), "spent": part(two, "spent") - part(one, "spent"),
    }  # fmt: skip


class ReconciliationView(RoleRequired, BoardPage):
    """대사: 보고서에 인쇄된 비율과 정확한 값, 반올림, 버림을 나란히 놓는다."""

    template_name = "budget/reconciliation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mode = Setting.objects.values_on()[RATE_MODE]
        rates = printed_rates()
        return super().get_context_data(**kwargs) | {
            "rates": [(rate, rate.differs(mode)) for rate in rates],
            "mode": dict(RATE_MODE.choices)[mode],
            "counts": [
                (title, sum(rate.agreement == word for rate in rates))
                for title, word in (("둘 다 맞음", "둘 다"), ("버림만 맞음", "버림"), ("반올림만 맞음", "반올림"))
            ],
            "differing": sum(rate.differs(mode) for rate in rates),
        }
