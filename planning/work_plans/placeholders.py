"""글에 든 수치의 이름: 「총 {local_laws.total}건」의 local_laws.total."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_가-힣]+)+)\}")


def codes(texts: Iterable[str]) -> list[str]:
    """글들에 나온 수치의 이름, 나온 차례대로 한 번씩."""
    return list(dict.fromkeys(code for text in texts for code in PLACEHOLDER.findall(text)))
