"""기한 규칙: 실은 규칙마다 손으로 센 보기가 하나씩 있고, 법이 바뀌면 날짜에 맞는 규칙을 쓴다."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from config.load_report import load_facts
from core.deadlines.models import DeadlineRule, RuleMissing
from core.deadlines.periods import count
from core.deadlines.services import count_by_rule
from core.deadlines.working_days import Calendar
from core.history.settle import Settling

pytestmark = pytest.mark.django_db

FILE = settings.BASE_DIR / "fixtures" / "deadline_rules.json"
SHIPPED = {item["code"]: item for item in json.loads(FILE.read_text(encoding="utf-8"))["rules"]}

# 규칙: (바탕이 되는 날, 쉬는 날을 보기 전, 법정 기한, 안전 기한). 프로그램과 따로, 달력을 하루씩 짚어 센 것이다.
CASES: dict[str, tuple[str, str, str, str]] = {
    "budget.standard_cost": ("2027-01-01", "2026-07-31", "2026-07-31", "2026-07-31"),
    "budget.midterm_guideline": ("2027-01-01", "2026-08-31", "2026-08-31", "2026-08-31"),
    "budget.submission": ("2027-01-01", "2026-11-21", "2026-11-21", "2026-11-20"),
    "budget.midterm_council": ("2027-01-01", "2026-11-21", "2026-11-21", "2026-11-20"),
    "budget.midterm_ministry": ("2027-01-01", "2026-12-01", "2026-12-01", "2026-12-01"),
    "budget.vote": ("2027-01-01", "2026-12-21", "2026-12-21", "2026-12-21"),
    "budget.transfer": ("2026-12-21", "2026-12-24", "2026-12-24", "2026-12-24"),
    "budget.announcement": ("2026-12-24", "2026-12-24", "2026-12-24", "2026-12-24"),
    "budget.disclosure": ("2026-12-21", "2027-02-21", "2027-02-22", "2027-02-22"),
    "budget.disclosure_report": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "budget.transfer_report": ("2026-09-30", "2026-10-31", "2026-10-31", "2026-10-30"),
    "budget.continuing_limit": ("2021-12-31", "2026-12-31", "2026-12-31", "2026-12-31"),
    "closing.payments": ("2026-12-31", "2027-01-20", "2027-01-20", "2027-01-20"),
    "closing.books": ("2026-12-31", "2027-02-10", "2027-02-10", "2027-02-10"),
    "settlement.documents": ("2026-12-31", "2027-03-21", "2027-03-22", "2027-03-22"),
    "settlement.council": ("2026-12-31", "2027-05-31", "2027-05-31", "2027-05-31"),
    "settlement.report": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "investment.filing": ("2026-12-31", "2027-01-15", "2027-01-15", "2027-01-15"),
    "investment.round": ("2026-12-31", "2027-03-31", "2027-03-31", "2027-03-31"),
    "investment.special": ("2026-09-11", "2026-10-21", "2026-10-21", "2026-10-21"),
    "investment.special_extension": ("2026-10-21", "2026-11-30", "2026-11-30", "2026-11-30"),
    "investment.result": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "investment.repeat": ("2023-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "investment.delay": ("2022-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "investment.year_report": ("2026-12-31", "2026-12-20", "2026-12-20", "2026-12-18"),
    "investment.feasibility": ("2026-12-31", "2027-01-31", "2027-01-31", "2027-01-29"),
    "investment.feasibility_last": ("2026-09-30", "2026-10-15", "2026-10-15", "2026-10-15"),
    "investment.impact": ("2026-09-11", "2026-09-10", "2026-09-10", "2026-09-10"),
    "investment.committee_term": ("2023-09-11", "2026-09-10", "2026-09-10", "2026-09-10"),
    "fund.submission": ("2027-01-01", "2026-11-21", "2026-11-21", "2026-11-20"),
    "fund.settlement": ("2026-12-31", "2027-05-31", "2027-05-31", "2027-05-31"),
    "fund.term": ("2022-09-11", "2027-09-10", "2027-09-10", "2027-09-10"),
    "fund.reorganisation_plan": ("2025-12-31", "2026-12-31", "2026-12-31", "2026-12-31"),
    "subsidy.performance_report": ("2026-12-30", "2027-02-28", "2027-03-02", "2027-03-02"),
    "subsidy.late_3m": ("2026-09-11", "2026-12-11", "2026-12-11", "2026-12-11"),
    "subsidy.late_6m": ("2026-09-11", "2027-03-11", "2027-03-11", "2027-03-11"),
    "subsidy.late_12m": ("2026-09-11", "2027-09-11", "2027-09-11", "2027-09-10"),
    "subsidy.auditor": ("2026-09-11", "2026-12-11", "2026-12-11", "2026-12-11"),
    "subsidy.audit_report": ("2026-12-31", "2027-04-30", "2027-04-30", "2027-04-30"),
    "subsidy.disclosure": ("2026-12-31", "2027-04-30", "2027-04-30", "2027-04-30"),
    "subsidy.records": ("2022-09-11", "2027-09-12", "2027-09-12", "2027-09-12"),
    "subsidy.asset_report": ("2026-06-30", "2026-12-31", "2026-12-31", "2026-12-31"),
    "subsidy.exclusion_5y": ("2022-09-11", "2027-09-11", "2027-09-11", "2027-09-11"),
    "subsidy.exclusion_3y": ("2023-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "subsidy.exclusion_2y": ("2025-09-11", "2027-09-11", "2027-09-11", "2027-09-11"),
    "subsidy.exclusion_notice": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "subsidy.names": ("2026-12-31", "2027-03-31", "2027-03-31", "2027-03-31"),
    "subsidy.names_until": ("2026-03-31", "2027-03-31", "2027-03-31", "2027-03-31"),
    "subsidy.evaluation": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "subsidy.continuation": ("2023-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "subsidy.committee_term": ("2023-09-11", "2026-09-10", "2026-09-10", "2026-09-10"),
    "ordinance.notice": ("2026-11-05", "2026-11-25", "2026-11-25", "2026-11-25"),
    "ordinance.transfer": ("2026-12-21", "2026-12-26", "2026-12-28", "2026-12-28"),
    "ordinance.report": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "ordinance.rule_report": ("2026-10-20", "2026-10-04", "2026-10-04", "2026-10-02"),
    "ordinance.promulgation": ("2026-09-14", "2026-10-04", "2026-10-06", "2026-10-06"),
    "ordinance.redeliberation": ("2026-09-14", "2026-10-04", "2026-10-06", "2026-10-06"),
    "ordinance.reconsideration": ("2026-09-11", "2026-09-21", "2026-09-21", "2026-09-21"),
    "ordinance.confirmed_promulgation": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "ordinance.supreme_court": ("2026-09-11", "2026-10-01", "2026-10-01", "2026-10-01"),
    "ordinance.effective": ("2026-11-12", "2026-12-03", "2026-12-03", "2026-12-03"),
    "ordinance.resident_proposal": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "ordinance.resident_vote": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "ordinance.council_notice": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "notice.effective": ("2026-09-11", "2026-09-17", "2026-09-17", "2026-09-17"),
    "notice.administrative": ("2026-09-11", "2026-10-01", "2026-10-01", "2026-10-01"),
    "notice.administrative_short": ("2026-09-11", "2026-09-21", "2026-09-21", "2026-09-21"),
    "notice.public_service": ("2026-09-11", "2026-09-26", "2026-09-26", "2026-09-26"),
    "notice.opinion_agency": ("2026-09-11", "2026-09-21", "2026-09-21", "2026-09-21"),
    "notice.statistics": ("2025-12-31", "2026-12-31", "2026-12-31", "2026-12-31"),
    "suit.filing_known": ("2026-09-11", "2026-12-10", "2026-12-10", "2026-12-10"),
    "suit.filing_disposal": ("2025-09-25", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.filing_decision": ("2026-09-11", "2026-12-10", "2026-12-10", "2026-12-10"),
    "suit.answer": ("2026-10-15", "2026-11-14", "2026-11-16", "2026-11-16"),
    "suit.judgment": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.judgment_complex": ("2026-09-11", "2026-10-09", "2026-10-12", "2026-10-12"),
    "suit.judgment_service": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.appeal": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.final_appeal": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.appeal_brief": ("2026-11-16", "2026-12-26", "2026-12-28", "2026-12-28"),
    "suit.appeal_brief_extension": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "suit.final_appeal_brief": ("2026-09-11", "2026-10-01", "2026-10-01", "2026-10-01"),
    "suit.immediate_appeal": ("2026-09-11", "2026-09-18", "2026-09-18", "2026-09-18"),
    "suit.subsequent": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.retrial_known": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "suit.retrial_final": ("2022-09-11", "2027-09-11", "2027-09-13", "2027-09-13"),
    "suit.withdrawal_consent": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "suit.redecision": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "suit.complaint_report": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "suit.judgment_report": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "suit.cost_recovery": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "tribunal.petition_known": ("2026-08-10", "2026-11-08", "2026-11-09", "2026-11-09"),
    "tribunal.petition_disposal": ("2026-08-03", "2027-01-30", "2027-02-01", "2027-02-01"),
    "tribunal.answer": ("2026-11-04", "2026-11-14", "2026-11-16", "2026-11-16"),
    "tribunal.decision": ("2026-09-11", "2026-11-10", "2026-11-10", "2026-11-10"),
    "tribunal.decision_extension": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "tribunal.compliance": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "constitutional.competence_known": ("2026-09-11", "2026-11-10", "2026-11-10", "2026-11-10"),
    "constitutional.competence": ("2026-09-11", "2027-03-10", "2027-03-10", "2027-03-10"),
    "constitutional.complaint_known": ("2026-09-11", "2026-12-10", "2026-12-10", "2026-12-10"),
    "constitutional.complaint": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "constitutional.judgment": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "council.convocation": ("2026-09-11", "2026-09-26", "2026-09-28", "2026-09-28"),
    "council.convocation_notice": ("2026-11-20", "2026-11-16", "2026-11-16", "2026-11-16"),
    "council.document_request": ("2026-09-11", "2026-09-07", "2026-09-07", "2026-09-07"),
    "council.answer": ("2026-09-14", "2026-09-24", "2026-09-28", "2026-09-28"),
    "council.question_outline": ("2026-09-11", "2026-09-07", "2026-09-07", "2026-09-07"),
    "council.question_outline_hours": ("2026-03-06", "2026-03-03", "2026-03-03", "2026-02-27"),
    "council.question_answer": ("2026-09-11", "2026-09-09", "2026-09-09", "2026-09-09"),
    "council.disagreement": ("2026-09-11", "2026-10-01", "2026-10-01", "2026-10-01"),
    "audit.period": ("2026-11-23", "2026-12-01", "2026-12-01", "2026-12-01"),
    "audit.request": ("2026-09-11", "2026-09-07", "2026-09-07", "2026-09-07"),
    "audit.refusal": ("2026-09-11", "2026-09-09", "2026-09-09", "2026-09-09"),
    "audit.report": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "proposal.supplement": ("2026-09-11", "2026-09-18", "2026-09-18", "2026-09-18"),
    "proposal.decision": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "proposal.opinion": ("2026-09-11", "2026-10-02", "2026-10-02", "2026-10-02"),
    "proposal.review": ("2026-09-11", "2026-09-26", "2026-09-28", "2026-09-28"),
    "proposal.later_adoption": ("2025-09-11", "2027-09-11", "2027-09-13", "2027-09-13"),
    "proposal.kept_adopted": ("2023-09-11", "2026-09-12", "2026-09-12", "2026-09-12"),
    "proposal.kept_rejected": ("2025-09-11", "2027-09-12", "2027-09-12", "2027-09-12"),
    "proposal.measurement": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "outsourcing.term": ("2023-09-11", "2026-09-10", "2026-09-10", "2026-09-10"),
    "outsourcing.expiry_alert": ("2026-12-31", "2026-10-01", "2026-10-01", "2026-10-01"),
    "outsourcing.inspection": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "outsourcing.state_audit": ("2025-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "agency.corp_budget": ("2027-01-01", "2026-12-31", "2026-12-31", "2026-12-31"),
    "agency.corp_budget_report": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "agency.corp_accounts": ("2026-12-31", "2027-02-28", "2027-03-02", "2027-03-02"),
    "agency.corp_evaluation": ("2026-09-11", "2027-01-11", "2027-01-11", "2027-01-11"),
    "agency.corp_self_evaluation": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "agency.data": ("2026-12-31", "2027-03-31", "2027-03-31", "2027-03-31"),
    "agency.evaluation": ("2026-12-31", "2027-06-30", "2027-06-30", "2027-06-30"),
    "agency.accounts": ("2026-12-31", "2027-02-28", "2027-03-02", "2027-03-02"),
    "agency.inspection": ("2023-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "agency.guideline": ("2027-01-01", "2026-06-30", "2026-06-30", "2026-06-30"),
    "agency.contract": ("2027-01-01", "2027-01-31", "2027-02-01", "2027-02-01"),
    "agency.results_city": ("2026-12-31", "2027-08-31", "2027-08-31", "2027-08-31"),
    "agency.disclosure_budget": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "agency.disclosure_accounts": ("2026-09-11", "2026-09-18", "2026-09-18", "2026-09-18"),
    "agency.disclosure_contract": ("2026-09-11", "2026-09-18", "2026-09-18", "2026-09-18"),
    "agency.disclosure_results": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "agency.disclosure_total": ("2026-12-31", "2027-10-31", "2027-10-31", "2027-10-29"),
    "statistics.approval": ("2026-09-11", "2026-08-11", "2026-08-11", "2026-08-11"),
    "statistics.approval_short": ("2026-09-11", "2026-08-26", "2026-08-26", "2026-08-26"),
    "statistics.change": ("2026-09-11", "2026-08-21", "2026-08-21", "2026-08-21"),
    "statistics.change_short": ("2026-09-11", "2026-08-31", "2026-08-31", "2026-08-31"),
    "statistics.publication": ("2026-09-11", "2026-08-11", "2026-08-11", "2026-08-11"),
    "statistics.publication_short": ("2026-09-11", "2026-08-26", "2026-08-26", "2026-08-26"),
    "regulation.sunset": ("2022-09-11", "2027-09-11", "2027-09-11", "2027-09-10"),
    "regulation.review": ("2026-09-11", "2026-03-10", "2026-03-10", "2026-03-10"),
    "common.fixed_date": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "common.adviser_term": ("2025-09-11", "2027-09-10", "2027-09-10", "2027-09-10"),
    "common.access_log": ("2025-09-11", "2027-09-12", "2027-09-12", "2027-09-12"),
    "common.leak_report": ("2026-09-11", "2026-09-11", "2026-09-11", "2026-09-11"),
    "cooperation.national_reply": ("2026-09-11", "2026-11-11", "2026-11-11", "2026-11-11"),
    "cooperation.chase": ("2026-09-11", "2026-11-10", "2026-11-10", "2026-11-10"),
    "request.accept": ("2026-09-11", "2026-09-14", "2026-09-14", "2026-09-14"),
    "request.simple": ("2026-09-11", "2026-09-16", "2026-09-16", "2026-09-16"),
    "request.plan": ("2026-09-11", "2026-09-29", "2026-09-29", "2026-09-29"),
    "request.monthly": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "advice.reply": ("2026-09-11", "2026-09-18", "2026-09-18", "2026-09-18"),
    "policy.application": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "research.start": ("2026-09-11", "2026-09-25", "2026-09-28", "2026-09-28"),
    "research.interim": ("2026-09-11", "2026-12-11", "2026-12-11", "2026-12-11"),
    "research.result": ("2026-09-11", "2026-10-11", "2026-10-12", "2026-10-12"),
    "research.use_check": ("2026-09-11", "2027-03-11", "2027-03-11", "2027-03-11"),
    "research.use_check_year": ("2026-09-11", "2027-09-11", "2027-09-13", "2027-09-13"),
}


@pytest.fixture(scope="module", autouse=True)
def facts(once: None) -> None:
    load_facts(Settling())


def test_every_shipped_rule_has_a_worked_example() -> None:
    assert set(SHIPPED) == set(CASES)
    assert DeadlineRule.objects.count() == len(SHIPPED)


def test_every_rule_counts_as_worked_by_hand() -> None:
    calendar, wrong = Calendar.load(), []
    for code, (trigger, *expected) in CASES.items():
        rule = DeadlineRule.objects.in_force(code, date.fromisoformat(trigger))
        found = count(rule.period, date.fromisoformat(trigger), calendar)
        got = [found.raw.isoformat(), found.due.isoformat(), found.safe.isoformat()]
        if got != expected or not found.steps or not rule.article:
            wrong.append(f"{code} {trigger}: {got}, 손으로 센 것 {expected}")
    assert not wrong, "\n".join(wrong)


def test_every_clock_of_the_field_is_there_with_its_mark() -> None:
    areas = {rule.area for rule in DeadlineRule.objects.all()}
    assert areas == set(DeadlineRule.Area.values)
    for rule in DeadlineRule.objects.all():
        rule.full_clean(exclude=["code"], validate_unique=False, validate_constraints=False)
    # 행정심판에는 구의 상소기한이 없다.
    assert not DeadlineRule.objects.filter(area="tribunal", name__contains="상소").exists()
    peremptory = set(DeadlineRule.objects.filter(is_peremptory=True).values_list("code", flat=True))
    assert {"suit.appeal", "suit.final_appeal", "suit.filing_known", "tribunal.petition_known"} <= peremptory
    local = set(DeadlineRule.objects.filter(confidence="CFG").values_list("code", flat=True))
    assert {"council.answer", "outsourcing.term", "common.adviser_term"} <= local


def test_a_changed_law_is_a_new_row_and_each_day_gets_its_own() -> None:
    with pytest.raises(RuleMissing, match="2025-02-28에 쓰는 것이 없습니다"):
        count_by_rule("suit.appeal_brief", date(2025, 2, 28))
    with pytest.raises(RuleMissing, match="라는 기한 규칙이 없습니다"):
        count_by_rule("suit.nothing", date(2026, 1, 1))
    old = DeadlineRule.objects.get(code="suit.answer")
    old.valid_to = date(2026, 12, 31)
    old.save()
    values = {name: getattr(old, name) for name in ("code", "name", "area", "trigger", "article")}
    DeadlineRule.objects.create(**values, length=20, valid_from=date(2027, 1, 1))
    assert count_by_rule("suit.answer", date(2026, 12, 31))[0].length == 30
    assert count_by_rule("suit.answer", date(2027, 1, 1))[0].length == 20


def test_loading_again_changes_nothing_and_keeps_what_people_changed() -> None:
    DeadlineRule.objects.filter(code="council.answer").update(length=7)
    again = Settling()
    load_facts(again)
    assert (again.counts["created"], again.counts["changed"], again.counts["kept"]) == (0, 0, 1)
    assert DeadlineRule.objects.get(code="council.answer").length == 7


def test_a_rule_that_differs_from_the_file_is_told_and_never_overwritten() -> None:
    assert "파일과 다른 규칙 0건" in run("deadline_rules")
    DeadlineRule.objects.filter(code="council.answer").update(length=7, rolls=False)
    shipped = SHIPPED["council.answer"]["length"]
    out = run("deadline_rules")
    assert f"길이: 7 → {shipped}" in out and "쉬는 날이면 다음 근무일로: 아니오 → 예" in out and "파일과 다른 규칙 1건" in out
    DeadlineRule.objects.filter(code="suit.answer").delete()
    told = json.loads(run("deadline_rules", "--json"))
    assert (list(told["differences"]), told["missing"]) == (["council.answer"], ["suit.answer"])
    assert "suit.answer" in run("deadline_rules")
    assert "1건을 새로" in run("deadline_rules", "--add")
    assert DeadlineRule.objects.filter(code="suit.answer").exists()
    assert "기한 규칙 1건이 파일과 다릅니다" in run("load_report")
    assert DeadlineRule.objects.get(code="council.answer").length == 7


def test_a_chosen_rule_changes_from_the_day_and_days_before_keep_theirs() -> None:
    DeadlineRule.objects.filter(code__in=["council.answer", "suit.answer"]).update(length=7)
    out = run("deadline_rules", "council.answer", "--apply", "2027-01-01")
    assert "1건을 2027. 1. 1.부터" in out
    assert count_by_rule("council.answer", date(2026, 12, 31))[0].length == 7
    assert count_by_rule("council.answer", date(2027, 1, 1))[0].length == SHIPPED["council.answer"]["length"]
    # 고르지 않은 것은 그대로이고, 반영한 것은 다시 알리지 않는다.
    assert list(json.loads(run("deadline_rules", "--json"))["differences"]) == ["suit.answer"]
    again = Settling()
    load_facts(again)
    assert (again.counts["created"], again.counts["changed"]) == (0, 0)
    change = DeadlineRule.objects.get(code="council.answer", valid_to=date(2026, 12, 31)).history.first()
    assert change is not None and change.source == "명령 deadline_rules"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--apply", "2027-01-01"], "코드를 적거나 --all"),
        (["suit.answer", "--apply", "2027-01-01"], "파일과 다른 규칙이 아닙니다"),
        (["council.answer", "--apply", "곧"], "날짜 곧"),
        (["council.answer", "--apply", "1999-01-01"], "그 뒤의 날을"),
    ],
)
def test_rules_are_applied_only_when_everything_is_said(args: list[str], says: str) -> None:
    DeadlineRule.objects.filter(code="council.answer").update(length=7)
    with pytest.raises(CommandError, match=says):
        run("deadline_rules", *args)
    assert DeadlineRule.objects.filter(code="council.answer").count() == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"direction": "backward"}, "rolls"),
        ({"direction": "elapsed", "rolls": False, "unit": "prompt"}, "unit"),
        ({"alert_days": "사흘 전"}, "alert_days"),
        ({"valid_to": date(1999, 1, 1)}, "valid_to"),
    ],
)
def test_a_rule_that_cannot_be_counted_is_refused(fields: dict[str, Any], name: str) -> None:
    rule = DeadlineRule(code="x", name="x", area="suit", trigger="x", length=1, article="x", **fields)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.message_dict) == [name]


# ── 명령 ──────────────────────────────────────────────────────────────


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_the_command_counts_and_shows_its_steps() -> None:
    found = json.loads(run("deadline", "suit.appeal", "2026-09-11", "--json"))
    assert list(found) == ["rule", "article", "trigger", "raw", "due", "safe", "steps"]
    assert found["rule"] == "suit.appeal"
    assert "제396조" in found["article"]
    assert (found["raw"], found["due"], found["safe"]) == ("2026-09-25", "2026-09-28", "2026-09-28")
    assert "추석" in " ".join(found["steps"])
    assert "법정 기한 2026-11-21  안전 기한 2026-11-20" in run("deadline", "budget.submission", "2027. 1. 1.")


def test_the_command_lists_the_rules() -> None:
    rows = json.loads(run("deadline", "--list", "--json"))
    assert [row["code"] for row in rows] == sorted(SHIPPED)
    assert set(rows[0]) == {"code", "name", "article"}
    assert "suit.appeal\t상소기한(항소)\t민사소송법 제396조" in run("deadline", "--list")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["suit.nothing", "2026-09-11"], "기한 규칙이 없습니다"),
        (["suit.appeal", "다음 주"], "날짜 다음 주"),
        (["suit.appeal"], "규칙과 날짜를 적거나"),
        (["suit.appeal_brief", "2024-01-02"], "2024-01-02에 쓰는 것이 없습니다"),
    ],
)
def test_the_command_says_what_is_wrong(args: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run("deadline", *args)
