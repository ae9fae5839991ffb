"""소송의 모델."""

from legal.lawsuits.models.cases import Instance, Lawsuit, Party
from legal.lawsuits.models.courses import AppealReview, Filing, Hearing, Ruling
from legal.lawsuits.models.money import Cost, CostRecovery, LossReview
from legal.lawsuits.models.outcomes import Bucket, Outcome, OutcomeBucket

__all__ = [
    "AppealReview",
    "Bucket",
    "Cost",
    "CostRecovery",
    "Filing",
    "Hearing",
    "Instance",
    "Lawsuit",
    "LossReview",
    "Outcome",
    "OutcomeBucket",
    "Party",
    "Ruling",
]
