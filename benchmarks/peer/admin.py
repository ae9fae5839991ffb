"""장고의 관리자 화면을 문서대로 쓴 것. 제품의 관리자 화면과 다른 자리에 둔다."""

from __future__ import annotations

from django.contrib import admin

from budget.appropriations.models import ExecutionRow
from budget.appropriations.models.execution import AMOUNTS


class StockAdmin(admin.ModelAdmin):
    """집행 행의 목록: 열 열, 거르기 하나, 찾기 넷, 한 쪽 50행."""

    list_display = ("row_number", "department_name", "detail_program", "stat_item", "account", *AMOUNTS)
    list_select_related = ("detail_program", "stat_item", "account")
    list_filter = ("snapshot",)
    search_fields = ("detail_program__name", "detail_program__unit_program__name", "stat_item__name", "department_name")
    list_per_page = 50


class StockSite(admin.AdminSite):
    """로그인한 사람이면 연다(측정용)."""

    def has_permission(self, request: object) -> bool:
        return True


stock_site = StockSite(name="stock")
stock_site.register(ExecutionRow, StockAdmin)
