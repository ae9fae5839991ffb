"""화면 부품. 템플릿에서 {% load parts %} 로 쓴다. 쓰는 법은 docs/developers/screens-and-parts.md 에 있다.

작은 조각(상태, 날짜, 아이콘)은 목록에서 수백 번 그려지므로 파이썬에서 바로 만들고,
덩어리(그림, 수치, 입력 줄)는 templates/components/ 의 조각 템플릿으로 그린다. 목록마다 나오는 쪽 번호·열 제목·고르는 칸도 바로 만든다.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.contrib import messages as message_levels
from django.core.paginator import Page
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import formats
from core.screens.once import token_field
from core.states import kind_of

register = template.Library()

Number = int | float | Decimal

for _filter in (
    formats.number, formats.money, formats.rate, formats.points, formats.date_long, formats.date_plain,
    formats.date_short, formats.moment, formats.dday, formats.file_size,
):  # fmt: skip
    register.filter(_filter.__name__, _filter)


@register.filter
def signed(value: Number | None, places: int = 0) -> str:
    """늘고 줄어듦을 적는다. 늘면 +, 줄면 △."""
    if value is None:
        return formats.MISSING
    text = formats.number(Decimal(value), places)
    return f"+{text}" if value > 0 else text


@cache
def _drawn(name: str) -> SafeString:
    return render_to_string(name)


@register.simple_tag
def fixed(name: str) -> SafeString:
    """누가 어느 화면을 보아도 같은 조각. 한 번 그린 것을 쓴다. 개발할 때는 고친 것이 바로 보이게 늘 그린다."""
    return render_to_string(name) if settings.DEBUG else _drawn(name)


# --- 작은 조각 -------------------------------------------------------------------------------------

@register.simple_tag
def icon(name: str) -> SafeString:
    """그림 기호. 늘 글자와 함께 쓴다. search down up print copy bell cols plus funnel menu clip clock more user."""
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def sig(word: str, kind: str = "", short: bool = False) -> SafeString:
    """상태. kind 는 done·ok·warn·bad·none·subm 이고, 적지 않으면 상태에 적힌 색(core.states)이다. short 면 첫 글자만 보인다."""
    kind = kind or kind_of(word)
    word = str(word)
    if not short:
        return format_html('<span class="sig {}">{}</span>', kind, word)
    mark = "·" if kind == "none" else word[:1]
    return format_html(
        '<span class="sig s {}" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
        kind, word, mark, word,
    )  # fmt: skip


@register.simple_tag
def dd(day: date | None, today: date | None = None, done: bool = False) -> SafeString:
    """남은 날. 지남은 붉은 바탕, 오늘은 노란 바탕, 3일 안은 붉은 글자. done(끝난 일)이면 색을 쓰지 않는다."""
    if day is None:
        return mark_safe(formats.MISSING)
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    left = (day - (today or timezone.localdate())).days
    if done:
        return format_html('<span class="dd far">{}</span>', "지남" if left < 0 else formats.dday(day, today))
    kind = "late" if left < 0 else "now" if left == 0 else "soon" if left <= 3 else "near" if left <= 7 else "far"
    return format_html('<span class="dd {}">{}</span>', kind, formats.dday(day, today))


@register.simple_tag
def tag(text: str) -> SafeString:
    """업무 이름 따위를 적는 테두리 낱말."""
    return format_html('<span class="tag">{}</span>', text)


@register.simple_tag
def ex(text: str = "표본") -> SafeString:
    """실제 자료가 아님을 알리는 표시."""
    return format_html('<span class="ex">{}</span>', text)


@register.simple_tag
def diff(old: Any, new: Any) -> SafeString:
    """바뀐 값: 앞 값 → 뒤 값. 빈 값은 (없음)."""
    blank = ("", None)
    before = format_html('<span class="from{}">{}</span>', " nil" if old in blank else "", _shown(old, "(없음)"))
    after = format_html('<span class="to">{}</span>', _shown(new, "(없음)"))
    return format_html(
        '{}<span class="arr"><span aria-hidden="true">→</span><span class="sr">에서</span></span>{}', before, after
    )


@register.simple_tag
def note(text: str) -> SafeString:
    """표 아래의 ※ 한 줄. 링크가 들어가면 <p class="note">로 직접 적는다."""
    return format_html('<p class="note">{}</p>', text)


@register.simple_tag
def apv(*posts: str) -> SafeString:
    """결재란. 인쇄할 때만 보인다. 칸 이름을 주지 않으면 담당·팀장·과장."""
    names = posts or ("담당", "팀장", "과장")
    heads = format_html_join("", '<td class="p">{}</td>', ((name,) for name in names))
    return format_html(
        '<div class="apv" aria-hidden="true"><table><tr><td class="h" rowspan="2">결<br>재</td>{}</tr><tr>{}</tr></table></div>',
        heads, mark_safe("<td></td>" * len(names)),
    )  # fmt: skip


@register.simple_tag
def copy_button(table: str, text: str = "한글에 붙여넣기") -> SafeString:
    """표를 한글에 붙일 수 있게 복사하는 단추. table 은 표의 선택자(예: "#budget")."""
    return format_html(
        '<button class="btn hide-m" type="button" data-copy-table="{}">{}{}</button>', table, icon("copy"), text
    )


@register.simple_tag
def print_button(url: str = "", text: str = "인쇄") -> SafeString:
    """인쇄 단추. 인쇄 주소가 있으면 모든 행이 나오는 그 화면을 새 창으로 연다."""
    if url:
        return format_html(
            '<a class="btn hide-m" href="{}" target="_blank" data-print>{}{}</a>', url, icon("print"), text
        )
    return format_html('<button class="btn hide-m" type="button" data-print>{}{}</button>', icon("print"), text)


# --- 덩어리 ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/sec.html")
def sec(
    title: str, id: str = "", hint: str = "", unit: str = "", more: str = "", url: str = "",
    sample: bool | str = False, level: int = 2, copy: str = "",
) -> dict[str, Any]:  # fmt: skip
    """□ 제목 줄. unit "천원" 은 (단위: 천원)으로, sample 은 표본 표시로 적힌다. copy 는 복사할 표의 선택자다."""
    if unit and not unit.startswith("("):
        unit = f"(단위: {unit})"
    return {
        "title": title, "id": id, "hint": hint, "unit": unit, "more": more, "url": url,
        "sample": _sample_text(sample), "level": level, "copy": copy,
    }  # fmt: skip


@register.simple_block_tag
def kpis(content: str, label: str = "주요 수치", *, long: bool = False) -> SafeString:
    """수치 띠. 안에 {% kpi %}를 3~6개 적는다. 원 단위처럼 자릿수가 많으면 long 으로 글자를 줄인다."""
    return format_html('<ul class="kpi{}" aria-label="{}">{}</ul>', " long" if long else "", label, content)


@register.inclusion_tag("components/kpi.html")
def kpi(
    title: str, value: Any, unit: str = "", note: str = "", bad: str = "", url: str = "", sample: bool | str = False
) -> dict[str, Any]:
    """수치 하나: 이름, 값, 단위, 견줄 것 한 줄(note). bad 는 그 줄 끝의 붉은 글자. url 이 있으면 누를 수 있다."""
    return {
        "title": title, "unit": unit, "note": note,
        "value": formats.number(value) if isinstance(value, int) else _shown(value), "bad": bad, "url": url,
        "sample": _sample_text(sample),
    }  # fmt: skip


@register.simple_block_tag
def msg(content: str, kind: str = "info", title: str = "", role: str = "", keep: bool = False) -> SafeString:
    """알림 띠. kind 는 info·ok·warn·err. keep 이면 인쇄에도 나온다."""
    head = format_html("<b>{}</b>", title) if title else ""
    attr = format_html(' role="{}"', role) if role else ""
    return format_html(
        '<div class="msg m-{}{}"{}>{}<span>{}</span></div>', kind, " keep" if keep else "", attr, head, content
    )


@register.simple_block_tag
def nothing(content: str, text: str) -> SafeString:
    """빈 화면: 왜 비었는지 한 문장과 할 수 있는 일(단추)."""
    buttons = format_html('<div class="bs">{}</div>', content) if content.strip() else ""
    return format_html('<div class="empty"><p>{}</p>{}</div>', text, buttons)


# 「{% for %} … {% empty %}」과 이름이 겹치므로 되풀이 안에서는 nothing 을 쓴다.
register.simple_block_tag(nothing, name="empty", end_name="endempty")


@register.simple_block_tag
def dialog(content: str, id: str, title: str, sub: str = "", narrow: bool = False) -> SafeString:
    """대화상자. 여는 단추는 data-open="#id". 안에는 <div class="bd">와 <div class="ft">를 적는다."""
    return format_html(
        '<dialog class="dlg{}" id="{}" aria-labelledby="{}-t"><div class="hd"><h2 id="{}-t" tabindex="-1" autofocus>{}</h2>{}'
        '<button class="x" type="button" data-close aria-label="닫기">×</button></div>{}</dialog>',
        " n" if narrow else "", id, id, id, title, format_html('<span class="sub">{}</span>', sub) if sub else "", content,
    )  # fmt: skip


@register.simple_tag
def chk(ok: bool, text: str, detail: str = "", url: str = "", more: str = "차이 보기") -> SafeString:
    """검산 한 줄. <ul class="chk"> 안에 적는다."""
    return format_html(
        '<li><span class="m {}" aria-hidden="true">{}</span><span><b class="sr">{}: </b>{}{}</span>{}</li>',
        "y" if ok else "n", "✓" if ok else "!", "일치" if ok else "확인 필요", text,
        format_html('<br><small class="sub">{}</small>', detail) if detail else "",
        format_html('<a class="btn s" href="{}">{}</a>', url, more) if url else "",
    )  # fmt: skip


@register.simple_tag
def flow(steps: Iterable[Sequence[Any]], label: str = "진행 단계") -> SafeString:
    """진행 단계. steps 는 (이름, 덧붙임, 상태)의 줄. 상태는 done·now·todo."""
    items = []
    for name, extra, state in steps:
        attr = {"done": mark_safe(' class="ok2"'), "now": mark_safe(' aria-current="step"')}.get(state, "")
        items.append((attr, name, format_html("<small>{}</small>", extra) if extra else ""))
    return format_html(
        '<ol class="flow" aria-label="{}">{}</ol>', label, format_html_join("", "<li{}>{}{}</li>", items)
    )


@register.simple_tag
def steps(current: int, *names: str) -> SafeString:
    """단계 줄. current 는 1부터. 이름을 주지 않으면 가져오기 네 단계."""
    names = names or ("파일 고르기", "열 맞추기", "미리보기", "반영 결과")
    items = []
    for at, name in enumerate(names, start=1):
        attr = mark_safe(' class="ok2"' if at < current else ' aria-current="step"' if at == current else "")
        items.append((attr, at, name))
    return format_html('<ol class="steps">{}</ol>', format_html_join("", "<li{}>{}. {}</li>", items))


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str = "화면 고르기", target: str = "") -> dict[str, Any]:
    """탭. items 는 title, url, current, count(없어도 됨)를 가진 사전. target 을 주면 그 자리만 바꾼다."""
    return {"items": items, "label": label, "target": target}


@register.inclusion_tag("components/kv.html")
def kv(rows: Iterable[Sequence[Any]], caption: str, columns: int = 2) -> dict[str, Any]:
    """서식형 표. rows 는 (이름, 값) 또는 (이름, 값, "wide"). 두 쌍씩 한 줄에 놓고 wide 는 한 줄을 다 쓴다."""
    lines: list[list[dict[str, Any]]] = []
    for name, value, *option in rows:
        wide = "wide" in option or columns == 1
        cell = {"name": name, "value": _shown(value), "span": 2 * columns - 1 if wide else 1, "full": wide}
        if wide or not lines or lines[-1][-1]["full"] or len(lines[-1]) == columns:
            lines.append([cell])
        else:
            lines[-1].append(cell)
    for line in lines:
        if len(line) < columns and not line[-1]["full"]:
            line[-1]["span"] = 2 * (columns - len(line)) + 1
    return {"lines": lines, "caption": caption, "columns": range(columns)}


def _links(query: QueryDict, *without: str) -> Callable[..., str]:
    """지금의 조건에서 몇 가지만 바꾼 주소를 짓는 함수. without 에 적은 이름은 뺀다."""
    parts = {name: urlencode([(name, value) for value in query.getlist(name)]) for name in query if name not in without}

    def link(**changes: Any) -> str:
        changed = parts | {name: urlencode({name: value}) for name, value in changes.items()}
        return "?" + "&".join(filter(None, changed.values()))

    return link


def _moves(url: str, target: str) -> SafeString:
    """그 자리만 바꾸는 링크의 속성."""
    url = escape(url)
    return mark_safe(f'href="{url}" hx-get="{url}" hx-target="{escape(target)}" hx-push-url="true"')


@register.simple_tag(takes_context=True)
def pager(
    context: Context, page: Page[Any], target: str = "#list", page_param: str = "page", size_param: str = "per_page",
    sizes: Sequence[int] = (15, 30, 50, 100),
) -> SafeString:  # fmt: skip
    """쪽 번호, 「38건 중 1–15」, 한 쪽 건수. 거른 조건은 주소에 그대로 남는다."""
    link = _links(context["request"].GET)
    paginator, now = page.paginator, page.number

    def to(number: int) -> SafeString:
        return _moves(link(**{page_param: number}), target)

    found = []
    if paginator.num_pages > 1:
        if page.has_previous():
            found.append(format_html('<a class="e" rel="prev" {}>이전</a>', to(now - 1)))
        for number in paginator.get_elided_page_range(now, on_each_side=2, on_ends=1):
            if str(number) == str(paginator.ELLIPSIS):
                found.append(mark_safe('<span class="e" aria-hidden="true">…</span>'))
            elif number == now:
                found.append(format_html(
                    '<b aria-current="page"><span class="sr">지금 </span>{}<span class="sr">쪽</span></b>', number
                ))  # fmt: skip
            else:
                found.append(format_html('<a {}>{}<span class="sr">쪽</span></a>', to(int(number)), number))
        if page.has_next():
            found.append(format_html('<a class="e" rel="next" {}>다음</a>', to(now + 1)))
    chosen = mark_safe(' aria-current="true"')
    choices = [
        (_moves(link(**{size_param: size, page_param: 1}), target), chosen if size == paginator.per_page else "", size)
        for size in sizes
    ]
    return format_html(
        '<nav class="pager" aria-label="쪽 이동">{}<span class="r"><span>{}건 중 {}–{}</span>'
        '<details class="pop"><summary class="btn s">{}건씩 ▾</summary><div><p>한 쪽에 보일 건수</p><ul>{}</ul></div></details>'
        "</span></nav>",
        mark_safe("".join(found)), formats.number(paginator.count), formats.number(page.start_index()),
        formats.number(page.end_index()), paginator.per_page, format_html_join("", "<li><a {}{}>{}건씩</a></li>", choices),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def thsort(
    context: Context, label: str, field: str, target: str = "#list", param: str = "sort", css: str = ""
) -> SafeString:
    """정렬할 수 있는 열 제목. 누를 때마다 오름·내림이 바뀌고, 옆의 ▾에서 바로 고를 수도 있다."""
    query = context["request"].GET
    current, link = query.get(param, ""), _links(query, "page")
    state = "ascending" if current == field else "descending" if current == f"-{field}" else ""
    up, down = (_moves(link(**{param: order}), target) for order in (field, f"-{field}"))
    label, field = escape(label), escape(field)
    return mark_safe(
        f'<th scope="col"{_attributes({"class": css or False, "aria-sort": state or False})}>'
        f'<a class="sort" {down if state == "ascending" else up}>{label}</a>'
        f'<details class="pop thm l"><summary aria-label="{label} 열 메뉴">{_icon("more")}</summary>'
        f"<div><ul><li><a {up}>오름차순 정렬</a></li><li><a {down}>내림차순 정렬</a></li>"
        f'<li><button class="mi" type="button" data-filter-column="{field}">이 열로 거르기</button></li>'
        f'<li><button class="mi" type="button" data-hide-column="{field}">열 숨기기</button></li></ul></div></details></th>'
    )


@register.simple_tag
def column_menu(options: Iterable[Mapping[str, Any]]) -> SafeString:
    """열 고르기의 줄. options 는 name, title, shown, fixed 를 가진 사전(RecordTable.column_options)."""
    lines = []
    for one in options:
        title, marks = escape(one["title"]), (" checked" if one["shown"] else "") + (" disabled" if one["fixed"] else "")
        moves = "" if one["fixed"] else (
            f'<button class="btn t" type="button" data-move="up" aria-label="{title} 위로">↑</button>'
            f'<button class="btn t" type="button" data-move="down" aria-label="{title} 아래로">↓</button>'
        )  # fmt: skip
        box = f'<input type="checkbox" data-solo name="column" value="{escape(one["name"])}"{marks}>'
        lines.append(f"<li><label>{box}{title}</label>{moves}</li>")
    return mark_safe("".join(lines))


@register.simple_tag
def fchip(text: str, url: str, target: str = "#list") -> SafeString:
    """걸린 조건 하나와 그것을 지우는 ×. url 은 그 조건을 뺀 주소."""
    return format_html(
        '<span class="fchip">{}<a class="x" href="{}" hx-get="{}" hx-target="{}" hx-push-url="true" '
        'aria-label="{} 조건 지우기">×</a></span>',
        text, url, url, target, text,
    )  # fmt: skip


# --- 입력 ------------------------------------------------------------------------------------------

_UNITS = (
    "천원",
    "백만원",
    "억원",
    "원",
    "%",
    "%p",
    "건",
    "명",
    "점",
    "개",
    "개소",
    "일",
    "회",
    "㎡",
    "㎞",
    "시간",
    "년",
)


@register.inclusion_tag("components/errsum.html")
def errsum(*groups: Any) -> dict[str, Any]:
    """고칠 곳을 모은 상자. 폼이나 폼셋을 주면 칸으로 가는 링크를 만든다."""
    found: list[tuple[str, str]] = []
    for form in _forms(groups):
        for name, errors in form.errors.items():
            if name in form.fields:
                label = _split_unit(str(form[name].label))[0]
                found += [(f"#{form[name].auto_id}", f"{label}: {error}") for error in _reasons(form[name])]
            else:
                found += [("", str(error)) for error in errors]
    for group in groups:
        if hasattr(group, "non_form_errors"):
            found += [("", str(error)) for error in group.non_form_errors()]
    return {"found": found}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, unit: str = "", help: str = "") -> dict[str, Any]:
    """입력 한 줄. 이름표의 (천원) 같은 단위는 칸 뒤로 옮긴다. 도움말과 오류는 칸 아래에 적는다."""
    label, found_unit = _split_unit(str(bound.label or ""))
    return {
        "bound": bound, "label": label, "unit": unit or found_unit, "help": help or bound.help_text,
        "widget": _widget(bound, bool(unit or found_unit)), "errors": _reasons(bound), "group": bound.use_fieldset,
    }  # fmt: skip


@register.inclusion_tag("components/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """폼의 모든 칸을 차례대로 한 줄씩. 숨은 칸도 함께 적는다."""
    return {"form": form}


@register.simple_tag
def form_token() -> SafeString:
    """두 번 보내도 한 번만 하게 하는 숨은 칸. {% csrf_token %} 곁에 적는다."""
    return token_field()


@register.simple_tag
def act_fields(version: Any) -> SafeString:
    """일을 보내는 폼의 숨은 칸: 두 번 보내도 한 번만 할 표와, 지금 보이는 판({% act_fields record.version %})."""
    return format_html('{}<input type="hidden" name="_version" value="{}">', token_field(), version)


@register.simple_tag
def widget(bound: BoundField, numeric: bool = False) -> SafeString:
    """칸만 그린다(거르기 줄, 표 안). 우리 모양의 class 를 붙인다."""
    return _widget(bound, numeric)


@register.inclusion_tag("components/savebar.html")
def savebar(text: str = "저장", next: bool = False, cancel: str = "", hint: str = "") -> dict[str, Any]:
    """아래에 붙어 있는 저장 줄. next 면 「저장하고 다음」(_next=1), cancel 은 그만둘 때 갈 주소."""
    return {"text": text, "next": next, "cancel": cancel, "hint": hint}


def _reasons(bound: BoundField) -> list[str]:
    """칸의 오류를 무엇이 어떻고 무엇을 할지로 적는다. 폼이 따로 정한 문장은 그대로 둔다."""
    control, kind = bound.field.widget, bound.field
    picks = isinstance(control, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput))
    ours = {
        "required": "비어 있습니다. 골라 주세요." if picks else "비어 있습니다. 적어 주세요.",
        "invalid_choice": "목록에 없는 값입니다. 목록에서 골라 주세요.",
    }
    if isinstance(kind, forms.DateField):
        ours["invalid"] = "날짜로 읽지 못했습니다. 연-월-일로 적어 주세요. 예: 2023-03-02"
    elif isinstance(kind, forms.IntegerField):
        ours["invalid"] = "숫자로 읽지 못했습니다. 숫자만 적어 주세요. 예: 12,400"
    stock: dict[str, Any] = {}
    for base in reversed(type(kind).__mro__):
        stock.update(getattr(base, "default_error_messages", {}))
    data = bound.form.errors[bound.name].as_data() if bound.name in bound.form.errors else []
    found = []
    for error in data:
        plain = error.code in ours and str(error.message) == str(stock.get(error.code))
        found += [ours[str(error.code)]] if plain else [str(text) for text in error.messages]
    return found


def _forms(groups: Iterable[Any]) -> list[forms.BaseForm]:
    """폼과 폼셋을 폼의 줄로 편다."""
    found: list[forms.BaseForm] = []
    for group in groups:
        found += list(group.forms) if hasattr(group, "management_form") else [group] if group else []
    return found


def _split_unit(label: str) -> tuple[str, str]:
    """ "요구액(천원)" → ("요구액", "천원"). 단위가 아닌 괄호는 그대로 둔다."""
    head, opened, tail = label.rpartition("(")
    unit = tail.removesuffix(")")
    return (head.rstrip(), unit) if opened and tail.endswith(")") and unit in _UNITS else (label, "")


def _widget(bound: BoundField, numeric: bool = False) -> SafeString:
    """칸의 갈래에 맞는 class 를 붙여 그린다."""
    control = bound.field.widget
    attrs: dict[str, Any] = {}
    if type(control) is forms.HiddenInput:
        return _plain_widget(bound, attrs)
    if isinstance(control, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return bound.as_widget()
    if isinstance(control, forms.Select):
        css = "sel"
    elif isinstance(control, forms.Textarea):
        css = "in ta"
    elif isinstance(control, forms.NumberInput) or (numeric and isinstance(control, forms.TextInput)):
        css = "in numin"
    else:
        css = "in"
        if isinstance(control, forms.DateInput) and control.input_type == "text":
            attrs = {"size": 16, "autocomplete": "off"}
    attrs["class"] = f"{control.attrs.get('class', '')} {css}".strip()
    if type(control) in _PLAIN_WIDGETS:
        return _plain_widget(bound, attrs)
    return _plain_widget(bound, attrs) if type(control) in _PLAIN_WIDGETS else bound.as_widget(attrs=attrs)


# 목록마다 그리는 보통 칸. 장고는 칸과 고르는 값마다 템플릿을 그리므로 이것만 같은 모양으로 바로 적는다.
_PLAIN_WIDGETS = (forms.TextInput, forms.NumberInput, forms.DateInput, forms.Select)


def _plain_widget(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """글 칸과 고르는 칸. 장고의 BoundField.as_widget() 이 그리는 것과 같다."""
    control, name = bound.field.widget, bound.html_name
    attrs = bound.build_widget_attrs(attrs, control)
    if bound.auto_id and "id" not in control.attrs:
        attrs.setdefault("id", bound.auto_id)
    attrs = control.build_attrs(control.attrs, attrs)
    value: Any = control.format_value(bound.value())
    if not isinstance(control, forms.Select):
        given = {"type": control.input_type, "name": name, **({} if value is None else {"value": value})}
        return mark_safe(f"<input{_attributes(given | attrs)}>")
    options = []
    # 고른 값은 처음 나오는 하나뿐이다.
    left = set(value)
    for key, label in control.choices:
        if isinstance(label, list | tuple):
            options += [f'<optgroup label="{escape(key)}">', *(_option(inner, text, left) for inner, text in label), "</optgroup>"]
        else:
            options.append(_option("" if key is None else key, label, left))
    return mark_safe(f"<select{_attributes({'name': name} | attrs)}>{''.join(options)}</select>")


def _option(key: Any, label: Any, left: set[str]) -> str:
    text = str(key)
    selected = text in left
    if selected:
        left.clear()
    return f'<option value="{escape(text)}"{" selected" if selected else ""}>{conditional_escape(label)}</option>'


def _attributes(attrs: Mapping[str, Any]) -> str:
    """꼬리표에 적는 속성. True 는 이름만, False 는 적지 않는다."""
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in shown)


# --- 알림과 인쇄 줄 --------------------------------------------------------------------------------


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """된 일을 잠깐 알린다. 되돌릴 수 있으면 messages.success(…, extra_tags="undo=/주소/")로 적는다."""
    found = list(context.get("messages") or [])
    return {
        "done": [(m.message, _undo_url(m.extra_tags)) for m in found if m.level < message_levels.WARNING],
        "wrong": [(m.message, "err" if m.level >= message_levels.ERROR else "warn")
                  for m in found if m.level >= message_levels.WARNING],
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def printline(context: Context, rows: int | None = None, condition: str = "") -> SafeString:
    """인쇄물 끝의 출력 시각·사람·조건. rows 를 주면 「모두 191건」을 앞에 적는다."""
    now = timezone.localtime()
    user = getattr(context.get("request"), "user", None)
    who = f"{getattr(user, 'team_label', '')} {getattr(user, 'display_name', '')}".strip()
    texts = [
        "" if rows is None else f"모두 {rows:,}건",
        condition,
        f"출력 {now.year}. {now.month}. {now.day}. {now:%H:%M}",
        who,
    ]
    return format_html('<p class="printline">{}</p>', " · ".join(filter(None, texts)))


def _undo_url(extra_tags: str | None) -> str:
    """extra_tags 에 적은 undo=/주소/ 를 찾는다. 우리 서버의 주소만 받는다."""
    for word in (extra_tags or "").split():
        name, _, url = word.partition("=")
        if name == "undo" and url.startswith("/") and not url.startswith("//"):
            return url
    return ""


# --- 값 적기 ---------------------------------------------------------------------------------------


def _sample_text(sample: bool | str) -> str:
    """표본 표시의 글자. 글을 주면 그대로, True 면 「표본」."""
    return sample if isinstance(sample, str) else "표본" if sample else ""


def _shown(value: Any, blank: str = formats.MISSING) -> str | SafeString:
    """값을 사람이 읽는 글로. 빈 값은 「-」, 참·거짓은 예·아니오, 날짜는 2023. 10. 31."""
    if value is None or value == "":
        return blank
    if isinstance(value, bool):
        return "예" if value else "아니오"
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.date_plain(value)
    return conditional_escape(value)
