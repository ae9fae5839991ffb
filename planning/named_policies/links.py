"""게시한 카드의 주소가 열리는가. 바깥 주소를 여는 일이라 관리자가 명령(check_policy_links)으로만 한다."""

from __future__ import annotations

from datetime import date
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from planning.named_policies.models import NamedPolicy

TIMEOUT = 10


def failure(url: str) -> str:
    """열리지 않는 까닭. 열리면 빈 글자."""
    if not url.startswith(("http://", "https://")):
        return "http 주소가 아님"
    try:
        with urlopen(Request(url, headers={"User-Agent": "Mozilla/5.0"}), timeout=TIMEOUT):  # noqa: S310  앞에서 http 만 남긴다
            return ""
    except HTTPError as error:
        return f"응답 {error.code}"
    except OSError:
        return "연결되지 않음"


def check_links(today: date) -> list[NamedPolicy]:
    """공개하고 있는 카드의 주소를 하나씩 열어 적고, 열리지 않는 것을 준다. 달라진 것만 이력에 남는다."""
    broken = []
    for policy in NamedPolicy.objects.posted(today).exclude(url="").order_by("number"):
        policy.link_failure, policy.link_checked_on = failure(policy.url), today
        policy.save()
        if policy.link_failure:
            broken.append(policy)
    return broken
