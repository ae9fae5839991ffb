"""소송의 상태, 확정일, 기한. 추석을 낀 항소 기한은 손으로 센 값과 같아야 한다."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from core.deadlines.models import Deadline
from core.history.context import acting_as
from core.privacy.models import PersonalAccess
from legal.lawsuits import services
from legal.lawsuits.clocks import deadlines_of, sweep
from legal.lawsuits.finality import finality
from legal.lawsuits.models import (
    ACTS,
    AppealReview,
    CostRecovery,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Party,
    Ruling,
)
from tests.legal.lawsuits import factories

_S = Lawsuit.Status
TODAY = date(2026, 11, 20)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """오늘은 2026. 11. 20."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    return TODAY


@pytest.fixture(scope="module")
def rules(once: None) -> None:
    factories.rules()


@pytest.fixture
def user(rules: None, db: None, today: date) -> Any:
    found = factories.clerk(name="송무")
    with acting_as(found, "시험"):
        yield found


@pytest.fixture
def lawsuit(user: Any) -> Lawsuit:
    return factories.case(user, "홍길동")


def deadline(lawsuit: Lawsuit, code: str) -> Deadline | None:
    return deadlines_of(lawsuit).filter(rule__code=code).first()


def refused(act: Any, *words: str) -> None:
    with pytest.raises(ValidationError) as found:
        act()
    sentence = " ".join(found.value.messages)
    for word in words:
        assert word in sentence, sentence


def judged(lawsuit: Lawsuit, outcome: str = Outcome.LOST, **values: Any) -> Ruling:
    services.rule(lawsuit, Ruling(outcome=outcome, ruled_on=date(2026, 9, 10), **values))
    return Ruling.objects.get(instance__lawsuit=lawsuit)


def test_a_suit_from_complaint_to_closing(lawsuit: Lawsuit, user: Any) -> None:
    """소장을 받고 져서, 상소를 포기하고, 확정해 재처분하고 종결한다."""
    answer = deadline(lawsuit, "suit.answer")
    assert answer is not None
    assert answer.due_on == date(2026, 4, 1)
    assert "홍" not in answer.title
    services.assign(lawsuit, officers=[user], adviser=None, counsel="")
    assert lawsuit.status == _S.ASSIGNED
    waiting = services.answer(lawsuit, date(2026, 3, 20))
    assert lawsuit.status == _S.ANSWERED
    # 두 사람이 확인하는 기한이라 혼자서는 끝나지 않는다.
    assert "다른 사람이 날짜를 확인" in waiting[0]
    answer.refresh_from_db()
    answer.confirm(factories.clerk())
    services.settle(lawsuit)
    answer.refresh_from_db()
    assert (answer.state, answer.outcome) == (Deadline.State.DONE, "사건 화면: 2026. 3. 20. 제출")
    services.conclude(lawsuit, date(2026, 8, 20))
    judged(lawsuit)
    assert lawsuit.status == _S.JUDGED
    refused(lambda: services.finalise(lawsuit), "두 쪽의 송달일")
    services.serve(lawsuit, date(2026, 9, 11), date(2026, 10, 1))
    appeal = deadline(lawsuit, "suit.appeal")
    assert appeal is not None
    # 9. 25. 은 추석이고 연휴와 주말을 지나 9. 28. 에 끝난다.
    assert (appeal.raw_on, appeal.due_on) == (date(2026, 9, 25), date(2026, 9, 28))
    services.start_review(lawsuit, user, "소송심의회")
    assert lawsuit.status == _S.APPEAL_REVIEW
    waiting = services.decide(lawsuit, "waive", date(2026, 9, 22), "소송심의회")
    assert lawsuit.status == _S.APPEAL_WAIVED
    assert "상소기한(항소)" in waiting[0]
    refused(lambda: services.appeal(lawsuit, "ours", date(2026, 9, 23)), "포기하기로")
    appeal.confirm(factories.clerk())
    services.settle(lawsuit)
    appeal.refresh_from_db()
    assert appeal.is_closed
    # 상대는 10. 1. 에 받았으므로 10. 15. 까지이고, 그 다음 날 확정된다.
    services.finalise(lawsuit)
    assert (lawsuit.status, lawsuit.final_on, lawsuit.outcome) == (_S.FINAL, date(2026, 10, 16), Outcome.LOST)
    assert "상대의 상소기간" in lawsuit.final_basis
    assert deadline(lawsuit, "constitutional.judgment") is None  # 11. 15.(일)에 끝나 11. 16. 에 걷는 알림이다
    assert deadline(lawsuit, "suit.redecision") is not None
    refused(lambda: services.close(lawsuit, TODAY), "패소 분석")
    LossReview.objects.create(
        lawsuit=lawsuit, cause="facts", analysis="사진 없음", prevention="서식 개정", department=lawsuit.department, due_on=date(2026, 12, 1)
    )
    services.comply(lawsuit, date(2026, 11, 2))
    services.close(lawsuit, date(2026, 11, 10))
    assert (lawsuit.status, lawsuit.erase_on) == (_S.CLOSED, date(2031, 11, 10))
    assert {one.rule.code for one in deadlines_of(lawsuit).filter(state="open")} == {"common.fixed_date"}
    refused(lambda: services.rule(lawsuit, Ruling()), "종결한 사건", "다시 열기")


def test_a_won_suit_recovers_its_costs_and_editing_the_ruling_takes_it_back(lawsuit: Lawsuit, user: Any) -> None:
    judged(lawsuit, Outcome.WON)
    services.serve(lawsuit, date(2026, 9, 11), date(2026, 9, 11))
    assert deadline(lawsuit, "suit.appeal") is None
    services.finalise(lawsuit)
    assert (lawsuit.status, lawsuit.final_on) == (_S.COST_RECOVERY, date(2026, 9, 29))
    assert deadline(lawsuit, "suit.cost_recovery") is not None
    assert deadline(lawsuit, "suit.redecision") is None
    refused(lambda: services.recover(lawsuit, "collected", TODAY), "바로 갈 수 없습니다")
    services.recover(lawsuit, "applied", date(2026, 10, 2))
    services.recover(lawsuit, "decided", date(2026, 10, 20), 3_000_000)
    services.recover(lawsuit, "demanded", date(2026, 10, 21))
    services.recover(lawsuit, "partly_paid", date(2026, 11, 1), 1_000_000)
    refused(lambda: services.recover(lawsuit, "partly_paid", date(2026, 11, 2), 2_500_000), "확정액")
    services.recover(lawsuit, "partly_paid", date(2026, 11, 3), 2_000_000)
    assert CostRecovery.objects.get().status == CostRecovery.Status.COLLECTED
    assert lawsuit.status == _S.FINAL
    # 판결을 지우면 확정도 물러난다.
    ruling = Ruling.objects.get()
    ruling.delete()
    services.settle_changed(lawsuit.history.model.objects.filter(model="legal.ruling"))
    lawsuit.refresh_from_db()
    assert (lawsuit.status, lawsuit.final_on, lawsuit.outcome) == (_S.FILED, None, "")


def test_tribunal_has_no_appeal_and_is_final_on_service(user: Any) -> None:
    lawsuit = factories.case(user, "성춘향", kind=Lawsuit.Kind.APPEAL, received_on=date(2026, 9, 14))
    found = deadline(lawsuit, "tribunal.answer")
    assert found is not None
    assert found.due_on == date(2026, 9, 28)  # 10일째가 9. 24. 추석 연휴
    services.rule(lawsuit, Ruling(outcome=Outcome.LOST, ruled_on=date(2026, 10, 20)))
    for act in (lambda: services.start_review(lawsuit, user, "소송심의회"), lambda: services.appeal(lawsuit, "ours", TODAY)):
        refused(act, "행정심판의 재결에는 구가 상소할 수 없습니다")
    services.serve(lawsuit, date(2026, 11, 2), None)
    assert (lawsuit.status, lawsuit.final_on) == (_S.FINAL, date(2026, 11, 2))
    assert deadline(lawsuit, "tribunal.compliance") is not None
    assert deadline(lawsuit, "constitutional.judgment") is None
    assert not CostRecovery.objects.exists()


def test_appeal_opens_the_next_instance_and_counts_the_brief(lawsuit: Lawsuit, user: Any) -> None:
    judged(lawsuit, Outcome.PARTLY_LOST)
    services.serve(lawsuit, date(2026, 9, 11), date(2026, 9, 11))
    refused(lambda: services.appeal(lawsuit, "ours", date(2026, 9, 29)), "9. 28.에 끝났습니다")
    services.appeal(lawsuit, "ours", date(2026, 9, 21))
    assert lawsuit.status == _S.APPEALED
    services.advance(lawsuit, Instance(court="서울고등법원", case_number="2026누1", received_on=date(2026, 10, 1)))
    upper = services.current_instance(lawsuit)
    assert upper is not None
    assert (lawsuit.status, upper.level) == (_S.FILED, Instance.Level.SECOND)
    upper.record_notice_on = date(2026, 10, 12)
    upper.save()
    services.settle(lawsuit)
    brief = deadline(lawsuit, "suit.appeal_brief")
    assert brief is not None
    assert brief.due_on == date(2026, 11, 23)  # 40일째 11. 21.(토)
    # 날짜를 옮기면 다시 세고, 지우면 걷는다.
    upper.record_notice_on = date(2026, 10, 13)
    upper.save()
    services.settle(lawsuit)
    brief.refresh_from_db()
    assert brief.trigger_on == date(2026, 10, 13)
    upper.record_notice_on = None
    upper.save()
    services.settle(lawsuit)
    assert deadline(lawsuit, "suit.appeal_brief") is None
    # 2025년 3월 앞에 낸 항소에는 이유서 기한이 없다.
    Ruling.objects.update(appealed_on=date(2025, 2, 27))
    upper.record_notice_on = date(2025, 3, 20)
    upper.save()
    services.settle(lawsuit)
    assert deadline(lawsuit, "suit.appeal_brief") is None


def test_stay_pauses_and_resume_counts_the_whole_period_again(lawsuit: Lawsuit, user: Any) -> None:
    services.stay(lawsuit, date(2026, 3, 20))
    answer = deadline(lawsuit, "suit.answer")
    assert answer is not None
    assert (lawsuit.status, answer.state) == (_S.STAYED, Deadline.State.SUSPENDED)
    refused(lambda: services.answer(lawsuit, TODAY), "중지한 사건")
    services.resume(lawsuit, date(2026, 11, 2))
    answer.refresh_from_db()
    assert (lawsuit.status, answer.state, answer.due_on) == (_S.FILED, Deadline.State.OPEN, date(2026, 12, 2))


def test_state_directed_suit_reports(user: Any) -> None:
    lawsuit = factories.case(user, is_state_directed=True)
    assert deadline(lawsuit, "suit.complaint_report") is not None
    judged(lawsuit)
    assert deadline(lawsuit, "suit.judgment_report") is not None
    Ruling.objects.update(reported_on=date(2026, 9, 11))
    Instance.objects.update(reported_on=date(2026, 3, 3))
    services.settle(lawsuit)
    codes = {one.rule.code: one.state for one in deadlines_of(lawsuit)}
    assert codes["suit.judgment_report"] == codes["suit.complaint_report"] == Deadline.State.DONE


def test_erasure_keeps_masked_names_and_leaves_a_log(lawsuit: Lawsuit, user: Any) -> None:
    judged(lawsuit, Outcome.WITHDRAWN)
    services.settle(lawsuit)
    assert (lawsuit.status, lawsuit.final_on) == (_S.FINAL, date(2026, 9, 10))
    services.close(lawsuit, date(2026, 9, 11))
    assert services.erase_due(date(2031, 9, 10)) == 0
    assert services.erase_due(date(2031, 9, 11)) == 1
    party = Party.objects.get()
    assert (party.name, party.masked_name, party.address) == ("홍○○", "홍○○", "")
    assert set(PersonalAccess.objects.values_list("action", "staff")) == {("erased", None)}
    assert services.erase_due(date(2031, 9, 12)) == 0
    refused(lambda: services.reopen(lawsuit), "파기한 사건")


def test_sweep_takes_deadlines_of_vanished_rows(lawsuit: Lawsuit) -> None:
    assert Deadline.objects.exists()
    Lawsuit.objects.all().delete()
    sweep()
    assert not Deadline.objects.exists()


# --- 어떤 차례로 눌러도 -----------------------------------------------------------------------------

_DAYS = st.dates(date(2026, 3, 2), TODAY)


def _do(lawsuit: Lawsuit, act: str, day: date, number: int) -> None:
    outcome = list(Outcome.values)[number % len(Outcome.values)]
    match act:
        case "assign":
            services.assign(lawsuit, officers=[], adviser=None, counsel="법무법인 가")
        case "answer" | "conclude" | "stay" | "resume" | "comply" | "close":
            getattr(services, act)(lawsuit, day)
        case "rule":
            services.rule(lawsuit, Ruling(outcome=outcome, ruled_on=day))
        case "serve":
            services.serve(lawsuit, day, day + timedelta(days=number % 9))
        case "review":
            services.start_review(lawsuit, None, "소송심의회")
        case "decide":
            services.decide(lawsuit, "waive" if number % 2 else "appeal", day, "소송심의회")
        case "appeal":
            services.appeal(lawsuit, ["ours", "theirs", "both"][number % 3], day)
        case "advance":
            services.advance(lawsuit, Instance(court="서울고등법원", case_number=f"2026누{number}", received_on=day))
        case "recover":
            services.recover(lawsuit, list(CostRecovery.Status.values)[number % 8], day, 1_000)
        case _:
            getattr(services, act)(lawsuit)


@pytest.mark.django_db
@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), _DAYS, st.integers(0, 99)), min_size=3, max_size=12))
def test_no_order_of_acts_breaks_the_case(rules: None, steps: list[tuple[str, date, int]]) -> None:
    """할 수 없는 일은 우리말로 거절하고 아무것도 바꾸지 않는다. 한 일 뒤의 상태는 자료에서 다시 정해도 같다."""
    from unittest.mock import patch

    from django.db import transaction

    with transaction.atomic(), patch("django.utils.timezone.localdate", lambda *args: TODAY):
        lawsuit = factories.case(factories.clerk(), "홍길동")
        for act, day, number in steps:
            before = (lawsuit.status, lawsuit.version)
            allowed = lawsuit.may_act(act)
            try:
                with transaction.atomic():
                    _do(lawsuit, act, day, number)
            except ValidationError as error:
                assert any("가" <= letter <= "힣" for letter in " ".join(error.messages))
                lawsuit.refresh_from_db()
                assert (lawsuit.status, lawsuit.version) == before
            else:
                assert allowed, act
                status = lawsuit.status
                services.settle(lawsuit)
                assert lawsuit.status == status
            _check(lawsuit)
        transaction.set_rollback(True)


def _check(lawsuit: Lawsuit) -> None:
    ruling = Ruling.objects.filter(instance__lawsuit=lawsuit).order_by("-instance__received_on", "-instance__pk").first()
    assert bool(lawsuit.final_on) == (lawsuit.status in Lawsuit.ENDED)
    assert bool(lawsuit.outcome) == bool(lawsuit.final_on)
    fought = ruling and ruling.outcome not in (Outcome.WITHDRAWN, Outcome.SETTLED) and ruling.instance.level != Instance.Level.THIRD
    if lawsuit.final_on and fought:
        assert lawsuit.final_on > max(ruling.served_on, ruling.opponent_served_on) + timedelta(days=13)
    if lawsuit.status == Lawsuit.Status.APPEAL_REVIEW:
        assert AppealReview.objects.filter(ruling=ruling).exists()
    titles = " ".join(deadlines_of(lawsuit).values_list("title", flat=True))
    assert "홍길동" not in titles


@given(served=_DAYS, gap=st.integers(0, 40), level=st.sampled_from(["first", "second", "retrial"]))
def test_never_final_before_the_later_side_may_appeal(served: date, gap: int, level: str) -> None:
    """늦게 송달받은 쪽의 상소기간이 끝난 다음 날보다 앞서 확정되지 않는다."""
    later = served + timedelta(days=gap)

    def due(code: str, day: date) -> date:
        return day + timedelta(days=14)

    for pair in ((served, later), (later, served)):
        ruling = Ruling(outcome=Outcome.WON, ruled_on=served, served_on=pair[0], opponent_served_on=pair[1], appeal=Ruling.Appeal.NONE)
        found = finality(ruling, level, date(2030, 1, 1), due)
        assert found.on == later + timedelta(days=15)
        assert finality(ruling, level, later + timedelta(days=14), due).on is None
