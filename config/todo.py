"""할 일: 내 손을 기다리는 것을 기한 차례로. 네 팀과 취합에서 모은다."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from budget.appropriations.dashboard import Execution, unexplained
from budget.appropriations.models import ExecutionReason
from core.access import Role, Team, owns_team
from core.committees.models import FollowUp, Meeting
from core.deadlines.models import Deadline
from core.formats import date_plain, money, rate
from core.handover.models import HandoverItem
from core.org.models import Staff
from core.rounds.models import Round, Submission
from evaluation.four_year_plans.models import FourYearPlan, QuarterResult
from evaluation.performance.models import IndicatorChange, Objection
from legal.lawsuits.models import Bucket, Lawsuit, LossReview
from legal.lawsuits.models.outcomes import in_bucket
from legal.local_laws.dashboard import open_bills
from legal.local_laws.models import Bill, BillStep, RevisionTask
from planning.periodic_reports.dashboard import Board
from planning.periodic_reports.models import ReportEntry
from planning.work_plans.models import WorkItem, WorkPlan


@dataclass(frozen=True)
class Todo:
    """할 일 하나: 언제까지, 무슨 업무, 무엇을, 근거 한 줄, 누가, 어디서."""

    due: date | None
    work: str
    text: str
    note: str
    owner: str
    url: str
    verb: str
    verb_url: str
    is_sample: bool = False

    def group(self, today: date) -> str:
        """기한 지남 · 오늘 · 이번 주 · 그 뒤 · 기한 없음."""
        if self.due is None:
            return "기한 없음"
        if self.due < today:
            return "기한 지남"
        if self.due == today:
            return "오늘"
        return "이번 주" if self.due <= today + timedelta(days=6 - today.weekday()) else "그 뒤"


GROUPS = ("기한 지남", "오늘", "이번 주", "그 뒤", "기한 없음")


def grouped(todos: Iterable[Todo], today: date) -> list[tuple[str, list[Todo]]]:
    """묶음마다 기한이 이른 것부터. 빈 묶음은 뺀다."""
    found: dict[str, list[Todo]] = {name: [] for name in GROUPS}
    for todo in sorted(todos, key=lambda one: one.due or date.max):
        found[todo.group(today)].append(todo)
    return [(name, rows) for name, rows in found.items() if rows]


def todos(user: Staff, execution: Execution | None) -> list[Todo]:
    """user 의 할 일. 질의 수는 행 수와 관계없다."""
    found = department_submissions(user) if user.role == Role.DEPARTMENT else team_rounds(user)
    found += committee_work(user)
    found += own_deadlines(user) + received_work(user) + judging_work(user) + performance_work(user) + work_plan_work(user)
    return found + law_work(user) + lawsuit_work(user) + event_conflicts(user) + budget_reasons(user, execution)


def judging_work(user: Staff) -> list[Todo]:
    """평가팀이 아직 판정하지 않은, 확정한 분기 실적. 분기마다 한 줄."""
    if not owns_team(user, Team.EVALUATION):
        return []
    rows = QuarterResult.objects.for_user(user).unjudged().filter(submission__status=Submission.Status.CONFIRMED)
    rows = rows.exclude(task__plan__status=FourYearPlan.Status.CLOSED).order_by("year", "quarter")
    found = []
    for one in rows.values("task__plan", "year", "quarter").annotate(count=Count("pk"), is_sample=Count("pk", filter=Q(is_sample=True))):
        url = f"{reverse('evaluation.four-year-plan-review')}?plan={one['task__plan']}&quarter={one['year']}-{one['quarter']}"
        found.append(Todo(
            None, "4개년 계획", f"{one['year']}년 {one['quarter']}/4분기 실적 판정 {one['count']}건",
            "부서의 실적을 확정했습니다. 판정하면 한눈판에 나옵니다.", str(Team.EVALUATION.label), url,
            "판정하기", f"{url}&show=unjudged", bool(one["is_sample"]),
        ))  # fmt: skip
    return found


def work_plan_work(user: Staff) -> list[Todo]:
    """주요업무: 기획조정팀은 검토할 것, 과장은 확정할 것, 팀은 제 팀이 적거나 보완할 것. 계획과 단계마다 한 줄."""
    state = WorkItem.State
    rows, team, head = WorkItem.objects.for_user(user), Team.PLANNING, user.role in (Role.HEAD, Role.ADMIN)
    words: dict[str, tuple[str, str]] = {}
    if owns_team(user, team):
        words |= {state.SUBMITTED: ("접수", "팀 검토를 시작합니다."), state.TEAM_REVIEW: ("검토", "살펴보고 부구청장 검토보고로 넘깁니다."),
                  state.VICE_MAYOR: ("부구청장 검토 기록", "검토한 날과 의견을 적고 구청장 검토보고로 넘깁니다.")}  # fmt: skip
    if head:
        words[state.MAYOR] = ("확정", "구청장 검토를 마친 날을 적고 확정합니다.")
    wanted = Q(stage__in=list(words))
    if user.role == Role.TEAM:
        wanted |= Q(team=user.team, stage__in=WorkItem.WRITING)
        words |= dict.fromkeys(WorkItem.WRITING, ("작성", "우리 팀의 사업입니다. 적어서 제출합니다."))
    elif not words:
        return []
    grouped = rows.with_stage().filter(wanted).order_by("plan__year").values("plan", "plan__year", "plan__kind", "stage")
    found = []
    for one in grouped.annotate(count=Count("pk"), samples=Count("pk", filter=Q(is_sample=True))):
        word, note = words[one["stage"]]
        kind = WorkPlan.Kind(one["plan__kind"]).label
        own = f"&team={user.team}" if one["stage"] in WorkItem.WRITING else ""
        url = f"{reverse('planning.workitem-list')}?plan={one['plan']}&stage={one['stage']}{own}"
        found.append(Todo(
            None, "주요업무계획", f"{one['plan__year']}년 {kind} {word} {one['count']}건", note,
            str(Team.PLANNING.label if not own else user.team_label), url, "살펴보기", url, bool(one["samples"]),
        ))  # fmt: skip
    return found


def performance_work(user: Staff) -> list[Todo]:
    """평가팀이 답해야 하는 이의신청과, 승인을 기다리는 지표 변경."""
    if not owns_team(user, Team.EVALUATION):
        return []
    team, related = str(Team.EVALUATION.label), ("indicator__perf_project__department",)
    found = []
    for objection in Objection.objects.for_user(user).filter(status=Objection.Status.FILED).select_related(*related):
        url = reverse("evaluation.objection-detail", args=[objection.pk])
        owner = objection.indicator.perf_project.department
        found.append(Todo(objection.due_on, "성과관리", str(objection), f"{owner} · {date_plain(objection.filed_on)} 접수", team, url,
                          "결정", url, objection.is_sample))  # fmt: skip
    for change in IndicatorChange.objects.for_user(user).filter(status=IndicatorChange.Status.REQUESTED).select_related(*related):
        url = reverse("evaluation.indicatorchange-detail", args=[change.pk])
        owner = change.indicator.perf_project.department
        found.append(Todo(None, "성과관리", f"지표 {change} 승인", f"{owner} · {date_plain(change.requested_on)} 신청", team, url,
                          "살펴보기", url, change.is_sample))  # fmt: skip
    return found


def committee_work(user: Staff) -> list[Todo]:
    """부서가 할 위원회 후속조치와, 팀이 곧 열거나 아직 종결하지 않은 회의."""
    if user.role == Role.DEPARTMENT:
        rows = FollowUp.objects.for_user(user).open().select_related("item", "department")
        return [
            Todo(one.due_on, "위원회", one.text, f"{one.item} 의결에 따른 후속조치", str(one.department),
                 reverse("core.followup-detail", args=[one.pk]), "결과 적기", reverse("core.followup-edit", args=[one.pk]), one.is_sample)
            for one in rows
        ]  # fmt: skip
    if user.role != Role.TEAM:
        return []
    soon = timezone.localdate() + timedelta(days=14)
    meetings = Meeting.objects.changeable_by(user).filter(held_on__lte=soon).select_related("committee").with_counts()
    return [
        Todo(one.held_on, "위원회", f"{one} {'종결' if one.state == Meeting.State.OPEN else '준비'}",
             f"{one.get_state_display()} · 안건 {one.item_count}건 중 {one.decided_count}건 의결", one.committee.get_team_display(),
             reverse("core.meeting-detail", args=[one.pk]), "열기", reverse("core.meeting-detail", args=[one.pk]), one.is_sample)
        for one in meetings
    ]  # fmt: skip


def law_work(user: Staff) -> list[Todo]:
    """내 손에 있는 의안의 다음 단계와 막힌 의안, 우리 부서가 답할 정비과제. 질의 다섯."""
    today = timezone.localdate()
    if user.role == Role.DEPARTMENT:
        rows = Bill.objects.for_user(user).with_department()
    elif owns_team(user, Team.LEGAL):
        rows = Bill.objects.for_user(user).filter(handler=user)
    else:
        return []
    found = []
    for one in open_bills(rows, BillStep.objects.for_user(user), today):
        waits = one.bill.status in Bill.NOT_OURS and not one.is_stuck
        if waits:
            continue
        url = reverse("legal.bill-detail", args=[one.bill.pk])
        why = f" · {one.why}" if one.is_stuck else ""
        due = one.deadline.safe_on if one.deadline else None
        found.append(Todo(
            due, "자치법규", f"{one.bill} {one.bill.stage_word}", f"{one.holder} {one.days}일째{why}", user.name, url,
            "살펴보기" if one.is_stuck else "처리", url, one.bill.is_sample,
        ))  # fmt: skip
    if user.role == Role.DEPARTMENT:
        for task in RevisionTask.objects.for_user(user).open().select_related("law", "change", "department"):
            url = reverse("legal.revisiontask-detail", args=[task.pk])
            why = str(task.change) if task.change else task.reason
            found.append(Todo(task.due_on, "자치법규", str(task), why, str(task.department), url, "의견 적기",
                              reverse("legal.revisiontask-edit", args=[task.pk]), task.is_sample))  # fmt: skip
    return found


def lawsuit_work(user: Staff) -> list[Todo]:
    """송무의 할 일: 답변서 준비, 상소 결정, 다음 심급 등록, 패소 분석. 부서에는 우리 부서의 패소 분석 조치."""
    found = []
    reviews = LossReview.objects.for_user(user).filter(done_on=None, department=user.department_id or 0)
    for one in reviews.select_related("lawsuit", "department"):
        url = reverse("legal.lossreview-detail", args=[one.pk])
        note = one.prevention.strip().partition("\n")[0][:60]
        found.append(
            Todo(one.due_on, "소송", f"{one.lawsuit.title} 재발 방지 조치", note, str(one.department), url, "조치", url, one.is_sample)
        )
    if not owns_team(user, Team.LEGAL):
        return found
    status, lost = Lawsuit.Status, Lawsuit.objects.filter(in_bucket(Bucket.LOST, timezone.localdate()))
    rows = Lawsuit.objects.for_user(user).with_current().select_related("department", "handler")
    mine = Q() if user.role == Role.ADMIN else Q(handler=user) | Q(handler=None)
    soon = rows.filter(next_on__lte=timezone.localdate() + timedelta(days=30))
    acts: list[tuple[Any, str, str, str]] = [
        (soon.filter(status__in=[status.FILED, status.ASSIGNED]), "답변서 준비", "answer", "답변서 적기"),
        (soon.filter(status__in=[status.SERVED, status.APPEAL_REVIEW]), "상소 여부 결정", "decide", "상소 결정"),
        (rows.filter(status=status.APPEALED), "다음 심급 등록", "advance", "심급 등록"),
        (rows.filter(pk__in=lost.values("pk"), status=status.FINAL, loss_review=None), "패소 분석", "", "분석 적기"),
    ]  # fmt: skip
    for cases, what, act, verb in acts:
        for one in cases.filter(mine):
            url = reverse("legal.lawsuit-detail", args=[one.pk])
            add = f"{reverse('legal.lossreview-add')}?lawsuit={one.pk}&department={one.department_id}"
            found.append(Todo(
                one.next_on, "소송", f"{one.case_number or ''} {what}".strip(), f"{one.title} · {one.department}",
                one.handler.name if one.handler else str(Team.LEGAL.label), url, verb,
                reverse("legal.lawsuit-act", args=[one.pk, act]) if act else add, one.is_sample,
            ))  # fmt: skip
    return found


def event_conflicts(user: Staff) -> list[Todo]:
    """기획조정팀이 살펴볼 겹침: 오늘부터 두 주 안의 구청장 일정·장소·같은 행사."""
    if not owns_team(user, Team.PLANNING):
        return []
    today = timezone.localdate()
    board = Board(ReportEntry.objects.for_user(user), today, today + timedelta(days=13))
    found = board.open_clashes
    if not found:
        return []
    due = min(max(one.first.starts_on, one.second.starts_on, today) for one in found)
    url = f"{reverse('planning.periodic-reports-conflicts')}?on={today.isoformat()}&span=two_weeks"
    note = " · ".join(f"{label} {sum(one.label == label for one in found)}" for label in dict.fromkeys(one.label for one in found))
    return [Todo(
        due, "주간·월중 보고", f"일정 겹침 {len(found)}건", note, str(Team.PLANNING.label), url, "살펴보기", url, board.is_sample,
    )]  # fmt: skip


def own_deadlines(user: Staff) -> list[Todo]:
    """내가 맡은 기한 가운데 두 주 안에 해야 하거나 지난 것. 안전 기한을 기한으로 본다."""
    soon = timezone.localdate() + timedelta(days=14)
    rows = Deadline.objects.for_user(user).mine(user).unfinished().filter(safe_on__lte=soon).with_names()
    return [
        Todo(
            one.safe_on, "기한", str(one), f"법정 기한 {one.due_plain} · {one.rule.article}", user.name,
            reverse("core.deadline-detail", args=[one.pk]), "처리", reverse("core.deadline-detail", args=[one.pk]), one.is_sample,
        )
        for one in rows
    ]  # fmt: skip


def received_work(user: Staff) -> list[Todo]:
    """인수인계로 받고 아직 확인하지 않은 일, 인수인계마다 한 줄."""
    url = reverse("core.handover-received")
    unseen = HandoverItem.objects.received_by(user).unseen().order_by().values("handover__giver__name", "handover__reason")
    return [
        Todo(
            None, "인수인계", f"{one['handover__giver__name']} 님이 넘긴 업무 {one['count']:,}건 확인", one["handover__reason"],
            user.name, url, "확인", url,
        )
        for one in unseen.annotate(count=Count("pk"))
    ]  # fmt: skip


def department_submissions(user: Staff) -> list[Todo]:
    """부서가 적어야 하거나, 내 자리가 확인해야 하는 제출."""
    mine = Submission.editable()
    if user.position == Staff.Position.TEAM_LEAD:
        mine |= Q(status=Submission.Status.TEAM_LEAD)
    elif user.position == Staff.Position.HEAD:
        mine |= Q(status__in=Submission.CONFIRMING)
    rows = Submission.objects.for_user(user).filter(mine).exclude(round__status=Round.Status.PREPARING)
    found = []
    for one in rows.select_related("round"):
        url = reverse("core.submission-fill", args=[one.pk])
        verb = "확인" if one.status in Submission.CONFIRMING else "보완" if one.status == Submission.Status.RETURNED else "적기"
        found.append(Todo(
            _day(one.due_at), "취합", f"{one.round} 제출", f"지금 상태 {one.get_status_display()}", one.department_name, url, verb, url,
            one.round.is_sample,
        ))  # fmt: skip
    return found


def team_rounds(user: Staff) -> list[Todo]:
    """우리 팀이 접수 중인 회차: 살펴볼 제출과 아직 내지 않은 부서."""
    rounds = Round.objects.running().changeable_by(user).with_measures()
    found = []
    for one in rounds:
        url = reverse("core.round-detail", args=[one.pk])
        base = one.target_count - one.nothing_count
        note = f"{base}개 부서 중 {one.submitted_count}개 제출 · {base - one.submitted_count}개 부서 남음"
        if one.review_count:
            found.append(Todo(
                _day(one.due_at), "취합", f"{one} 검토 {one.review_count}곳", note, one.get_team_display(), url, "검토하기",
                f"{url}?status=review", one.is_sample,
            ))  # fmt: skip
        elif base == one.confirmed_count:
            found.append(Todo(
                _day(one.due_at), "취합", f"{one} 접수 마감", f"{base}개 부서를 모두 확정했습니다", one.get_team_display(), url,
                "마감하기", url, one.is_sample,
            ))  # fmt: skip
        elif base > one.submitted_count:
            found.append(Todo(
                _day(one.due_at), "취합", f"{one} 취합 마감", note, one.get_team_display(), url, "남은 부서 보기", f"{url}?status=left",
                one.is_sample,
            ))  # fmt: skip
    return found


def budget_reasons(user: Staff, execution: Execution | None) -> list[Todo]:
    """집행이 부진한데 사유가 없는 세부사업, 잔액이 큰 것부터. 사유를 적을 수 있는 사람의 일이다."""
    if execution is None or not execution.pointer or not ExecutionReason.scope.may_add(ExecutionReason, user):
        return []
    add = reverse("budget.executionreason-add")
    return [
        Todo(
            None, "예산", f"{line.label} 집행 부진 사유",
            f"{date_plain(execution.as_of)} 기준 집행률 {rate(line.rate)}% · 잔액 {money(line.balance)}천원", line.owner, line.rows_url,
            "사유 적기",
            f"{add}?detail_program={line.filters['program']}&as_of={execution.as_of:%Y-%m-%d}",
            bool(execution.is_sample),
        )
        for line in unexplained(execution.detail_programs({}, ExecutionReason.objects.for_user(user)))
    ]  # fmt: skip


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


def _day(at: Any) -> date:
    return timezone.localdate(at)
