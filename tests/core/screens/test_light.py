"""가벼운 화면: 한 번 그린 조각을 나누어 쓰고 칸을 바로 적어도, 사람마다의 것은 섞이지 않고 모양은 같다."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.template import Context
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from budget.appropriations.views.records import DetailProgramScreens
from core.access import Role, Team
from core.handover.models import Handover
from core.history.models import Change
from core.history.revisions import models_in
from core.org.models import Department, DepartmentLineage, Staff
from core.rounds.models import Round, Submission
from core.screens.listing import Listing
from core.screens.templatetags.parts import thsort, widget
from core.screens.texts import with_names
from legal.lawsuits.models import Lawsuit, Party
from tests.core.rounds.factories import RoundFactory, SubmissionFactory
from tests.factories import DepartmentFactory, StaffFactory

URL = "/org/departments/"
SignIn = Callable[[Staff], Client]
TAG = re.compile(r"<(\w+)([^<>]*)>")


def side(page: str) -> str:
    """왼쪽 메뉴만."""
    return page.partition('id="side"')[2].partition("<main")[0]


def tags(html: str) -> list[tuple[str, set[str]]]:
    """꼬리표와 그 속성. 속성의 차례는 보지 않는다."""
    return [(name, set(re.findall(r'[\w-]+(?:="[^"]*")?', rest))) for name, rest in TAG.findall(html)]


@pytest.mark.django_db
class TestFrame:
    def test_menu_of_one_person_is_not_shown_to_another(self, signed_in: SignIn) -> None:
        """메뉴는 나누어 쓰지만 기다리는 제출의 수, 자주 쓰는 업무, 지금 화면은 사람과 화면마다 다르다."""
        SubmissionFactory(round=RoundFactory(team=Team.PLANNING, status=Round.Status.OPEN), status=Submission.Status.SUBMITTED)
        planner = signed_in(StaffFactory(role=Role.TEAM, team=Team.PLANNING, pins=["legal.lawsuits"]))
        lawyer = signed_in(StaffFactory(role=Role.TEAM, team=Team.LEGAL, pins=["planning.work_plans"]))
        for _again in range(2):
            busy, idle = (side(one.get("/rounds/").content.decode()) for one in (planner, lawyer))
            assert '<span class="n">1<span class="sr">건' in busy
            assert '<span class="n">1<span class="sr">건' not in idle
            assert busy.count('aria-current="page"') == idle.count('aria-current="page"') == 1
            assert "관리</h2>" not in busy + idle
        assert 'aria-current="page"' not in side(planner.get(URL).content.decode())
        assert "관리</h2>" in side(signed_in(StaffFactory(role=Role.ADMIN)).get(URL).content.decode())

    def test_fragment_does_not_read_the_frame(self, signed_in: SignIn) -> None:
        """틀을 그리지 않는 조각(찾기, 정렬, 쪽 넘기기)에서는 메뉴와 알림을 묻지 않는다."""
        client = signed_in(StaffFactory(role=Role.ADMIN))
        DepartmentFactory.create_batch(3)
        client.get(URL)
        with CaptureQueriesContext(connection) as found:
            client.get(URL, headers={"HX-Request": "true", "HX-Target": "list"})
        asked = " ".join(query["sql"] for query in found)
        assert "core_notice" not in asked
        assert "core_submission" not in asked

    def test_number_of_queries_is_bounded(self, signed_in: SignIn) -> None:
        """목록 하나의 질의 수. 늘어나면 까닭을 적고 고친다."""
        client = signed_in(StaffFactory(role=Role.ADMIN))
        DepartmentFactory.create_batch(20)
        client.get(URL)
        with CaptureQueriesContext(connection) as found:
            client.get(URL)
        assert len(found) <= 12


class Sample(forms.Form):
    word = forms.CharField(label="낱말", required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": '<"찾기">'}))
    count = forms.IntegerField(required=True, min_value=1)
    kind = forms.ChoiceField(
        required=False, choices=[("", "전체"), ("a", "가 & 나"), ("묶음", [("b", "<다>"), (3, "셋")]), ("a", "되풀이")]
    )
    disabled = forms.ChoiceField(choices=[("a", "가")], disabled=True, initial="a")


class TestParts:
    @pytest.mark.parametrize("name", list(Sample.base_fields))
    @pytest.mark.parametrize("data", [None, {}, {"word": "<a href=''>", "count": "2", "kind": "a"}, {"kind": "3", "count": "x"}])
    def test_plain_inputs_are_what_django_draws(self, name: str, data: Any) -> None:
        bound = Sample(data)[name]
        css = "sel" if isinstance(bound.field.widget, forms.Select) else "in numin" if name == "count" else "in"
        drawn, wanted = widget(bound), bound.as_widget(attrs={"class": css})
        assert tags(drawn) == tags(wanted)
        assert re.sub(r"<[^>]*>|\s", "", drawn) == re.sub(r"<[^>]*>|\s", "", wanted)

    @pytest.mark.parametrize(("query", "up"), [
        ("", "?sort=name"),
        ("q=가+나&page=3", "?q=%EA%B0%80+%EB%82%98&amp;sort=name"),
        ("sort=-name&kind=a&kind=b", "?sort=name&amp;kind=a&amp;kind=b"),
    ])  # fmt: skip
    def test_sorting_keeps_the_conditions(self, query: str, up: str) -> None:
        """정렬해도 조건은 남고 쪽은 처음으로 돌아간다."""
        request = RequestFactory().get("/")
        request.GET = QueryDict(query)
        drawn = thsort(Context({"request": request}), "이름<", "name")
        assert f'href="{up}" hx-get="{up}"' in drawn
        assert ('aria-sort="descending"' in drawn) == query.startswith("sort=-name")
        assert "이름&lt;" in drawn
        assert "이름<" not in re.sub(r"<[^<>]*>", "", drawn)


class TestOptions:
    def test_what_may_be_shared(self) -> None:
        """판이 있는 자료만 읽는 질의는 나누어 쓰고, 개인정보·본인만의 자료·판이 없는 표가 섞이면 늘 다시 읽는다."""
        assert models_in(str(Department.objects.filter(is_reporting=True).query)) == (Department,)
        assert set(models_in(str(with_names(DepartmentLineage.objects.all()).query))) == {Department, DepartmentLineage}
        # 사건에는 개인정보가 없다. 이름과 주소는 당사자에만 있고, 그 칸을 읽지 않으면 당사자의 수는 셀 수 있다.
        assert set(models_in(str(Lawsuit.objects.values("department").query))) == {Lawsuit}
        assert models_in(str(Party.objects.order_by().values("side").query)) == (Party,)
        closed = [Party.objects.all(), Lawsuit.objects.filter(parties__name="가"), Handover.objects.all(), Change.objects.all()]
        assert [models_in(str(rows.query)) for rows in closed] == [()] * len(closed)

    def test_own_rows_are_asked_apart(self, db: None) -> None:
        """부서 담당자의 고르는 칸은 부서마다 다른 질의이고, 과 사람끼리는 같은 질의다."""
        people = [StaffFactory(role=role, team=team, department=DepartmentFactory()) for role, team in (
            (Role.ADMIN, ""), (Role.TEAM, Team.LEGAL), (Role.DEPARTMENT, ""), (Role.DEPARTMENT, ""))]  # fmt: skip
        asked = []
        for person in people:
            filterset = Listing(DetailProgramScreens, person, QueryDict()).filterset
            asked.append(filterset.form.fields["project"].widget.choices._query())
        admin, team, one, two = asked
        assert admin == team
        assert len({admin, one, two}) == 3
