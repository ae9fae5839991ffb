"""취합 서식(Collection): 업무의 어느 행을, 어느 부서에서, 어떻게 받는가.

업무는 자기 폴더의 `rounds.py` 에 Collection 하나를 적고 given.py 로 내놓는다. 회차를 여는 일, 부서의 입력 화면,
운영자의 표, 합친 표, 엑셀은 모두 이것 하나로 움직인다.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from core.access import Role, Team
from core.excel.resource import ExcelResource
from core.formats import MISSING, date_short, number
from core.org.models import Department
from core.rounds.models import CollectedRow, Round, Submission
from core.rounds.period import Cycle, Period


@dataclass(frozen=True)
class RowTitle:
    """입력 화면의 한 줄이 무엇인지: 번호, 이름, 아래에 작게 적을 말, 상세 화면의 주소."""

    number: str
    name: str
    note: str = ""
    url: str = ""


class Collection:
    """취합 서식 하나.

    code      서식을 알아보는 이름. 폴더 이름을 따른다(예: "evaluation.four_year_plans.quarter")
    title     회차와 화면에 쓰는 이름(예: "4개년 계획 추진실적")
    team      받는 팀
    cycle     얼마에 한 번 받는가
    model     부서가 채우는 행(CollectedRow)
    fields    부서가 적는 항목, 화면의 차례대로. verbose_name 이 머리글이다
    previous_fields  지난 확정 값을 옆에 보일 항목
    row_heading      줄 머리글(예: "이행과제")
    select_related   행을 읽을 때 함께 읽을 것
    order_by         한 부서 안에서의 차례
    resource  엑셀 서식. 내려받은 것을 그대로 올리면 같은 행으로 들어온다
    row_form  한 행의 입력 폼(ModelForm)
    tips      작성 요령
    evidence  행마다 증빙 파일을 붙이는가
    grows     부서가 줄을 더하고 지우는가(행사처럼 몇 건인지 미리 알 수 없는 것)
    """

    code: ClassVar[str]
    title: ClassVar[str]
    team: ClassVar[Team]
    cycle: ClassVar[Cycle]
    model: ClassVar[type[CollectedRow]]
    fields: ClassVar[Sequence[str]]
    previous_fields: ClassVar[Sequence[str]] = ()
    row_heading: ClassVar[str] = "항목"
    select_related: ClassVar[Sequence[str]] = ()
    order_by: ClassVar[Sequence[str]] = ("pk",)
    resource: ClassVar[type[ExcelResource]]
    row_form: ClassVar[type[forms.ModelForm[Any]]]
    tips: ClassVar[Sequence[str]] = ()
    evidence: ClassVar[bool] = True
    grows: ClassVar[bool] = False

    # ── 업무가 적는 것 ────────────────────────────────────────────────

    def departments(self, round: Round) -> QuerySet[Department]:
        """대상 부서. 회차를 열 때 한 번 묻고, 그 뒤로는 바뀌지 않는다."""
        raise NotImplementedError

    def create_rows(self, round: Round, submissions: Mapping[int, Submission]) -> int:
        """회차를 열 때 부서(번호)마다 채울 행을 한꺼번에 만들고 건수를 준다. 이미 있는 행은 그 제출에 잇기만 한다."""
        raise NotImplementedError

    def row_title(self, row: Any) -> RowTitle:
        """입력 화면과 합친 표의 줄 머리글."""
        return RowTitle("", str(row))

    def previous(self, rows: Sequence[Any]) -> dict[int, Any]:
        """{행 번호: 지난 기간에 확정된 같은 대상의 행}. 없으면 빠진다. 질의는 한 번이다."""
        return {}

    def warnings(self, row: Any, previous: Any | None) -> dict[str, str]:
        """{항목: 부드러운 경고}. 저장과 제출을 막지 않는다(지난 분기보다 낮음, 100% 초과 따위)."""
        return {}

    def warn(self, rows: Sequence[Any], previous: Mapping[int, Any]) -> dict[int, dict[str, str]]:
        """{행 번호: {항목: 부드러운 경고}}. 다른 행과 견주어야 하는 서식만 바꾼다. 질의 수는 행 수와 관계없다."""
        return {row.pk: self.warnings(row, previous.get(row.pk)) for row in rows}

    def new_row(self, submission: Submission) -> Any:
        """부서가 더할 빈 줄(grows 인 서식). 저장하지 않은 것이다."""
        return self.model(submission=submission)

    def missing(self, row: Any) -> list[str]:
        """아직 비어 있어 내기 전에 채워야 하는 항목. 기본은 fields 가운데 빈 것."""
        return [name for name in self.fields if getattr(row, name) in (None, "")]

    def submitted(self, submission: Submission, rows: Sequence[Any], user: Any) -> None:
        """부서가 내거나 다시 낸 뒤에 할 일(낸 때의 글 남기기 따위). 제출과 같은 트랜잭션 안이다."""

    def returned(self, submission: Submission, rows: Sequence[Any], user: Any, note: str) -> None:
        """부서에 되돌린 뒤에 할 일(보완 요청, 낸 것을 다시 열기). note 는 그 까닭. 되돌림과 같은 트랜잭션 안이다."""

    def confirmed(self, submission: Submission, rows: Sequence[Any]) -> None:
        """확정한 뒤에 할 일(사업의 결과로 적기 따위). 확정과 같은 트랜잭션 안이다."""

    def default_as_of(self, period: Period) -> date:
        """회차의 기준일을 비웠을 때 적을 날."""
        return period.last_day

    def after_url(self, round: Round) -> tuple[str, str] | None:
        """받은 뒤에 팀이 이어서 하는 일의 (이름, 주소). 없으면 None."""
        return None

    def known(self, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
        """{행 번호: {항목: 이미 아는 값}}. 다른 회차에서 같은 사업·같은 기간의 값을 벌써 받았을 때 채워 보인다."""
        return {}

    # ── 모두 같은 것 ──────────────────────────────────────────────────

    def rows(self, submissions: Iterable[Submission] | QuerySet[Submission]) -> QuerySet[Any]:
        """제출들의 행. 직제순, 그 안에서는 업무의 차례다."""
        found = self.model._default_manager.filter(submission__in=submissions)
        return found.select_related("submission", *self.select_related).order_by(
            "submission__order", "submission__pk", *self.order_by
        )

    def may_fill(self, submission: Submission, user: Any) -> bool:
        """지금 이 제출의 행을 적을 수 있는 부서 담당자인가(시스템관리자 포함)."""
        if user.role not in (Role.DEPARTMENT, Role.ADMIN) or not submission.is_writing:
            return False
        if self.grows:
            # 아직 한 줄도 없을 수 있어 행이 아니라 제출로 본다.
            return Submission.objects.filter(Submission.accepted(), pk=submission.pk).changeable_by(user).exists()
        rows: Any = self.model._default_manager.filter(submission=submission)
        return rows.changeable_by(user).exists()

    def text(self, row: Any, name: str) -> str:
        """표에 적는 값. 고르는 항목은 그 이름으로, 없으면 「-」."""
        shown = getattr(row, f"get_{name}_display", None)
        value = shown() if shown else getattr(row, name)
        if value in (None, "", False):
            return MISSING
        if value is True:
            return "예"
        if isinstance(value, date):
            return date_short(value)
        return number(value, places=1 if value % 1 else 0) if isinstance(value, Decimal | int) else str(value)

    def is_long(self, name: str) -> bool:
        """여러 줄로 적는 긴 글인가."""
        return isinstance(self.model._meta.get_field(name), models.TextField)

    def is_number(self, name: str) -> bool:
        return isinstance(self.model._meta.get_field(name), models.DecimalField | models.IntegerField)

    @classmethod
    def import_url(cls) -> str:
        """엑셀로 채우는 화면의 주소."""
        return reverse(f"{cls.model._meta.app_label}.{cls.model._meta.model_name}-import")

    def heading(self, name: str) -> str:
        """항목의 머리글(verbose_name)."""
        return str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def collection_of(collections: Mapping[str, Collection], round: Round) -> Collection:
    """회차의 서식. 이제 쓰지 않는 서식이면 Http404."""
    try:
        return collections[round.form]
    except KeyError as error:
        raise Http404(f"지금은 쓰지 않는 서식({round.form})의 회차입니다.") from error
