"""목록, 모든 행의 인쇄, 엑셀 내려받기."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.generic.base import TemplateView

from core.excel.download import attachment
from core.excel.writer import SheetOut, write_xlsx
from core.screens.listing import Listing
from core.screens.views.base import ScreenView


class ListView(ScreenView, TemplateView):
    """목록. htmx 로 부르면 #list 안쪽만 준다."""

    template_name = "core/list.html"
    rows_template = "core/list_rows.html"

    def get_template_names(self) -> list[str]:
        htmx = self.request.htmx  # type: ignore[attr-defined]
        return [self.rows_template if htmx and htmx.target == "list" else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        screens, user = self.screens, self.user
        # 고칠 수 있는 사람에게만 고르는 칸이 보인다.
        may_bulk = bool(screens.form and screens.bulk_fields) and screens.scope().may_add(screens.model, user)
        listing = Listing(screens, user, self.request.GET, pick=may_bulk)
        listing.paginate()
        everything = listing.address("page", "per_page")
        return super().get_context_data(
            listing=listing,
            table=listing.table,
            nothing=listing.nothing_text() if not listing.count else "",
            add_url=screens.url("add") if screens.may_add(user) else "",
            import_url=screens.url("import") if screens.resource and screens.may_add(user) else "",
            export_url=screens.url("export") + everything,
            print_url=screens.url("print") + everything,
            bulk_url=screens.url("bulk") if may_bulk else "",
            everything=everything.removeprefix("?"),
            screen=screens.route("list"),
            segment=self.request.GET.get(screens.segments, "") if screens.segments else "",
            sort=self.request.GET.get("sort", ""),
            unread=listing.filterset.unread(),
            fragment=self.get_template_names() == [self.rows_template],
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        if context["fragment"]:
            # 빈 조건을 뺀 짧은 주소를 주소창에 남긴다.
            response["HX-Push-Url"] = self.request.path + context["listing"].address()
        return response


class PrintView(ScreenView, TemplateView):
    """조건에 맞는 모든 행을 한 장으로. 끝에 건수를 적는다."""

    template_name = "core/print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.listing.table
        return super().get_context_data(
            table=table, count=len(table.rows), condition=self.listing.condition_text, back=self.query, **kwargs
        )


class ExportView(ScreenView):
    """조건에 맞는 모든 행을 고른 열로, 진짜 수와 날짜로 내려받는다. 가져올 수 있는 자료면 그대로 고쳐 다시 올릴 수 있다.

    둘째 시트에 조건·기준일·누가·언제를 적는다.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        table, heading = self.listing.table, self.screens.heading()
        columns, rows = table.excel(self.screens.resource() if self.screens.resource else None)
        now, user = timezone.localtime(), self.user
        sheet = SheetOut(
            self.screens.noun(),
            columns,
            rows,
            conditions=[
                ("목록", heading),
                ("조건", self.listing.condition_text),
                ("건수", table.queryset.count()),
                ("기준일", now.date()),
                ("내려받은 사람", f"{user.team_label} {user.display_name}"),
                ("내려받은 때", f"{now:%Y-%m-%d %H:%M}"),
            ],
        )
        return attachment(lambda file: write_xlsx(file, [sheet], missing=""), f"{heading}_{now:%Y%m%d}.xlsx")
