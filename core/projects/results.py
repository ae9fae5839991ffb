"""사업의 실적을 한 번 적고 여러 취합이 함께 쓴다. 취합은 아래 함수만 부른다."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.org.models import Staff
from core.projects.models import Project, ProjectResult
from core.rounds.period import Period


class Contradiction(ValidationError):
    """이미 적어 둔 값과 다르다. `known` 에 적어 둔 실적을 담는다."""

    def __init__(self, known: ProjectResult, value: Decimal) -> None:
        super().__init__(
            f"{known.period} {known.figure}은(는) 「{known.source}」에서 {known.value_text}(으)로 적었습니다. "
            f"지금 적은 {value.normalize():,f}{known.unit}과(와) 달라 어느 값이 맞는지 확인해 주세요.",
            code="contradiction",
        )
        self.known = known


def known(project: Project, figure: str, period: Period) -> ProjectResult | None:
    """이 사업의 이 기간 실적 가운데 이미 적어 둔 것. 없으면 None.

    취합의 입력 칸은 이 값으로 채워 보이고, 다른 값을 적으면 `contradicts(value)` 로 알린다.

        found = known(task.project, "진도율", Period(2023, 3, Cycle.QUARTER))
        if found and found.contradicts(form_value): ...   # found.source, found.source_url 로 어디의 값인지 알린다
    """
    return ProjectResult.objects.known(project, figure, period)


def known_of(projects: Collection[Project], figure: str, period: Period) -> dict[int, ProjectResult]:
    """{사업 번호: 이미 적어 둔 실적}. 여러 행을 한 번에 채울 때(Collection.known) 쓴다. 질의 한 번."""
    return ProjectResult.objects.known_of(projects, figure, period)


@transaction.atomic
def record(
    project: Project, figure: str, period: Period, value: Decimal, *,
    unit: str = "", entered_by: Staff | None, source: str, source_url: str = "", replace: bool = False,
) -> ProjectResult:  # fmt: skip
    """실적 하나를 적고 그 행을 준다. 취합이 제출을 확정할 때 부른다. 여러 번 불러도 같다.

    - 처음이면 적는다. 이미 같은 값이면 그대로 두고 처음 적은 곳을 남긴다.
    - 같은 출처(source_url, 없으면 source)가 다시 적으면 자기 값을 고친 것으로 보고 바꾼다(보완 뒤 재제출).
    - 다른 출처가 다른 값을 적으면 Contradiction 을 낸다. 확인하고도 바꾸려면 replace=True 로 부른다. 앞의 값은 이력에 남는다.
    """
    value = Decimal(value)
    stored = ProjectResult.objects.of(figure, period).select_for_update(of=("self",))
    found = stored.filter(project=project).first()
    if found is None:
        found = ProjectResult(project=project, figure=figure, year=period.year, cycle=period.cycle, number=period.number)
    elif not found.contradicts(value):
        return found
    elif not replace and (found.source_url or found.source) != (source_url or source):
        raise Contradiction(found, value)
    found.value, found.unit, found.entered_by, found.entered_at = value, unit or found.unit, entered_by, timezone.now()
    found.source, found.source_url = source, source_url
    found.full_clean(validate_constraints=False)
    found.save()
    return found
