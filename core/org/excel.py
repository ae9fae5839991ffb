"""조직과 사람의 엑셀: 부서, 직급, 직원, 보직, 정원, 차량."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from core.excel.examine import Examiner
from core.excel.lookups import Lookup
from core.excel.resource import ExcelResource
from core.excel.values import CellError, search_key
from core.org.models import Department, Grade, Post, Quota, Staff, Vehicle


class DepartmentResource(ExcelResource):
    """부서. 「부서명」 한 열만 있는 파일도 받는다.

    코드가 없는 새 부서에는 「임시-001」처럼 임시 코드를 주고, 직제순이 없으면 파일의 차례를 쓴다. 나중에 진짜 코드가 적힌
    파일을 올리면 이름이 같은 임시 코드의 부서를 찾아 코드를 바꾼다.
    """

    model = Department
    key = ("code",)
    other_keys = (("name",),)
    fields = (
        "code", "name", "short_name", "order", "kind", "parent", "valid_from", "valid_to", "is_reporting",
    )  # fmt: skip
    required = ("name",)
    synonyms: ClassVar = {
        "code": ("부서코드", "기관코드", "조직코드", "코드"),
        "name": ("부서", "과명", "부서 이름", "소속", "담당부서", "실과명"),
        "short_name": ("약칭", "줄임말"),
        "order": ("순번", "연번", "순서", "직제 순서", "번호"),
        "kind": ("부서 구분", "종류"),
        "parent": ("상위부서", "소속 국", "국", "실국", "국명"),
        "valid_from": ("시작일", "신설일"),
        "valid_to": ("종료일",),
        "is_reporting": ("제출 부서", "자료제출"),
    }
    notes: ClassVar = {
        "code": "행정표준코드를 적습니다. 비워 두면 새 부서에 「임시-001」 같은 임시 코드를 주고, 나중에 고칠 수 있습니다.",
        "order": "비워 두면 파일에 적은 차례대로 매깁니다.",
        "parent": "같은 파일에서 함께 등록하는 부서의 이름을 적어도 됩니다.",
        "valid_from": "비워 두면 2000-01-01입니다.",
        "valid_to": "지금 있는 부서는 비워 둡니다. 없어진 부서는 지우지 말고 폐지일을 적습니다.",
        "is_reporting": "자료를 제출하는 부서면 예. 비워 두면 예입니다.",
    }

    def match(self, values: dict[str, Any], find: Callable[[tuple[str, ...], dict[str, Any]], Any]) -> Any:
        if not values.get("code"):
            return super().match(values, find)
        found = find(("code",), values)
        if found is None and values.get("name"):
            same = find(("name",), values)
            found = same if same is not None and same.code.startswith(Department.PROVISIONAL) else None
        return found

    def complete(self, instance: Department, examiner: Examiner) -> None:
        memo = examiner.memo
        if "order" not in memo:
            memo["order"] = max((row.order for row in examiner.stored.values()), default=0)
            memo["codes"] = {row.code for row in examiner.stored.values()}
            memo["names"] = set()
        if not instance.order:
            memo["order"] += 1
            instance.order = memo["order"]
        name = search_key(instance.name)
        if not instance.code:
            if name in memo["names"]:
                raise CellError("같은 이름의 부서를 두 번 적었습니다", "한 행을 지우거나 두 부서의 코드를 함께 적어 주세요")
            number = 1
            while (code := f"{Department.PROVISIONAL}{number:03d}") in memo["codes"]:
                number += 1
            memo["codes"].add(code)
            instance.code = code
        memo["names"].add(name)


class GradeResource(ExcelResource):
    """정·현원표의 직급."""

    model = Grade
    key = ("series", "level")


class StaffResource(ExcelResource):
    """직원. 비밀번호는 다루지 않는다. 새 계정은 관리자가 비밀번호를 정해 주기 전에는 로그인할 수 없다."""

    model = Staff
    key = ("employee_number",)
    fields = ("employee_number", "name", "grade", "role", "department", "team", "position", "extension", "email", "is_active")
    required = ("employee_number", "name")
    synonyms: ClassVar = {
        "employee_number": ("사원번호", "직원번호", "행정번호"),
        "name": ("성명", "직원명"),
        "department": ("소속", "부서명", "소속 부서"),
        "extension": ("전화", "내선번호", "전화번호"),
        "grade": ("직급명",),
    }
    notes: ClassVar = {
        "role": "비워 두면 열람자입니다.",
        "team": "팀 담당자일 때만 적습니다.",
        "department": "부서 담당자는 꼭 적습니다.",
        "is_active": "그만둔 사람은 지우지 말고 아니오로 바꿉니다.",
    }

    def complete(self, instance: Staff, examiner: Examiner) -> None:
        instance.set_unusable_password()


class PostResource(ExcelResource):
    """자리(보직)와 맡은 일."""

    model = Post
    key = ("department", "title", "order")
    other_keys = (("department", "title"),)
    fields = ("department", "team", "title", "order", "duties")
    required = ("department", "title")
    synonyms: ClassVar = {"department": ("부서명", "소속"), "title": ("직위",), "duties": ("담당 업무", "업무")}
    notes: ClassVar = {"order": "같은 부서에 같은 보직이 여럿이면 1, 2, 3으로 나눕니다. 비워 두면 차례대로 매깁니다."}

    def complete(self, instance: Post, examiner: Examiner) -> None:
        if instance.order:
            return
        if not examiner.memo:
            for post in examiner.stored.values():
                examiner.memo[str(post.department_id)] = max(post.order, examiner.memo.get(str(post.department_id), 0))
        instance.order = examiner.memo.get(str(instance.department_id), 0) + 1
        examiner.memo[str(instance.department_id)] = instance.order


class QuotaResource(ExcelResource):
    """부서의 직급별 정원."""

    model = Quota
    key = ("department", "grade", "valid_from")
    lookups: ClassVar = {"department": Lookup(period=lambda row: (row.valid_from, row.valid_to or row.valid_from))}
    synonyms: ClassVar = {
        "department": ("부서명",), "headcount": ("정원",), "valid_from": ("시작일", "적용일"), "valid_to": ("종료일",),
    }  # fmt: skip


class VehicleResource(ExcelResource):
    """부서의 차량과 장비."""

    model = Vehicle
    key = ("department", "category", "name", "model_name")
    required = ("department", "name")
    other_keys = (("department", "name"),)
    synonyms: ClassVar = {"department": ("부서명", "소속"), "name": ("차량명", "장비명"), "quantity": ("수량",)}
