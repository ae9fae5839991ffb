"""홈 화면: 오늘 할 일과 과의 주요 수치. 네 팀을 한 화면에 놓는다."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from budget.appropriations.dashboard import Execution, own_execution
from config.figures import figure
from config.inbox import INBOX
from core.access import DIVISION_ROLES, signed_in
from core.deadlines.services import upcoming
from core.figures.figure import FigureValue, reported
from core.formats import date_plain, money, number, percent, rate
from core.history.models import Change
from core.inbox.reading import todos as inbox_todos
from core.inbox.todo import Todo, grouped
from core.org.models import Staff
from core.remembering import remembering
from core.rounds.models import Round, Submission
from core.screens.views.detail import source_text
from evaluation.four_year_plans.dashboard import Status, newest_board, text_of
from legal.lawsuits.figures import SAMPLE
from legal.lawsuits.figures import values as lawsuit_values

_WEEKDAYS = "월화수목금토일"
_SHOWN = 7
# 다가오는 기한: 4주, 여섯 건까지
_AHEAD, _DEADLINES = 28, 6


class HomeView(TemplateView):
    """홈. 과 사람은 과의 수치를, 부서 담당자는 자기 부서의 집행과 적을 사유를 본다."""

    template_name = "home.html"

    @remembering()
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        today = timezone.localdate()
        in_division = user.role in DIVISION_ROLES
        execution = own_execution(user)
        todo = todos(user)
        context = super().get_context_data(**kwargs) | {
            "today_text": f"{today.month}월 {today.day}일 {_WEEKDAYS[today.weekday()]}요일",
            "in_division": in_division,
            "execution": execution,
            "units": [line for line in execution.units() if line.level == 0] if execution else [],
            "changes": recent_changes(user), "deadlines": list(upcoming(user, today, _AHEAD)[:_DEADLINES]),
        }
        groups = grouped(todo, today)
        context |= {
            "todo": first_rows(groups, _SHOWN), "todo_count": len(todo),
            "todo_counts": " · ".join(f"{name} {len(rows)}" for name, rows in groups),
            "rounds": running_rounds(user) if in_division else [],
        }  # fmt: skip
        if in_division:
            context["strip"] = self._strip(execution)
        return context

    def _strip(self, execution: Execution | None) -> list[dict[str, Any]]:
        """수치 다섯 칸. 보고서 값은 보고서 값이라고 적는다."""
        values = {code: figure(code).at() for code in _HOME_FIGURES} | lawsuit_values()
        strip = []
        if execution and execution.total.rows:
            total = execution.total
            strip.append({
                "title": "예산 집행률", "value": rate(total.rate), "unit": "%", "url": execution.page_url(),
                "note": f"{date_plain(execution.as_of)} 기준 · 잔액 {money(total.balance)}천원", "sample": execution.is_sample,
            })
        kinds = {"행정": "administrative", "민사": "civil", "심판": "appeal"}
        words = " · ".join(f"{label} {_count(values[f'lawsuits.{kind}.pending'])}" for label, kind in kinds.items())
        won, closed = values["lawsuits.total.won"], values["lawsuits.total.closed"]
        bill, original = values["next_budget.2024.total"], values["supplementary.original"]
        growth = ""
        if bill.value and original.value:
            growth = f"2023년 본예산 대비 {rate(percent(int(bill.value - original.value), int(original.value)))}% 증"
        strip += [
            _reported("진행 중 소송·심판", values["lawsuits.total.pending"], "건", words),
            _reported("확정 사건 승소율", values["lawsuits.total.win_rate"], "%", f"확정 {_count(closed)}건 중 승소 {_count(won)}건"),
            _plan_item(reported("four_year_plan.tasks")),
            {**_reported("2024년 예산(안)", bill, "백만원", growth),
             "value": money(int(bill.value), 1_000_000) if bill.value is not None else "-"},
        ]  # fmt: skip
        return strip


_HOME_FIGURES = ("next_budget.2024.total", "supplementary.original")


class TodoView(TemplateView):
    """내 할 일 전부."""

    template_name = "todo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        found = todos(user)
        return super().get_context_data(**kwargs) | {"groups": grouped(found, timezone.localdate()), "count": len(found)}


def todos(user: Staff) -> list[Todo]:
    """user 의 오늘 할 일. 질의 하나."""
    return inbox_todos(INBOX, user, timezone.localdate())


def running_rounds(user: Staff) -> list[Any]:
    """접수 중인 회차와, 아직 내지 않은 부서의 이름 셋. 과 사람에게만 보인다."""
    rounds = list(Round.objects.running().for_user(user).with_measures().order_by("due_at"))
    left = Submission.objects.filter(round__in=rounds, first_submitted_at=None).waiting_department().order_by("order")
    names: dict[int, list[str]] = {one.pk: [] for one in rounds}
    for round_id, name in left.values_list("round", "department_name"):
        names[round_id].append(name)
    for one in rounds:
        one.base = one.target_count - one.nothing_count
        one.left_names = names[one.pk]
        one.submit_rate = one.submitted_count * 100 / one.base if one.base else None
    return rounds


def first_rows(groups: list[tuple[str, list[Todo]]], most: int) -> list[tuple[str, int, list[Todo]]]:
    """앞에서부터 most 줄만 보인다: (묶음, 건수, 보일 줄)."""
    shown = []
    for name, rows in groups:
        if most <= 0:
            break
        shown.append((name, len(rows), rows[:most]))
        most -= len(rows)
    return shown


def _count(value: FigureValue) -> str:
    return number(value.value)


def _reported(title: str, value: FigureValue, unit: str, note: str) -> dict[str, Any]:
    """수치 한 칸. 행에서 센 값은 기준일을, 보고서 값은 보고서의 어느 절인지 적는다."""
    if value.value is None:
        return {"title": title, "value": "-", "unit": "", "note": "자료 없음", "url": "", "sample": ""}
    note += f" · {date_plain(value.as_of)} 기준" if value.origin == "computed" else f" · 보고서 {value.source.rpartition(' ')[2]}"
    sample = "표본" if value.source.endswith(SAMPLE) else ""
    return {"title": title, "value": number(value.value), "unit": unit, "note": note, "url": value.url, "sample": sample}


def _plan_item(reported_tasks: FigureValue) -> dict[str, Any]:
    """4개년 계획 칸. 등록한 과제가 있으면 판정을 마친 마지막 분기, 없으면 보고서 값이다."""
    board = newest_board()
    if board is None:
        return _reported("4개년 계획 이행과제", reported_tasks, "건", "5대 목표 – 10개 분야")
    counts = board.total.counts
    note = f"{text_of(board.quarter)} 주의 {counts[Status.WARN]} · 부진 {counts[Status.BAD]}"
    return {
        "title": "4개년 계획 이행과제", "value": number(board.total.total), "unit": "건", "note": note,
        "url": reverse("evaluation.four-year-plan-board"), "sample": "표본" if board.is_sample else "",
    }


def recent_changes(user: Any) -> list[dict[str, Any]]:
    """최근 바뀐 것 여섯. 한 사람이 한 곳에서 한꺼번에 바꾼 같은 자료는 한 줄로 묶는다. 질의 한 번."""
    groups: dict[Any, dict[str, Any]] = {}
    for change in Change.objects.for_user(user).select_related("actor")[:300]:
        key = (change.model, change.action, change.source, change.actor_id, change.at.replace(second=0, microsecond=0))
        group = groups.setdefault(key, {
            "change": change, "count": 0, "kind": _model_name(change.model), "source": source_text(change.source),
        })  # fmt: skip
        group["count"] += 1
    return list(groups.values())[:6]


def _model_name(label: str) -> str:
    """이력에 적힌 모델의 우리말 이름. 없어진 모델이면 적힌 그대로."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
