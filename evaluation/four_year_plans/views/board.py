"""한눈판, 두 분기 비교, 한눈판의 엑셀."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views import View

from core.access import ALL_ROLES, DIVISION_ROLES, Role, RoleRequired, signed_in
from core.charts.stacked import stacked
from core.excel.writer import ColumnOut, SheetOut
from core.history.revisions import kept_rows
from core.rounds.models import Round
from core.screens.views.base import route_url
from core.screens.views.board import BoardPage, download
from evaluation.four_year_plans.dashboard import (
    LABELS,
    WATCH_SHOWN,
    Board,
    Status,
    checks,
    key_of,
    text_of,
)
from evaluation.four_year_plans.models import FourYearPlan, Task
from evaluation.four_year_plans.tables import departments_table, rates_table
from evaluation.four_year_plans.views.tabs import chosen_plan, chosen_quarter, plan_tabs


def chosen_board(request: HttpRequest) -> Board | None:
    """주소의 계획과 분기로 한눈판을 만든다. 부서 담당자는 우리 부서의 과제만 본다. 계획이 없으면 None."""
    plan = chosen_plan(request)
    if plan is None:
        return None
    tasks, rounds = Task.objects.for_user(request.user), Round.objects.for_user(request.user)
    return Board(tasks, plan, chosen_quarter(request, plan), rounds)


class BoardView(RoleRequired, BoardPage):
    """구정운영 4개년 계획의 한눈판: 상태 띠, 과제의 판, 챙겨볼 과제, 16분기, 이행률, 검산."""

    roles = ALL_ROLES
    template_name = "evaluation/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, user = self.request, signed_in(self.request)
        board = chosen_board(request)
        context = super().get_context_data(**kwargs) | {
            "board": board, "in_division": user.role in DIVISION_ROLES, "plans": kept_rows(FourYearPlan.objects.all()),
            "can_add": Task.scope.may_add(Task, user),
        }  # fmt: skip
        if board is None:
            return context
        context["tabs"] = plan_tabs(user, board.plan, board.quarter, "board")
        context["meta_counts"] = _promise(board.plan)
        if not board.tasks:
            return context
        query = f"plan={board.plan.pk}&quarter={key_of(board.quarter)}"
        return context | {
            "title": text_of(board.quarter), "strip": self._strip(board), "bar": _bar(board), "query": query,
            "watched": board.watched[:WATCH_SHOWN], "watched_url": board.total.url(state="watch"),
            "watch_counts": f"부진 {board.total.counts[Status.BAD]} · 주의 {board.total.counts[Status.WARN]}",
            "attention": board.attention(), "qt": board.strip(request.GET.get("field")), "rates": rates_table(board),
            "departments": departments_table(board), "checks": checks(board), "band": self._band(board),
            "export_url": f"{reverse('evaluation.four-year-plan-export')}?{query}",
            "compare_url": f"{reverse('evaluation.four-year-plan-compare')}?{query}",
        }  # fmt: skip

    def _strip(self, board: Board) -> list[dict[str, Any]]:
        """상태마다의 칸: 이번 분기의 건수와 지난 분기의 건수."""
        strip = []
        for state in Status:
            count = board.total.counts[state]
            note = ""
            if board.earlier is not None:
                before = board.earlier[state]
                grown = state == Status.DONE and count > before
                note = f"이번 분기 {count - before}건 늘어남" if grown else f"지난 분기 {before}"
            if state == Status.NONE and count and (later := _starts_later(board)):
                note = later
            strip.append({"label": state.label, "count": count, "note": note, "url": board.total.url(state=state.value)})
        return strip

    def _band(self, board: Board) -> dict[str, Any] | None:
        """접수하고 있는 점검의 띠."""
        opened = board.open_round
        if opened is None:
            return None
        url = route_url(Round, "detail", opened.round.pk)
        return {"open": opened, "due": timezone.localtime(opened.round.due_at), "url": f"{url}?status=left" if url else ""}


def _starts_later(board: Board) -> str:
    """미착수 과제가 모두 다음 해부터 하는 것이면 「2024년 이후 착수」."""
    days = [task.starts_on for task in board.tasks if task.state == Status.NONE]  # type: ignore[attr-defined]
    years = [day.year for day in days if day]
    return f"{min(years)}년 이후 착수" if len(years) == len(days) and min(years) > board.quarter.year else ""


def _bar(board: Board) -> SafeString:
    """전체 칸의 누적 막대."""
    counts = board.total.counts
    words = ", ".join(f"{state.label} {counts[state]}" for state in Status)
    parts = [f"fl-{state.value}:{counts[state]}" for state in Status]
    return stacked(f"{words}, 판정 전 {board.total.unjudged}", *parts, f"fl-none:{board.total.unjudged}")


def _promise(plan: FourYearPlan) -> str:
    """제목 옆의 「5대 목표, 10개 분야, 100개 이행과제」."""
    pairs = ((plan.goal_count, "대 목표"), (plan.field_count, "개 분야"), (plan.task_count, "개 이행과제"))
    return ", ".join(f"{number}{unit}" for number, unit in pairs if number is not None)


class CompareView(RoleRequired, BoardPage):
    """두 분기를 견준다: 상태가 옮겨 간 수와, 달라진 과제."""

    roles = ALL_ROLES
    template_name = "evaluation/board_compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board = chosen_board(self.request)
        if board is None:
            raise Http404("아직 계획이 없습니다.")
        quarters = [choice.quarter for choice in board.choices]
        earlier = [quarter for quarter in quarters if quarter < board.quarter]
        asked = self.request.GET.get("from", "")
        before = chosen_quarter(self.request, board.plan, "from") if asked else (earlier[0] if earlier else None)
        context = super().get_context_data(**kwargs) | {
            "board": board, "title": text_of(board.quarter), "before": before, "before_key": key_of(before) if before else "",
            "before_text": text_of(before) if before else "",
            "tabs": plan_tabs(self.request.user, board.plan, board.quarter, ""),
        }
        if before is None:
            return context
        rows = board.compared(before)
        labels = [*(LABELS[state.value] for state in Status), ""]
        counted = {(old, new): 0 for old in labels for new in labels}
        for row in rows:
            old, new = (row[name] if row[name] in labels else "" for name in ("before", "after"))
            counted[(old, new)] += 1
        used = [label for label in labels if any(counted[(label, other)] or counted[(other, label)] for other in labels)]
        table = [
            {"label": old or "판정 없음", "cells": [(counted[(old, new)], old == new) for new in used],
             "total": sum(counted[(old, new)] for new in used)}
            for old in used
        ]  # fmt: skip
        return context | {
            "table": table, "heads": [label or "판정 없음" for label in used],
            "sums": [sum(counted[(old, new)] for old in used) for new in used], "whole": len(rows),
            "moved": [row for row in rows if row["moved"]],
            "better": sum(row["better"] for row in rows), "worse": sum(row["worse"] for row in rows),
        }  # fmt: skip


class BoardExportView(RoleRequired, View):
    """한눈판을 엑셀로: 목표·분야별, 부서별, 과제별 16분기."""

    roles = ALL_ROLES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        board = chosen_board(request)
        if board is None or not board.tasks:
            raise Http404("내려받을 자료가 없습니다.")
        title = f"{board.plan} 구정운영 4개년 계획"
        when = f"{text_of(board.quarter)} ({board.state})"
        conditions = [
            ("계획", title), ("분기", when), ("이행률(단순)", "공정률의 합 ÷ 공정률을 아는 과제 수"),
            ("이행률(가중)", "Σ(가중치 × 공정률) ÷ Σ가중치"), ("자료", "표본" if board.is_sample else "등록한 자료"),
            ("범위", "우리 부서의 과제" if request.user.role == Role.DEPARTMENT else "전체 과제"),
        ]  # fmt: skip
        sheets = [
            rates_table(board).sheet("목표·분야별", [title, when], conditions),
            departments_table(board).sheet("주관 부서별", [title, when]),
            SheetOut(
                "과제별",
                [
                    ColumnOut("번호", "text", 9), ColumnOut("구정목표", "text", 20), ColumnOut("분야", "text", 16),
                    ColumnOut("이행과제", "text", 40), ColumnOut("주관 부서", "text", 18), ColumnOut("공정률(%)", "decimal", 10),
                    ColumnOut("상태", "text", 9), *(ColumnOut(head, "memo", 40) for head in ("사유", "향후계획", "평가 의견")),
                    *(ColumnOut(f"{quarter.year} {quarter.number}/4", "text", 9) for quarter in board.plan.quarters),
                ],
                [self._task(board, task) for task in board.tasks], title_lines=[title, when],
            ),
        ]  # fmt: skip
        return download(request, f"4개년계획_한눈판_{board.quarter.year}_{board.quarter.number}분기.xlsx", sheets)

    @staticmethod
    def _task(board: Board, task: Any) -> list[Any]:
        result = board.results.get(task.pk)
        states = [board.history.get(quarter, {}).get(task.pk, "") for quarter in board.plan.quarters]
        return [
            task.code, task.field.goal.title, task.field.title, task.title, task.department.name, task.progress, LABELS[task.state],
            *([result.reason, result.plan_ahead, result.opinion] if result else ["", "", ""]),
            *(LABELS[state] if state else "" for state in states),
        ]  # fmt: skip
