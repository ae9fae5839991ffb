"""개인정보의 주소 × 역할: 「이름 보기」는 주소로 열리지 않고, 열람 기록은 과장과 시스템관리자 말고는 자기 것만 본다."""

from __future__ import annotations

from core.privacy.models import PersonalAccess
from tests.access import POST_ONLY, SIGNED_IN, Rows, Table, key, one, only


def record(rows: Rows) -> PersonalAccess:
    """의회법무팀이 이름을 본 기록."""
    return PersonalAccess.objects.create(
        staff=rows.people["의회법무팀"], model="legal.lawsuit", object_id=1, object_text="원고 김○○", reason="송달"
    )


ACCESS: Table = {
    "core.reveal": one(POST_ONLY, lambda rows: {"content_type": 1, "pk": 1}),
    "core.personalaccess-check": one(POST_ONLY),
    **{f"core.personalaccess-{action}": one(SIGNED_IN) for action in ("list", "export", "print")},
    "core.personalaccess-detail": one(only("시스템관리자", "과장", "의회법무팀", otherwise=404), key(record)),
}
