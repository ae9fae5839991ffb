"""의안의 길: 종류마다의 차례, 어긋난 차례의 거절, 단계마다의 기한, 공포와 시행일, 재의, 보완과 되돌리기."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Role, Team
from core.deadlines.models import Deadline
from core.history.context import acting_as
from legal.local_laws import services
from legal.local_laws.models import Bill, BillStep, LawVersion, LocalLaw, RevisionTask
from legal.local_laws.models.pipeline import (
    BOARD_STEPS,
    CLOSES,
    ENDINGS,
    INTERNAL_KINDS,
    OPENS,
    LawKind,
    Proposer,
    Result,
    Stage,
    following,
    results_of,
    route,
)
from tests.factories import StaffFactory
from tests.legal.local_laws import factories as make

DAY = timedelta(days=1)
KINDS, PROPOSERS = st.sampled_from(LawKind.values), st.sampled_from(Proposer.values)


# --- 길 (행 없이) -------------------------------------------------------------------------------------


@given(kind=KINDS, proposer=PROPOSERS, skips=st.booleans(), amended=st.booleans(), data=st.data())
def test_every_way_goes_forward_and_ends(kind: str, proposer: str, skips: bool, amended: bool, data: Any) -> None:
    """어떤 결과를 골라도 길 안의 앞 단계이거나 끝이고, 보류만 제자리다. 앞으로만 가면 반드시 공포나 끝에 닿는다."""
    way = route(kind, proposer, skips_notice=skips, is_amended=amended)
    assert way[-1] == Stage.PROMULGATION
    assert len(set(way)) == len(way)
    stage = way[0]
    for _step in range(40):
        if stage == Stage.PROMULGATION or stage in ENDINGS:
            break
        result = data.draw(st.sampled_from(results_of(stage)))
        target = following(stage, result, way)
        if result == Result.POSTPONED:
            assert target == stage
            target = following(stage, next(one for one in results_of(stage) if one != Result.POSTPONED), way)
        if target not in ENDINGS:
            assert way.index(target) > way.index(stage)
        stage = target
    assert stage == Stage.PROMULGATION or stage in ENDINGS


@given(kind=KINDS, proposer=PROPOSERS, amended=st.booleans())
def test_ways_follow_the_law(kind: str, proposer: str, amended: bool) -> None:
    """의회에는 조례만 가고, 예고를 생략해도 나머지는 같으며, 공포안은 고쳤거나 구청장이 내지 않은 조례만 다시 심의한다."""
    way = route(kind, proposer, is_amended=amended)
    assert (Stage.PLENARY in way) == (kind == LawKind.ORDINANCE)
    assert (Stage.REPORT in way) == (kind not in INTERNAL_KINDS)
    assert tuple(one for one in way if one != Stage.NOTICE) == route(kind, proposer, skips_notice=True, is_amended=amended)
    assert (Stage.REVIEW in way) == (kind == LawKind.ORDINANCE and (amended or proposer != Proposer.MAYOR))
    if kind == LawKind.ORDINANCE and proposer != Proposer.MAYOR:
        assert Stage.DRAFTING not in way


def test_every_clock_that_opens_is_closed_somewhere() -> None:
    closed = {code for codes in CLOSES.values() for code in codes} | {"ordinance.redeliberation", "ordinance.supreme_court"}
    assert {code for codes in OPENS.values() for code in codes} <= closed


# --- 행과 기한 ----------------------------------------------------------------------------------------


@pytest.fixture
def clocks(db: None) -> None:
    make.load_clocks()


def walk(bill: Bill, until: str, on: date) -> date:
    """until 단계가 될 때까지 하루씩 마친다. 예고는 기간을 채운다."""
    while bill.status != until:
        if bill.status == Stage.NOTICE:
            bill.announce(on)
            on = bill.notice_until() or on
        assert bill.status != Stage.PROMULGATION
        bill.finish(on, Result.ORIGINAL if Result.ORIGINAL in bill.results else "")
        on += DAY
    return on


def due(bill: Bill, code: str) -> date:
    return Deadline.objects.to_record(bill).get(rule__code=f"ordinance.{code}").due_on


def open_codes(bill: Bill) -> set[str]:
    rows = Deadline.objects.to_record(bill).exclude(state=Deadline.State.DONE)
    return {code.removeprefix("ordinance.") for code in rows.values_list("rule__code", flat=True)}


def test_an_ordinance_goes_from_drafting_to_force_with_every_clock(clocks: None) -> None:
    """입안부터 시행까지: 이송 5일, 보고 5일, 공포·재의요구 20일, 시행 +21일. 기한은 일을 마친 날로 끝난다."""
    bill = make.BillFactory()
    walk(bill, Stage.PLENARY, make.STARTED)
    assert [step.code for step in bill.steps.order_by("order")] == [
        "drafting", "consulting", "impact_review", "pre_notice", "legal_review", "board", "submission", "committee", "plenary",
    ]  # fmt: skip
    bill.finish(date(2024, 9, 9), Result.ORIGINAL)
    # 이송: 5일째 9월 14일은 토요일, 추석 연휴를 지나 19일에 끝난다.
    assert due(bill, "transfer") == date(2024, 9, 19)
    bill.finish(date(2024, 9, 13))
    assert (due(bill, "report"), due(bill, "promulgation"), due(bill, "redeliberation")) == (
        date(2024, 9, 19), date(2024, 10, 4), date(2024, 10, 4)
    )  # fmt: skip
    bill.finish(date(2024, 9, 19), document="기획예산과-1234")
    assert Deadline.objects.to_record(bill).get(rule__code="ordinance.report").closed_on == date(2024, 9, 19)
    version = services.promulgate(bill, date(2024, 9, 26), "1523", gazette="제1901호")
    bill.refresh_from_db()
    assert (bill.status, bill.effective_on, version.effective_on) == (Stage.PROMULGATED, date(2024, 10, 17), date(2024, 10, 17))
    law = LocalLaw.objects.get(pk=bill.law_id)
    assert (law.number, law.promulgated_on, law.effective_on) == ("1523", date(2024, 9, 26), date(2024, 10, 17))
    assert not bill.is_in_force(date(2024, 10, 16))
    assert bill.is_in_force(date(2024, 10, 17))
    assert LawVersion.objects.in_force_on(law, date(2024, 10, 16)) is None
    assert LawVersion.objects.in_force_on(law, date(2024, 10, 17)) == version
    assert open_codes(bill) == set()


def test_the_notice_period_is_twenty_days_unless_a_reason_is_written(clocks: None) -> None:
    bill = make.BillFactory()
    on = walk(bill, Stage.NOTICE, make.STARTED)
    with pytest.raises(ValidationError, match="예고일을 아직"):
        bill.finish(on)
    bill.announce(date(2024, 11, 5))
    assert due(bill, "notice") == date(2024, 11, 25)
    with pytest.raises(ValidationError, match=r"예고기간은 2024\. 11\. 25"):
        bill.finish(date(2024, 11, 20))
    bill.short_notice_reason = "재난 복구가 급함"
    bill.save()
    bill.finish(date(2024, 11, 20))
    assert bill.status == Stage.LEGAL


def test_a_rule_reports_fifteen_clear_days_before_promulgation(clocks: None) -> None:
    """공포 예정일 10월 22일의 15일 전은 10월 6일이고 일요일이라 4일까지 하는 것이 안전하다."""
    bill = make.BillFactory(kind="rule")
    on = walk(bill, Stage.REPORT, make.STARTED)
    with pytest.raises(ValidationError, match="공포 예정일"):
        bill.finish(on)
    bill.planned_promulgation_on = date(2024, 10, 22)
    bill.save()
    clock = Deadline.objects.to_record(bill).get(rule__code="ordinance.rule_report")
    assert (clock.due_on, clock.safe_on) == (date(2024, 10, 6), date(2024, 10, 4))
    bill.finish(on)
    assert (bill.status, open_codes(bill)) == (Stage.PROMULGATION, set())


def test_directives_are_issued_and_a_stated_date_wins(clocks: None) -> None:
    """훈령·예규는 예고·심의·의회 없이 발령하고, 제정하면 자치법규가 생기고 폐지하면 그날부터 폐지다."""
    new = make.BillFactory(kind="directive_rule", action="enact", law=None, law_title="○○구 새 규정")
    walk(new, Stage.PROMULGATION, make.STARTED)
    assert [step.code for step in new.steps.order_by("order")] == ["drafting", "consulting", "legal_review", "promulgation"]
    version = services.promulgate(new, date(2024, 5, 6), "77", stated=date(2024, 6, 1))
    new.refresh_from_db()
    assert (version.law.title, new.law_id, version.is_effective_stated) == ("○○구 새 규정", version.law_id, True)

    def state(day: date) -> str:
        return str(LocalLaw.objects.with_state(day).get(pk=version.law_id).state)

    assert (state(date(2024, 5, 31)), state(date(2024, 6, 1))) == ("waiting", "in_force")
    gone = make.BillFactory(kind="directive_rule", action="repeal", law=version.law)
    walk(gone, Stage.PROMULGATION, make.STARTED)
    with pytest.raises(ValidationError, match="이미 있습니다"):
        services.promulgate(gone, date(2024, 6, 8), "77")
    assert services.promulgate(gone, date(2024, 6, 8), "78").effective_on == date(2024, 6, 8)
    assert (state(date(2024, 6, 7)), state(date(2024, 6, 8))) == ("to_be_repealed", "repealed")


# --- 어긋난 차례 -------------------------------------------------------------------------------------


def test_illegal_orders_are_refused_with_the_reason(clocks: None) -> None:
    bill = make.BillFactory()
    before = BillStep.objects.count()
    for act, words in (
        (lambda: bill.finish(make.STARTED - DAY), "앞선 날짜"),
        (lambda: bill.finish(timezone.localdate() + DAY), "아직 오지 않은"),
        (lambda: bill.finish(make.STARTED, Result.ORIGINAL), "결과는 마침"),
        (lambda: bill.announce(make.STARTED), "입법예고 단계"),
        (lambda: bill.request_reconsideration(make.STARTED, "까닭"), "공포하기 전에만"),
        (lambda: services.promulgate(bill, make.STARTED, "1"), "앞 단계를 마친"),
        (lambda: services.confirm_vote(bill, make.STARTED, 10, 9, 17), "재의 단계"),
        (lambda: bill.send_back(Stage.BOARD, make.STARTED, "보완"), "되돌릴 수 없습니다"),
        (lambda: bill.take_back(), "되돌릴 것이 없습니다"),
        (lambda: bill.decided_by(SimpleNamespace(outcome="original", decision_text="", meeting=None)), "심의회의 의결"),
    ):
        with pytest.raises(ValidationError, match=words):
            act()
    bill.refresh_from_db()
    assert (bill.status, BillStep.objects.count()) == (Stage.DRAFTING, before)
    bill.withdraw(make.STARTED, "추진하지 않음")
    with pytest.raises(ValidationError, match="더 처리할 것이 없습니다"):
        bill.finish(make.STARTED)


def test_required_reviews_hold_the_bill(clocks: None) -> None:
    make.ReviewKindFactory(name="성별영향평가")
    make.ReviewKindFactory(name="비용추계", applies_to="ordinance")
    rule, ordinance = make.BillFactory(kind="rule"), make.BillFactory()
    on = make.STARTED
    for bill, names in ((rule, {"성별영향평가"}), (ordinance, {"성별영향평가", "비용추계"})):
        walk(bill, Stage.IMPACT, on)
        assert {one.kind.name for one in bill.impact_reviews.all()} == names
        with pytest.raises(ValidationError, match="성별영향평가"):
            bill.finish(on + DAY * 3)
    rule.impact_reviews.update(done_on=on + DAY * 3, result="none")
    rule.finish(on + DAY * 3)
    assert rule.status == Stage.NOTICE


# --- 심의회, 의회, 재의 -------------------------------------------------------------------------------


def test_the_council_moves_the_bill(clocks: None) -> None:
    expected = {
        "original": "submission", "amended": "submission", "conditional": "submission", "reported": "submission", "postponed": "board",
        "rejected": "rejected",
    }  # fmt: skip
    for outcome, stage in expected.items():
        bill = make.BillFactory()
        walk(bill, Stage.BOARD, make.STARTED)
        assert bill in Bill.objects.waiting_for_council()
        meeting = SimpleNamespace(held_on=date(2024, 4, 22))
        bill.decided_by(SimpleNamespace(outcome=outcome, decision_text="제3조 수정", meeting=meeting))
        bill.refresh_from_db()
        last = bill.steps.exclude(done_on=None).order_by("-order").first()
        assert (bill.status, last.result, last.done_on) == (stage, outcome, date(2024, 4, 22))
        assert (bill in Bill.objects.waiting_for_council()) == (stage in BOARD_STEPS)


def test_an_amended_bill_returns_to_the_board_before_promulgation(clocks: None) -> None:
    bill = make.BillFactory()
    on = walk(bill, Stage.PLENARY, make.STARTED)
    bill.finish(on, Result.AMENDED)
    on = walk(bill, Stage.REVIEW, on + DAY)
    bill.finish(on, Result.REJECTED)
    # 공포하지 않기로 했으므로 공포 단계에서 재의를 요구한다.
    assert bill.status == Stage.PROMULGATION
    assert bill.may_reconsider


def test_a_member_bill_starts_at_the_council_and_is_reconsidered(clocks: None) -> None:
    """재의요구는 두 사람이 확인하고, 부의 기한은 폐회 동안 멈추며, 3분의 2면 확정되어 5일 안에 공포한다."""
    me, colleague = StaffFactory(role=Role.TEAM, team=Team.LEGAL), StaffFactory(role=Role.TEAM, team=Team.LEGAL)
    with acting_as(me, "시험"):
        bill = make.BillFactory(proposer_kind="member", received_on=date(2024, 8, 20))
        assert bill.status == Stage.COMMITTEE
        walk(bill, Stage.REPORT, date(2024, 8, 26))
        with pytest.raises(ValidationError, match="두 사람이 확인"):
            bill.request_reconsideration(date(2024, 9, 11), "상위법에 어긋남")
        bill = Bill.objects.get(pk=bill.pk)
        assert bill.status == Stage.REPORT
        Deadline.objects.to_record(bill).get(rule__code="ordinance.redeliberation").confirm(colleague)
        bill.request_reconsideration(date(2024, 9, 11), "상위법에 어긋남")
        assert open_codes(bill) == {"reconsideration", "report"}
        clock = Deadline.objects.to_record(bill).get(rule__code="ordinance.reconsideration")
        assert clock.due_on == date(2024, 9, 23)
        services.pause_reconsideration(bill, date(2024, 9, 12))
        services.resume_reconsideration(bill, date(2024, 10, 12))
        clock.refresh_from_db()
        assert clock.due_on == date(2024, 10, 21)
        with pytest.raises(ValidationError, match="과반수"):
            services.confirm_vote(bill, date(2024, 10, 15), 8, 8, 17)
        assert services.confirm_vote(bill, date(2024, 10, 15), 15, 10, 17) == Stage.PROMULGATION
        bill.refresh_from_db()
        assert (bill.is_confirmed, bill.may_reconsider) == (True, False)
        assert (due(bill, "confirmed_promulgation"), due(bill, "supreme_court")) == (date(2024, 10, 21), date(2024, 11, 4))
        services.promulgate(bill, date(2024, 10, 18), "1600")
    # 공포해도 대법원에 낼 수 있는 20일은 남는다.
    assert open_codes(bill) == {"report", "supreme_court"}


def test_residents_proposals_carry_their_own_clocks_and_two_thirds_may_fail(clocks: None) -> None:
    bill = make.BillFactory(proposer_kind="residents", received_on=date(2024, 9, 11))
    assert (due(bill, "resident_proposal"), due(bill, "resident_vote")) == (date(2024, 10, 11), date(2025, 9, 11))
    lost = make.BillFactory(proposer_kind="committee")
    on = walk(lost, Stage.PROMULGATION, make.STARTED)
    Deadline.objects.to_record(lost).get(rule__code="ordinance.redeliberation").confirm(StaffFactory())
    lost.request_reconsideration(on, "재정에 큰 부담")
    assert services.confirm_vote(lost, on, 15, 9, 17) == Stage.REJECTED
    assert open_codes(lost) == set()


# --- 보완과 되돌리기 -----------------------------------------------------------------------------------


def test_sending_back_keeps_the_record_and_asks_for_the_notice_again(clocks: None) -> None:
    bill = make.BillFactory()
    on = walk(bill, Stage.LEGAL, make.STARTED)
    bill.send_back(Stage.CONSULTING, on, "다른 부서와 다시 협의")
    assert (bill.status, bill.noticed_on) == (Stage.CONSULTING, None)
    assert list(bill.steps.filter(code=Stage.CONSULTING).values_list("order", flat=True)) == [2, 6]
    walk(bill, Stage.LEGAL, on)
    assert Deadline.objects.to_record(bill).filter(rule__code="ordinance.notice").count() == 2


def test_the_last_act_is_taken_back_with_its_clocks(clocks: None) -> None:
    bill = make.BillFactory()
    on = walk(bill, Stage.REPORT, make.STARTED)
    assert services.take_back(bill) == "이송"
    assert open_codes(bill) == {"transfer"}
    bill.refresh_from_db()
    assert bill.current_step().code == Stage.TRANSFER
    on = walk(bill, Stage.PROMULGATION, on)
    task = make.RevisionTaskFactory(law=bill.law, department=bill.department, bill=bill)
    services.promulgate(bill, on, "1700")
    task.refresh_from_db()
    assert task.status == RevisionTask.Status.DONE
    services.take_back(bill)
    bill.refresh_from_db()
    task.refresh_from_db()
    assert (bill.status, bill.promulgated_on, LawVersion.objects.count()) == (Stage.PROMULGATION, None, 0)
    assert task.status == RevisionTask.Status.UNDERWAY
    assert open_codes(bill) == {"promulgation", "redeliberation"}


# --- 화면에서 -----------------------------------------------------------------------------------------


def sign_in(**values: Any) -> Client:
    client = Client()
    client.force_login(StaffFactory(**values))
    return client


def test_acting_on_the_screen(clocks: None) -> None:
    """부서는 제 단계를 마치고, 그 뒤는 팀이 한다. 두 번 누르거나 늦게 보낸 처리는 받지 않는다."""
    bill = make.BillFactory()
    clerk = sign_in(role=Role.DEPARTMENT, department=bill.department)
    team = sign_in(role=Role.TEAM, team=Team.LEGAL)
    url = reverse("legal.bill-act", args=[bill.pk, "finish"])
    sent = {"on": "2024-03-11", "result": "passed", "note": "협의 요청", "document": "", "_version": str(bill.version)}
    assert "입안 마치기" in clerk.get(url).content.decode()
    assert clerk.post(url, sent).status_code == 302
    again = clerk.post(url, sent)
    assert again.status_code == 422
    assert "님이 먼저 고쳤습니다(단계 「입안」 → 「부서협의」)" in again.content.decode()
    assert "협의 요청" in again.content.decode()
    assert clerk.post(reverse("legal.bill-act", args=[bill.pk, "withdraw"]), {"on": "2024-03-11", "note": "철회"}).status_code == 403
    assert clerk.post(url, {**sent, "_version": ""}).status_code == 302
    assert clerk.get(url).status_code == 403
    bill.refresh_from_db()
    assert bill.status == Stage.IMPACT
    assert "사전심사 마치기" in team.get(reverse("legal.bill-detail", args=[bill.pk])).content.decode()
    refused = team.post(url, {"on": "2020-01-01", "result": "passed"})
    assert refused.status_code == 422
    assert "앞선 날짜" in refused.content.decode()
    # 지난 단계가 있는 의안은 지우지 않고 철회한다.
    assert team.get(reverse("legal.bill-delete", args=[bill.pk])).status_code == 403


def test_upper_law_changes_become_tasks_of_the_departments(db: None) -> None:
    """상위법을 다르게 적어도 찾고, 만든 과제는 부서의 것이며 두 번 만들지 않는다."""
    change = make.UpperLawChangeFactory(law_title="도시공원 및 녹지 등에 관한 법률")
    one = make.LocalLawFactory(upper_laws="「도시공원 및 녹지등에 관한 법률」\n산림법")
    make.LocalLawFactory(upper_laws="도시공원 및 녹지 등에 관한 법률 시행령")
    make.LocalLawFactory(upper_laws="도시공원 및 녹지 등에 관한 법률", repealed_on=date(2020, 1, 1))
    team = sign_in(role=Role.TEAM, team=Team.LEGAL)
    assert change.affected() == [one]
    url = reverse("legal.upperlawchange-tasks", args=[change.pk])
    for _time in range(2):
        team.post(url, {"law": [one.pk], "due_on": "2024-08-31"})
    task = RevisionTask.objects.get()
    assert (task.department, task.due_on, task.is_blocked) == (one.department, date(2024, 8, 31), False)
    waits = make.RevisionTaskFactory(blocked_by=task)
    assert waits.is_blocked
    task.blocked_by = waits
    with pytest.raises(ValidationError, match="서로를 기다립니다"):
        task.clean()
