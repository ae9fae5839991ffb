"""4개년 계획의 엑셀: 목표, 분야, 이행과제(없는 목표·분야는 만들며), 연차별 목표, 이정표, 분기 실적."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from core.excel.columns import Column
from core.excel.examine import Examiner
from core.excel.form import FormColumn
from core.excel.lookups import Lookup
from core.excel.preview import Choices, Preview, PreviewRow
from core.excel.reader import Reading, Row
from core.excel.resource import ExcelResource
from core.excel.values import CellError, clean_text, search_key
from core.org.models import Department
from evaluation.four_year_plans.models import FourYearPlan, Goal, Milestone, PlanField, QuarterResult, Task, TaskTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

GOAL_COLUMN = "goal_title"


def _title(row: Any) -> str:
    return str(row.title)


def _code(row: Any) -> str:
    return str(row.code)


def _generation(plan: Any) -> str:
    return f"{plan.generation}기"


def _planned_goal(row: Any) -> str:
    return f"{row.plan} {row}"


def _goal_and_field(row: Any) -> str:
    return f"{row.goal.title} > {row.title}"


def _planned_field(row: Any) -> str:
    return f"{row.goal.plan} {row}"


def _planned_task(row: Any) -> str:
    return f"{row.plan} {row}"


def _plan_period(row: Any) -> tuple[date, date]:
    """계획의 대상기간 동안 있던 부서면 된다."""
    return row.plan.starts_on, row.plan.ends_on


PLAN = Lookup(names=(str, _generation, lambda plan: str(plan.generation)))
TASK = Lookup(names=(str, _planned_task, _code, _title), related=("plan", "field__goal", "department"))


class GoalResource(ExcelResource):
    model = Goal
    key = ("plan", "number")
    lookups: ClassVar = {"plan": PLAN}
    group = "plan_id"
    synonyms: ClassVar = {"plan": ("기수", "민선"), "number": ("번호",), "title": ("목표", "목표명")}


class PlanFieldResource(ExcelResource):
    model = PlanField
    key = ("goal", "number")
    lookups: ClassVar = {"goal": Lookup(names=(str, _planned_goal, _title), related=("plan",))}
    group = "goal_id"
    synonyms: ClassVar = {"goal": ("목표",), "number": ("번호",), "title": ("분야명",)}


class TaskExaminer(Examiner):
    """이행과제의 파일을 견준다. 「구정목표」 열이 있으면 없는 목표와 분야를 만들 것으로 본다."""

    def __init__(
        self, resource: TaskResource, reading: Reading, user: Any, choices: Choices | None = None, year: int | None = None
    ) -> None:
        super().__init__(resource, reading, user, choices, year)
        fields = resource.excel_fields(user)
        self.plans: Any = fields["plan"].widget
        self.fields: Any = fields["field"].widget
        plan = FourYearPlan.objects.current()
        if "plan" not in reading.match.matched and plan is not None:
            # 기수를 적지 않은 파일은 시행 중인 계획의 것이다.
            self.present.insert(0, fields["plan"])
            for row in self.rows:
                row.values["plan"] = str(plan)
        self.goals: dict[tuple[int, str], Goal] = {}
        for goal in Goal.objects.select_related("plan"):
            self.goals.setdefault((goal.plan_id, search_key(goal.title)), goal)
            self.goals[(goal.plan_id, search_key(str(goal)))] = goal
        self.known = {
            (id_of(field.goal), search_key(field.title)): field for field in self.fields.table.by_pk.values()
        }
        if GOAL_COLUMN in reading.match.matched:
            for row in self.rows:
                self._point(row)

    def _point(self, row: Row) -> None:
        """구정목표와 분야의 이름을 그 분야 하나로 바꾼다. 없으면 만들 분야를 찾기 표에 더한다."""
        goal_title = clean_text(str(row.values.get(GOAL_COLUMN) or ""))
        title = clean_text(str(row.values.get("field") or ""))
        try:
            plan = self.plans.clean(row.values.get("plan"))
        except CellError:
            return
        if plan is None or not goal_title or not title:
            return
        goal = self.goals.get((plan.pk, search_key(goal_title)))
        if goal is None:
            numbers = [one.number for (key, _text), one in self.goals.items() if key == plan.pk]
            goal = Goal(plan=plan, number=max(numbers, default=0) + 1, title=goal_title[:100])
            self.goals[(plan.pk, search_key(goal_title))] = goal
        key = (id_of(goal), search_key(title))
        if key not in self.known:
            numbers = [field.number for (own, _text), field in self.known.items() if own == key[0]]
            field = PlanField(goal=goal, number=max(numbers, default=0) + 1, title=title[:100])
            self.known[key] = field
            self.fields.table.add(field)
        row.values["field"] = _goal_and_field(self.known[key])


def id_of(goal: Goal) -> Any:
    """목표를 알아보는 열쇠. 아직 저장하지 않은 목표는 제 자신이다."""
    return goal.pk or id(goal)


class TaskResource(ExcelResource):
    """이행과제. 목표와 분야의 이름이 열에 있는 과제 목록을 그대로 올릴 수 있다."""

    model = Task
    key = ("field", "number")
    other_keys = (("field", "title"),)
    fields = (
        "plan", "field", "number", "title", "department", "cooperating", "starts_on", "due_on", "state_amount",
        "city_amount", "own_amount", "private_amount", "other_amount", "weight", "project", "added_on", "outline",
    )  # fmt: skip
    required = ("field", "title", "department")
    group = "plan_id"
    lookups: ClassVar = {
        "plan": PLAN,
        "field": Lookup(
            names=(_title, str, _goal_and_field, _code, _planned_field), related=("goal__plan",),
            within=("goal.plan_id", "plan_id"),
        ),
        "department": Lookup(period=_plan_period),
    }  # fmt: skip
    synonyms: ClassVar = {
        "plan": ("기수", "민선"), "field": ("분야명",), "number": ("번호", "연번"), "title": ("과제명", "이행과제명", "사업명"),
        "department": ("담당부서", "주관부서", "부서명", "추진부서"), "cooperating": ("협조부서", "협업부서"),
        "due_on": ("완료예정", "준공예정일"), "starts_on": ("착수일",), "outline": ("사업개요", "주요내용"),
    }  # fmt: skip
    notes: ClassVar = {
        "field": "「구정목표」 열을 앞에 더해 목표 이름을 적으면, 없는 목표와 분야를 파일의 차례대로 만듭니다.",
        "number": "비우면 분야 안의 다음 번호를 붙입니다.",
        "plan": "비우거나 열이 없으면 시행 중인 계획입니다.",
        "cooperating": "여러 부서는 쉼표로 나누어 적습니다.",
    }

    def columns(self) -> list[Column]:
        goal = Column(GOAL_COLUMN, "구정목표", synonyms=("목표", "목표명", "5대 목표"))
        return [goal, *super().columns()]

    def preview(
        self, reading: Reading, user: Any, *, choices: Choices | None = None, year: int | None = None
    ) -> Preview:
        self._fields = None
        self.excel_fields(user)
        return TaskExaminer(self, reading, user, choices, year).preview()

    def complete(self, instance: Any, examiner: Examiner) -> None:
        """번호가 없으면 분야 안의 다음 번호를 붙인다. 새 분야 안에서 겹치는 번호는 오류다."""
        used: dict[Any, set[int]] = examiner.memo.get("numbers") or defaultdict(set)
        if not examiner.memo:
            for row in examiner.stored.values():
                used[row.field_id].add(row.number)
            examiner.memo["numbers"] = used
        taken = used[instance.field.pk or id(instance.field)]
        if instance.number is None:
            instance.number = max(taken, default=0) + 1
        elif instance.field.pk is None and instance.number in taken:
            raise CellError(
                f"「{instance.field.title}」에 {instance.number}번이 두 번 나옵니다", "한 과제의 번호를 고치거나 비워 주세요"
            )
        taken.add(instance.number)

    def _create(self, rows: list[PreviewRow]) -> None:
        self._save_fields(rows)
        super()._create(rows)

    def _change(self, rows: list[PreviewRow]) -> None:
        self._save_fields(rows)
        super()._change(rows)

    def _save_fields(self, rows: Iterable[PreviewRow]) -> None:
        """함께 만들 목표와 분야를 먼저 저장한다."""
        for row in rows:
            task: Any = row.instance
            field = task.field
            if field.pk is None:
                if field.goal.pk is None:
                    field.goal.save()
                field.goal = field.goal
                field.save()
            task.field, task.plan = field, field.goal.plan


class TaskTargetResource(ExcelResource):
    model = TaskTarget
    key = ("task", "year")
    lookups: ClassVar = {"task": TASK}
    group = "task_id"
    synonyms: ClassVar = {"task": ("과제명", "이행과제명"), "year": ("연도",), "text": ("목표",), "value": ("목표치",)}


class MilestoneResource(ExcelResource):
    model = Milestone
    key = ("task", "year", "title")
    lookups: ClassVar = {"task": TASK}
    group = "task_id"
    synonyms: ClassVar = {"task": ("과제명", "이행과제명"), "year": ("연도",), "title": ("단계", "세부 이정표")}


class QuarterResultResource(ExcelResource):
    """분기 실적. 부서는 내려받은 서식의 실적 칸만 채워 올린다. 옆의 회색은 주관 부서와 지난 분기의 값이다."""

    model = QuarterResult
    key = ("task", "year", "quarter")
    fields = (
        "task", "year", "quarter", "target", "actual", "progress", "self_status", "reason", "plan_ahead", "status", "opinion",
    )  # fmt: skip
    lookups: ClassVar = {"task": TASK}
    group = "quarter"
    previous: ClassVar = {
        "task": "주관 부서(보는 칸)", "actual": "지난 분기 추진실적", "progress": "지난 분기 공정률(%)", "self_status": "지난 분기 평가",
    }  # fmt: skip
    synonyms: ClassVar = {
        "task": ("과제명", "이행과제명"), "year": ("연도",), "actual": ("실적",), "progress": ("진도율", "추진율", "전체 공정률"),
        "self_status": ("자체평가", "추진상태"), "reason": ("지연사유", "부진사유"), "plan_ahead": ("향후 계획",),
        "status": ("평가결과", "판정"),
    }  # fmt: skip
    notes: ClassVar = {
        "actual": "줄마다 □ ○ - 로 시작해 적습니다. 한 칸 안의 줄바꿈은 Alt+Enter 입니다.",
        "progress": "착수부터 이 분기 끝까지의 누계를 0~100으로 적습니다.",
        "status": "평가팀만 적습니다.", "opinion": "평가팀만 적습니다.",
    }

    def form_columns(self, user: Any = None) -> list[FormColumn]:
        """공정률은 백분율 서식이 아닌 수로 적는다. 백분율 서식의 칸에 70을 붙이면 7,000%가 되기 때문이다."""
        return [
            replace(column, out=replace(column.out, kind="decimal")) if column.out.kind == "rate" else column
            for column in super().form_columns(user)
        ]

    def previous_values(self, rows: list[Any]) -> Mapping[Any, Mapping[str, Any]]:
        earlier = {}
        for year, number in {(row.year, row.quarter) for row in rows}:
            before = QuarterResult(year=year, quarter=number).period.previous()
            tasks = [row.task_id for row in rows if (row.year, row.quarter) == (year, number)]
            for old in QuarterResult.objects.of(before).filter(task__in=tasks):
                earlier[(old.task_id, year, number)] = old
        names = dict(Department.objects.filter(pk__in={row.department_id for row in rows}).values_list("pk", "name"))
        found: dict[Any, dict[str, Any]] = {}
        for row in rows:
            found[row.pk] = {"task": names.get(row.department_id)}
            old = earlier.get((row.task_id, row.year, row.quarter))
            if old is not None:
                judged = old.get_status_display() or old.get_self_status_display()
                found[row.pk] |= {"actual": old.actual, "progress": old.progress, "self_status": judged}
        return found
