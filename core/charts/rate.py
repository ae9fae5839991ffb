"""비율 막대: 0~100 의 한 줄."""

from decimal import Decimal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from core import formats
from core.charts.labels import Number


def bar(value: Number | None, target: Number | None = None) -> SafeString:
    """0~100 막대. 100을 넘으면 막대는 100에서 멈춘다. target 은 세로 눈금."""
    width = min(max(float(value or 0), 0.0), 100.0)
    tick: str | SafeString = ""
    if target is not None:
        at = min(max(float(target), 0.0), 100.0) - 0.6
        tick = format_html('<rect class="tk" x="{}" y="-3" width="1.2" height="16"/>', f"{at:.1f}")
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="tr" width="100" height="10"/><rect class="fl" width="{}" height="10"/>{}</svg>',
        f"{width:.1f}", tick,
    )  # fmt: skip


def rate(value: Decimal | None, target: Decimal | None = None, places: int = 1) -> SafeString:
    """비율 막대와 수. 값이 없으면 「-」."""
    if value is None:
        return conditional_escape(formats.MISSING)
    return format_html('<span class="rate">{}<b>{}</b></span>', bar(value, target), formats.rate(value, places))
