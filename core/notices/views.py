"""알림함."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.access import signed_in
from core.notices.models import Notice

PER_PAGE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """내게 온 알림, 새 것부터. 까닭으로 나누어 본다."""
    own = Notice.objects.for_user(signed_in(request))
    counts = {row["reason"]: row for row in own.order_by().values("reason").annotate(
        total=Count("pk"), unread=Count("pk", filter=Q(read_at__isnull=True)))}  # fmt: skip
    chosen = request.GET.get("reason", "")
    chosen = chosen if chosen in Notice.Reason.values else ""
    tabs: list[dict[str, Any]] = [
        {"title": "전체", "url": "?", "current": not chosen, "count": sum(row["total"] for row in counts.values())}
    ]
    tabs += [
        {"title": label, "url": f"?reason={value}", "current": chosen == value, "count": counts[value]["total"]}
        for value, label in Notice.Reason.choices if value in counts
    ]  # fmt: skip
    page = Paginator(own.filter(reason=chosen) if chosen else own, PER_PAGE).get_page(request.GET.get("page"))
    unread = sum(row["unread"] for row in counts.values())
    return render(request, "core/notices.html", {"page_obj": page, "tabs": tabs, "unread": unread})


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """알림을 읽은 것으로 적고 그 일의 화면으로 간다."""
    notice = get_object_or_404(Notice.objects.for_user(signed_in(request)), pk=pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return redirect(notice.url or "notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """모두 읽은 것으로 적는다."""
    Notice.objects.for_user(signed_in(request)).read()
    return redirect("notices")

