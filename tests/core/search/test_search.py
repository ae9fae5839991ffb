"""통합 찾기: 초성과 띄어쓰기, 볼 수 있는 것만, 바뀌면 바로, 빠르게."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from budget.appropriations.models import DetailProgram, FiscalYear, PolicyProgram, UnitProgram
from config.search import SOURCES
from core.access import DepartmentScope, Role, Team
from core.org.models import Department, Staff
from core.search.index import Entry, Source, find
from core.search.normal import normal, patterns

LOCAL = "django.contrib.auth.backends.ModelBackend"


def hits(query: str, text: str) -> bool:
    wanted = patterns(query)
    return bool(wanted) and all(pattern.search(normal(text)) for pattern in wanted)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("지방보조금", "지방 보조금 관리"),
        ("지방 보조금", "지방보조금 관리"),
        ("관리 보조", "지방보조금 관리"),
        ("ㅈㅂㅂㅈㄱ", "지방보조금 관리"),
        ("ㅈㅂ보조", "지방보조금 관리"),
        ("지방ㅂㅈㄱ", "지방보조금 관리"),
        ("ㄳ", "구스타프 감사"),
        ("중점현안", "중점·현안 사업"),
        ("중점ㆍ현안", "중점·현안 사업"),
        ("중점․현안", "중점・현안 사업"),
        ("중점‧현안", "중점ž현안 사업"),
        (unicodedata.normalize("NFD", "예산편성"), "예산편성"),
        ("예산편성", unicodedata.normalize("NFD", "예산편성")),
        ("2022가단20417", "2022 가단 20417"),
        ("２０２３", "2023년"),
        ("abc", "ABC 사업"),
        ("(주)한국", "㈜한국 위탁"),
    ],
)
def test_finds(query: str, text: str) -> None:
    assert hits(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ㅈㅂㅂㅈㄱ", "예산편성"),
        ("보조 없음", "지방보조금 관리"),
        ("", "아무것"),
        (" ·· ", "아무것"),
        (".*", "아무것"),
        ("%", "아무것"),
    ],
)
def test_does_not_find(query: str, text: str) -> None:
    assert not hits(query, text)


# --- 누가 무엇을 찾는가 -------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Department:
    return Department.objects.create(code="D1", name="재무과")


@pytest.fixture
def other() -> Department:
    return Department.objects.create(code="D2", name="복지정책과")


@pytest.fixture
def programs(own: Department, other: Department) -> list[DetailProgram]:
    year = FiscalYear.objects.create(year=2023)
    policy = PolicyProgram.objects.create(fiscal_year=year, name="건전재정")
    unit = UnitProgram.objects.create(fiscal_year=year, policy_program=policy, name="재정 운영", team=Team.BUDGET)
    return [
        DetailProgram.objects.create(
            fiscal_year=year, unit_program=unit, name=f"{department} 주차장 조성", department=department
        )
        for department in (own, other)
    ]


def make(number: str, role: Role, **fields: Any) -> Staff:
    return Staff.objects.create(employee_number=number, name="문정희", role=role, must_change_password=False, **fields)


def titles(groups: list[Any]) -> dict[str, list[str]]:
    return {group.title: [row.title for row in group.rows] for group in groups}


def test_division_finds_everything(programs: list[DetailProgram]) -> None:
    person = make("1001", Role.TEAM, team=Team.BUDGET)
    assert titles(find(SOURCES, "ㅈㅊㅈ", person, 5))["세부사업"] == ["재무과 주차장 조성", "복지정책과 주차장 조성"]
    assert titles(find(SOURCES, "재정", person, 5))["단위사업"] == ["재정 운영"]
    assert titles(find(SOURCES, "재무", person, 5))["부서"] == ["재무과"]
    assert titles(find(SOURCES, "정희", person, 5)) == {"직원": ["문정희"]}
    assert "지방보조금 관리" in titles(find(SOURCES, "ㅈㅂㅂㅈㄱ", person, 5))["업무"]


def test_department_finds_only_what_it_may_see(
    programs: list[DetailProgram], own: Department, other: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DetailProgram, "scope", DepartmentScope())
    assert len(find(SOURCES, "주차장", make("1001", Role.TEAM, team=Team.BUDGET), 5)[0].rows) == 2
    [group] = find(SOURCES, "주차장", make("1002", Role.DEPARTMENT, department=own), 5)
    assert ([row.title for row in group.rows], group.total) == (["재무과 주차장 조성"], 1)
    assert find(SOURCES, "복지정책과 주차장", make("1003", Role.DEPARTMENT, department=own), 5) == []
    assert find(SOURCES, "정희", make("1004", Role.DEPARTMENT, department=own), 5) == []
    assert find(SOURCES, "재정 운영", make("1005", Role.DEPARTMENT), 5) == []


def test_team_records_are_not_for_departments(programs: list[DetailProgram], own: Department) -> None:
    found = titles(find(SOURCES, "재", make("1001", Role.DEPARTMENT, department=own), 5))
    assert set(found) <= {"부서", "세부사업"}
    assert found.get("세부사업", []) in ([], ["재무과 주차장 조성"])


def test_changes_are_found_at_once(programs: list[DetailProgram], own: Department) -> None:
    person = make("1001", Role.HEAD)
    assert find(SOURCES, "공영차고지", person, 5) == []
    programs[0].name = "공영차고지 건립"
    programs[0].save()
    assert titles(find(SOURCES, "공영차고지", person, 5)) == {"세부사업": ["공영차고지 건립"]}
    own.name = "세무관리과"
    own.save()
    [group] = find(SOURCES, "공영차고지", person, 5)
    assert group.rows[0].hint == "2023 · 세무관리과"
    programs[0].delete()
    assert find(SOURCES, "공영차고지", person, 5) == []


def test_ten_thousand_rows_within_100_ms(own: Department) -> None:
    person = make("1001", Role.HEAD)
    rows = [Entry(f"{number}번 지방보조금 지원 사업", "/", pk=own.pk) for number in range(10_000)]
    source = Source("시험", lambda: rows, Department)
    find([source], "ㅈㅂㅂㅈㄱ", person, 5)
    started = time.perf_counter()
    [group] = find([source], "9999 ㅈㅂ ㅈㄱ", person, 5)
    assert time.perf_counter() - started < 0.1 * 3, "바쁜 기계에서도 0.3초"
    assert group.total == 1


def test_number_of_queries_is_fixed(programs: list[DetailProgram], django_assert_max_num_queries: Any) -> None:
    person = make("1001", Role.HEAD)
    find(SOURCES, "재", person, 5)
    with django_assert_max_num_queries(1 + len([source for source in SOURCES if source.model])):
        find(SOURCES, "재", person, 5)


# --- 화면 -------------------------------------------------------------------------------------------


def test_pages_and_suggestions(programs: list[DetailProgram]) -> None:
    client = Client()
    client.force_login(make("1001", Role.HEAD), LOCAL)
    url = reverse("search")
    page = client.get(url, {"q": "주차장"}).content.decode()
    assert "<html" in page
    assert "재무과 주차장 조성" in page
    assert "2건" in page
    part = client.get(url, {"q": "주차장"}, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "재무과 주차장 조성" in part
    assert "찾는 것이 없습니다" in client.get(url, {"q": "없는 사업"}).content.decode()
    assert client.get(url).status_code == 200
    shown = client.get(url, {"q": "<script>alert(1)</script>" + "가" * 500}).content.decode()
    assert "<script>alert" not in shown


def test_pages_need_a_login(client: Client) -> None:
    assert client.get(reverse("search"), {"q": "재"}).status_code == 302
