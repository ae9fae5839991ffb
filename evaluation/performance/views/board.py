"""성과관리 현황판, 부서 성과표, 지표 진단, 엑셀."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from core.access import ALL_ROLES, Role, RoleRequired, Team, owns_team, signed_in
from core.excel.writer import ColumnOut, SheetOut
from core.formats import date_plain, number, points
from core.history.revisions import kept_count, kept_rows
from core.org.models import Department
from core.screens.views.board import BoardPage, download
from evaluation.performance.figures import reconciled
from evaluation.performance.linting import RULES, counted, diagnose
from evaluation.performance.models import Indicator, Objection, PerfPlan, Stage
from evaluation.performance.scoring import (
    ACHIEVED,
    CLOSE,
    KINDS,
    MISSING,
    RISK,
    STATES,
    DepartmentResult,
    Evaluation,
    IndicatorResult,
    board_url,
    moved,
    weight_problems,
)
from evaluation.performance.views.acts import stage_of

TABS = {"departments": "부서별", "projects": "사업별", "changes": "중간평가 뒤 바뀐 것"}
WATCHED = 8


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 5 else None


def chosen_plan(request: HttpRequest) -> PerfPlan | None:
    """주소의 연도, 없으면 내가 보는 연도, 그해 계획이 없으면 가장 늦은 계획."""
    plans = PerfPlan.objects.for_user(request.user)
    if asked := _number(request.GET.get("year")):
        return get_object_or_404(plans, year=asked)
    return plans.of_year(signed_in(request).fiscal_year) or plans.of_year(None)


def chosen_evaluation(request: HttpRequest, plan: PerfPlan, stage: str) -> Evaluation:
    """볼 수 있는 지표로 만든 평가. 부서 담당자는 자기 부서의 것만 보고, 순위는 굳힌 것만 본다."""
    whole = request.user.role != Role.DEPARTMENT
    return Evaluation(plan, stage, Indicator.objects.for_user(request.user), whole=whole)


class BoardView(RoleRequired, BoardPage):
    """성과관리 현황판: 부서와 사업의 달성·근접·위험·실적 없음, 점수, 등급, 순위, 바뀐 것, 진단, 검산."""

    roles = ALL_ROLES
    template_name = "evaluation/performance_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        plan = chosen_plan(request)
        context = super().get_context_data(**kwargs) | {
            "plan": plan, "plans": kept_rows(PerfPlan.objects.for_user(request.user)),
            "is_team": owns_team(signed_in(request), Team.EVALUATION),
        }  # fmt: skip
        if plan is None:
            return context
        stage = stage_of(request, plan)
        tab = request.GET.get("tab", "departments")
        if tab not in TABS:
            raise Http404("그런 탭이 없습니다.")
        evaluation = chosen_evaluation(request, plan, stage)
        other = Evaluation(plan, Stage.MID, evaluation.queryset, whole=evaluation.whole) if stage == Stage.FINAL else None
        findings = diagnose(plan, evaluation.queryset, whole=evaluation.whole)
        return context | {
            "evaluation": evaluation, "stage": stage, "stage_label": Stage(stage).label, "stages": Stage.choices, "tab": tab,
            "as_of": plan.as_of(stage),
            "tabs": [{"title": title, "url": board_url(plan, stage, tab=key), "current": key == tab} for key, title in TABS.items()],
            "kpi": self._kpi(evaluation, other), "bar": bar_of(evaluation.counts),
            "lines": [department_line(evaluation, line, other) for line in evaluation.ranking] if tab == "departments" else [],
            "projects": [project_line(evaluation, one) for one in evaluation.projects] if tab == "projects" else [],
            "pairs": moved(other, evaluation) if other else [],
            "moved_url": evaluation.rows_url(moved="all"),
            "watched": watched(evaluation), "watched_url": evaluation.rows_url(state=RISK),
            "missing_url": evaluation.rows_url(state=MISSING),
            "lint": [
                (title, text, count, evaluation.rows_url(lint=rule))
                for (rule, count), (title, text) in zip(counted(findings).items(), RULES.values(), strict=True)
            ],
            "lint_count": len(findings), "lint_url": f"{reverse('evaluation.performance-lint')}?year={plan.year}",
            "checks": self._checks(plan, evaluation), "bands": bands(evaluation),
            "objections": kept_count(Objection.objects.for_user(request.user).filter(
                indicator__perf_project__plan=plan, status=Objection.Status.FILED
            )),
            "export_url": f"{reverse('evaluation.performance-export')}?{request.GET.urlencode()}",
        }  # fmt: skip

    def _kpi(self, evaluation: Evaluation, other: Evaluation | None) -> list[dict[str, Any]]:
        """수치 띠: 지표, 달성, 근접, 위험, 실적 없음, 평균 점수."""
        counts = evaluation.counts
        places = evaluation.plan.score_places
        strip: list[dict[str, Any]] = [
            {"title": "성과지표", "value": len(evaluation.results), "unit": "개", "url": evaluation.rows_url(),
             "note": f"{len(evaluation.departments)}개 부서 · 주요사업 {len(evaluation.projects)}개"},
        ]  # fmt: skip
        for state, label in STATES.items():
            note = {ACHIEVED: "달성도 100% 이상", CLOSE: f"{evaluation.plan.risk_below}% 이상 100% 아래",
                    RISK: f"{evaluation.plan.risk_below}% 아래", MISSING: "점수를 매길 수 없음"}[state]  # fmt: skip
            if other:
                note = f"중간평가 {other.counts[state]}"
            strip.append({"title": label, "value": counts[state], "unit": "개", "url": evaluation.rows_url(state=state), "note": note})
        if evaluation.whole:
            ranked = sum(line.rank is not None for line in evaluation.departments)
            strip.append({
                "title": "평균 점수", "value": number(evaluation.average, places), "unit": "점", "note": f"순위를 매긴 {ranked}개 부서",
                "url": "#ranking",
            })  # fmt: skip
        return strip

    def _checks(self, plan: PerfPlan, evaluation: Evaluation) -> list[dict[str, Any]]:
        """검산: 보고서의 수, 가중치, 굳힌 점수와 다시 셈한 점수."""
        if not evaluation.whole:
            return []
        found = [
            {"ok": one.ok, "text": f"{one.title} {number(one.computed)}개", "detail": one.detail, "url": one.url, "more": "행 보기"}
            for one in reconciled(plan, evaluation)
        ]
        problems = weight_problems(plan)
        wrong = f"가중치의 합이 100이 아닌 곳 {len(problems)}곳"
        found.append({
            "ok": not problems, "text": wrong if problems else "부서와 사업마다 가중치의 합이 100입니다",
            "detail": "; ".join(problems[:3]), "url": reverse("evaluation.perfplan-detail", args=[plan.pk]) if problems else "",
        })  # fmt: skip
        settled = [line.same_as_settled for line in evaluation.departments if line.same_as_settled is not None]
        if settled:
            same = sum(settled)
            found.append({
                "ok": same == len(settled), "text": f"굳힌 점수와 다시 셈한 점수가 같은 부서 {same}/{len(settled)}",
                "url": f"{reverse('evaluation.perfscore-list')}?plan={plan.pk}&stage={evaluation.stage}", "more": "굳힌 점수 보기",
            })  # fmt: skip
        return found


def bar_of(counts: Any) -> list[str]:
    """달성·근접·위험·없음의 막대 조각."""
    return [f"fl-{KINDS[state]}:{counts[state]}" for state in STATES if counts[state]]


def cells(evaluation: Evaluation, counts: Any, **filters: Any) -> list[tuple[str, int, str]]:
    """상태마다 (갈래, 건수, 그 지표의 목록)."""
    return [(KINDS[state], counts[state], evaluation.rows_url(state=state, **filters)) for state in STATES]


def department_line(evaluation: Evaluation, line: DepartmentResult, other: Evaluation | None) -> dict[str, Any]:
    """현황판의 부서 한 줄."""
    before = next((one for one in other.departments if one.department.pk == line.department.pk), None) if other else None
    gap = line.score - before.score if before and before.score is not None and line.score is not None else None
    return {
        "line": line, "cells": cells(evaluation, line.counts, department=line.department.pk), "gap": gap,
        "before": before, "indicators_url": evaluation.rows_url(department=line.department.pk),
        "projects_url": f"{reverse('evaluation.perfproject-list')}?plan={evaluation.plan.pk}&department={line.department.pk}",
        "url": f"{reverse('evaluation.performance-sheet', args=[evaluation.plan.pk, line.department.pk])}?stage={evaluation.stage}",
    }  # fmt: skip


def project_line(evaluation: Evaluation, one: Any) -> dict[str, Any]:
    """현황판의 주요사업 한 줄."""
    return {
        "one": one, "cells": cells(evaluation, one.counts, project=one.project.pk),
        "url": reverse("evaluation.perfproject-detail", args=[one.project.pk]),
        "indicators_url": evaluation.rows_url(project=one.project.pk),
    }  # fmt: skip


def watched(evaluation: Evaluation) -> list[IndicatorResult]:
    """챙겨볼 지표: 위험한 것 가운데 부서 점수를 많이 깎는 것부터."""

    def loss(one: IndicatorResult) -> Decimal:
        project = one.indicator.perf_project
        return (one.cap - (one.achievement or 0)) * one.indicator.weight * project.weight

    return sorted((one for one in evaluation.results if one.state == RISK), key=loss, reverse=True)[:WATCHED]


def bands(evaluation: Evaluation) -> list[dict[str, Any]]:
    """등급마다의 비율과 부서."""
    if not evaluation.whole:
        return []
    return [
        {"band": band, "lines": [line for line in evaluation.ranking if line.grade == band.grade]} for band in evaluation.bands
    ]


class BoardExportView(RoleRequired, View):
    """현황판을 엑셀로: 부서별, 사업별, 지표별 세 시트. 달성도와 점수는 진짜 수다."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        plan = chosen_plan(request)
        if plan is None:
            raise Http404("내려받을 자료가 없습니다.")
        stage = stage_of(request, plan)
        evaluation = chosen_evaluation(request, plan, stage)
        titles = [f"{plan.year}년 성과관리 {Stage(stage).label}", f"{date_plain(plan.as_of(stage))} 기준"]
        conditions: list[tuple[str, Any]] = [
            ("계획", str(plan)), ("평가", str(Stage(stage).label)), ("달성도 상한(%)", plan.cap),
            ("끝수 처리", f"{plan.get_rounding_display()}, 달성도 소수 {plan.rate_places}자리, 점수 소수 {plan.score_places}자리"),
            ("자료", "표본" if plan.is_sample else "부서 제출 자료"),
        ]  # fmt: skip
        name = f"성과관리_{plan.year}_{Stage(stage).label}.xlsx"
        sheets = [
            SheetOut("부서별", DEPARTMENT_COLUMNS, [_department_row(line) for line in evaluation.ranking],
                     title_lines=titles, conditions=conditions),
            SheetOut("사업별", PROJECT_COLUMNS, [_project_row(one) for one in evaluation.projects]),
            SheetOut("지표별", INDICATOR_COLUMNS, [_indicator_row(one) for one in evaluation.results]),
        ]  # fmt: skip
        return download(request, name, sheets)


def _columns(kind: str, *titles: str) -> list[ColumnOut]:
    return [ColumnOut(title, kind) for title in titles]


DEPARTMENT_COLUMNS = [
    *_columns("integer", "순위"), *_columns("text", "부서"), *_columns("integer", "주요사업(개)", "지표(개)", *STATES.values()),
    *_columns("decimal", "지표 점수", "가감점", "최종 점수"), *_columns("text", "등급", "우수부서", "비고"),
]  # fmt: skip
PROJECT_COLUMNS = [
    *_columns("text", "부서", "주요사업"), *_columns("decimal", "가중치(%)"), *_columns("integer", "지표(개)", *STATES.values()),
    *_columns("decimal", "사업 점수", "부서 점수 몫"),
]  # fmt: skip
INDICATOR_COLUMNS = [
    *_columns("text", "부서", "주요사업", "지표", "단위", "방향"),
    *_columns("decimal", "목표", "실적", "달성도(%)", "가중치(%)", "점수"), *_columns("text", "결과", "셈한 식"),
]  # fmt: skip


def _department_row(line: DepartmentResult) -> list[Any]:
    return [
        line.rank, line.department.name, len(line.projects), len(line.indicators), *(line.counts[state] for state in STATES),
        line.base_score, line.adjustment, line.score, line.grade, "우수부서" if line.is_excellent else "",
        "잠정(실적 없는 지표 있음)" if line.is_provisional else "",
    ]  # fmt: skip


def _project_row(one: Any) -> list[Any]:
    return [
        one.project.department.name, one.project.title, one.project.weight, len(one.indicators),
        *(one.counts[state] for state in STATES), one.score, one.share,
    ]  # fmt: skip


def _indicator_row(one: IndicatorResult) -> list[Any]:
    row = one.indicator
    return [
        row.perf_project.department.name, row.perf_project.title, row.name, row.unit, row.get_direction_display(), one.target,
        one.value, one.rate, row.weight, one.score, one.state_label, one.formula,
    ]  # fmt: skip


class SheetView(RoleRequired, TemplateView):
    """부서 성과표: 사업과 지표마다 실적·목표·산식·점수를 적어, 인쇄한 종이로도 다시 셈할 수 있다."""

    roles = ALL_ROLES
    template_name = "evaluation/performance_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.request, signed_in(self.request)
        plan = get_object_or_404(PerfPlan.objects.for_user(user), pk=kwargs["pk"])
        department = get_object_or_404(Department, pk=kwargs["department"])
        own = user.role == Role.DEPARTMENT
        if own and user.department_id != department.pk:
            raise Http404("자기 부서의 성과표만 봅니다.")
        stage = stage_of(request, plan)
        evaluation = chosen_evaluation(request, plan, stage)
        line = next((one for one in evaluation.departments if one.department.pk == department.pk), None)
        if line is None:
            return super().get_context_data(plan=plan, department_of=department, stage=stage, line=None, **{})
        findings = diagnose(plan, Indicator.objects.filter(perf_project__department=department), whole=not own)
        statuses = {one.indicator.status for one in line.indicators}
        drafting = plan.status == PerfPlan.Status.DRAFTING and (own or owns_team(user, Team.EVALUATION))
        places = plan.score_places
        total = " + ".join(number(one.share, places) for one in line.projects if one.share is not None)
        return super().get_context_data(
            plan=plan, department_of=department, stage=stage, stage_label=Stage(stage).label, stages=Stage.choices, line=line,
            as_of=plan.as_of(stage), places=places, total_formula=total, gap=points(line.adjustment, places),
            settled_text=f"{date_plain(line.settled.settled_at)} 굳힘" if line.settled and line.settled.settled_at else "아직 굳히지 않음",
            planning=not plan.is_settled, problems=weight_problems(plan, department),
            findings=[(one, findings[one.indicator.pk]) for one in line.indicators if one.indicator.pk in findings],
            can_submit=drafting and Indicator.Status.DRAFT in statuses,
            can_take_back=drafting and Indicator.Status.SUBMITTED in statuses,
            board_url=board_url(plan, stage), **{},
        )  # fmt: skip


class LintView(RoleRequired, BoardPage):
    """지표 진단: 걸린 지표와 까닭. 갈래의 수는 그 지표만 연다."""

    roles = ALL_ROLES
    template_name = "evaluation/performance_lint.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        plan = chosen_plan(request)
        context = super().get_context_data(**kwargs) | {"plan": plan}
        if plan is None:
            return context
        whole = request.user.role != Role.DEPARTMENT
        rows = Indicator.objects.for_user(request.user).filter(perf_project__plan=plan)
        found = diagnose(plan, rows, whole=whole)
        rule = request.GET.get("rule", "")
        if rule and rule not in RULES:
            raise Http404("그런 진단이 없습니다.")
        shown = rows.filter(pk__in=[key for key, findings in found.items() if not rule or any(one.rule == rule for one in findings)])
        shown = shown.select_related("perf_project__department").order_by(*Indicator.objects.in_order())
        listing = f"{reverse('evaluation.indicator-list')}?plan={plan.pk}&lint="
        if not whole and request.user.department is None:
            raise PermissionDenied("소속 부서가 정해지지 않았습니다. 시스템관리자에게 알려 주세요.")
        return context | {
            "rules": [(key, *RULES[key], count, listing + key) for key, count in counted(found).items()],
            "rows": [(row, found[row.pk]) for row in shown], "rule": rule, "total": len(found), "all_count": rows.count(),
            "all_url": f"{reverse('evaluation.indicator-list')}?plan={plan.pk}&lint=any",
        }  # fmt: skip
