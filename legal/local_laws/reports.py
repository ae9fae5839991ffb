"""보고서에 드는 자치법규 입법의 검산."""

from __future__ import annotations

from core.reports.template import Check, Context
from legal.local_laws.models.pipeline import Group, LawKind


def local_law_checks(context: Context) -> list[Check]:
    """종류별 합과 유형별 합이 계와 같은가."""
    total = context.reader("local_laws.total").found
    found = []
    for name, codes in (
        ("종류별", [f"kind.{kind.value}" for kind in LawKind]),
        ("제정·개정·폐지별", [f"type.{group.value}" for group in Group]),
    ):
        parts = [int(context.reader(f"local_laws.{code}").found.value or 0) for code in codes]
        ok = sum(parts) == int(total.value or 0)
        detail = f"{' + '.join(map(str, parts))} = {sum(parts)}, 계 {int(total.value or 0)}"
        found.append(Check(ok, f"자치법규 {name} 합이 계와 {'같습니다' if ok else '다릅니다'}", detail, total.url))
    return found
