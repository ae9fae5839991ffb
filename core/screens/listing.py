"""주소의 조건(거르기·차례·열)으로 정해지는 목록 하나. 화면, 인쇄, 엑셀, 한꺼번에 고치기가 같은 것을 쓴다."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.http import QueryDict

from core.history.revisions import kept
from core.org.models import Staff
from core.screens.filters import Condition, RecordFilter
from core.screens.models import ColumnChoice, SavedFilter
from core.screens.tables import RecordTable
from core.screens.texts import particle

if TYPE_CHECKING:
    from core.screens.binder import Screens

# 이보다 긴 목록은 상세 화면에서 이전·다음을 보이지 않는다. 번호를 모두 읽는 값이 너무 크다.
LONG_LIST = 5_000
PAGE_SIZES = (15, 30, 50, 100)
# 목록의 모습만 바꾸고 어느 행인지는 바꾸지 않는 것
_LOOKS = ("page", "per_page", "sort")


def page_size(query: QueryDict, default: int) -> int:
    """주소에 적힌 한 쪽 건수. 정해진 것이 아니면 default."""
    asked = query.get("per_page", "")
    return int(asked) if asked.isdecimal() and int(asked) in PAGE_SIZES else default


@dataclass(frozen=True)
class Chip:
    """걸린 조건과 그것을 뺀 주소."""

    text: str
    url: str


class Listing:
    """한 사람이 어떤 조건으로 보는 목록."""

    def __init__(self, screens: type[Screens], user: Any, query: QueryDict, pick: bool = False) -> None:
        self.screens, self.user, self.query, self.pick = screens, user, query, pick

    def _filter(self, query: QueryDict) -> RecordFilter:
        return self.screens.filterset(query, self.screens.rows(self.user), user=self.user)

    @cached_property
    def filterset(self) -> Any:
        return self._filter(self.query)

    @cached_property
    def choice(self) -> ColumnChoice:
        """내가 고른 열과 한 쪽 건수."""
        screen = self.screens.route("list")
        rows = ColumnChoice.objects.filter(owner=self.user, screen=screen)
        found = kept(("columns", self.user.pk, screen), (ColumnChoice,), rows.first)
        # 고쳐 적을 수 있으므로 기억한 것은 베껴 쓴다.
        return copy(found) if found else ColumnChoice(owner=self.user, screen=screen)

    @cached_property
    def table(self) -> RecordTable:
        table = self.screens.table(
            self.filterset.qs, screens=self.screens, query=self.address(*_LOOKS[:2]), chosen=self.choice.columns,
            pick=self.pick,
        )  # fmt: skip
        table.arrange(self.query.getlist("sort"))
        return table

    def paginate(self) -> None:
        """쪽을 나눈다. 고른 건수는 다음에도 쓰도록 적어 둔다.

        여는 것만으로 적지만, 남이 보낸 주소로 시켜도 본 사람의 이 목록이 정해진 건수(PAGE_SIZES)로 나뉠 뿐이다.
        """
        kept = self.choice.per_page or PAGE_SIZES[0]
        size = page_size(self.query, kept)
        if size != kept:
            self.choice.per_page = size
            self.choice.save()
        self.table.paginator = self.screens.pages(self, size)
        if self.screens.segments and self.screens.segments not in self.query:
            # 탭마다 센 수의 합이다. 두 번 세지 않는다.
            self.table.paginator.count = self.segments[0]["count"]
        self.table.page = self.table.paginator.get_page(self.query.get("page", "1"))

    @property
    def count(self) -> int:
        return self.table.paginator.count

    def address(self, *without: str) -> str:
        """조건을 담은 주소의 뒷부분(?…). without 에 적은 이름과 빈 값은 뺀다."""
        query = self.query.copy()
        for name in list(query):
            values = [value for value in query.getlist(name) if value]
            if name in without or not values:
                del query[name]
            else:
                query.setlist(name, values)
        return f"?{query.urlencode()}" if query else ""

    @cached_property
    def conditions(self) -> list[Condition]:
        return self.filterset.conditions()

    @property
    def chips(self) -> list[Chip]:
        """걸린 조건. 탭으로 고른 것은 탭이 보여 주므로 뺀다."""
        return [
            Chip(found.text, self.address("page", *found.parameters) or "?")
            for found in self.conditions
            if found.name != self.screens.segments
        ]

    @property
    def condition_text(self) -> str:
        """출력물에 적는 조건."""
        return ", ".join(found.text for found in self.conditions) or "조건 없음"

    @cached_property
    def segments(self) -> list[dict[str, Any]]:
        """탭: 다른 조건은 그대로 두고 센 건수. 질의는 한 번이다."""
        name = self.screens.segments
        if not name:
            return []
        others = self.query.copy()
        # 고른 탭이 없으면 목록이 이미 그 조건이다.
        found = self._filter(others).qs if others.pop(name, None) else self.filterset.qs
        counts = dict(found.order_by().values_list(name).annotate(total=Count("pk")))
        current = self.query.get(name, "")
        base = self.address("page", name)
        joint = "&" if base else "?"
        tabs = [{"title": "전체", "url": base or "?", "current": not current, "count": sum(counts.values())}]
        for value, label in self.screens.model._meta.get_field(name).flatchoices:  # type: ignore[union-attr]
            tabs.append({"title": label, "url": f"{base}{joint}{name}={value}", "current": current == str(value),
                         "count": counts.get(value, 0)})  # fmt: skip
        return tabs

    @property
    def bar_fields(self) -> list[Any]:
        """거르기 줄의 칸. 다른 화면에서 넘어온 숨은 조건도 함께 보낸다. 탭으로 고르는 것은 뺀다."""
        return [bound for bound in self.filterset.form if bound.name != self.screens.segments]

    def nothing_text(self) -> str:
        """조건에 맞는 것이 없을 때의 말: 무엇을 지우면 몇 건이 나오는지 알려 준다."""
        noun = self.screens.noun()
        if not self.conditions:
            return ""
        head = f"조건에 맞는 {particle(noun, '이/가')} 없습니다."
        left = []
        for found in self.conditions:
            query = self.query.copy()
            for parameter in found.parameters:
                query.pop(parameter, None)
            left.append((self._filter(query).count(), found.text))
        count, text = max(left)
        if count:
            return f"{head} {particle(f'‘{text}’', '을/를')} 지우면 {count:,}건이 있습니다."
        total = self._filter(QueryDict()).count()
        return f"{head} 조건을 모두 지우면 {total:,}건이 있습니다." if total else head

    def neighbours(self, pk: int) -> tuple[int | None, int | None]:
        """이 목록에서 pk 의 앞과 뒤. 아주 긴 목록에서는 찾지 않는다."""
        keys = list(self.table.queryset.values_list("pk", flat=True)[: LONG_LIST + 1])
        if pk not in keys or len(keys) > LONG_LIST:
            return None, None
        at = keys.index(pk)
        return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)

    @property
    def first_use_text(self) -> str:
        """한 건도 없을 때의 말."""
        if self.screens.first_use:
            return self.screens.first_use
        head = f"아직 등록한 {particle(self.screens.noun(), '이/가')} 없습니다."
        if not self.screens.may_add(self.user):
            return head
        return head + (" 엑셀로 가져오거나 한 건씩 등록하세요." if self.screens.resource else " 한 건씩 등록하세요.")

    @property
    def view_name(self) -> str:
        """지금 보는 저장한 조건의 이름."""
        if not self.address("page", "per_page"):
            return "기본"
        return next((one["filter"].name for one in self.saved if one["current"]), "고른 조건")

    @cached_property
    def saved(self) -> list[dict[str, Any]]:
        """저장한 조건: 내 것과 우리 팀 것."""
        here = self.address("page", "per_page").removeprefix("?")
        screen, user = self.screens.route("list"), self.user
        rows = SavedFilter.objects.for_user(user).filter(screen=screen)
        # 함께 쓰는 것은 만든 사람의 팀을 따르므로 사람의 판도 본다.
        found = kept(("saved", user.pk, user.team, screen), (SavedFilter, Staff), lambda: tuple(rows))
        return [
            {"filter": one, "own": one.owner_id == self.user.pk, "current": one.query == here, "url": f"?{one.query}"}
            for one in found
        ]
