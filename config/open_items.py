"""조직이나 사람이 바뀔 때 따라가야 하는 일. 부서나 담당을 적는 모델은 모두 여기에 있거나 KEPT 에 까닭이 있어야 한다.

업무마다 한 줄을 더한다. rows 는 그날 아직 열려 있는 행만 준다: 확정·완료한 행은 옛 부서의 이름을 지킨다.
"""

from __future__ import annotations

from budget.appropriations.models import DetailProgram
from core.committees.models import AgendaItem, FollowUp
from core.deadlines.models import Deadline
from core.org.models import Department, Vehicle
from core.org.open_items import OpenItems
from core.projects.models import Project
from core.rounds.models import ConfirmationRule, Submission
from evaluation.four_year_plans.models import FourYearPlan, Task, TaskRevision
from evaluation.performance.models import PerfPlan, PerfProject
from legal.lawsuits.models import Lawsuit, LossReview
from legal.local_laws.models import Bill, LocalLaw, RevisionTask
from planning.periodic_reports.models import ReportEntry
from planning.work_plans.models import WorkItem

OPEN_ITEMS: list[OpenItems] = [
    OpenItems("아래 부서", lambda on: Department.objects.valid_on(on), department="parent"),
    OpenItems("사업", lambda on: Project.objects.open(), handler="handler"),
    OpenItems(
        "세부사업", lambda on: DetailProgram.objects.filter(fiscal_year__year__gte=on.year).order_by("fiscal_year__year", "name")
    ),
    OpenItems(
        "취합 제출", lambda on: Submission.objects.exclude(status__in=[Submission.Status.CONFIRMED, Submission.Status.NOTHING]),
        department="responsible", handler="handler", related=("round",),
    ),
    OpenItems("기한", lambda on: Deadline.objects.exclude(state=Deadline.State.DONE), handler="handler", related=("rule",)),
    OpenItems("부서의 확인 단계", lambda on: ConfirmationRule.objects.all(), related=("department",)),
    OpenItems(
        "이행과제", lambda on: Task.objects.live_on(on).exclude(plan__status=FourYearPlan.Status.CLOSED).in_order(),
        related=("field__goal",),
    ),
    OpenItems(
        "이행과제 변경", lambda on: TaskRevision.objects.exclude(status=TaskRevision.Status.APPLIED), related=("task__field__goal",)
    ),
    OpenItems(
        "성과관리 주요사업", lambda on: PerfProject.objects.exclude(plan__status=PerfPlan.Status.CLOSED), related=("plan",)
    ),
    OpenItems("위원회 안건", lambda on: AgendaItem.objects.undecided(), related=("meeting__committee",)),
    OpenItems("위원회 후속조치", lambda on: FollowUp.objects.open(), related=("item",)),
    OpenItems("소송", lambda on: Lawsuit.objects.ongoing(), handler="handler"),
    OpenItems("패소 분석 조치", lambda on: LossReview.objects.filter(done_on=None), related=("lawsuit",)),
    OpenItems("주요업무", lambda on: WorkItem.objects.exclude(state__in=WorkItem.CLOSED).in_order(), related=("plan",)),
    OpenItems("자치법규", lambda on: LocalLaw.objects.live(on)),
    OpenItems("의안", lambda on: Bill.objects.open(), handler="handler"),
    OpenItems("자치법규 정비과제", lambda on: RevisionTask.objects.open(), related=("law",)),
    OpenItems(
        "주간·월중 항목", lambda on: ReportEntry.objects.since(on).filter(status=ReportEntry.Status.PLANNED), related=("kind",)
    ),
    OpenItems("차량·장비", lambda on: Vehicle.objects.all()),
]  # fmt: skip

# 부서나 담당을 적지만 옮기지 않는 항목과 그 까닭
KEPT: dict[str, str] = {
    "legal.LedgerRow.department": "예전 대장에 적힌 그때의 부서다",
    "core.DepartmentLineage.predecessor": "연혁은 그때의 부서를 적는다",
    "core.DepartmentLineage.successor": "연혁은 그때의 부서를 적는다",
    "core.Staff.department": "직원은 개편이 자리와 함께 옮긴다",
    "core.Post.department": "자리는 개편이 직원과 함께 옮긴다",
    "core.Quota.department": "정원은 개편일에 닫고, 개칭이면 새 부서에 잇는다",
    "core.Transfer.department": "발령은 그때의 부서를 적는다",
    "core.Submission.department": "회차를 열 때 굳은 대상이다. 맡은 부서(responsible)가 따라간다",
    "evaluation.QuarterResult.department": "그 분기의 주관 부서다. 지난 표는 옛 이름으로 나온다",
    "evaluation.TaskRevision.old_department": "바꾸기 전의 주관 부서다",
    "evaluation.PerfScore.department": "점수는 평가를 마칠 때의 부서를 적는다",
    "legal.ConflictOfInterest.department": "이해충돌은 그때의 부서를 적는다. 개편이 있으면 담당자가 새로 적는다",
    "legal.Allocation.department": "배정은 그때의 소관 부서를 적는다",
    "budget.ExecutionRow.department": "e호조의 원장이다. 다음 자료가 새 부서로 온다",
    "budget.ExecutionSummary.department": "원장의 행을 더한 값이라 행과 같은 부서를 적는다",
}
