"""이력과 목록의 모습의 주소 × 역할."""

from __future__ import annotations

from tests.access import DIVISION, POST_ONLY, Table, missing, one

ACCESS: Table = {
    "core.change-list": one(DIVISION),
    "core.savedfilter-add": one(POST_ONLY),
    "core.savedfilter-delete": one(POST_ONLY, missing),
    "core.columns": one(POST_ONLY),
}
