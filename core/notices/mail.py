"""알림을 전자우편으로도 보낸다. 기관이 켰을 때(NOTICE_MAIL)만, 주소를 적어 둔 사람에게만 간다."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from core.notices.models import Notice

# 서버가 오래 멈췄다가 켜져도 지난 알림을 쏟아 내지 않는다.
FRESH = timedelta(days=1)
MOST_AT_ONCE = 200


def send_waiting() -> int:
    """아직 보내지 않은 알림을 보내고 건수를 준다. 보내기 전에 먼저 적어 두어 두 번 가지 않는다."""
    if not settings.NOTICE_MAIL:
        return 0
    waiting = Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True, created_at__gte=timezone.now() - FRESH)
    sent = 0
    for notice in waiting.exclude(recipient__email="").select_related("recipient")[:MOST_AT_ONCE]:
        if Notice.objects.filter(pk=notice.pk, mailed_at__isnull=True).update(mailed_at=timezone.now()):
            body = f"{notice.text}\n\n{settings.SITE_URL}{notice.url}".strip()
            sent += send_mail(f"[{notice.get_reason_display()}] {notice.title}", body, None, [notice.recipient.email])
    return sent
