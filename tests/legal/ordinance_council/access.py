"""조례·규칙심의회의 주소 × 역할."""

from __future__ import annotations

from tests.access import DEPARTMENTS, DIVISION, POST_ONLY, Table, expect, one

ACCESS: Table = {
    "legal.ordinance-council": one(DIVISION),
    "legal.ordinance-council-put": one(POST_ONLY | dict.fromkeys(DEPARTMENTS, 403)),
    "legal.ordinance-council-export": one(expect(404, 부서_담당자=403, 다른_부서_담당자=403)),
}
