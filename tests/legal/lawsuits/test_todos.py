"""송무의 할 일: 상태마다 할 일이 정한 차례로, 내가 맡았거나 맡은 이가 없는 사건만."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.history.settle import Settling
from legal.lawsuits.clocks import deadlines_of
from legal.lawsuits.load_report import load_buckets
from legal.lawsuits.models import Lawsuit, LossReview, Outcome
from legal.lawsuits.todos import TODOS
from tests.legal.lawsuits import factories
from tests.todos import todos_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
_S = Lawsuit.Status


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: TODAY)
    factories.rules()
    load_buckets(Settling())
    return factories.clerk(name="송무")


def case(user: Any, title: str, **values: Any) -> Lawsuit:
    """그 상태의 사건 하나. 답변 기한이 지나 있다."""
    found = factories.case(user, "홍길동", title=title)
    Lawsuit.objects.filter(pk=found.pk).update(handler=user, **values)
    return found


def test_each_state_has_its_work_in_order(user: Any) -> None:
    case(user, "졌고 분석하지 않음", status=_S.FINAL, outcome=Outcome.LOST, final_on=date(2026, 10, 1))
    done = case(user, "분석을 마침", status=_S.FINAL, outcome=Outcome.LOST, final_on=date(2026, 10, 1))
    LossReview.objects.create(
        lawsuit=done, cause="facts", analysis="사진 없음", prevention="서식 개정", department=done.department, due_on=date(2026, 12, 1)
    )
    case(user, "이김", status=_S.FINAL, outcome=Outcome.WON, final_on=date(2026, 10, 1))
    case(user, "상소한 사건", status=_S.APPEALED)
    case(user, "송달받은 사건", status=_S.SERVED)
    case(user, "검토하는 사건", status=_S.APPEAL_REVIEW)
    case(user, "새 사건", status=_S.FILED)
    far = case(user, "아직 먼 사건", status=_S.ASSIGNED)
    deadlines_of(far).update(due_on=TODAY + timedelta(days=31))
    others = case(user, "남의 사건", status=_S.APPEALED)
    Lawsuit.objects.filter(pk=others.pk).update(handler=factories.clerk())

    found = [(one.text.partition(" ")[2], one.note.partition(" · ")[0]) for one in todos_of(TODOS, user)]
    assert [what for what, _title in found] == ["답변서 준비", "상소 여부 결정", "상소 여부 결정", "다음 심급 등록", "패소 분석"]
    assert {title for _what, title in found} == {"새 사건", "송달받은 사건", "검토하는 사건", "상소한 사건", "졌고 분석하지 않음"}
    assert (found[0][1], found[3][1], found[4][1]) == ("새 사건", "상소한 사건", "졌고 분석하지 않음")
    assert "홍" not in " ".join(f"{one.text} {one.note}" for one in todos_of(TODOS, user))


def test_a_case_nobody_handles_is_everyones(user: Any, django_assert_num_queries: Any) -> None:
    free = case(user, "맡은 이 없음", status=_S.APPEALED)
    Lawsuit.objects.filter(pk=free.pk).update(handler=None)
    [one] = todos_of(TODOS, user)
    assert one.owner == "의회법무팀"
    with django_assert_num_queries(1):
        todos_of(TODOS, user)
