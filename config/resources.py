"""엑셀로 가져오고 내려받을 수 있는 자료. 관리자 화면과 명령이 여기서 찾는다."""

from __future__ import annotations

from budget.appropriations import excel as appropriations
from core.committees import excel as committees
from core.deadlines import excel as deadlines
from core.excel.resource import ExcelResource
from core.org import excel as org
from core.projects.excel import ProjectResource
from evaluation.four_year_plans import excel as four_year_plans
from evaluation.performance import excel as performance
from legal.lawsuits import excel as lawsuits
from legal.lawsuits.ledger import LedgerResource
from legal.legal_advisers import excel as legal_advisers
from legal.local_laws import excel as local_laws
from planning.periodic_reports import excel as periodic_reports
from planning.work_plans import excel as work_plans

RESOURCES: list[type[ExcelResource]] = [
    org.DepartmentResource,
    org.GradeResource,
    org.StaffResource,
    org.PostResource,
    org.QuotaResource,
    org.VehicleResource,
    deadlines.HolidayResource,
    deadlines.DeadlineRuleResource,
    ProjectResource,
    committees.SeatResource,
    committees.MeetingResource,
    committees.AgendaItemResource,
    committees.FollowUpResource,
    appropriations.AccountResource,
    appropriations.FieldResource,
    appropriations.SectorResource,
    appropriations.PolicyProgramResource,
    appropriations.UnitProgramResource,
    appropriations.DetailProgramResource,
    appropriations.ExpenseItemResource,
    appropriations.StatItemResource,
    appropriations.BudgetLineResource,
    appropriations.MonthlyPlanResource,
    appropriations.ExecutionReasonResource,
    appropriations.EarlyExecutionTargetResource,
    four_year_plans.GoalResource,
    four_year_plans.PlanFieldResource,
    four_year_plans.TaskResource,
    four_year_plans.TaskTargetResource,
    four_year_plans.MilestoneResource,
    four_year_plans.QuarterResultResource,
    performance.PerfProjectResource,
    performance.IndicatorResource,
    performance.IndicatorActualResource,
    legal_advisers.AdviserResource,
    legal_advisers.AdviserFeeResource,
    lawsuits.LawsuitResource,
    lawsuits.InstanceResource,
    lawsuits.HearingResource,
    lawsuits.RulingResource,
    lawsuits.CostResource,
    work_plans.WorkItemResource,
    work_plans.WorkLineResource,
    work_plans.ProgressEntryResource,
    local_laws.LocalLawResource,
    local_laws.LawVersionResource,
    local_laws.BillResource,
    local_laws.ArticleChangeResource,
    local_laws.UpperLawChangeResource,
    local_laws.RevisionTaskResource,
    LedgerResource,
    periodic_reports.EntryKindResource,
    periodic_reports.ReportEntryResource,
]


def resource_for(label: str) -> type[ExcelResource] | None:
    """모델 이름(앱.모델)의 자원. 없으면 None."""
    return next((found for found in RESOURCES if found.model._meta.label_lower == label.lower()), None)
