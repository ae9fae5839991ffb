"""집행 행 목록의 쪽. 행이 백만이어도 어느 쪽이나 같은 시간에 연다."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django_tables2.rows import BoundRows

from budget.appropriations.models import ExecutionSnapshot

if TYPE_CHECKING:
    from core.screens.listing import Listing

# 조건에 맞는 행이 이보다 적으면 모두 찾아 줄을 세운다. 많으면 차례대로 읽다가 한 쪽이 차면 멈춘다.
FEW = 20_000


class LedgerPages(Paginator):  # type: ignore[type-arg]
    """건수는 합(ExecutionSummary)에서 읽고, 번호만 먼저 골라 한 쪽의 행만 마저 읽는다."""

    def __init__(self, listing: Listing, size: int) -> None:
        super().__init__(listing.table.rows, size)
        self.listing, self.table, self.filterset = listing, listing.table, listing.filterset

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return self.filterset.count()

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self._keys(start, min(self.per_page, self.count - start))
        found = {row.pk: row for row in self.listing.screens.rows(self.listing.user).filter(pk__in=keys).order_by()}
        return Page(BoundRows([found[key] for key in keys], table=self.table), number, self)

    def _keys(self, start: int, size: int) -> list[int]:
        """start 째부터 size 건의 행 번호."""
        rows = self.table.queryset.select_related(None).defer(None)
        order = rows.query.order_by
        in_file_order = order == ("snapshot_id", "row_number")
        if in_file_order and self.filterset.is_whole:
            mark = start // ExecutionSnapshot.MARK_EVERY
            marks = self.filterset.pointer.snapshot.marks if self.filterset.pointer else []
            if mark < len(marks):
                # 쪽갈피가 있는 가장 가까운 행부터 읽는다.
                rows, start = rows.filter(row_number__gte=marks[mark]), start - mark * ExecutionSnapshot.MARK_EVERY
            return list(rows.values_list("pk", flat=True)[start : start + size])
        if in_file_order and self.count <= FEW:
            # 데이터베이스가 차례대로 읽으며 드문 행을 기다리지 않게, 색인의 차례를 쓰지 못하게 적는다.
            rows = rows.order_by(F("row_number") + 0)
        if start > self.count // 2:
            # 뒤쪽 반은 끝에서부터 센다.
            end = self.count - start
            return list(rows.reverse().values_list("pk", flat=True)[end - size : end])[::-1]
        return list(rows.values_list("pk", flat=True)[start : start + size])
