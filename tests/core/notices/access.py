"""알림의 주소 × 역할."""

from __future__ import annotations

from tests.access import POST_ONLY, SIGNED_IN, Table, missing, one

ACCESS: Table = {
    "notices": one(SIGNED_IN),
    "notices-read": one(POST_ONLY),
    "notices-open": one(POST_ONLY, missing),
}
