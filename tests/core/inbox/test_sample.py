"""표본을 실은 뒤의 할 일의 표."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from config import views
from core.inbox.models import InboxLine
from core.org.models import Staff
from tests.todos import checked


@pytest.mark.django_db
def test_every_road_of_the_sample_leaves_the_inbox_true(sample_database: Any) -> None:
    """표본은 화면, 엑셀, 명령의 길로 실린다. 그 뒤에 자료에서 다시 낸 것과 한 줄도 다르지 않고, 업무마다 줄이 있다."""
    assert checked()[0] == 0
    assert set(InboxLine.objects.values_list("source", flat=True)) >= {
        "rounds.submissions", "deadlines", "lawsuits", "local_laws.bills", "work_plans", "named_policies", "research_projects",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_changed_lost_or_doubled_line_is_told_and_repaired(sample_database: Any) -> None:
    first, second, third = InboxLine.objects.order_by("pk")[:3]
    InboxLine.objects.filter(pk=first.pk).update(text="다른 말")
    second.delete()
    InboxLine(**{one.name: getattr(third, one.name) for one in InboxLine._meta.concrete_fields if not one.primary_key}).save()
    InboxLine.objects.create(source="없어진 갈래", record=1, whom="staff:1", work="", text="옛일", url="/", verb="", verb_url="/")
    code, text = checked()
    assert code == 1 and "없음" in text and "남음" in text
    call_command("check_inbox", "--repair", stdout=io.StringIO())
    assert checked()[0] == 0
    assert not InboxLine.objects.filter(source="없어진 갈래").exists()


@pytest.mark.django_db
def test_nobody_is_shown_work_he_cannot_open(sample_database: Any) -> None:
    """줄은 그 사람이 여는 화면으로 간다. 사람마다 앞의 열 줄."""
    seen = 0
    for user in Staff.objects.filter(is_active=True):
        client = Client()
        client.force_login(user)
        assert client.get("/").status_code == 200
        for todo in views.todos(user)[:10]:
            assert client.get(todo.url).status_code == 200, (user, todo)
            seen += 1
    assert seen > 50
