"""주요업무계획의 모델."""

from planning.work_plans.models.body import WorkLine, WorkTable
from planning.work_plans.models.plans import WorkItem, WorkPlan
from planning.work_plans.models.progress import ProgressEntry
from planning.work_plans.models.reviews import ItemVersion

__all__ = ["ItemVersion", "ProgressEntry", "WorkItem", "WorkLine", "WorkPlan", "WorkTable"]
