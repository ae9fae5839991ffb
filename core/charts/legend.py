"""범례: 선과 갈래의 이름."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def legend(*items: str) -> SafeString:
    """범례. "act:집행률" 처럼 갈래:이름으로 적는다. 갈래는 act ref est(선), k1~k4, fl-done fl-ok fl-warn fl-bad fl-none."""
    keys = []
    for item in items:
        kind, _, name = item.partition(":")
        mark = (
            format_html('<line x1="0" y1="4" x2="22" y2="4" class="l-{}"/>', kind)
            if kind in ("act", "ref", "est")
            else format_html('<rect width="18" height="9" class="{}"/>', kind)
        )
        keys.append((mark, name))
    return format_html_join(
        "", '<span><svg class="lg" width="22" height="9" aria-hidden="true" focusable="false">{}</svg>{}</span>', keys
    )
