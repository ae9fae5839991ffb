"""법률고문의 주소 × 역할: 과 사람이 보고 의회법무팀이 고친다."""

from __future__ import annotations

from tests.access import DEPARTMENTS, DIVISION, LEGAL_TEAM, POST_ONLY, Table, common, missing, one
from tests.legal.legal_advisers import factories as make

ACCESS: Table = {
    "legal.legal-advisers": one(DIVISION),
    "legal.legal-advisers-export": one(DIVISION),
    "legal.advisers-propose": one(DIVISION),
    "legal.advisers-pay": one(DIVISION),
    "legal.adviser-renew": one(POST_ONLY | dict.fromkeys(DEPARTMENTS, 403), missing),
    **common("legal.adviser", "form import", lambda rows: make.AdviserFactory(), DIVISION, LEGAL_TEAM),
    **common("legal.appointment", "form", lambda rows: make.AdviserFactory().appointments.get(), DIVISION, LEGAL_TEAM),
    **common("legal.conflictofinterest", "form", lambda rows: make.ConflictFactory(), DIVISION, LEGAL_TEAM),
    **common("legal.allocation", "form", lambda rows: make.AllocationFactory(), DIVISION, LEGAL_TEAM),
    **common("legal.adviserfee", "form bulk import", lambda rows: make.AdviserFeeFactory(), DIVISION, LEGAL_TEAM),
    **common("legal.specialtyword", "form", lambda rows: make.SpecialtyWordFactory(), DIVISION, LEGAL_TEAM),
}
