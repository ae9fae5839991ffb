"""사건 한 건: 진행 단계, 사건 정보, 당사자(가린 이름), 심급, 기일·서면과 기한, 판결과 상소 검토, 비용과 회수, 패소 분석."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from core.deadlines.models import Deadline
from core.formats import date_plain, dday
from core.org.models import Staff
from core.privacy.models import PersonalAccess
from core.privacy.services import may_reveal
from core.privacy.views import ReasonForm
from core.screens.acts import Button, buttons
from core.screens.views.detail import DetailView
from legal.lawsuits.clocks import deadlines_of
from legal.lawsuits.finality import finality
from legal.lawsuits.models import (
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    Party,
    Ruling,
)

_S = Lawsuit.Status
LOST = (Outcome.LOST, Outcome.PARTLY_LOST)
# 상태마다 먼저 할 일. 나머지 할 수 있는 일은 그 옆에 놓는다.
FIRST_ACT: dict[str, str] = {
    _S.FILED: "assign", _S.ASSIGNED: "answer", _S.ANSWERED: "rule", _S.PLEADING: "rule", _S.CONCLUDED: "rule", _S.JUDGED: "serve",
    _S.SERVED: "decide", _S.APPEAL_REVIEW: "decide", _S.APPEAL_WAIVED: "finalise", _S.APPEALED: "advance", _S.STAYED: "resume",
    _S.FINAL: "close", _S.COST_RECOVERY: "recover",
}  # fmt: skip
APPEAL_ACTS = ("review", "decide", "appeal", "advance")


@dataclass
class Line:
    """기일·서면·기한의 한 줄."""

    day: date | None
    kind: str
    text: str
    who: str
    state: str
    sign: str
    done: bool
    url: str = ""
    article: str = ""
    steps: list[str] = field(default_factory=list)
    urgent: bool = False


class LawsuitDetailView(DetailView):
    """사건."""

    template_name = "legal/lawsuit_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case: Lawsuit = self.record  # type: ignore[assignment]
        instances = list(
            Instance.objects.filter(lawsuit=case).in_order().select_related("adviser", "ruling__review__reviewer")
            .prefetch_related("officers", "hearings", "filings")
        )  # fmt: skip
        side = Instance.Level.APPLICATION
        current = max(instances, key=lambda one: (one.level != side, one.received_on, one.pk), default=None)
        ruling: Ruling | None = getattr(current, "ruling", None) if current else None
        may_change = self.screens.may_change(case, self.user)
        recovery = CostRecovery.objects.filter(lawsuit=case).first()
        review = LossReview.objects.filter(lawsuit=case).select_related("department").first()
        parties = list(Party.objects.filter(lawsuit=case).order_by("side", "pk"))
        lines = course(case, instances)
        costs = list(case.costs.select_related("instance", "adviser"))
        return super().get_context_data(
            current=current, instances=instances, parties=parties, lines=lines, costs=costs, recovery=recovery, loss_review=review,
            cost_total=sum(one.amount for one in costs) if costs else None,
            flow=flow(case, current, ruling, lines), info=info(case, current, ruling, parties),
            acts=self.acts(case, current, ruling, review), may_change=may_change,
            names_open=may_reveal(case, self.user), keepers=keepers(case, instances), reason=ReasonForm(auto_id="reveal-%s"),
            content_type=ContentType.objects.get_for_model(Lawsuit).pk,
            access_url=f"{reverse('core.personalaccess-list')}?model=legal.lawsuit&object_id={case.pk}",
            access_count=PersonalAccess.objects.for_user(self.user).filter(model="legal.lawsuit", object_id=case.pk).count(),
            outlook=outlook(ruling), needs_review=case.is_ended and case.outcome in LOST and review is None,
            needs_recovery=ruling is not None and recovery is None and case.is_ended and not case.closed_on and not case.is_tribunal,
            **kwargs,
        )  # fmt: skip

    def acts(self, case: Lawsuit, current: Instance | None, ruling: Ruling | None, review: LossReview | None) -> list[Button]:
        """지금 상태에서 할 수 있는 일 가운데 심급과 결과에도 뜻이 있는 것만. 먼저 할 일을 가린다."""
        first = FIRST_ACT.get(case.status, "")
        if ruling and case.status == _S.SERVED and (case.is_tribunal or ruling.outcome not in LOST):
            first = "finalise"
        if ruling and case.status == _S.APPEAL_REVIEW and getattr(ruling, "review", None) and ruling.review.decision == "appeal":
            first = "appeal"
        senseless = set(APPEAL_ACTS) if case.is_tribunal else set()
        if ruling is None or ruling.outcome not in LOST or ruling.complied_on:
            senseless.add("comply")
        if not CostRecovery.objects.filter(lawsuit=case).exclude(status__in=CostRecovery.DONE).exists():
            senseless.add("recover")
        if case.outcome in LOST and review is None:
            senseless.add("close")
        return [
            replace(one, is_main=one.name == first) for one in buttons(self.screens, case, self.user)
            if one.name not in senseless and (current or one.name == "stay")
        ]  # fmt: skip


def keepers(case: Lawsuit, instances: list[Instance]) -> list[Staff]:
    """이름을 볼 수 있는 사람: 송무 담당과 소송수행자."""
    found = {staff.pk: staff for one in instances for staff in one.officers.all()}
    if case.handler:
        found = {case.handler.pk: case.handler, **found}
    return list(found.values())


def info(case: Lawsuit, current: Instance | None, ruling: Ruling | None, parties: list[Party]) -> list[tuple[Any, ...]]:
    """사건 정보의 칸. 이름은 가린 것이다."""
    others = [one for one in parties if one.side == Party.Side.OPPONENT]
    ours = [one for one in parties if one.side == Party.Side.OURS]
    role = others[0].role if others else "원고"
    mine = ours[0].masked_name if ours else f"구({case.department})"
    our_role = {"defendant": "피청구인" if case.is_tribunal else "피고", "plaintiff": "원고"}.get(case.position, "보조참가인")
    stamps = sum(one.amount for one in case.costs.all() if one.kind == "stamp")
    rows: list[tuple[Any, ...]] = [
        ("사건번호", current.case_number if current else "-"), ("관련 사건", case.related_case or "-"),
        ("구분·심급", f"{case.get_kind_display()} · {current.get_level_display() if current else '-'}"),
        ("법원·재판부", f"{current.court} {current.panel}".strip() if current else "-"),
        (role, _masked_list(others)), (our_role, mine),
        ("소가(원)", f"{case.claim_amount:,}" if case.claim_amount is not None else "-"),
        ("인지·송달료(원)", f"{stamps:,}" if stamps else "-"),
        ("소송수행자", ", ".join(staff.display_name for staff in current.officers.all()) or "-" if current else "-"),
        ("대리인", current.agent or "-" if current else "-"),
        ("재결" if case.is_tribunal else "판결 선고", _ruled(ruling) or "-"),
        ("재결서 송달" if case.is_tribunal else "판결문 송달", _served(ruling)),
        ("송무 담당", case.handler.display_name if case.handler else "-"),
        ("원인 처분", f"{case.originating_act} {date_plain(case.acted_on) if case.acted_on else ''}".strip() or "-"),
    ]  # fmt: skip
    if case.final_on:
        rows += [("확정일", f"{date_plain(case.final_on)} {case.get_outcome_display()}"), ("확정일의 근거", case.final_basis)]
    if case.erase_on:
        rows.append(("개인정보 파기", f"{date_plain(case.erased_on)} 파기" if case.erased_on else f"{date_plain(case.erase_on)} 예정"))
    if case.is_state_directed:
        rows.append(("법무부 지휘", f"{date_plain(case.direction_received_on)} 회신" if case.direction_received_on else "회신 전"))
    if case.claim:
        rows.append(("청구 취지", case.claim, "wide"))
    return rows


def _masked_list(rows: list[Party]) -> str:
    names = [one.masked_name for one in rows]
    return ", ".join(names[:3]) + (f" 외 {len(names) - 3}" if len(names) > 3 else "") if names else "-"


def _ruled(ruling: Ruling | None) -> str:
    return f"{date_plain(ruling.ruled_on)} {ruling.get_outcome_display()}" if ruling else ""


def _served(ruling: Ruling | None) -> str:
    if ruling is None or not (ruling.served_on or ruling.opponent_served_on):
        return "-"
    found = [f"우리 {date_plain(ruling.served_on)}"] if ruling.served_on else []
    return " · ".join([*found, *([f"상대 {date_plain(ruling.opponent_served_on)}"] if ruling.opponent_served_on else [])])


def outlook(ruling: Ruling | None) -> str:
    """언제 확정되는가의 말."""
    return finality(ruling, ruling.instance.level, timezone.localdate()).basis if ruling else ""


def flow(case: Lawsuit, current: Instance | None, ruling: Ruling | None, lines: list[Line]) -> list[tuple[str, str, str]]:
    """진행 단계: 접수, 답변, 변론, 선고, 상소 결정, 확정. 심판에는 상소가 없다."""
    order = (_S.FILED, _S.ANSWERED, _S.PLEADING, _S.JUDGED, _S.APPEAL_REVIEW, _S.FINAL)
    at = {
        _S.FILED: 1, _S.ASSIGNED: 1, _S.ANSWERED: 2, _S.PLEADING: 2, _S.CONCLUDED: 3, _S.JUDGED: 4, _S.SERVED: 4, _S.APPEAL_REVIEW: 4,
        _S.APPEALED: 4, _S.APPEAL_WAIVED: 5, _S.STAYED: 2, _S.FINAL: 6, _S.COST_RECOVERY: 6, _S.CLOSED: 6,
    }[Lawsuit.Status(case.status)]  # fmt: skip
    hearings = [one for one in current.hearings.all() if one.kind != Hearing.Kind.JUDGMENT] if current else []
    filings = list(current.filings.all()) if current else []
    ours = (one for one in filings if one.direction == Filing.Direction.OURS)
    answered = min((one.filed_on for one in ours if one.filed_on), default=None)
    coming = next((one for one in lines if one.urgent and not one.done), None)
    due = f"{coming.day.month}. {coming.day.day}.까지 {dday(coming.day)}" if coming and coming.day else ""
    words = {
        _S.FILED: ("접수", date_plain(current.received_on if current else case.received_on)),
        _S.ANSWERED: ("답변", date_plain(answered) if answered else ""),
        _S.PLEADING: ("심리" if case.is_tribunal else "변론", f"{len(hearings)}회" if hearings else ""),
        _S.JUDGED: ("재결" if case.is_tribunal else "선고", _ruled(ruling)),
        _S.APPEAL_REVIEW: ("상소 결정", _appeal_word(case, ruling) or due),
        _S.FINAL: ("확정", date_plain(case.final_on) if case.final_on else ""),
    }  # fmt: skip
    steps = []
    for place, status in enumerate(order):
        if case.is_tribunal and status == _S.APPEAL_REVIEW:
            continue
        steps.append((*words[status], "done" if place < at else "now" if place == at else "todo"))
    return steps


def _appeal_word(case: Lawsuit, ruling: Ruling | None) -> str:
    if ruling is None:
        return ""
    if ruling.appeal in Ruling.APPEALED:
        return f"{date_plain(ruling.appealed_on)} {ruling.get_appeal_display()}"
    review = getattr(ruling, "review", None)
    return f"{date_plain(review.decided_on)} {review.get_decision_display()}" if review and review.decided_on else ""


def course(case: Lawsuit, instances: list[Instance]) -> list[Line]:
    """기일·서면·기한을 한 표로. 할 것이 앞에 이른 것부터, 지난 것은 뒤에 새것부터."""
    rows = list(deadlines_of(case).with_names().prefetch_related("confirmations"))
    attached = {(one.content_type_id, one.object_id): one for one in rows}
    kinds = {model: ContentType.objects.get_for_model(model).pk for model in (Hearing, Filing)}
    used, lines = set(), []
    for instance in instances:
        for hearing in instance.hearings.all():
            used.add((kinds[Hearing], hearing.pk))
            when = f"{hearing.at_time:%H:%M}" if hearing.at_time else ""
            text = " · ".join(filter(None, (when, hearing.place, hearing.result))) or instance.court
            lines.append(_step(hearing, hearing.on, text, instance, bool(hearing.result), attached.get((kinds[Hearing], hearing.pk))))
        for filing in instance.filings.all():
            used.add((kinds[Filing], filing.pk))
            verb = "제출" if filing.direction == Filing.Direction.OURS else "받음"
            note = f"{date_plain(filing.filed_on)} {verb}" if filing.filed_on else filing.get_direction_display()
            text = " · ".join(filter(None, (note, filing.note)))
            day = filing.ordered_due_on or filing.filed_on
            lines.append(_step(filing, day, text, instance, bool(filing.filed_on), attached.get((kinds[Filing], filing.pk))))
    lines += [_clock(one, case) for one in rows if (one.content_type_id, one.object_id) not in used]
    far = date.max
    ahead = sorted((one for one in lines if not one.done), key=lambda one: one.day or far)
    past = sorted((one for one in lines if one.done), key=lambda one: one.day or date.min, reverse=True)
    return ahead + past


def _step(row: Hearing | Filing, day: date | None, text: str, instance: Instance, done: bool, deadline: Deadline | None) -> Line:
    model = str(row._meta.model_name)
    over = done or row.readiness == "done"
    return Line(
        day, f"{row.get_kind_display()}", text, instance.agent or ", ".join(one.name for one in instance.officers.all()) or "-",
        "마침" if over else row.get_readiness_display(), "done" if over else "", over,
        reverse(f"legal.{model}-detail", args=[row.pk]), deadline.rule.article if deadline else "", deadline.steps if deadline else [],
    )  # fmt: skip


def _clock(one: Deadline, case: Lawsuit) -> Line:
    # 기한의 이름은 「사건번호 사건명 무엇」이다. 사건 화면에서는 무엇인지만 적는다.
    what = one.title.partition(case.title)[2].strip() or one.title
    confirmed = sum(two.due_on == one.due_on for two in one.confirmations.all())
    text = what
    if one.rule.two_people and not one.is_closed:
        text += " · 불변기간" if one.rule.is_peremptory else ""
        text += f" · 확인 {confirmed}명" if confirmed else " · 두 사람의 확인 필요"
    if one.is_closed:
        text = one.outcome or what
    return Line(
        one.due_on, str(one.rule), text, one.handler.name if one.handler else "-", one.get_state_display(), "", one.is_closed,
        reverse("core.deadline-detail", args=[one.pk]), one.rule.article, one.steps, one.rule.is_peremptory,
    )  # fmt: skip

