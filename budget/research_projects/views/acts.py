"""용역 하나에 하는 일: 접수, 보완 요구, 심의 상정, 발주, 보고, 결과 공개, 활용 점검, 종결, 철회."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from budget.appropriations.models import DetailProgram
from budget.research_projects import services
from budget.research_projects.models import (
    DONE,
    ENDED,
    RUNNING,
    Milestone,
    ResearchOutput,
    ResearchProject,
    Status,
    UseCheck,
)
from budget.research_projects.similar import find_similar
from core.access import by_owner, by_team
from core.committees.views.acts import put_on_agenda
from core.org.models import Staff
from core.projects.models import Project
from core.screens.acts import Act, ActForm, DayForm
from core.screens.forms import CHOOSE, AmountField, KoreanDateField

Data = dict[str, Any]
_PUBLIC, _PRIVATE = ResearchOutput.Disclosure.PUBLIC, ResearchOutput.Disclosure.PRIVATE


def _text(label: str, *, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ReasonForm(ActForm):
    """까닭 하나."""

    reason = _text("사유", max_length=1000)


class ContractForm(ActForm):
    """계약과 보고 예정일."""

    contracted_on = KoreanDateField(label="계약일")
    contract_amount = AmountField(label="계약액(원)", min_value=1)
    contractor = forms.CharField(label="계약상대", max_length=100, help_text="기관이나 회사 이름")
    period = forms.CharField(label="기간", max_length=60, help_text="예: 2026. 3. 2. ~ 2026. 8. 31. 또는 착수일부터 6개월")
    start = KoreanDateField(label="착수보고 예정일", required=False)
    interim = KoreanDateField(label="중간보고 예정일", required=False)
    final = KoreanDateField(label="완료보고 예정일", required=False)

    def starting(self) -> Data:
        return {"contracted_on": timezone.localdate()}


class ReportForm(DayForm):
    """보고한 날과 의견."""

    opinion = _text("보고회 의견·조치", required=False)


class PublishForm(DayForm):
    """결과의 공개."""

    title = "공개한 날"
    product = forms.CharField(label="결과물", max_length=200, help_text="예: 보고서 1권, 통계자료")
    registration = forms.CharField(label="등록번호", max_length=40, required=False, help_text="프리즘(PRISM)이나 발간 등록번호")

    def starting(self) -> Data:
        return {**super().starting(), "product": self.record.output.product, "registration": self.record.output.registration}


class WithholdForm(PublishForm):
    """비공개와 그 까닭."""

    title = "비공개를 정한 날"
    withheld_reason = forms.CharField(label="비공개 사유", max_length=300, help_text="정보공개법 제9조제1항의 몇 호인지 적습니다.")


class UseForm(ActForm):
    """활용 점검. 아직 하지 않은 점검만 고른다."""

    after = forms.TypedChoiceField(label="점검", coerce=int)
    checked_on = KoreanDateField(label="점검한 날")
    result = forms.ChoiceField(label="활용", choices=[("", CHOOSE), *UseCheck.Result.choices])
    evidence = forms.ChoiceField(label="증거", required=False, choices=[("", CHOOSE), *UseCheck.Evidence.choices])
    evidence_text = forms.CharField(label="무엇이 썼나", required=False, max_length=300, help_text="조례 이름과 조문, 계획 이름 따위")
    detail_program = forms.ModelChoiceField(
        label="쓴 세부사업", required=False, queryset=DetailProgram.objects.none(), empty_label="고르지 않음"
    )
    plan = forms.ModelChoiceField(label="쓴 사업", required=False, queryset=Project.objects.all(), empty_label="고르지 않음")
    note = _text("활용하지 못한 까닭·앞으로의 계획", required=False)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        programs: Any = self.fields["detail_program"]
        rows = DetailProgram.objects.filter(fiscal_year__year__gte=record.year).order_by("-fiscal_year__year", "name")
        programs.queryset = rows.select_related("fiscal_year").for_user(self.user)  # type: ignore[attr-defined]
        self.fields["after"].choices = _checks_left(record)  # type: ignore[attr-defined]

    def starting(self) -> Data:
        return {"checked_on": timezone.localdate()}


def _checks_left(project: ResearchProject) -> list[tuple[int, str]]:
    """아직 하지 않은 점검."""
    done = set(project.use_checks.values_list("after", flat=True))
    return [(value, str(label)) for value, label in UseCheck.After.choices if value not in done]


def _receive(project: ResearchProject, data: Data, user: Staff) -> list[str]:
    found = services.receive(project)
    said = [f"연번 {project.number}번으로 접수했습니다."]
    if project.is_below_gate:
        said.append("요구액이 심의 하한보다 적습니다. 「심의 제외」로 심의 없이 발주하게 할 수 있습니다.")
    if found:
        said.append(f"목적과 대상이 비슷한 용역 {found}건을 찾았습니다. 「비슷한 용역」에서 중복인지 판단해 주세요.")
    return said


def _exempt(project: ResearchProject, data: Data, user: Staff) -> str:
    project.exempt()
    return "심의하지 않기로 했습니다. 부서가 요구액 안에서 발주합니다."


def _supplement(project: ResearchProject, data: Data, user: Staff) -> str:
    project.move(Status.SUPPLEMENT, remark=data["reason"])
    return f"{project.department}에 보완을 요구했습니다. 부서가 고쳐 다시 신청합니다."


def _again(project: ResearchProject, data: Data, user: Staff) -> str:
    project.move(Status.REQUESTED)
    return "다시 신청했습니다. 예산팀이 접수합니다."


def _find(project: ResearchProject, data: Data, user: Staff) -> str:
    found = find_similar(project)
    return f"비슷한 용역 {found}건을 찾았습니다. 중복인지 판단해 주세요." if found else "새로 판단할 비슷한 용역이 없습니다."


def _contract(project: ResearchProject, data: Data, user: Staff) -> list[str]:
    kinds = dict(zip(Milestone.Kind, ("start", "interim", "final"), strict=True))
    values = {name: data[name] for name in ("contracted_on", "contract_amount", "contractor", "period")}
    services.contract(project, values, {kind: data[name] for kind, name in kinds.items()})
    left = project.conditions().open().count()
    said = ["발주를 적었습니다. 착수보고 기한을 셉니다."]
    return [*said, f"심의에서 붙은 조건 {left}건을 과업에 넣었는지 확인해 주세요."] if left else said


def _report(kind: str) -> Callable[[ResearchProject, Data, Staff], str]:
    def do(project: ResearchProject, data: Data, user: Staff) -> str:
        services.report(project, kind, data["on"], data["opinion"])
        return f"{Milestone.Kind(kind).label}를 적었습니다."

    return do


def _step_back(project: ResearchProject, data: Data, user: Staff) -> str:
    services.step_back(project)
    return f"마지막 보고를 거두어 「{project.get_status_display()}」 단계로 돌아갔습니다."


def _settle(disclosure: str) -> Callable[[ResearchProject, Data, Staff], str]:
    def do(project: ResearchProject, data: Data, user: Staff) -> str:
        services.settle_result(project, disclosure, {"result_on": data.pop("on"), **data})
        word = "공개했습니다" if disclosure == _PUBLIC else "공개하지 않는 것으로 적었습니다"
        return f"결과를 {word}. 마친 날부터 6개월과 12개월에 활용을 점검합니다."

    return do


def _check(project: ResearchProject, data: Data, user: Staff) -> str:
    check = services.check_use(project, data)
    return f"{check.get_after_display()} 활용 점검을 적었습니다."


def _all_checked(project: ResearchProject) -> bool:
    if left := _checks_left(project):
        raise ValidationError(f"활용 점검이 남았습니다({', '.join(label for _value, label in left)}). 점검을 마친 뒤 종결합니다.")
    return True


def _close(project: ResearchProject, data: Data, user: Staff) -> str:
    project.move(Status.CLOSED)
    return "종결했습니다."


def _withdraw(project: ResearchProject, data: Data, user: Staff) -> str:
    services.withdraw(project, data["reason"])
    return "철회했습니다."


_S, _K = Status, Milestone.Kind
ACTS = (
    Act("receive", "접수", _receive, hint="연번을 주고 비슷한 용역을 찾습니다.", may=by_team, states=(_S.REQUESTED,), main=True),
    Act("resubmit", "다시 신청", _again, hint="보완 요구대로 고쳤으면 다시 냅니다.", may=by_owner, states=(_S.SUPPLEMENT,), main=True),
    put_on_agenda(services.AGENDA, "심의 상정"),
    Act("exempt", "심의 제외", _exempt, hint="요구액이 심의 하한(설정)보다 적어 심의 없이 발주하게 합니다.", may=by_team,
        states=(_S.RECEIVED,), possible=lambda project: project.is_below_gate),
    Act("contract", "발주", _contract, ContractForm, "계약을 적습니다. 심의 금액을 넘을 수 없습니다.", may=by_owner, states=(_S.APPROVED,),
        main=True),
    Act("start", "착수", _report(_K.START), ReportForm.titled("착수보고한 날"), may=by_owner, states=(_S.CONTRACTED,), main=True),
    Act("interim", "중간보고", _report(_K.INTERIM), ReportForm.titled("중간보고한 날"), may=by_owner, states=(_S.STARTED,), main=True),
    Act("finish", "완료", _report(_K.FINAL), ReportForm.titled("완료보고한 날"), may=by_owner, states=(_S.STARTED, _S.INTERIM),
        main=lambda project: project.status == _S.INTERIM),
    Act("publish", "결과공개", _settle(_PUBLIC), PublishForm, may=by_owner, states=(_S.FINISHED,), main=True),
    Act("withhold", "비공개", _settle(_PRIVATE), WithholdForm, "공개하지 않으면 사유를 적습니다.", may=by_owner, states=(_S.FINISHED,)),
    Act("use", "활용점검", _check, UseForm, "이 용역을 무엇이 썼는지 적습니다.", may=by_owner, states=(_S.PUBLISHED, _S.WITHHELD, _S.USED),
        possible=lambda project: bool(_checks_left(project)), main=True),
    Act("close", "종결", _close, may=by_team, states=(_S.USED,), possible=_all_checked, main=True, undo=True),
    Act("supplement", "보완 요구", _supplement, ReasonForm, "무엇을 보완할지 부서에 알립니다.", may=by_team,
        states=(_S.REQUESTED, _S.RECEIVED)),
    Act("similar", "비슷한 용역 찾기", _find, hint="목적과 대상을 구의 지난 용역과 견줍니다.", may=by_owner,
        possible=lambda project: project.status not in (*ENDED, *DONE, *RUNNING)),
    Act("back", "보고 거두기", _step_back, hint="잘못 적은 마지막 보고를 거둡니다.", may=by_team,
        states=(_S.STARTED, _S.INTERIM, _S.FINISHED)),
    Act("withdraw", "철회", _withdraw, ReasonForm, may=by_owner,
        possible=lambda project: project.status not in (*ENDED, *DONE)),
)  # fmt: skip
