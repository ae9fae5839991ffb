"""소송의 모델."""

from legal.lawsuits.models import counting
from legal.lawsuits.models.cases import ACTS, CASE_PARTS, Instance, Lawsuit, Party, advisers
from legal.lawsuits.models.courses import AppealReview, Filing, Hearing, Readiness, Ruling
from legal.lawsuits.models.ledger import LedgerRow
from legal.lawsuits.models.money import Cost, CostRecovery, LossReview
from legal.lawsuits.models.outcomes import Bucket, Outcome, OutcomeBucket

__all__ = [
    "ACTS",
    "CASE_PARTS",
    "AppealReview",
    "Bucket",
    "Cost",
    "CostRecovery",
    "Filing",
    "Hearing",
    "Instance",
    "Lawsuit",
    "LedgerRow",
    "LossReview",
    "Outcome",
    "OutcomeBucket",
    "Party",
    "Readiness",
    "Ruling",
    "advisers",
    "counting",
]
