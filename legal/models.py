"""팀의 모델. 업무마다 한 줄."""

from legal.lawsuits.models import (
    AppealReview,
    Cost,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    OutcomeBucket,
    Party,
    Ruling,
)
from legal.legal_advisers.models import (
    Adviser,
    AdviserFee,
    Allocation,
    Appointment,
    ConflictOfInterest,
    SpecialtyWord,
)

__all__ = [
    "Adviser",
    "AdviserFee",
    "Allocation",
    "AppealReview",
    "Appointment",
    "ConflictOfInterest",
    "Cost",
    "CostRecovery",
    "Filing",
    "Hearing",
    "Instance",
    "Lawsuit",
    "LossReview",
    "OutcomeBucket",
    "Party",
    "Ruling",
    "SpecialtyWord",
]
