"""누적 막대: 한 줄에 갈래마다의 몫."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def stacked(label: str, *parts: str) -> SafeString:
    """한 줄 누적 막대. "fl-ok:80" 처럼 갈래:수로 적는다. label 은 화면 낭독기가 읽는 문장."""
    pairs = [(kind, float(number or 0)) for kind, _, number in (part.partition(":") for part in parts)]
    total = sum(number for _, number in pairs) or 1.0
    rects, at = [], 0.0
    for kind, number in pairs:
        width = number * 100 / total
        rects.append((kind, f"{at:.1f}", f"{max(width - 0.3, 0):.1f}"))
        at += width
    return format_html(
        '<svg class="bar tall" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label, format_html_join("", '<rect class="{}" x="{}" width="{}" height="10"/>', rects),
    )  # fmt: skip
