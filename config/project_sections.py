"""사업 한 장에 모이는 구역: 업무가 내놓은 것과, 여러 업무의 제출을 모은 취합.

보는 사람이 볼 수 있는 행만 읽고(for_user), 줄이 몇이든 질의 수가 같아야 한다.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.urls import reverse

from config.functions import GIVEN
from core.formats import moment
from core.org.models import Staff
from core.projects.models import Project
from core.projects.sections import Cell, Row, Section
from core.rounds.models import Round, Submission
from evaluation.four_year_plans.models import QuarterResult
from evaluation.performance.models import IndicatorActual


def submissions(project: Project, user: Staff) -> Section:
    """취합: 이 사업의 과제와 지표의 실적을 낸 제출, 새 것부터."""
    mine = Q(pk__in=QuarterResult.objects.filter(task__project=project).values("submission")) | Q(
        pk__in=IndicatorActual.objects.filter(indicator__perf_project__project=project).values("submission")
    )
    found = Submission.objects.for_user(user).filter(mine).exclude(round__status=Round.Status.PREPARING)
    lines = [
        Row([
            Cell(one.round, reverse("core.submission-fill", args=[one.pk])), Cell(one.department_name), Cell(moment(one.due_at)),
            Cell(moment(one.first_submitted_at)), Cell(one.get_status_display()),
        ])
        for one in found.select_related("round").order_by("-round__due_at", "order")
    ]  # fmt: skip
    columns = (("회차", ""), ("부서", "c nw"), ("마감", "c nw"), ("처음 낸 때", "c nw"), ("상태", "c nw"))
    return Section("취합 제출", columns, lines, nothing="이 사업의 실적을 받은 취합이 아직 없습니다.")


SECTIONS: list[Callable[[Project, Staff], Section]] = [*(section for given in GIVEN for section in given.sections), submissions]
