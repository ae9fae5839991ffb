"""구정운영 4개년 계획의 모델."""

from evaluation.four_year_plans.models.plans import FourYearPlan, Goal, Milestone, PlanField, Task, TaskTarget
from evaluation.four_year_plans.models.results import QuarterResult
from evaluation.four_year_plans.models.revisions import GenerationMap, TaskRevision

__all__ = [
    "FourYearPlan", "GenerationMap", "Goal", "Milestone", "PlanField", "QuarterResult", "Task", "TaskRevision", "TaskTarget",
]
