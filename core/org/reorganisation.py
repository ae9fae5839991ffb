"""조직개편: 부서의 통합·분리·개칭을 한 거래로 처리하고, 열려 있는 일을 연혁을 따라 옮긴다.

끝난 일과 굳은 자료는 그때의 부서를 그대로 가리켜, 지난 보고서는 옛 이름으로 나온다.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history.context import acting_as
from core.org.models import Assignment, Department, DepartmentLineage, Post, Quota, Staff
from core.org.open_items import OpenItems

Kind = DepartmentLineage.Kind
STAFF_LABEL = "직원"


@dataclass(frozen=True)
class Reorganisation:
    """개편 하나.

    kind          통합(여러 부서 → 하나), 분리(하나 → 여럿), 개칭(하나 → 하나)
    on            개편일. 옛 부서는 전날 닫히고 새 부서는 이날 선다
    predecessors  옛 부서
    successors    이어받을 부서. 저장하지 않은 것은 새로 만들고, 이미 있는 부서도 줄 수 있다.
                  옛 부서이면서 이어받을 부서이기도 하면(A → A와 B) 닫지 않는다
    note          근거
    """

    kind: str
    on: date
    predecessors: Sequence[Department]
    successors: Sequence[Department]
    note: str = ""

    @property
    def closing(self) -> list[Department]:
        """닫을 부서."""
        kept = {one.pk for one in self.successors if one.pk}
        return [one for one in self.predecessors if one.pk not in kept]

    def check(self) -> None:
        """할 수 있는 개편인지. 아니면 ValidationError."""
        before, after = len(self.predecessors), len(self.successors)
        wanted = {
            Kind.MERGED: (before >= 2 or (before == 1 and after == 1 and self.successors[0].pk is not None)) and after == 1,
            Kind.SPLIT: before == 1 and after >= 2,
            Kind.RENAMED: before == 1 and after == 1 and self.successors[0].pk is None,
        }
        said = {
            Kind.MERGED: "통합은 옛 부서를 둘 이상(이미 있는 부서로 들어가면 하나 이상), 새 부서를 하나 고릅니다.",
            Kind.SPLIT: "분리는 옛 부서를 하나, 이어받을 부서를 둘 이상 적습니다.",
            Kind.RENAMED: "개칭은 옛 부서와 새 이름을 하나씩 적습니다.",
        }
        if self.kind not in wanted:
            raise ValidationError("통합, 분리, 개칭 가운데 하나를 골라 주세요.")
        if not wanted[Kind(self.kind)]:
            raise ValidationError(said[Kind(self.kind)])
        if self.on > timezone.localdate():
            raise ValidationError("개편일이 아직 오지 않았습니다. 열려 있는 일이 그날의 부서로 옮겨지므로, 개편일에 처리해 주세요.")
        for one in self.predecessors:
            if one.valid_to or one.valid_from >= self.on:
                raise ValidationError(f"「{one}」은(는) 개편일 앞뒤로 이어지는 부서가 아닙니다. 설치일과 폐지일을 확인해 주세요.")
        names = set(Department.objects.filter(valid_to__isnull=True).exclude(pk__in=[one.pk for one in self.predecessors])
                    .values_list("name", flat=True))  # fmt: skip
        for one in self.successors:
            if one.pk is None and one.name in names:
                raise ValidationError(f"「{one.name}」은(는) 이미 있는 부서입니다. 「이어받을 부서」에서 고르거나 다른 이름을 적어 주세요.")
            if one.pk and (one.valid_to or one.valid_from > self.on):
                raise ValidationError(f"「{one}」은(는) 개편일에 없는 부서입니다. 다른 부서를 골라 주세요.")


@dataclass(frozen=True)
class Following:
    """따라갈 일 하나와, 갈 부서의 차례(Reorganisation.successors 안에서)."""

    label: str
    row: Any
    key: str
    to: int = 0


@dataclass
class Result:
    """개편의 결과. batch 로 변경 이력을 모아 본다."""

    batch: uuid.UUID
    successors: list[Department]
    moved: dict[str, int] = field(default_factory=dict)


def following(
    plan: Reorganisation, open_items: Sequence[OpenItems], choices: Mapping[str, int] | None = None
) -> list[Following]:
    """개편을 따라가는 직원과 열려 있는 일. 갈 곳을 고르지 않은 것은 첫째 부서로 간다. 갈래마다 질의 한 번."""
    chosen = choices or {}
    found = [(STAFF_LABEL, row) for row in Staff.objects.filter(department__in=plan.predecessors, is_active=True)]
    for items in open_items:
        found += [(items.label, row) for row in items.of_departments(plan.predecessors, plan.on)]
    lines = []
    for label, row in found:
        key = f"{row._meta.label_lower}:{row.pk}"
        to = chosen.get(key, 0)
        lines.append(Following(label, row, key, to if 0 <= to < len(plan.successors) else 0))
    return lines


@transaction.atomic
def reorganise(
    plan: Reorganisation, open_items: Sequence[OpenItems], choices: Mapping[str, int] | None, user: Staff
) -> Result:
    """개편한다: 옛 부서를 닫고, 새 부서와 연혁을 만들고, 직원과 열려 있는 일을 옮긴다.

    choices 는 {Following.key: 갈 부서의 차례}. 두 사람이 함께 눌러도 한 번만 된다.
    """
    locked = {one.pk: one for one in Department.objects.select_for_update().filter(pk__in=[one.pk for one in plan.predecessors])}
    plan = Reorganisation(
        plan.kind, plan.on, [locked[one.pk] for one in plan.predecessors],
        [locked.get(one.pk, one) if one.pk else one for one in plan.successors], plan.note,
    )  # fmt: skip
    plan.check()
    lines = following(plan, open_items, choices)
    result = Result(uuid.uuid4(), list(plan.successors))
    names = ", ".join(str(one) for one in plan.predecessors)
    with acting_as(user, f"조직개편 {plan.on:%Y. %-m. %-d.} {names} {Kind(plan.kind).label}", result.batch):
        _make(plan)
        _close(plan)
        seats = _Seats(plan.on)
        groups = defaultdict[tuple[str, int], list[Any]](list)
        for line in lines:
            groups[(line.label, line.to)].append(line.row)
        for items in open_items:
            for to, successor in enumerate(plan.successors):
                # 남는 부서가 그대로 맡는 것은 바뀌지 않는다.
                rows = [row for row in groups[(items.label, to)] if getattr(row, f"{items.department}_id") != successor.pk]
                result.moved[items.label] = result.moved.get(items.label, 0) + items.move(rows, successor)
        result.moved[STAFF_LABEL] = _move_staff(
            plan, seats, {line.row.pk: line.to for line in lines if line.label == STAFF_LABEL}
        )
        _move_posts(plan, seats)
        _move_quotas(plan)
    return result


def _make(plan: Reorganisation) -> None:
    """새 부서를 세우고 연혁을 적는다. 적지 않은 것은 첫째 옛 부서를 따른다."""
    model = plan.predecessors[0]
    for one in plan.successors:
        if one.pk is None:
            one.code = one.code or _provisional_code()
            one.order, one.kind, one.parent = one.order or model.order, model.kind, one.parent or model.parent
            one.is_reporting, one.valid_from = model.is_reporting, plan.on
            one.is_sample = all(before.is_sample for before in plan.predecessors)
            one.full_clean()
            one.save()
    for before in plan.predecessors:
        for after in plan.successors:
            if before.pk != after.pk:
                DepartmentLineage.objects.create(
                    kind=plan.kind, on=plan.on, predecessor=before, successor=after, note=plan.note[:200]
                )


def _provisional_code() -> str:
    """아직 코드를 받지 못한 새 부서의 임시 코드."""
    used = set(Department.objects.filter(code__startswith=Department.PROVISIONAL).values_list("code", flat=True))
    return next(code for number in range(1, len(used) + 2) if (code := f"{Department.PROVISIONAL}{number:03d}") not in used)


def _close(plan: Reorganisation) -> None:
    """옛 부서를 개편 전날 닫는다."""
    for one in plan.closing:
        one.valid_to = plan.on - timedelta(days=1)
        one.save()


class _Seats:
    """옛 자리를 새 부서에 다시 만든다. 한 자리는 부서마다 한 번만 만든다."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.made: dict[tuple[int, int], Post] = {}

    def again(self, post: Post, department: Department) -> Post:
        """새 부서의 같은 자리."""
        key = post.pk, department.pk
        if key not in self.made:
            self.made[key] = Post.objects.create(
                department=department, team=post.team, title=post.title, duties=post.duties, order=post.order,
                is_sample=post.is_sample,
            )  # fmt: skip
        return self.made[key]

    def sitting(self, **where: Any) -> list[Assignment]:
        """개편일에 앉아 있거나 뒤에 앉을 보임."""
        return list(Assignment.objects.filter(**where).exclude(ends_on__lt=self.on).select_related("post", "staff"))

    def move(self, assignment: Assignment, department: Department) -> None:
        """보임을 개편 전날 끝내고 새 부서의 같은 자리에서 잇는다. 개편 뒤에 시작하는 보임은 자리만 바꾼다."""
        post = self.again(assignment.post, department)
        if assignment.starts_on >= self.on:
            assignment.post = post
            assignment.save()
            return
        Assignment.objects.create(
            post=post, staff_id=assignment.staff_id, grade_id=assignment.grade_id, starts_on=self.on,
            ends_on=assignment.ends_on, is_sample=assignment.is_sample,
        )  # fmt: skip
        self.end(assignment)

    def end(self, assignment: Assignment) -> None:
        """보임을 개편 전날 끝낸다."""
        assignment.ends_on = self.on - timedelta(days=1)
        assignment.save()


def _move_staff(plan: Reorganisation, seats: _Seats, places: Mapping[int, int]) -> int:
    """직원의 부서를 바꾸고, 앉은 자리를 새 부서에 다시 만들어 보임을 개편일에 끊어 잇는다."""
    moved = 0
    for staff in Staff.objects.filter(pk__in=places):
        successor, before = plan.successors[places[staff.pk]], staff.department_id
        if before == successor.pk:
            continue
        staff.department = successor
        staff.save()
        moved += 1
        for assignment in seats.sitting(post__department_id=before, staff=staff):
            seats.move(assignment, successor)
    return moved


def _move_posts(plan: Reorganisation, seats: _Seats) -> None:
    """닫는 부서에 남은 자리: 다른 부서 사람의 보임과 빈자리는 첫째 부서로 옮기고, 그만둔 사람의 보임은 닫는다."""
    for post in Post.objects.filter(department__in=plan.closing):
        for assignment in seats.sitting(post=post):
            if assignment.staff.is_active or assignment.starts_on >= plan.on:
                seats.move(assignment, plan.successors[0])
            else:
                seats.end(assignment)
        if not any(old == post.pk for old, _new in seats.made):
            seats.again(post, plan.successors[0])


def _move_quotas(plan: Reorganisation) -> None:
    """닫는 부서의 정원을 닫는다. 이름만 바뀌면 같은 정원을 새 부서에 잇고, 통합·분리의 정원은 규칙을 보고 새로 적는다."""
    for quota in Quota.objects.valid_on(plan.on).filter(department__in=plan.closing):
        if plan.kind == Kind.RENAMED:
            Quota.objects.create(
                department=plan.successors[0], grade_id=quota.grade_id, headcount=quota.headcount, valid_from=plan.on,
                valid_to=quota.valid_to, basis=quota.basis,
            )  # fmt: skip
        quota.valid_to = plan.on - timedelta(days=1)
        quota.save()
