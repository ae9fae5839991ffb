"""구정운영 4개년 계획의 주소 × 역할."""

from __future__ import annotations

from typing import Any

from tests.access import (
    DIVISION,
    EVALUATION_TEAM,
    POST_ONLY,
    SIGNED_IN,
    Rows,
    Table,
    acts,
    attached,
    by_department,
    by_department_read,
    common,
    deleted_by_team,
    key_of,
    of_departments,
    one,
    with_rows,
)
from tests.core.rounds.access import submissions
from tests.evaluation.four_year_plans.factories import (
    GenerationMapFactory,
    MilestoneFactory,
    QuarterResultFactory,
    TaskFactory,
    TaskRevisionFactory,
    TaskTargetFactory,
)

tasks = of_departments(TaskFactory)


def results(rows: Rows) -> dict[str, Any]:
    return {
        whose: QuarterResultFactory(task=task, submission=rows(submissions)[whose]) for whose, task in rows(tasks).items()
    }


targets = attached(TaskTargetFactory, "task", tasks)
milestones = attached(MilestoneFactory, "task", tasks)
revisions = attached(TaskRevisionFactory, "task", tasks)
generations = attached(GenerationMapFactory, "old_task", tasks)


def plan(rows: Rows) -> Any:
    return rows(tasks)["own"].plan


def plan_key(rows: Rows) -> dict[str, Any]:
    return {"pk": rows(tasks)["own"].plan_id}


ACCESS: Table = {
    **{f"evaluation.four-year-plan-{page}": one(SIGNED_IN, with_rows(results)) for page in ("board", "export", "compare", "book")},
    "evaluation.four-year-plan-review": one(DIVISION, with_rows(results)),
    **acts("evaluation.fouryearplan", "start reopen", POST_ONLY, plan_key),
    **acts("evaluation.fouryearplan", "close carry", EVALUATION_TEAM, plan_key),
    **acts("evaluation.taskrevision", "approve apply", POST_ONLY, key_of("own", revisions)),
    **common("evaluation.fouryearplan", "form", plan, SIGNED_IN, EVALUATION_TEAM),
    **common("evaluation.goal", "form import", lambda rows: rows(tasks)["own"].field.goal, SIGNED_IN, EVALUATION_TEAM),
    **common("evaluation.planfield", "form import", lambda rows: rows(tasks)["own"].field, SIGNED_IN, EVALUATION_TEAM),
    **common("evaluation.generationmap", "form", lambda rows: rows(generations)["own"], SIGNED_IN, EVALUATION_TEAM),
    **by_department_read("evaluation.task", "form bulk import", tasks, EVALUATION_TEAM),
    **by_department_read("evaluation.tasktarget", "form import", targets, EVALUATION_TEAM),
    **by_department_read("evaluation.milestone", "form bulk import", milestones, EVALUATION_TEAM),
    **by_department_read("evaluation.taskrevision", "form", revisions, EVALUATION_TEAM),
    # 분기 실적: 부서는 낼 수 있는 동안 제 것을 고친다. 행은 회차가 만들고, 부서가 적기만 하고 지우지는 못한다.
    **by_department("evaluation.quarterresult", "form import", results, EVALUATION_TEAM, EVALUATION_TEAM),
    **deleted_by_team("evaluation.quarterresult", results, EVALUATION_TEAM),
}
