"""다른 자료를 가리키는 칸을 글자로 적고 글자로 찾는다. 대상 표는 한 번만 읽는다."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models
from django.utils import timezone

from core.excel.lineage import Lineage, Period, is_valid, today_only
from core.excel.values import CellError, search_key
from core.org.models import Department

Naming = Callable[[Any], str]
MOST_SUGGESTIONS = 50


@dataclass(frozen=True)
class Lookup:
    """한 외래키를 글자로 찾는 법.

    names    대상을 부르는 이름들, 짧은 것부터. 내려받을 때는 하나만 가리키는 첫 이름을 적는다.
    related  이름을 만들 때 함께 읽을 관계
    within   (대상의 길, 행의 길): 두 값이 같은 대상만 찾는다. 예: 같은 회계연도의 통계목
    period   부서를 가리킬 때, 행의 값으로 「언제 있던 부서여야 하는가」(첫날, 끝날). 적지 않으면 오늘이다
    """

    names: tuple[Naming, ...] = ()
    related: tuple[str, ...] = ()
    within: tuple[str, str] | None = None
    period: Callable[[Any], Period] | None = None


def default_names(model: type[models.Model]) -> tuple[Naming, ...]:
    """적어 두지 않은 대상의 이름: 이름, 줄인 이름, 화면에 보이는 글자, 하나뿐인 코드."""
    known = {field.name for field in model._meta.concrete_fields}
    unique = [
        field.name
        for field in model._meta.concrete_fields
        if field.unique and isinstance(field, models.CharField) and not field.primary_key
    ]
    found = [name for name in ("name", "short_name") if name in known]
    return (*(attrgetter(name) for name in found), str, *(attrgetter(name) for name in unique))


class LookupTable:
    """한 외래키의 대상 표. 이름 → 대상, 대상 → 이름."""

    def __init__(self, field: Any, lookup: Lookup | None = None, user: Any = None) -> None:
        self.model: Any = field.related_model
        self.title = str(self.model._meta.verbose_name)
        self.lookup = lookup or Lookup()
        self.names = self.lookup.names or default_names(self.model)
        self.readable = self._readable(user)
        self.by_pk: dict[Any, Any] = {}
        self._index: dict[tuple[Any, str], list[Any]] = defaultdict(list)
        self._texts: dict[Any, str] = {}
        self._suggested: dict[tuple[str, Any], list[str]] = {}
        self._lineage: Lineage | None = None
        for target in self.model._base_manager.select_related(*self.lookup.related):
            self.by_pk[target.pk] = target
            self.add(target)

    def _readable(self, user: Any) -> set[Any] | None:
        """화면의 고르는 칸과 같이, 볼 수 있는 대상만 가리킬 수 있다. 모두 볼 수 있으면 None."""
        everything = self.model._base_manager.all()
        if user is None or not hasattr(self.model, "scope"):
            return None
        readable = self.model.scope.readable(everything, user)
        return None if readable is everything else set(readable.values_list("pk", flat=True))

    def _written(self, target: Any) -> list[str]:
        """target 을 부르는 글자들. 끝은 이름이 모두 겹칠 때 쓰는 「이름(번호 12)」이다."""
        names = [text for naming in self.names if (text := str(naming(target) or ""))]
        return [*names, f"{names[0] if names else self.title}(번호 {target.pk})"]

    def add(self, target: Any) -> None:
        """찾을 수 있는 대상을 더한다. 같은 파일에서 새로 만들 행도 더할 수 있다."""
        for key in {search_key(text) for text in self._written(target)}:
            self._index[(self._group(target), key)].append(target)

    def _group(self, target: Any) -> Any:
        return attrgetter(self.lookup.within[0])(target) if self.lookup.within else None

    def find(self, text: str, group: Any = None, period: Period | None = None) -> Any:
        """text 가 가리키는 대상. 없거나 둘 이상이면 CellError.

        period 를 주면 그 기간에 있던 부서여야 하고, 없어진 부서면 부서 연혁에서 이어받은 부서를 알려 준다.
        """
        same = self._index.get((group, search_key(text)), [])
        readable = [row for row in same if self.readable is None or row.pk is None or row.pk in self.readable]
        if period is not None and self.model is Department:
            readable = self._standing(readable, period)
        found = self._preferred(readable)
        if len(found) == 1:
            return found[0]
        if found:
            shown = sorted({self.text(target.pk) for target in found if target.pk})[:5]
            raise CellError(
                f"{self.title} 목록에 같은 이름이 {len(found)}개 있습니다", f"{', '.join(shown)} 가운데 하나로 적어 주세요"
            )
        near = self._near(text, group)
        remedy = f"{', '.join(near)} 가운데 고르세요" if len(near) > 1 else f"{near[0]}인지 확인해 주세요" if near else ""
        raise CellError(f"{self.title} 목록에 같은 이름이 없습니다", remedy or f"{self.title} 목록에 먼저 등록해 주세요")

    def _standing(self, found: list[Any], period: Period) -> list[Any]:
        """그 기간에 있던 부서만. 이름은 맞지만 모두 없어진 부서이면 CellError."""
        standing = [row for row in found if row.pk is None or is_valid(row, period)]
        if standing or not found:
            return standing
        self._lineage = self._lineage or Lineage()
        names = [after.name for old in found for after in self._lineage.successors(old, period)]
        remedy = " 또는 ".join(f"‘{name}’" for name in dict.fromkeys(names))
        remedy = f"이어받은 {remedy} 이름으로 적어 주세요" if remedy else f"{period[1]:%Y-%m-%d}에 있는 부서로 적어 주세요"
        raise CellError(self._lineage.reason(found[-1]), remedy)

    def named(self, text: str) -> list[Any]:
        """text 로 부를 수 있는 모든 대상의 번호. 하나도 없으면 CellError."""
        key = search_key(text)
        found = sorted({row.pk for (_group, name), rows in self._index.items() if name == key for row in rows})
        if not found:
            raise CellError(f"{self.title} 목록에 ‘{text}’ 이름이 없습니다", "목록에 있는 이름으로 적어 주세요")
        return found

    def choices(self) -> list[str]:
        """고를 수 있는 이름, 목록의 차례대로. 지금 없는 부서는 뺀다."""
        found = [row for pk, row in self.by_pk.items() if self.readable is None or pk in self.readable]
        if self.model is Department:
            found = [row for row in found if is_valid(row, today_only())]
        return list(dict.fromkeys(self.text(row.pk) for row in found))

    def _preferred(self, found: Iterable[Any]) -> list[Any]:
        """이름이 같으면 지금 유효한 것을 고른다(개편으로 닫힌 부서와 새 부서)."""
        targets = list(found)
        if len(targets) > 1 and hasattr(self.model, "valid_to"):
            today = timezone.localdate()
            valid = [row for row in targets if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)]
            return valid or targets
        return targets

    def _near(self, text: str, group: Any) -> list[str]:
        """비슷한 이름 셋까지. 틀린 이름이 수천 가지인 파일에서도 느려지지 않게 처음 것만 찾는다."""
        if (text, group) in self._suggested:
            return self._suggested[(text, group)]
        if len(self._suggested) >= MOST_SUGGESTIONS:
            return []
        targets = [row for pk, row in self.by_pk.items() if self.readable is None or pk in self.readable]
        names = {search_key(name): name for target in targets if self._group(target) == group
                 if (name := str(self.names[0](target)))}  # fmt: skip
        key = search_key(text)
        close = difflib.get_close_matches(key, list(names), n=3, cutoff=0.5)
        stem = [name for name in names if key[:2] and name.startswith(key[:2]) and name not in close]
        self._suggested[(text, group)] = [names[name] for name in [*close, *stem][:3]]
        return self._suggested[(text, group)]

    def text(self, pk: Any) -> str:
        """대상을 적는 글자. 그 글자로 다시 찾으면 같은 대상이 나온다."""
        if pk is None:
            return ""
        if pk not in self._texts:
            target = self.by_pk[pk]
            written = self._written(target)
            group = self._group(target)
            alone = (
                text for text in written
                if [row.pk for row in self._preferred(self._index[(group, search_key(text))])] == [pk]
            )  # fmt: skip
            self._texts[pk] = next(alone, written[-1])
        return self._texts[pk]
