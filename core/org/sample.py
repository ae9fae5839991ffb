"""표본 부서와 표본 직원. 모두 is_sample 이고 한꺼번에 걷어 낼 수 있다.

기획예산과의 표본 직원은 27명이고, 2023. 10. 31. 의 직급별 수가 업무보고의 현원과 같다. 로그인은 역할을 적은 사번(ACCOUNTS)만 된다.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password

from core.access import Role, Team
from core.history.clearing import Clearing
from core.history.settle import Settling
from core.org.load_report import DIVISION_CODE
from core.org.models import Assignment, Department, Grade, Post, Staff

SAMPLE_PASSWORD = "sample-2023!"  # noqa: S105 - 표본 계정의 알려진 비밀번호. 운영에서는 싣지 않는다.
STARTS_ON = date(2023, 1, 1)
# 부서 담당자와 감사 열람자의 표본 부서
CLERK_DEPARTMENT, AUDIT_DEPARTMENT = "S024", "S001"
BUDGET_OFFICER = "9003"
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성"


class Person(NamedTuple):
    """표본 직원 한 사람의 자리."""

    number: str
    grade: str
    title: str
    team: str = ""
    role: str = ""
    duties: str = ""
    department: str = DIVISION_CODE
    position: str = Staff.Position.HANDLER

    @property
    def name(self) -> str:
        return f"{_SURNAMES[int(self.number) - 9001]}표본"


_P, _B, _E, _L = Team.PLANNING, Team.BUDGET, Team.EVALUATION, Team.LEGAL
PEOPLE = (
    Person("9002", "general 5", "과장", role=Role.HEAD, duties="기획예산과 업무 총괄"),
    Person("9010", "general 6", "기획조정팀장", _P, duties="기획조정팀 업무 총괄"),
    Person("9004", "general 6", "주무관", _P, Role.TEAM, "구정 주요업무계획 수립 및 관리"),
    Person("9011", "general 7", "주무관", _P, duties="주요 간부·정책회의 운영, 요청사항 관리"),
    Person("9012", "general 7", "주무관", _P, duties="공약사업 관리 및 평가"),
    Person("9013", "general 8", "주무관", _P, duties="계절별 종합대책, 정책실명제 관리"),
    Person("9014", "general 9", "주무관", _P, duties="주간·월중 주요업무 보고자료 작성"),
    Person("9015", "general 6", "예산팀장", _B, duties="예산팀 업무 총괄"),
    Person(BUDGET_OFFICER, "general 6", "주무관", _B, Role.TEAM, "예산편성 및 집행관리"),
    Person("9016", "general 6", "주무관", _B, duties="주요 투자사업 중점관리, 중기지방재정계획 수립"),
    Person("9017", "general 7", "주무관", _B, duties="지방보조금 관리"),
    Person("9018", "general 7", "주무관", _B, duties="기금운영 관리, 예산 전용·변경"),
    Person("9019", "general 7", "주무관", _B, duties="주민참여예산제 운영"),
    Person("9009", "general 8", "주무관", _B, Role.DEPARTMENT, "과 서무, 기본경비 집행"),
    Person("9020", "general 6", "평가팀장", _E, duties="평가팀 업무 총괄"),
    Person("9005", "general 6", "주무관", _E, Role.TEAM, "성과관리 및 목표관리 운영"),
    Person("9021", "general 7", "주무관", _E, duties="지자체 합동평가 및 대외기관 평가"),
    Person("9022", "general 7", "주무관", _E, duties="구정운영 4개년 계획 수립 및 관리"),
    Person("9001", "general 8", "주무관", _E, Role.ADMIN, "통계조사 및 통계연보, 업무통합 시스템 관리"),
    Person("9023", "general 9", "주무관", _E, duties="구민창안·공무원제안 운영"),
    Person("9024", "general 6", "의회법무팀장", _L, duties="의회법무팀 업무 총괄"),
    Person("9006", "general 6", "주무관", _L, Role.TEAM, "소송사무 관리"),
    Person("9025", "general 7", "주무관", _L, duties="자치법규 정비, 조례규칙심의회 운영"),
    Person("9026", "general 7", "주무관", _L, duties="의회협력지원, 구의원 질문사항 처리"),
    Person("9027", "general 8", "주무관", _L, duties="무료법률상담 운영, 규제개혁"),
    Person("9028", "general 8", "주무관", _L, duties="고시·공고 심사, 행정사무감사 수감 지원"),
    Person("9029", "special 6", "법률전문관", _L, duties="법률고문 운영, 법률자문 및 지원"),
    Person("9007", "general 7", "주무관", role=Role.DEPARTMENT, duties="부서 예산 집행", department=CLERK_DEPARTMENT),
    Person("9030", "general 6", "건축행정팀장", role=Role.DEPARTMENT, duties="제출 확인", department="S024", position="team_lead"),
    Person("9031", "general 5", "건축과장", role=Role.DEPARTMENT, duties="제출 확인", department="S024", position="head"),
    Person("9032", "general 7", "주무관", role=Role.DEPARTMENT, duties="과 서무", department="S029"),
    Person("9033", "general 7", "주무관", role=Role.DEPARTMENT, duties="과 서무", department="S030"),
    Person("9034", "general 7", "주무관", role=Role.DEPARTMENT, duties="과 서무", department="S021"),
    Person("9035", "general 7", "주무관", role=Role.DEPARTMENT, duties="과 서무", department="S008"),
    Person("9008", "general 7", "주무관", role=Role.VIEWER, duties="자체감사", department=AUDIT_DEPARTMENT),
)
ACCOUNTS = tuple(sorted((person for person in PEOPLE if person.role), key=lambda person: person.number))


def sample_departments() -> list[dict[str, str]]:
    """표본 부서표(fixtures/sample_departments.csv), 직제순. 기획예산과의 줄도 있다."""
    path = Path(settings.BASE_DIR) / "fixtures" / "sample_departments.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load_organisation(settling: Settling) -> None:
    """표본 부서, 직원, 보직, 보임을 싣는다. 보고서(과와 직급)를 먼저 실어야 한다."""
    departments = {DIVISION_CODE: Department.objects.get(code=DIVISION_CODE)}
    for row in sample_departments():
        if row["is_sample"] == "1":
            departments[row["code"]] = settling.put(
                Department,
                {"code": row["code"]},
                {"name": row["name"], "short_name": row["short_name"], "order": int(row["order"]), "kind": row["kind"],
                 "parent": departments.get(row["parent"]), "is_reporting": row["is_reporting"] == "1", "is_sample": True},
            )
    # 모두 같은 비밀번호라 느린 셈을 한 번만 한다.
    password = make_password(SAMPLE_PASSWORD)
    grades = {f"{grade.series} {grade.level}": grade for grade in Grade.objects.all()}
    for order, person in enumerate(PEOPLE, start=1):
        department, grade = departments[person.department], grades[person.grade]
        staff = _load_staff(person, department, grade, password, settling)
        if not staff.is_sample:
            # 같은 사번을 쓰는 진짜 직원이 있으면 그 자리는 비워 둔다.
            continue
        post = settling.put(
            Post,
            {"department": department, "team": person.team, "order": order, "is_sample": True},
            {"title": person.title, "duties": person.duties},
        )
        settling.put(
            Assignment, {"post": post, "staff": staff, "starts_on": STARTS_ON}, {"grade": grade, "is_sample": True}
        )


def _load_staff(person: Person, department: Department, grade: Grade, password: str, settling: Settling) -> Staff:
    """직원 한 사람. 계정이 아닌 사람은 비밀번호가 없어 로그인할 수 없다."""
    role = person.role or (Role.TEAM if person.team else Role.VIEWER)
    staff = settling.put(
        Staff,
        {"employee_number": person.number},
        {"name": person.name, "grade": grade, "role": role, "department": department,
         "team": person.team if role == Role.TEAM else "", "position": person.position, "must_change_password": False, "is_sample": True},
    )
    opened = bool(person.role)
    if staff.is_sample and (not staff.password or (opened and not staff.is_active)):
        staff.password = password if opened else make_password(None)
        staff.is_active = True
        staff.save()
    return staff


def budget_officer() -> Staff | None:
    """예산을 맡은 표본 직원. 표본 파일을 올리고 예산의 기한을 맡는다."""
    return Staff.objects.filter(employee_number=BUDGET_OFFICER, is_sample=True).first()


def clear_organisation(clearing: Clearing) -> None:
    """표본 보임, 보직, 직원, 부서를 걷는다. 남는 계정은 로그인할 수 없게 닫는다."""
    clearing.clear(Assignment.objects.filter(is_sample=True))
    clearing.clear(Post.objects.filter(is_sample=True))
    clearing.clear(Staff.objects.filter(is_sample=True))
    for staff in Staff.objects.filter(is_sample=True):
        staff.is_active = False
        staff.set_unusable_password()
        staff.save()
    # 아래 부서를 먼저 걷어야 상위 부서(국)를 걷을 수 있다.
    clearing.clear(Department.objects.filter(is_sample=True, parent__isnull=False).order_by("-order"))
    clearing.clear(Department.objects.filter(is_sample=True, parent__isnull=True))
