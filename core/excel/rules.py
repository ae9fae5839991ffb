"""견줄 때 여러 행을 함께 보는 규칙: 겹치지 않는가, 이 사람이 해도 되는가, 올리는 해가 맞는가, 무엇이 빠졌는가."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from core.access import DepartmentScope, Role
from core.excel.fields import ExcelField
from core.excel.messages import subject
from core.excel.preview import CHANGED, CONFLICT, ERROR, NEW, PreviewRow
from core.excel.reader import FileRefused, Question, Row, scale_question
from core.excel.values import CellError, search_key

if TYPE_CHECKING:
    from core.excel.examine import Examiner

# (파일의 행, 그 행이 무엇이 되는가, 짝이 된 지금 자료)
Result = tuple[Row, PreviewRow, Any]


def scale(examiner: Examiner, results: list[Result]) -> list[Question]:
    """같은 행의 금액이 지금 자료의 500배 이상이거나 500분의 1 이하이면 단위를 묻는다."""
    amounts = [field for field in examiner.present if field.kind == "amount"]
    pairs = [
        (field.value(stored), field.value(result.instance))
        for _row, result, stored in results if stored is not None for field in amounts
    ]  # fmt: skip
    found = scale_question(pairs, "같은 자료의 지금 금액")
    return [found] if found else []


def repeated(examiner: Examiner, results: list[Result]) -> list[Question]:
    """새로 추가할 행 가운데 읽은 칸이 모두 같은 행이 두 번 있으면 묻는다. 겹치면 안 되는 열쇠가 있으면 그 오류가 먼저다."""
    seen: dict[tuple[Any, ...], int] = {}
    again: list[int] = []
    for row, result, stored in results:
        if stored is None and result.writes and seen.setdefault(tuple(row.values.values()), row.number) != row.number:
            again.append(row.number)
    return [Question.repeated("새 행", again)] if again else []


def unique(examiner: Examiner, results: list[Result]) -> None:
    """하나뿐이어야 하는 값이 지금 자료나 파일 안에서 겹치면 오류다."""
    for names in examiner.resource.unique_sets():
        attnames = [examiner.attname(name) for name in names]
        known = {_key(row, attnames): row for row in examiner.stored.values()}
        seen: dict[tuple[Any, ...], Row] = {}
        title = "·".join(str(examiner.model._meta.get_field(name).verbose_name) for name in names)
        for row, result, stored in results:
            key = _key(result.instance, attnames)
            if not (result.writes or result.state == ERROR) or None in key or examiner.wrong(row) & {*names}:
                continue
            if stored is not None and key == _key(stored, attnames):
                # 열쇠를 고치지 않은 행이다. 그 열쇠를 새로 쓰려는 다른 행이 잘못이다.
                seen.setdefault(key, row)
                continue
            other, value = known.get(key), row.values.get(names[-1])
            if other is not None and (stored is None or other.pk != stored.pk):
                examiner.fail(row, names[-1], value, CellError(
                    f"{subject(title)} 같은 자료가 이미 있습니다({other})",
                    "값을 고치거나, 그 자료를 고치려면 내려받은 파일의 「행 번호」를 함께 적어 주세요"))  # fmt: skip
            elif (first := seen.setdefault(key, row)) is not row:
                examiner.fail(row, names[-1], value, CellError(
                    f"{first.number}행과 {row.number}행의 {subject(title)} 같습니다",
                    "한 행을 지우거나 값을 고치세요. 빈칸이나 대소문자만 다른 것은 같은 값으로 봅니다"))  # fmt: skip


def _key(row: Any, attnames: list[str]) -> tuple[Any, ...]:
    """겹치는지 견주는 열쇠. 빈칸·대소문자·자모의 차이는 보지 않는다."""
    values = (getattr(row, att) for att in attnames)
    return tuple(search_key(value) if isinstance(value, str) else value for value in values)


def right_year(examiner: Examiner, drafts: list[tuple[Row, Any, Any]]) -> None:
    """고른 회계연도와 다른 해의 행은 오류다. 모든 행이 다른 해면 파일을 잘못 고른 것이므로 받지 않는다."""
    path, wanted = examiner.resource.year_path, examiner.year
    if not path or wanted is None:
        return
    wrong = [(row, year) for row, instance, _ in drafts if (year := _year(instance, path)) not in (None, wanted)]
    years = sorted({year for _row, year in wrong})
    if wrong and len(wrong) == len(drafts):
        found = "·".join(f"{year}년" for year in years)
        raise FileRefused(f"{found} 자료입니다. 고른 회계연도는 {wanted}년입니다", "회계연도를 바꿔 고르거나 맞는 파일을 올려 주세요")
    name = path.split(".")[0]
    for row, year in wrong:
        examiner.fail(row, name, row.values.get(name), CellError(
            f"{year}년 행입니다. 고른 회계연도는 {wanted}년입니다", "그 해의 파일로 따로 올려 주세요"))  # fmt: skip


def _year(instance: Any, path: str) -> int | None:
    try:
        value = attrgetter(path)(instance)
    except (ObjectDoesNotExist, AttributeError):
        return None
    return value if isinstance(value, int) else None


def allowed(examiner: Examiner, results: list[Result]) -> None:
    """이 사람이 추가하거나 고칠 수 없는 행은 까닭을 적어 오류로 돌린다."""
    if examiner.user is None:
        return
    owner = examiner.model.scope.owner_text(examiner.model)
    for row, result, stored in results:
        if result.state not in (NEW, CHANGED, CONFLICT, ERROR):
            continue
        if stored is None and not examiner.may_add:
            examiner.fail(row, "", None, CellError(f"{owner}만 추가할 수 있는 자료입니다", f"{owner}에 요청하세요"))
        elif stored is not None and not _own(examiner, stored):
            examiner.fail(row, "", None, CellError("다른 부서의 자료입니다", "우리 부서의 행만 남겨 주세요"))
        elif stored is not None and stored.pk not in (examiner.changeable or ()):
            closed = examiner.user.role == Role.DEPARTMENT
            reason = "마감했거나 닫혀 있어 지금 고칠 수 없는 행입니다" if closed else f"{owner}만 고칠 수 있는 자료입니다"
            examiner.fail(row, "", None, CellError(reason, f"{owner}에 요청하세요"))
        elif result.state != ERROR and not _own(examiner, result.instance):
            examiner.fail(row, "", None, CellError("우리 부서의 자료가 아닙니다", "우리 부서의 행만 남겨 주세요"))
        for cell in result.cells:
            if cell.name in examiner.locked and cell.writes:
                examiner.fail(row, cell.name, cell.new, CellError(
                    f"{owner}만 적는 칸입니다", "이 칸은 내려받은 값 그대로 두세요"))  # fmt: skip


def _own(examiner: Examiner, instance: Any) -> bool:
    """부서 담당자의 행은 고친 뒤에도 자기 부서의 것이어야 한다. 반영할 때 core.access 로 한 번 더 확인한다."""
    scope, user = examiner.model.scope, examiner.user
    if user.role != Role.DEPARTMENT or not isinstance(scope, DepartmentScope):
        return True
    try:
        value = attrgetter(scope.path.replace("__", "."))(instance)
    except (ObjectDoesNotExist, AttributeError):
        return False
    return bool(getattr(value, "pk", value) == user.department_id)


def pending(examiner: Examiner, results: list[Result], selfs: list[ExcelField]) -> None:
    """같은 파일에서 만들 행을 가리키는데 그 행에 오류가 있으면, 가리키는 행도 오류다."""
    again = bool(selfs)
    while again:
        again = False
        good = {id(result.instance) for row, result, _ in results if examiner.ok(row)}
        for row, result, _stored in results:
            for field in selfs:
                target = examiner.pair(field, result.instance, result.instance)[1]
                if examiner.ok(row) and isinstance(target, models.Model) and id(target) not in good:
                    examiner.fail(row, field.name, str(target), CellError(
                        f"가리키는 행({target})에 오류가 있습니다", "그 행을 먼저 고쳐 주세요"))  # fmt: skip
                    again = True


def missing(examiner: Examiner, drafts: list[tuple[Row, Any, Any]]) -> list[tuple[int, str]]:
    """볼 수 있는 지금 자료 가운데 파일에 없는 것. 지우지 않고 알리기만 한다."""
    found = {stored.pk for _row, _instance, stored in drafts if stored is not None}
    rows = [
        row for pk, row in examiner.stored.items()
        if pk not in found and (examiner.visible is None or pk in examiner.visible)
    ]  # fmt: skip
    if examiner.resource.group:
        group = attrgetter(examiner.resource.group)
        groups = {group(instance) for _row, instance, _stored in drafts}
        rows = [row for row in rows if group(row) in groups]
    return [(row.pk, str(row)) for row in rows]
