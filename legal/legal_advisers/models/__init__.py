"""법률고문의 모델."""

from legal.legal_advisers.models.advisers import Adviser, Appointment, ConflictOfInterest, SpecialtyWord
from legal.legal_advisers.models.work import AdviserFee, Allocation

__all__ = ["Adviser", "AdviserFee", "Allocation", "Appointment", "ConflictOfInterest", "SpecialtyWord"]
