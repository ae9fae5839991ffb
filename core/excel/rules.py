"""견줄 때 여러 행을 함께 보는 규칙: 겹치지 않는가, 이 사람이 해도 되는가, 누가 먼저 고쳤는가, 무엇이 빠졌는가."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from core.access import DepartmentScope, Role
from core.excel.fields import ExcelField
from core.excel.messages import subject
from core.excel.preview import CHANGED, CONFLICT, NEW, PreviewRow
from core.excel.reader import Row
from core.excel.values import CellError
from core.formats import moment
from core.history.models import Change

if TYPE_CHECKING:
    from core.excel.examine import Examiner

# (파일의 행, 그 행이 무엇이 되는가, 짝이 된 지금 자료)
Result = tuple[Row, PreviewRow, Any]


def unique(examiner: Examiner, results: list[Result]) -> None:
    """하나뿐이어야 하는 값이 지금 자료나 파일 안에서 겹치면 오류다."""
    for names in examiner.resource.unique_sets():
        attnames = [examiner.attname(name) for name in names]
        known = {tuple(getattr(row, att) for att in attnames): row for row in examiner.stored.values()}
        seen: dict[tuple[Any, ...], Row] = {}
        title = "·".join(str(examiner.model._meta.get_field(name).verbose_name) for name in names)
        for row, result, stored in results:
            key = tuple(getattr(result.instance, att) for att in attnames)
            if result.state not in (NEW, CHANGED) or None in key:
                continue
            other, value = known.get(key), row.values.get(names[-1])
            if other is not None and (stored is None or other.pk != stored.pk):
                examiner.fail(row, names[-1], value, CellError(
                    f"{subject(title)} 같은 자료가 이미 있습니다({other})",
                    "값을 고치거나, 그 자료를 고치려면 내려받은 파일의 「행 번호」를 함께 적어 주세요"))  # fmt: skip
            elif (first := seen.setdefault(key, row)) is not row:
                examiner.fail(row, names[-1], value, CellError(
                    f"{first.number}행과 {subject(title)} 같습니다", "한 행을 지우거나 값을 고치세요"))  # fmt: skip


def allowed(examiner: Examiner, results: list[Result]) -> None:
    """이 사람이 추가하거나 고칠 수 없는 행은 까닭을 적어 오류로 돌린다."""
    if examiner.user is None:
        return
    owner = examiner.model.scope.owner_text(examiner.model)
    for row, result, stored in results:
        if result.state not in (NEW, CHANGED):
            continue
        if stored is None and not examiner.may_add:
            examiner.fail(row, "", None, CellError(f"{owner}만 추가할 수 있는 자료입니다", f"{owner}에 요청하세요"))
        elif stored is not None and stored.pk not in (examiner.changeable or ()):
            examiner.fail(row, "", None, CellError("지금 고칠 수 없는 행입니다", f"{owner}에 요청하세요"))
        elif not _own(examiner, result.instance):
            examiner.fail(row, "", None, CellError("우리 부서의 자료가 아닙니다", "우리 부서의 행만 남겨 주세요"))
        for cell in result.cells:
            if cell.name in examiner.locked:
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


def tell_conflicts(examiner: Examiner, results: list[PreviewRow]) -> None:
    """충돌한 행에 누가 언제 먼저 고쳤는지 적는다. 질의 한 번."""
    conflicts = {result.instance.pk: result for result in results if result.state == CONFLICT}
    if not conflicts:
        return
    changes = Change.objects.filter(model=examiner.model._meta.label_lower, object_id__in=list(conflicts))
    for change in changes.select_related("actor").order_by("pk"):
        who = change.actor.masked_name if change.actor else "프로그램"
        conflicts[change.object_id].note = f"{moment(change.at)} {who} 고침"


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
