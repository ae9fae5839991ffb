"""주소 × 역할 한 표. 모든 주소를 모든 역할로 열어 본다. 표에 없는 주소가 생기면 시험이 실패한다.

줄 하나는 `주소 이름: 경우` 이고, 같은 주소를 자기 부서와 다른 부서의 행으로 나누어 볼 때는 경우를 여럿 적는다.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from budget.appropriations import models as budget
from config.rounds import COLLECTIONS
from core.access import Role, Team
from core.committees.models import Allowance, Attendance, CommitteeFunction, Recusal, Seat
from core.deadlines.models import Deadline, DeadlineRule, Holiday
from core.documents.models import Attachment
from core.figures.models import RATE_MODE, ReportedValue, Setting
from core.handover.models import Handover
from core.jobs.models import Job
from core.org.models import Assignment, Department, DepartmentLineage, Grade, Post, Quota, Staff, Transfer, Vehicle
from core.privacy.models import PersonalAccess
from core.projects.models import Project, ProjectResult
from core.reports.models import Report
from core.rounds.models import ConfirmationRule, ReminderLadder, ReminderStep, Round, RoundTemplate, Submission
from evaluation.performance import models as performance
from legal.lawsuits.models import LedgerRow, OutcomeBucket
from tests.budget.appropriations import factories
from tests.core.committees import factories as committee_factories
from tests.core.reports.factories import ReportFactory
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.evaluation.four_year_plans.factories import (
    GenerationMapFactory,
    MilestoneFactory,
    QuarterResultFactory,
    TaskFactory,
    TaskRevisionFactory,
    TaskTargetFactory,
)
from tests.evaluation.performance import factories as performance_factories
from tests.legal.lawsuits import factories as lawsuit_factories
from tests.legal.legal_advisers import factories as adviser_factories
from tests.legal.local_laws import factories as local_laws
from tests.planning.periodic_reports.factories import ReportEntryFactory
from tests.planning.work_plans.factories import ProgressEntryFactory, WorkItemFactory, WorkLineFactory, WorkTableFactory

pytestmark = pytest.mark.django_db

ANONYMOUS = "비로그인"
PEOPLE: dict[str, dict[str, Any]] = {
    "시스템관리자": {"role": Role.ADMIN},
    "과장": {"role": Role.HEAD},
    "기획조정팀": {"role": Role.TEAM, "team": Team.PLANNING},
    "예산팀": {"role": Role.TEAM, "team": Team.BUDGET},
    "평가팀": {"role": Role.TEAM, "team": Team.EVALUATION},
    "의회법무팀": {"role": Role.TEAM, "team": Team.LEGAL},
    "열람자": {"role": Role.VIEWER},
    "부서 담당자": {"role": Role.DEPARTMENT, "department": "own"},
    "다른 부서 담당자": {"role": Role.DEPARTMENT, "department": "other"},
}
DEPARTMENTS = ("부서 담당자", "다른 부서 담당자")
Expected = dict[str, int]


def expect(everyone: int, *, anonymous: int = 302, **changed: int) -> Expected:
    """모두 everyone, 다른 사람만 따로. changed 의 이름은 밑줄을 빈칸으로 읽는다."""
    expected = {ANONYMOUS: anonymous, **dict.fromkeys(PEOPLE, everyone)}
    for role, status in changed.items():
        if role.replace("_", " ") not in expected:
            raise KeyError(role)
        expected[role.replace("_", " ")] = status
    return expected


def only(*roles: str, otherwise: int = 403) -> Expected:
    """roles 만 200, 나머지는 otherwise."""
    return expect(otherwise) | dict.fromkeys(roles, 200)


OPEN = expect(200, anonymous=200)
SIGNED_IN = expect(200)
POST_ONLY = expect(405)
DIVISION = expect(200, 부서_담당자=403, 다른_부서_담당자=403)
ADMIN = only("시스템관리자")
TEAMS = only("시스템관리자", "기획조정팀", "예산팀", "평가팀", "의회법무팀")
LEGAL_TEAM = only("시스템관리자", "의회법무팀")
BUDGET_TEAM = only("시스템관리자", "예산팀")
PROJECT_TEAMS = only("시스템관리자", "기획조정팀", "평가팀")
NOT_FOUND = expect(404)


class Rows:
    """주소에 넣을 행. 부르는 것만 만든다. own 은 「부서 담당자」의 부서 것, other 는 다른 부서 것이다."""

    @cached_property
    def departments(self) -> dict[str, Department]:
        return {
            "own": Department.objects.create(code="T01", name="시험과"),
            "other": Department.objects.create(code="T02", name="다른과"),
        }

    @cached_property
    def people(self) -> dict[str, Staff]:
        return {
            label: Staff.objects.create(
                employee_number=f"91{number:02}", name=label[:30], must_change_password=False,
                **{**fields, "department": self.departments.get(fields.get("department", ""))},
            )
            for number, (label, fields) in enumerate(PEOPLE.items())
        }  # fmt: skip

    @cached_property
    def programs(self) -> dict[str, budget.DetailProgram]:
        return {
            whose: factories.program(f"{department}의 사업", department=department)
            for whose, department in self.departments.items()
        }

    @cached_property
    def projects(self) -> dict[str, Project]:
        return {
            whose: Project.objects.create(title=f"{department}의 사업", department=department, start_year=2023)
            for whose, department in self.departments.items()
        }

    @cached_property
    def committee_items(self) -> dict[str, Any]:
        """의회법무팀이 맡은 위원회의 안건, 부서마다 하나."""
        meeting = committee_factories.MeetingFactory(committee__team=Team.LEGAL)
        return {
            whose: committee_factories.AgendaItemFactory(meeting=meeting, department=department)
            for whose, department in self.departments.items()
        }

    @cached_property
    def follow_ups(self) -> dict[str, Any]:
        return {
            whose: committee_factories.FollowUpFactory(item=item, department=item.department)
            for whose, item in self.committee_items.items()
        }

    @cached_property
    def committee_rows(self) -> dict[type, Any]:
        """위원회에 딸린 자료 하나씩."""
        item = self.committee_items["own"]
        committee = item.meeting.committee
        seat = committee_factories.SeatFactory(committee=committee)
        attendance = Attendance.objects.create(meeting=item.meeting, seat=seat)
        return {
            Seat: seat, Attendance: attendance,
            CommitteeFunction: CommitteeFunction.objects.create(committee=committee, title="심의"),
            Recusal: Recusal.objects.create(item=item, seat=seat, kind="excluded", reason="이해관계"),
            Allowance: Allowance.objects.create(attendance=attendance, amount=1),
        }  # fmt: skip

    @cached_property
    def project_results(self) -> dict[str, ProjectResult]:
        return {
            whose: ProjectResult.objects.create(project=project, figure="진도율", year=2023, value=50, source="점검")
            for whose, project in self.projects.items()
        }

    @cached_property
    def transfer(self) -> Transfer:
        return Transfer.objects.create(
            staff=self.people["열람자"], on=date(2090, 1, 1), department=self.departments["own"], role=Role.VIEWER
        )

    @cached_property
    def handover(self) -> Handover:
        """부서 담당자가 예산팀에 넘기는 인수인계."""
        return Handover.objects.create(giver=self.people["부서 담당자"], taker=self.people["예산팀"], reason="인사발령")

    @cached_property
    def snapshot(self) -> budget.ExecutionSnapshot:
        return factories.snapshot()

    @cached_property
    def execution_rows(self) -> dict[str, budget.ExecutionRow]:
        return {
            whose: factories.row(self.snapshot, number, program, 2, 1)
            for number, (whose, program) in enumerate(self.programs.items(), start=2)
        }

    @cached_property
    def reasons(self) -> dict[str, budget.ExecutionReason]:
        return {
            whose: budget.ExecutionReason.objects.create(
                detail_program=program, as_of=date(2023, 10, 31), reason="까닭", measure="대책"
            )
            for whose, program in self.programs.items()
        }

    @cached_property
    def plans(self) -> dict[str, budget.MonthlyPlan]:
        return {
            whose: budget.MonthlyPlan.objects.create(detail_program=program, month=1, amount=1)
            for whose, program in self.programs.items()
        }

    @cached_property
    def bills(self) -> dict[str, Any]:
        return {whose: local_laws.BillFactory(department=department) for whose, department in self.departments.items()}

    @cached_property
    def bill_steps(self) -> dict[str, Any]:
        return {whose: bill.current_step() for whose, bill in self.bills.items()}

    @cached_property
    def impact_reviews(self) -> dict[str, Any]:
        return {whose: local_laws.ImpactReviewFactory(bill=bill) for whose, bill in self.bills.items()}

    @cached_property
    def notice_opinions(self) -> dict[str, Any]:
        """입법예고 중인 의안의 의견."""
        return {
            whose: local_laws.NoticeOpinionFactory(bill__department=department) for whose, department in self.departments.items()
        }

    @cached_property
    def article_changes(self) -> dict[str, Any]:
        return {whose: local_laws.ArticleChangeFactory(bill=bill) for whose, bill in self.bills.items()}

    @cached_property
    def revision_tasks(self) -> dict[str, Any]:
        return {whose: local_laws.RevisionTaskFactory(department=department) for whose, department in self.departments.items()}

    @cached_property
    def local_law(self) -> Any:
        return local_laws.LocalLawFactory()

    @cached_property
    def law_version(self) -> Any:
        return local_laws.LawVersionFactory()

    @cached_property
    def upper_law_change(self) -> Any:
        return local_laws.UpperLawChangeFactory()

    @cached_property
    def review_kind(self) -> Any:
        return local_laws.ReviewKindFactory()

    @cached_property
    def attachments(self) -> dict[str, Attachment]:
        return {
            whose: Attachment.objects.create(record=reason, file=self.snapshot.file)
            for whose, reason in self.reasons.items()
        }

    @cached_property
    def plan_tasks(self) -> dict[str, Any]:
        return {whose: TaskFactory(department=department) for whose, department in self.departments.items()}

    @cached_property
    def plan_results(self) -> dict[str, Any]:
        return {
            whose: QuarterResultFactory(task=task, submission=self.submissions[whose]) for whose, task in self.plan_tasks.items()
        }

    @cached_property
    def plan_targets(self) -> dict[str, Any]:
        return self.plan_parts(TaskTargetFactory)

    def plan_parts(self, factory: Any) -> dict[str, Any]:
        """이행과제에 딸린 것 하나씩."""
        name = "old_task" if factory is GenerationMapFactory else "task"
        return {whose: factory(**{name: task}) for whose, task in self.plan_tasks.items()}

    @cached_property
    def version(self) -> budget.BudgetVersion:
        return budget.BudgetVersion.objects.create(
            fiscal_year=factories.fiscal_year(), kind=budget.BudgetVersion.Kind.ORIGINAL, effective_on=date(2023, 1, 1)
        )

    @cached_property
    def line(self) -> budget.BudgetLine:
        return budget.BudgetLine.objects.create(
            budget_version=self.version, detail_program=self.programs["own"], stat_item=factories.stat_item(), amount=1
        )

    @cached_property
    def grade(self) -> Grade:
        return Grade.objects.create(series=Grade.Series.GENERAL, level=7, order=1)

    @cached_property
    def post(self) -> Post:
        return Post.objects.create(department=self.departments["own"], title="주무관")

    @cached_property
    def lineage(self) -> DepartmentLineage:
        return DepartmentLineage.objects.create(
            kind=DepartmentLineage.Kind.ABOLISHED, on=date(2023, 1, 1), predecessor=self.departments["other"]
        )

    @cached_property
    def quota(self) -> Quota:
        return Quota.objects.create(
            department=self.departments["own"], grade=self.grade, headcount=1, valid_from=date(2023, 1, 1)
        )

    @cached_property
    def vehicle(self) -> Vehicle:
        return Vehicle.objects.create(department=self.departments["own"], name="승용차")

    @cached_property
    def holiday(self) -> Holiday:
        return Holiday.objects.create(date=date(2023, 1, 1), name="1월 1일")

    @cached_property
    def deadline_rule(self) -> DeadlineRule:
        return DeadlineRule.objects.create(
            code="suit.appeal", name="항소", area="suit", trigger="송달받은 날", length=14, article="민사소송법 제396조"
        )

    @cached_property
    def deadlines(self) -> dict[str, Deadline]:
        return {
            whose: Deadline.objects.create(
                rule=self.deadline_rule, title="사건", trigger_on=date(2026, 9, 11), team=Team.LEGAL, department=department
            )
            for whose, department in self.departments.items()
        }

    @cached_property
    def setting(self) -> Setting:
        return Setting.objects.create(key=RATE_MODE.key, value="down", valid_from=date(2023, 1, 1))

    @cached_property
    def reported_value(self) -> ReportedValue:
        return ReportedValue.objects.create(
            document="보고서", section="1", code="시험", label="시험", printed="1", value=1
        )

    @cached_property
    def early_target(self) -> budget.EarlyExecutionTarget:
        return budget.EarlyExecutionTarget.objects.create(
            fiscal_year=factories.fiscal_year(), period="H1", target_rate=60
        )

    @cached_property
    def job(self) -> Job:
        return Job.objects.create(kind="시험", title="예산팀이 시킨 작업", owner=self.people["예산팀"])

    @cached_property
    def round(self) -> Round:
        return RoundFactory(status=Round.Status.OPEN, form=COLLECTIONS[0].code)

    @cached_property
    def report(self) -> Report:
        """예산팀의 보고서 초안."""
        return ReportFactory()

    @cached_property
    def template(self) -> RoundTemplate:
        return RoundTemplate.objects.create(title="추진실적", form="시험", team=Team.EVALUATION, cycle="quarter")

    @cached_property
    def ladder(self) -> ReminderLadder:
        return ReminderLadder.objects.create(name="기본")

    @cached_property
    def step(self) -> ReminderStep:
        return ReminderStep.objects.create(ladder=self.ladder, offset=-3, audience="handler")

    @cached_property
    def confirmation_rule(self) -> ConfirmationRule:
        return ConfirmationRule.objects.create(department=self.departments["own"])

    @cached_property
    def submissions(self) -> dict[str, Submission]:
        return {
            whose: SubmissionFactory(round=self.round, department=department)
            for whose, department in self.departments.items()
        }

    @cached_property
    def perf_plan(self) -> performance.PerfPlan:
        return performance_factories.PerfPlanFactory(year=2023, status="drafting")

    @cached_property
    def perf_projects(self) -> dict[str, performance.PerfProject]:
        return {
            whose: performance_factories.PerfProjectFactory(plan=self.perf_plan, department=department)
            for whose, department in self.departments.items()
        }

    @cached_property
    def indicators(self) -> dict[str, performance.Indicator]:
        return {
            whose: performance_factories.IndicatorFactory(perf_project=project) for whose, project in self.perf_projects.items()
        }

    def of_indicators(self, model: Any, **values: Any) -> dict[str, Any]:
        """두 부서의 지표에 딸린 행."""
        return {whose: model.objects.create(indicator=indicator, **values) for whose, indicator in self.indicators.items()}

    @cached_property
    def indicator_steps(self) -> dict[str, Any]:
        return self.of_indicators(performance.IndicatorStep, threshold=1, label="착수", achievement=50)

    @cached_property
    def indicator_pasts(self) -> dict[str, Any]:
        return self.of_indicators(performance.IndicatorPast, year=2022, target=1, actual=1)

    @cached_property
    def indicator_changes(self) -> dict[str, Any]:
        return self.of_indicators(performance.IndicatorChange, new_target=2, reason="까닭")

    @cached_property
    def objections(self) -> dict[str, Any]:
        return self.of_indicators(performance.Objection, reason="까닭")

    @cached_property
    def indicator_actuals(self) -> dict[str, performance.IndicatorActual]:
        return {
            whose: performance.IndicatorActual.objects.create(indicator=one, stage="mid", submission=self.submissions[whose])
            for whose, one in self.indicators.items()
        }

    @cached_property
    def perf_scores(self) -> dict[str, performance.PerfScore]:
        return {
            whose: performance.PerfScore.objects.create(plan=self.perf_plan, department=department, stage="mid")
            for whose, department in self.departments.items()
        }

    @cached_property
    def grade_band(self) -> performance.GradeBand:
        return performance.GradeBand.objects.create(plan=self.perf_plan, grade="S", share=20)

    @cached_property
    def report_entries(self) -> dict[str, Any]:
        return {
            whose: ReportEntryFactory(department=department, submission=self.submissions[whose])
            for whose, department in self.departments.items()
        }

    @cached_property
    def work_items(self) -> dict[str, Any]:
        """취합으로 받고 있는 주요업무. 「기획조정팀」의 것이다."""
        return {
            whose: WorkItemFactory(department=department, team="planning", submission=self.submissions[whose], state="requested")
            for whose, department in self.departments.items()
        }

    @cached_property
    def work_progress(self) -> dict[str, Any]:
        return self.work_parts(ProgressEntryFactory)

    def work_parts(self, factory: Any) -> dict[str, Any]:
        """주요업무에 딸린 것 하나씩."""
        return {whose: factory(item=item) for whose, item in self.work_items.items()}

    @cached_property
    def assignment(self) -> Assignment:
        return Assignment.objects.create(
            post=self.post, staff=self.people["열람자"], grade=self.grade, starts_on=date(2023, 1, 1)
        )


    @cached_property
    def lawsuits(self) -> dict[str, Any]:
        """소송 한 건과 그 모든 부분. 의회법무팀이 송무 담당이다."""
        return {
            whose: lawsuit_factories.LawsuitFactory(department=department, handler=self.people["의회법무팀"])
            for whose, department in self.departments.items()
        }

    @cached_property
    def instances(self) -> dict[str, Any]:
        return {whose: lawsuit_factories.InstanceFactory(lawsuit=one) for whose, one in self.lawsuits.items()}

    @cached_property
    def rulings(self) -> dict[str, Any]:
        return {whose: lawsuit_factories.RulingFactory(instance=one) for whose, one in self.instances.items()}

    @cached_property
    def made_parts(self) -> dict[str, dict[str, Any]]:
        return {}

    def lawsuit_parts(self, name: str) -> dict[str, Any]:
        """사건의 부분: 자기 부서의 것과 다른 부서의 것."""
        if name in self.made_parts:
            return self.made_parts[name]
        parents = {"hearing": "instance", "filing": "instance", "ruling": "instance", "appealreview": "ruling"}
        made = {
            "party": lawsuit_factories.PartyFactory, "hearing": lawsuit_factories.HearingFactory,
            "filing": lawsuit_factories.FilingFactory, "appealreview": lawsuit_factories.AppealReviewFactory,
            "cost": lawsuit_factories.CostFactory, "costrecovery": lawsuit_factories.CostRecoveryFactory,
            "lossreview": lawsuit_factories.LossReviewFactory,
        }  # fmt: skip
        parent = parents.get(name, "lawsuit")
        rows = {"lawsuit": self.lawsuits, "instance": self.instances, "ruling": {}}[parent] or self.rulings
        self.made_parts[name] = {whose: made[name](**{parent: one}) for whose, one in rows.items()}
        return self.made_parts[name]

    @cached_property
    def ledger_row(self) -> Any:
        return LedgerRow.objects.create(
            case_number="2020구합1", title="과징금 부과처분 취소", department=self.departments["own"], received_on=date(2020, 1, 2)
        )

    @cached_property
    def access_record(self) -> Any:
        """의회법무팀이 이름을 본 기록."""
        return PersonalAccess.objects.create(
            staff=self.people["의회법무팀"], model="legal.lawsuit", object_id=1, object_text="원고 김○○", reason="송달"
        )


@dataclass(frozen=True)
class Case:
    """한 주소를 한 가지 행으로 열 때 역할마다 받는 상태."""

    expected: Expected
    kwargs: Callable[[Rows], dict[str, Any]] = lambda rows: {}
    note: str = ""


Table = dict[str, list[Case]]


def one(expected: Expected, kwargs: Callable[[Rows], dict[str, Any]] = lambda rows: {}) -> list[Case]:
    return [Case(expected, kwargs)]


def own_and_other(of: Callable[[Rows], dict[str, Any]], own: Expected, other: Expected) -> list[Case]:
    """자기 부서의 행과 다른 부서의 행."""
    return [
        Case(own, lambda rows: {"pk": of(rows)["own"].pk}, "자기 부서"),
        Case(other, lambda rows: {"pk": of(rows)["other"].pk}, "다른 부서"),
    ]


def screens(route: str, extra: str, lists: Expected, adds: Expected, reads: list[Case], changes: list[Case]) -> Table:
    """화면 묶음(Screens) 하나의 주소들. extra 는 있는 것만: form, bulk, import."""
    table = {f"{route}-{action}": one(lists) for action in ("list", "export", "print")}
    table |= {f"{route}-{action}": reads for action in ("detail", "history")}
    if "form" in extra:
        refused = {label: 405 if status == 200 else status for label, status in lists.items()}
        table |= {
            f"{route}-add": one(adds),
            f"{route}-edit": changes,
            f"{route}-delete": changes,
            f"{route}-undo": one(refused, lambda rows: {"batch": UUID(int=1)}),
        }
    if "bulk" in extra:
        table[f"{route}-bulk"] = one({label: 405 if status == 200 else status for label, status in adds.items()})
    if "import" in extra:
        table[f"{route}-import"] = one(adds)
    return table


def common(route: str, extra: str, row: Callable[[Rows], Any], seen: Expected = SIGNED_IN) -> Table:
    """모두(또는 seen 의 사람이) 보고 시스템관리자만 고치는 자료."""

    def key(rows: Rows) -> dict[str, Any]:
        return {"pk": row(rows).pk}

    return screens(route, extra, seen, ADMIN, one(seen, key), one(ADMIN, key))


def budget_only(route: str, extra: str, row: Callable[[Rows], Any]) -> Table:
    """과 사람이 보고 예산팀이 고치는 자료."""

    def key(rows: Rows) -> dict[str, Any]:
        return {"pk": row(rows).pk}

    return screens(route, extra, DIVISION, BUDGET_TEAM, one(DIVISION, key), one(BUDGET_TEAM, key))


def by_department(
    route: str, extra: str, of: Callable[[Rows], dict[str, Any]], changed_by: Expected = BUDGET_TEAM, added_by: Expected | None = None
) -> Table:  # fmt: skip
    """과 사람이 보고, 팀(changed_by)과 자기 부서가 고치는 자료. added_by 는 부서가 더할 수 없는 자료에 적는다."""
    own, other = DEPARTMENTS
    return screens(
        route, extra, SIGNED_IN, added_by or changed_by | {own: 200, other: 200},
        own_and_other(of, SIGNED_IN | {other: 404}, SIGNED_IN | {own: 404}),
        own_and_other(of, changed_by | {own: 200, other: 404}, changed_by | {own: 404, other: 200}),
    )  # fmt: skip


def by_department_read(
    route: str, extra: str, of: Callable[[Rows], dict[str, Any]], changed_by: Expected = BUDGET_TEAM
) -> Table:
    """과 사람과 자기 부서가 보고, changed_by 만 고치는 자료."""
    own, other = DEPARTMENTS
    return screens(
        route, extra, SIGNED_IN, changed_by,
        own_and_other(of, SIGNED_IN | {other: 404}, SIGNED_IN | {own: 404}),
        own_and_other(of, changed_by | {other: 404}, changed_by | {own: 404}),
    )  # fmt: skip


def committee_row(route: str, extra: str, row: Callable[[Rows], Any]) -> Table:
    """과 사람이 보고 위원회를 맡은 팀(의회법무팀)이 고치는 자료. 등록 화면은 네 팀이 모두 연다."""

    def key(rows: Rows) -> dict[str, Any]:
        return {"pk": row(rows).pk}

    return screens(route, extra, DIVISION, TEAMS, one(DIVISION, key), one(LEGAL_TEAM, key))


def legal_only(route: str, extra: str, row: Callable[[Rows], Any]) -> Table:
    """과 사람이 보고 의회법무팀이 고치는 자료."""

    def key(rows: Rows) -> dict[str, Any]:
        return {"pk": row(rows).pk}

    return screens(route, extra, DIVISION, LEGAL_TEAM, one(DIVISION, key), one(LEGAL_TEAM, key))


def published(route: str, extra: str, row: Callable[[Rows], Any], changed_by: Expected | None = None) -> Table:
    """부서까지 모두 보고 평가팀(또는 changed_by)이 고치는 자료."""
    team = changed_by or EVALUATION_TEAM

    def key(rows: Rows) -> dict[str, Any]:
        return {"pk": row(rows).pk}

    return screens(route, extra, SIGNED_IN, team, one(SIGNED_IN, key), one(team, key))


def deleted_by_team(route: str, of: Callable[[Rows], dict[str, Any]], team: Expected | None = None) -> Table:
    """지우기만 평가팀(또는 team)에 남는 자료."""
    own, other = DEPARTMENTS
    team = team or EVALUATION_TEAM
    return {f"{route}-delete": own_and_other(of, team | {other: 404}, team | {own: 404})}


def ledger(route: str, of: Callable[[Rows], dict[str, Any]]) -> Table:
    """과 사람과 자기 부서가 보기만 하는 자료."""
    own, other = DEPARTMENTS
    table = screens(
        route, "", SIGNED_IN, {}, own_and_other(of, SIGNED_IN | {other: 404}, SIGNED_IN | {own: 404}), []
    )  # fmt: skip
    del table[f"{route}-history"]  # 손으로 고치지 않으므로 이력이 없다
    return table


def with_execution(rows: Rows) -> dict[str, Any]:
    """집행 자료가 있는 때."""
    assert rows.execution_rows
    return {}


def outcome_bucket(rows: Rows) -> dict[str, Any]:
    """승패 분류 한 줄."""
    return {"pk": OutcomeBucket.objects.get_or_create(outcome="settled", bucket="neither", valid_from=date(2000, 1, 1))[0].pk}


def with_indicators(rows: Rows) -> dict[str, Any]:
    """성과관리계획과 지표가 있는 때."""
    assert rows.indicators
    return {}


def sheet_of(whose: str) -> Callable[[Rows], dict[str, Any]]:
    """한 부서의 성과표."""
    return lambda rows: {"pk": rows.indicators[whose].perf_project.plan_id, "department": rows.departments[whose].pk}


def reason_of(whose: str) -> Callable[[Rows], dict[str, Any]]:
    """첨부와 의견을 붙일 곳: 부서의 집행 부진 사유."""

    def key(rows: Rows) -> dict[str, Any]:
        row = rows.attachments[whose].record
        return {"content_type": ContentType.objects.get_for_model(row).pk, "pk": row.pk}

    return key


def report_key(rows: Rows) -> dict[str, Any]:
    """보고서 초안."""
    return {"pk": rows.report.pk}


def round_key(rows: Rows) -> dict[str, Any]:
    return {"pk": rows.round.pk}


def with_results(rows: Rows) -> dict[str, Any]:
    """4개년 계획의 실적이 있는 때."""
    assert rows.plan_results
    return {}


def submission_act(rows: Rows) -> dict[str, Any]:
    return {"pk": rows.submissions["own"].pk}


def with_entries(rows: Rows) -> dict[str, Any]:
    """주간·월중 항목이 있는 화면."""
    assert rows.report_entries
    return {}


def with_work_items(rows: Rows) -> dict[str, Any]:
    """주요업무가 있는 때."""
    assert rows.work_items
    return {}


def work_item(rows: Rows) -> dict[str, Any]:
    return {"pk": rows.work_items["own"].pk}


def work_items(route: str, extra: str, of: Callable[[Rows], dict[str, Any]]) -> Table:
    """과 사람과 자기 부서가 보고, 기획조정팀과 자기 부서가 고치며, 네 팀이 더하는 자료."""
    return screens(
        route, extra, SIGNED_IN, TEAMS | {OWN: 200, OTHER: 200},
        own_and_other(of, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
        own_and_other(of, PLANNING_TEAM | {OWN: 200, OTHER: 404}, PLANNING_TEAM | {OWN: 404, OTHER: 200}),
    )  # fmt: skip


TEAMS = only("시스템관리자", "기획조정팀", "예산팀", "평가팀", "의회법무팀")
EVALUATION_TEAM = only("시스템관리자", "평가팀")
PLANNING_TEAM = only("시스템관리자", "기획조정팀")
OWN, OTHER = DEPARTMENTS
ACCESS: Table = {
    "home": one(SIGNED_IN),
    "todo": one(SIGNED_IN),
    "notices": one(SIGNED_IN),
    "notices-read": one(POST_ONLY),
    "notices-open": one(POST_ONLY, lambda rows: {"pk": 1}),
    # 보고서: 과 사람이 보고, 맡은 팀이 초안을 고친다
    **screens("core.report", "form", DIVISION, TEAMS, one(DIVISION, report_key), one(BUDGET_TEAM, report_key)),
    "core.report-text": one(BUDGET_TEAM, lambda rows: {"pk": rows.report.pk, "key": "units.total"}),
    "core.report-act": one({label: 405 if status == 200 else status for label, status in DIVISION.items()}, lambda rows: {"pk": rows.report.pk, "act": "acknowledge"}),
    "core.report-compare": one(DIVISION, report_key),
    "core.report-figures": one(DIVISION, report_key),
    "core.report-download": one(DIVISION, lambda rows: {"pk": rows.report.pk, "kind": "html"}),
    # 취합
    **screens("core.round", "form", DIVISION, TEAMS, one(DIVISION, round_key), one(EVALUATION_TEAM, round_key)),
    **screens(
        "core.roundtemplate", "form", DIVISION, TEAMS,
        one(DIVISION, lambda rows: {"pk": rows.template.pk}), one(EVALUATION_TEAM, lambda rows: {"pk": rows.template.pk}),
    ),
    **common("core.reminderladder", "form", lambda rows: rows.ladder),
    **common("core.reminderstep", "form", lambda rows: rows.step),
    **common("core.confirmationrule", "form bulk", lambda rows: rows.confirmation_rule),
    "core.roundtemplate-open": one(POST_ONLY, lambda rows: {"pk": rows.template.pk}),
    "core.round-act": one(POST_ONLY, round_key),
    "core.round-merged": one(DIVISION, round_key),
    "core.round-merged-excel": one(DIVISION, round_key),
    "core.submission-list": one(SIGNED_IN),
    "core.submission-fill": own_and_other(lambda rows: rows.submissions, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
    "core.submission-form": own_and_other(lambda rows: rows.submissions, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
    "core.submission-act": one(POST_ONLY, submission_act),
    "core.submission-row": one(POST_ONLY, lambda rows: {**submission_act(rows), "row": 1}),
    "health": one(OPEN),
    "search": one(SIGNED_IN),
    # 내 계정
    "login": one(expect(302, anonymous=200)),
    "logout": one(POST_ONLY),
    "password_change": one(SIGNED_IN),
    "password_change_done": one(SIGNED_IN),
    "keepalive": one(expect(204)),
    "preferences": one(SIGNED_IN),
    "preferences-year": one(POST_ONLY),
    "preferences-pin": one(POST_ONLY),
    "help": one(SIGNED_IN),
    # 첨부와 의견: 붙은 자료를 볼 수 있는 사람만
    "core.attachment-add": one(POST_ONLY, reason_of("own")),
    "core.attachment-remove": one(POST_ONLY, lambda rows: {"pk": 1}),
    "core.attachment-restore": one(POST_ONLY, lambda rows: {"pk": 1}),
    "core.attachment-download": own_and_other(
        lambda rows: rows.attachments, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}
    ),
    "core.attachment-zip": [
        Case(SIGNED_IN | {OTHER: 404}, reason_of("own"), "자기 부서"),
        Case(SIGNED_IN | {OWN: 404}, reason_of("other"), "다른 부서"),
    ],
    "core.comment-add": one(POST_ONLY, reason_of("own")),
    "core.comment-resolve": one(POST_ONLY, lambda rows: {"pk": 1}),
    # 이력과 목록의 모습
    "core.change-list": one(DIVISION),
    "core.savedfilter-add": one(POST_ONLY),
    "core.savedfilter-delete": one(POST_ONLY, lambda rows: {"pk": 1}),
    "core.columns": one(POST_ONLY),
    # 작업: 시킨 사람과 시스템관리자만
    "core.job-list": one(SIGNED_IN),
    "core.job-detail": one(only("시스템관리자", "예산팀", otherwise=404), lambda rows: {"pk": rows.job.pk}),
    # 조직과 사람
    "core.org-chart": one(DIVISION),
    "core.staffing": one(DIVISION),
    **common("core.department", "form bulk import", lambda rows: rows.departments["own"]),
    **common("core.departmentlineage", "form", lambda rows: rows.lineage),
    **common("core.staff", "form bulk import", lambda rows: rows.people["열람자"], DIVISION),
    **common("core.grade", "form import", lambda rows: rows.grade),
    **common("core.post", "form bulk import", lambda rows: rows.post),
    **common("core.assignment", "form bulk", lambda rows: rows.assignment),
    **common("core.transfer", "form", lambda rows: rows.transfer, DIVISION),
    "core.reorganise": one(ADMIN),
    # 인수인계: 넘긴 사람과 받은 사람, 과장과 시스템관리자가 보고, 넘긴 사람과 시스템관리자가 처리한다
    "core.handover-received": one(SIGNED_IN),
    **screens(
        "core.handover", "form", SIGNED_IN, expect(200, 열람자=403),
        one(only("시스템관리자", "과장", "예산팀", "부서 담당자", otherwise=404), lambda rows: {"pk": rows.handover.pk}),
        one(
            only("시스템관리자", "부서 담당자", otherwise=404) | {"과장": 403, "예산팀": 403},
            lambda rows: {"pk": rows.handover.pk},
        ),
    ),
    **common("core.quota", "form bulk import", lambda rows: rows.quota),
    **common("core.vehicle", "form bulk import", lambda rows: rows.vehicle),
    # 기한
    **common("core.holiday", "form bulk import", lambda rows: rows.holiday),
    **common("core.deadlinerule", "form bulk import", lambda rows: rows.deadline_rule),
    **screens(
        "core.deadline", "form bulk", SIGNED_IN, TEAMS,
        own_and_other(lambda rows: rows.deadlines, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
        own_and_other(lambda rows: rows.deadlines, LEGAL_TEAM | {OTHER: 404}, LEGAL_TEAM | {OWN: 404}),
    ),
    **{
        f"core.deadline-{act}": one(POST_ONLY, lambda rows: {"pk": 1})
        for act in ("confirm", "close", "suspend", "resume", "reopen")
    },
    "core.calendar": one(SIGNED_IN),
    "core.calendar-token": one(SIGNED_IN),
    # 로그인 없이 여는 단 하나의 업무 주소. 열쇠가 없으면 누구에게나 없는 주소다(열쇠로 여는 것은 tests/core/deadlines).
    "core.calendar-feed": one(expect(404, anonymous=404)),
    # 사업
    **by_department_read("core.project", "form bulk import", lambda rows: rows.projects, PROJECT_TEAMS),
    **screens(
        "core.projectresult", "", SIGNED_IN, {},
        own_and_other(lambda rows: rows.project_results, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}), [],
    ),
    # 위원회: 과 사람이 보고 맡은 팀이 고친다. 부서는 제 안건과 후속조치만 본다
    **committee_row("core.committee", "form", lambda rows: rows.committee_items["own"].meeting.committee),
    **committee_row("core.committeefunction", "form", lambda rows: rows.committee_rows[CommitteeFunction]),
    **committee_row("core.seat", "form bulk import", lambda rows: rows.committee_rows[Seat]),
    **committee_row("core.meeting", "form import", lambda rows: rows.committee_items["own"].meeting),
    **committee_row("core.recusal", "form", lambda rows: rows.committee_rows[Recusal]),
    **committee_row("core.allowance", "form bulk", lambda rows: rows.committee_rows[Allowance]),
    **screens("core.attendance", "", DIVISION, {}, one(DIVISION, lambda rows: {"pk": rows.committee_rows[Attendance].pk}), []),
    **screens(
        "core.agendaitem", "form import", SIGNED_IN, TEAMS,
        own_and_other(lambda rows: rows.committee_items, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
        own_and_other(lambda rows: rows.committee_items, LEGAL_TEAM | {OTHER: 404}, LEGAL_TEAM | {OWN: 404}),
    ),
    **screens(
        "core.followup", "form import", SIGNED_IN, TEAMS,
        own_and_other(lambda rows: rows.follow_ups, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
        own_and_other(lambda rows: rows.follow_ups, LEGAL_TEAM | {OWN: 200, OTHER: 404}, LEGAL_TEAM | {OWN: 404, OTHER: 200}),
    ),
    "core.followup-delete": own_and_other(lambda rows: rows.follow_ups, LEGAL_TEAM | {OTHER: 404}, LEGAL_TEAM | {OWN: 404}),
    **{f"core.meeting-{act}": one(DIVISION, lambda rows: {"pk": rows.committee_items["own"].meeting_id}) for act in ("book", "result")},
    **{f"core.meeting-{act}": one(POST_ONLY, lambda rows: {"pk": 1}) for act in ("move", "put", "attend", "decide_rest", "pay")},
    **{f"core.agendaitem-{act}": one(POST_ONLY, lambda rows: {"pk": 1}) for act in ("decide", "cancel")},
    # 조례·규칙심의회와 법률고문
    "legal.ordinance-council": one(DIVISION),
    "legal.ordinance-council-put": one(POST_ONLY | dict.fromkeys(DEPARTMENTS, 403)),
    "legal.ordinance-council-export": one(
        expect(404, 부서_담당자=403, 다른_부서_담당자=403)
    ),
    "legal.legal-advisers": one(DIVISION),
    "legal.legal-advisers-export": one(DIVISION),
    "legal.advisers-propose": one(DIVISION),
    "legal.advisers-pay": one(DIVISION),
    "legal.adviser-renew": one(POST_ONLY | dict.fromkeys(DEPARTMENTS, 403), lambda rows: {"pk": 1}),
    **legal_only("legal.adviser", "form import", lambda rows: adviser_factories.AdviserFactory()),
    **legal_only("legal.appointment", "form", lambda rows: adviser_factories.AdviserFactory().appointments.get()),
    **legal_only("legal.conflictofinterest", "form", lambda rows: adviser_factories.ConflictFactory()),
    **legal_only("legal.allocation", "form", lambda rows: adviser_factories.AllocationFactory()),
    **legal_only("legal.adviserfee", "form bulk import", lambda rows: adviser_factories.AdviserFeeFactory()),
    **legal_only("legal.specialtyword", "form", lambda rows: adviser_factories.SpecialtyWordFactory()),
    # 설정과 보고서 값
    **common("core.setting", "form", lambda rows: rows.setting),
    **common("core.reportedvalue", "", lambda rows: rows.reported_value),
    # 예산편성·집행
    "budget.execution": one(SIGNED_IN, with_execution),
    "budget.execution-export": one(SIGNED_IN, with_execution),
    "budget.execution-compare": one(SIGNED_IN, with_execution),
    "budget.reconciliation": one(DIVISION),
    "budget.layers": one(DIVISION, with_execution),
    "budget.budgetversion-advance": one(POST_ONLY, lambda rows: {"pk": rows.version.pk}),
    "budget.snapshot-upload": one(BUDGET_TEAM),
    "budget.snapshot-columns": one(
        BUDGET_TEAM | dict.fromkeys(("시스템관리자", "예산팀"), 404), lambda rows: {"pk": rows.snapshot.file.pk}
    ),
    "budget.snapshot-preview": one(DIVISION, lambda rows: {"pk": rows.snapshot.pk}),
    "budget.snapshot-file": one(DIVISION, lambda rows: {"pk": rows.snapshot.pk}),
    **{
        f"budget.snapshot-{act}": one(
            BUDGET_TEAM | dict.fromkeys(("시스템관리자", "예산팀"), 405), lambda rows: {"pk": rows.snapshot.pk}
        )
        for act in ("apply", "discard", "take_back")
    },
    **ledger("budget.executionrow", lambda rows: rows.execution_rows),
    **by_department("budget.executionreason", "form import", lambda rows: rows.reasons),
    **by_department("budget.monthlyplan", "form bulk import", lambda rows: rows.plans),
    **by_department_read("budget.detailprogram", "form bulk import", lambda rows: rows.programs),
    **budget_only("budget.budgetversion", "form", lambda rows: rows.version),
    **budget_only("budget.budgetline", "form import", lambda rows: rows.line),
    **budget_only("budget.earlyexecutiontarget", "form import", lambda rows: rows.early_target),
    # 구정운영 4개년 계획
    "evaluation.four-year-plan-board": one(SIGNED_IN, with_results),
    "evaluation.four-year-plan-export": one(SIGNED_IN, with_results),
    "evaluation.four-year-plan-compare": one(SIGNED_IN, with_results),
    "evaluation.four-year-plan-book": one(SIGNED_IN, with_results),
    "evaluation.four-year-plan-review": one(DIVISION, with_results),
    **{
        f"evaluation.fouryearplan-{act}": one(
            EVALUATION_TEAM | dict.fromkeys(("시스템관리자", "평가팀"), 405), lambda rows: {"pk": rows.plan_tasks["own"].plan_id}
        )
        for act in ("start", "reopen")
    },
    **{
        f"evaluation.fouryearplan-{act}": one(EVALUATION_TEAM, lambda rows: {"pk": rows.plan_tasks["own"].plan_id})
        for act in ("close", "carry")
    },
    **{
        f"evaluation.taskrevision-{act}": one(POST_ONLY, lambda rows: {"pk": rows.plan_parts(TaskRevisionFactory)["own"].pk})
        for act in ("approve", "apply")
    },
    **published("evaluation.fouryearplan", "form", lambda rows: rows.plan_tasks["own"].plan),
    **published("evaluation.goal", "form import", lambda rows: rows.plan_tasks["own"].field.goal),
    **published("evaluation.planfield", "form import", lambda rows: rows.plan_tasks["own"].field),
    **published("evaluation.generationmap", "form", lambda rows: rows.plan_parts(GenerationMapFactory)["own"]),
    **by_department_read("evaluation.task", "form bulk import", lambda rows: rows.plan_tasks, EVALUATION_TEAM),
    **by_department_read("evaluation.tasktarget", "form import", lambda rows: rows.plan_targets, EVALUATION_TEAM),
    **by_department_read(
        "evaluation.milestone", "form bulk import", lambda rows: rows.plan_parts(MilestoneFactory), EVALUATION_TEAM
    ),
    **by_department_read(
        "evaluation.taskrevision", "form", lambda rows: rows.plan_parts(TaskRevisionFactory), EVALUATION_TEAM
    ),
    # 분기 실적: 부서는 낼 수 있는 동안 제 것을 고친다. 행은 회차가 만든다.
    **screens(
        "evaluation.quarterresult", "form import", SIGNED_IN, EVALUATION_TEAM,
        own_and_other(lambda rows: rows.plan_results, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
        own_and_other(
            lambda rows: rows.plan_results, EVALUATION_TEAM | {OWN: 200, OTHER: 404}, EVALUATION_TEAM | {OWN: 404, OTHER: 200}
        ),
    ),
    # 성과관리
    "evaluation.performance-board": one(SIGNED_IN, with_indicators),
    "evaluation.performance-export": one(SIGNED_IN, with_indicators),
    "evaluation.performance-lint": one(SIGNED_IN, with_indicators),
    "evaluation.performance-sheet": [
        Case(SIGNED_IN | {OTHER: 404}, sheet_of("own"), "자기 부서"), Case(SIGNED_IN | {OWN: 404}, sheet_of("other"), "다른 부서"),
    ],
    **{f"evaluation.performance-{act}": one(POST_ONLY, sheet_of("own")) for act in ("submit", "take_back")},
    **{f"evaluation.perfplan-{act}": one(POST_ONLY, lambda rows: {"pk": rows.perf_plan.pk}) for act in ("advance", "carry")},
    "evaluation.indicator-move": one(
        EVALUATION_TEAM | dict.fromkeys(("시스템관리자", "평가팀"), 405), lambda rows: {"status": "reviewed"}
    ),
    "evaluation.indicatorchange-decide": one(POST_ONLY, lambda rows: {"pk": 1}),
    "evaluation.objection-decide": one(POST_ONLY, lambda rows: {"pk": 1}),
    **published("evaluation.perfplan", "form", lambda rows: rows.perf_plan),
    **published("evaluation.gradeband", "form", lambda rows: rows.grade_band),
    **by_department("evaluation.perfproject", "form bulk import", lambda rows: rows.perf_projects, EVALUATION_TEAM),
    **by_department("evaluation.indicator", "form bulk import", lambda rows: rows.indicators, EVALUATION_TEAM),
    **by_department("evaluation.indicatorstep", "form", lambda rows: rows.indicator_steps, EVALUATION_TEAM),
    **by_department("evaluation.indicatorpast", "form", lambda rows: rows.indicator_pasts, EVALUATION_TEAM),
    **by_department("evaluation.indicatorchange", "form", lambda rows: rows.indicator_changes, EVALUATION_TEAM),
    **by_department("evaluation.objection", "form", lambda rows: rows.objections, EVALUATION_TEAM),
    **by_department(
        "evaluation.indicatoractual", "form import", lambda rows: rows.indicator_actuals, EVALUATION_TEAM, EVALUATION_TEAM
    ),
    # 회차가 맡긴 행은 부서가 적기만 하고 지우지는 못한다.
    **deleted_by_team("evaluation.quarterresult", lambda rows: rows.plan_results),
    **deleted_by_team("evaluation.indicatoractual", lambda rows: rows.indicator_actuals),
    # 소송: 과 사람과 소관 부서가 가린 글로 보고 의회법무팀이 고친다. 당사자는 맡은 사람만 고친다.
    **by_department_read("legal.lawsuit", "form bulk import", lambda rows: rows.lawsuits, LEGAL_TEAM),
    **by_department_read("legal.instance", "form import", lambda rows: rows.instances, LEGAL_TEAM),
    **by_department_read("legal.ruling", "form import", lambda rows: rows.rulings, LEGAL_TEAM),
    **by_department_read("legal.hearing", "form bulk import", lambda rows: rows.lawsuit_parts("hearing"), LEGAL_TEAM),
    **by_department_read("legal.filing", "form bulk", lambda rows: rows.lawsuit_parts("filing"), LEGAL_TEAM),
    **by_department_read("legal.appealreview", "form", lambda rows: rows.lawsuit_parts("appealreview"), LEGAL_TEAM),
    **by_department_read("legal.cost", "form import", lambda rows: rows.lawsuit_parts("cost"), LEGAL_TEAM),
    **by_department_read("legal.costrecovery", "form", lambda rows: rows.lawsuit_parts("costrecovery"), LEGAL_TEAM),
    **by_department_read("legal.lossreview", "form", lambda rows: rows.lawsuit_parts("lossreview"), LEGAL_TEAM),
    **by_department_read("legal.party", "form", lambda rows: rows.lawsuit_parts("party"), LEGAL_TEAM),
    **{
        f"legal.party-{act}": own_and_other(
            lambda rows: rows.lawsuit_parts("party"), only("의회법무팀") | {OTHER: 404}, only("의회법무팀") | {OWN: 404}
        )
        for act in ("edit", "delete")
    },
    "legal.lawsuit-act": [
        Case(LEGAL_TEAM | {OTHER: 404}, lambda rows: {"pk": rows.lawsuits["own"].pk, "act": "stay"}, "자기 부서"),
        Case(LEGAL_TEAM | {OWN: 404}, lambda rows: {"pk": rows.lawsuits["other"].pk, "act": "stay"}, "다른 부서"),
    ],
    "legal.case-number": one(SIGNED_IN),
    **screens("legal.ledgerrow", "import", DIVISION, LEGAL_TEAM, one(DIVISION, lambda rows: {"pk": rows.ledger_row.pk}), []),
    # 개인정보: 「이름 보기」는 주소로 열리지 않고, 열람 기록은 과장과 시스템관리자 말고는 자기 것만 본다.
    "core.reveal": one(POST_ONLY, lambda rows: {"content_type": 1, "pk": 1}),
    "core.personalaccess-check": one(POST_ONLY),
    **{f"core.personalaccess-{action}": one(SIGNED_IN) for action in ("list", "export", "print")},
    "core.personalaccess-detail": one(
        only("시스템관리자", "과장", "의회법무팀", otherwise=404), lambda rows: {"pk": rows.access_record.pk}
    ),
    **by_department_read("evaluation.perfscore", "form", lambda rows: rows.perf_scores, EVALUATION_TEAM),
    # 구정 주요업무계획
    "planning.periodic-reports": one(SIGNED_IN, with_entries),
    "planning.periodic-reports-month": one(SIGNED_IN, with_entries),
    "planning.periodic-reports-mayor": one(DIVISION, with_entries),
    "planning.periodic-reports-conflicts": one(DIVISION, with_entries),
    "planning.periodic-reports-carry": one(expect(405, 부서_담당자=403, 다른_부서_담당자=403)),
    "planning.periodic-reports-download": one(DIVISION, lambda rows: {"code": "periodic-mayor", "kind": "hwpx"}),
    **screens(
        "planning.entrykind", "form import", SIGNED_IN, PLANNING_TEAM, one(SIGNED_IN, lambda rows: {"pk": rows.report_entries["own"].kind_id}),
        one(PLANNING_TEAM, lambda rows: {"pk": rows.report_entries["own"].kind_id}),
    ),
    **by_department(
        "planning.reportentry", "form bulk import", lambda rows: rows.report_entries, only("시스템관리자", "기획조정팀")
    ),
    "planning.work-plans": one(SIGNED_IN, with_work_items),
    "planning.work-plans-behind": one(SIGNED_IN, with_work_items),
    "planning.work-plans-book": one(SIGNED_IN, with_work_items),
    "planning.workplan-move": one(POST_ONLY, lambda rows: {"pk": rows.work_items["own"].plan_id, "act": "accept"}),
    "planning.workplan-roll": one(POST_ONLY, lambda rows: {"pk": rows.work_items["own"].plan_id, "kind": "result"}),
    "planning.workitem-act": one(POST_ONLY, lambda rows: work_item(rows) | {"act": "accept"}),
    "planning.workitem-done": one(POST_ONLY, work_item),
    "planning.workitem-compare": own_and_other(lambda rows: rows.work_items, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
    **screens(
        "planning.workplan", "form", SIGNED_IN, PLANNING_TEAM, one(SIGNED_IN, lambda rows: {"pk": rows.work_items["own"].plan_id}),
        one(PLANNING_TEAM, lambda rows: {"pk": rows.work_items["own"].plan_id}),
    ),
    **work_items("planning.workitem", "form import", lambda rows: rows.work_items),
    **work_items("planning.workline", "form import", lambda rows: rows.work_parts(WorkLineFactory)),
    **work_items("planning.worktable", "form", lambda rows: rows.work_parts(WorkTableFactory)),
    **work_items("planning.progressentry", "form import", lambda rows: rows.work_progress),
    # 소송 현황. 부서는 자기 부서와 맡은 사건만 센다.
    **{f"legal.lawsuits{page}": one(SIGNED_IN) for page in ("", "-analysis", "-export")},
    **screens("legal.outcomebucket", "form", DIVISION, LEGAL_TEAM, one(DIVISION, outcome_bucket), one(LEGAL_TEAM, outcome_bucket)),
    # 자치법규 정비
    **{f"legal.local-laws{page}": one(SIGNED_IN) for page in ("", "-report", "-export")},
    "legal.bill-comparison": own_and_other(lambda rows: rows.bills, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}),
    # 입안은 부서가 스스로 마친다.
    "legal.bill-act": [
        Case(LEGAL_TEAM | {OWN: 200, OTHER: 404}, lambda rows: {"pk": rows.bills["own"].pk, "act": "finish"}, "자기 부서"),
        Case(LEGAL_TEAM | {OTHER: 404}, lambda rows: {"pk": rows.bills["own"].pk, "act": "withdraw"}, "팀이 하는 일"),
    ],
    "legal.upperlawchange-tasks": one(POST_ONLY, lambda rows: {"pk": 1}),
    **published("legal.locallaw", "form bulk import", lambda rows: rows.local_law, LEGAL_TEAM),
    **published("legal.lawversion", "form import", lambda rows: rows.law_version, LEGAL_TEAM),
    **published("legal.upperlawchange", "form import", lambda rows: rows.upper_law_change, LEGAL_TEAM),
    **screens(
        "legal.reviewkind", "form", DIVISION, LEGAL_TEAM, one(DIVISION, lambda rows: {"pk": rows.review_kind.pk}),
        one(LEGAL_TEAM, lambda rows: {"pk": rows.review_kind.pk}),
    ),
    **by_department("legal.bill", "form bulk import", lambda rows: rows.bills, LEGAL_TEAM),
    **screens(
        "legal.billstep", "", SIGNED_IN, {},
        own_and_other(lambda rows: rows.bill_steps, SIGNED_IN | {OTHER: 404}, SIGNED_IN | {OWN: 404}), [],
    ),
    **by_department("legal.impactreview", "form", lambda rows: rows.impact_reviews, LEGAL_TEAM),
    **by_department("legal.noticeopinion", "form", lambda rows: rows.notice_opinions, LEGAL_TEAM),
    **by_department("legal.articlechange", "form import", lambda rows: rows.article_changes, LEGAL_TEAM),
    **by_department("legal.revisiontask", "form bulk import", lambda rows: rows.revision_tasks, LEGAL_TEAM, LEGAL_TEAM),
    # 팀이 낸 과제는 부서가 적기만 하고 지우지는 못한다.
    **deleted_by_team("legal.revisiontask", lambda rows: rows.revision_tasks, LEGAL_TEAM),
}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """모든 주소 이름. 관리자 화면(admin:)은 따로 본다."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from routes(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name or f'(이름 없음 {pattern.pattern})'}", pattern


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Rows, dict[str, Client]]]:
    """역할마다 로그인해 둔 브라우저. 사람과 로그인은 주소마다 다시 만들지 않는다(수백 개의 주소에서 시간의 절반이었다)."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows = Rows()
        clients = {label: Client(raise_request_exception=False) for label in (ANONYMOUS, *PEOPLE)}
        for label, staff in rows.people.items():
            clients[label].force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        yield rows, clients
        transaction.set_rollback(True)


@pytest.fixture
def rows(visitors: tuple[Rows, dict[str, Client]], db: None) -> Rows:
    """사람과 부서만 있는 자료. 나머지는 시험이 부르는 것만 만든다."""
    found = Rows()
    found.departments, found.people = visitors[0].departments, visitors[0].people
    return found


# 화면을 끝까지 그려 보는 사람: 모두 고치는 사람, 부서의 사람, 보기만 하는 사람
DRAWN = ("시스템관리자", "부서 담당자", "열람자")


@pytest.fixture
def open_as(visitors: tuple[Rows, dict[str, Client]], monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """label 로 로그인해 url 을 연 답. 500 도 상태로 받는다.

    같은 화면을 열 사람이 그리면 그리는 데 시간이 다 간다. 나머지 사람은 열리는지만 보고 그리지 않는다.
    """
    draw = SimpleTemplateResponse.rendered_content.fget
    now = {"label": ""}
    monkeypatch.setattr(
        SimpleTemplateResponse, "rendered_content", property(lambda answer: draw(answer) if now["label"] in DRAWN else "")
    )

    def get(label: str, url: str) -> Any:
        now["label"] = label
        return visitors[1][label].get(url)

    return get


def test_every_url_is_in_the_table() -> None:
    known = {name for name, _pattern in routes(get_resolver().url_patterns)}
    assert not known - set(ACCESS), "표에 없는 주소: " + ", ".join(sorted(known - set(ACCESS)))
    assert not set(ACCESS) - known, "주소가 없어진 줄: " + ", ".join(sorted(set(ACCESS) - known))


@pytest.mark.parametrize("route", sorted(ACCESS))
def test_every_role_at_every_url(route: str, rows: Rows, open_as: Callable[[str, str], Any]) -> None:
    wrong = []
    for case in ACCESS[route]:
        url = reverse(route, kwargs=case.kwargs(rows))
        for label, expected in case.expected.items():
            answer = open_as(label, url)
            if answer.status_code != expected:
                wrong.append(f"{label} {case.note}: {answer.status_code} (바라는 것 {expected}) {url}")
            elif label == ANONYMOUS and expected == 302 and not answer.url.startswith(reverse(settings.LOGIN_URL)):
                wrong.append(f"비로그인은 로그인 화면으로 가야 한다: {answer.url}")
    assert not wrong, "\n".join(wrong)


def test_admin_is_for_administrators_only(open_as: Callable[[str, str], Any], db: None) -> None:
    """관리자 화면의 첫 화면과 모든 목록. 시스템관리자만 열고, 다른 사람은 로그인 화면이나 403 을 받는다."""
    site = resolve(reverse("admin:index")).func.admin_site
    urls = [reverse("admin:index")]
    urls += [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in site._registry]
    wrong = []
    for url in urls:
        for label in (ANONYMOUS, *PEOPLE):
            status = open_as(label, url).status_code
            if (status == 200) != (label == "시스템관리자") or status not in (200, 302, 403):
                wrong.append(f"{label}: {status} {url}")
    assert len(urls) > 20
    assert not wrong, "\n".join(wrong)
