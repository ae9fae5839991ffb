"""칸 하나의 값: 금액, 수, 날짜, 코드, 글자"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.excel.values import (
    CellError,
    Fault,
    Percent,
    clean_text,
    initial_consonants,
    parse_amount,
    parse_bool,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_rate,
    restore_text,
    search_key,
)

AMOUNTS = [
    (1234, 1, 1234),
    (1234.0, 1, 1234),
    ("1,234", 1, 1234),
    (" 1,234 ", 1, 1234),
    ("1234", 1, 1234),
    ("00123", 1, 123),
    ("+1,234", 1, 1234),
    ("１２，３４５", 1, 12345),
    ("－１２", 1, -12),
    ("＋１２", 1, 12),
    ("△1,234", 1, -1234),
    ("△ 1,234", 1, -1234),
    ("▲1,234", 1, -1234),
    ("-1,234", 1, -1234),
    ("−1,234", 1, -1234),
    ("﹣1,234", 1, -1234),
    ("(1,234)", 1, -1234),
    ("₩1,234", 1, 1234),
    ("￦1,234", 1, 1234),
    ("금113,560원", 1, 113560),
    ("1,234원", 1, 1234),
    ("1,234천원", 1, 1_234_000),
    ("1,200 백만원", 1, 1_200_000_000),
    ("△3천원", 1, -3000),
    ("1,234천원", 1000, 1_234_000),
    ("1,234", 1000, 1_234_000),
    ("1,234.5", 1000, 1_234_500),
    (1.5, 1_000_000, 1_500_000),
    (1234.567, 1000, 1_234_567),
    (123456789.123, 1000, 123_456_789_123),
    (1043255209.0, 1_000_000, 1_043_255_209_000_000),
    (1234.0000000001, 1, 1234),
    (-0.0, 1, 0),
    (0, 1, 0),
    ("0", 1, 0),
    ("", 1, None),
    (None, 1, None),
    ("-", 1, None),
    ("－", 1, None),
    ("　", 1, None),
    ("\u200b5\u00a0", 1, 5),
    (999_999_999_999_999, 1, 999_999_999_999_999),
]


@pytest.mark.parametrize(("value", "unit", "expected"), AMOUNTS)
def test_amount_is_read_as_whole_won(value: Any, unit: int, expected: int | None) -> None:
    result = parse_amount(value, unit)
    assert result == expected
    assert type(result) is type(expected)


NOT_AMOUNTS = [
    ("1,2O0", 1, "영문 O", "1200처럼"),
    ("1l0", 1, "영문 l", "110처럼"),
    ("9백90", 1, "한글", "990처럼"),
    ("1억 2,000만원", 1, "한글", "120000000처럼"),
    ("일억이천만", 1, "한글", "120000000처럼"),
    ("12억원", 1, "한글", "1200000000처럼"),
    ("1.2억", 1, "한글", "120000000처럼"),
    ("1.2.3", 1, "소수점", "1200처럼"),
    ("12-", 1, "뒤에", "△12"),
    ("약 100", 1, "‘약’", "숫자만"),
    ("1,23", 1, "쉼표", "세 자리"),
    ("1 234", 1, "빈칸", "1234처럼"),
    ("50%", 1, "백분율", "금액"),
    (Percent(0.5), 1, "백분율", "금액"),
    ("1.5E+09", 1, "지수", "풀어서"),
    ("(단위: 천원)", 1, "글자", "숫자"),
    ("(1,234", 1, "괄호", "△"),
    ("(△5)", 1, "두 번", "한 번"),
    ("-△5", 1, "두 번", "한 번"),
    ("△", 1, "숫자가 아닙니다", "1200"),
    ("①", 1, "숫자가 아닙니다", "1200"),
    ("12²", 1, "글자", "숫자"),
    ("١٢٣", 1, "숫자", "1200"),
    (0.1 + 0.2, 1, "원 단위", "단위"),
    ("0.5", 1, "원 단위", "단위"),
    (1.2345, 1000, "1,234.5원", "단위"),
    (1e15, 1, "15자리", "단위"),
    (9007199254740993, 1, "15자리", "단위"),
    ("1234567890123456", 1, "15자리", "단위"),
    (999_999_999_999_999, 1_000_000, "너무 큽니다", "단위"),
    (float("nan"), 1, "나타낼 수 없는", "1200"),
    (float("inf"), 1, "나타낼 수 없는", "1200"),
    (True, 1, "참·거짓", "1200"),
    (date(2026, 1, 2), 1, "날짜", "서식"),
    (time(1, 2), 1, "날짜나 시각", "서식"),
    ("1,234원", 1000, "단위(원)", "한 가지"),
    ("1,234백만원", 1000, "단위(백만원)", "한 가지"),
    (Fault("#REF!", "까닭", "할 일"), 1, "까닭", "할 일"),
]


@pytest.mark.parametrize(("value", "unit", "reason", "remedy"), NOT_AMOUNTS)
def test_doubtful_amount_is_an_error_that_says_what_to_do(value: Any, unit: int, reason: str, remedy: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_amount(value, unit)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy
    assert "잘못" not in str(caught.value)


def test_unknown_unit_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="배수") as caught:
        parse_amount("1", 7)
    assert not isinstance(caught.value, CellError)


WON = st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1)


def forms(won: int) -> list[Any]:
    """같은 금액을 적는 여러 가지 방법"""
    digits = f"{abs(won):,}"
    signs = ["△", "▲", "-", "−", "﹣", "－", "△ "] if won < 0 else ["", "+", "₩", "금"]
    full = digits.translate({ord(a): chr(ord(a) + 0xFEE0) for a in "0123456789,"})
    written = [sign + body for sign in signs for body in (digits, digits.replace(",", ""), full, f"{digits}원", f" {digits}.0")]
    return [won, float(won), *written, *([f"({digits})"] if won < 0 else [])]


@given(WON)
def test_every_written_form_gives_the_same_won(won: int) -> None:
    assert {parse_amount(form) for form in forms(won)} == {won}


@given(st.integers(min_value=-(10**11), max_value=10**11), st.sampled_from([1000, 10_000, 1_000_000, 100_000_000]))
def test_unit_multiplies_exactly(won: int, unit: int) -> None:
    assert parse_amount(won / unit, unit) == won
    assert parse_amount(f"{Decimal(won) / unit:f}", unit) == won


@given(st.text())
def test_any_text_is_an_amount_nothing_or_a_cell_error(text: str) -> None:
    try:
        result = parse_amount(text)
    except CellError as error:
        result = None
        told = (error.reason, error.remedy)
    else:
        told = ("없음", "없음")
    assert all(told)
    assert result is None or isinstance(result, int)


def test_integer_decimal_and_rate() -> None:
    assert parse_integer("1,234") == 1234
    assert parse_integer(12.0) == 12
    assert parse_integer("△3") == -3
    assert parse_integer("-") is None
    assert parse_decimal("12.50") == Decimal("12.50")
    assert parse_decimal(0.1 + 0.2) == Decimal("0.3")
    assert parse_decimal(1.5, places=2) == Decimal("1.50")
    assert parse_decimal("") is None
    assert parse_rate("52.3%") == Decimal("52.3")
    assert parse_rate("52.3 ％") == Decimal("52.3")
    assert parse_rate(52.3) == Decimal("52.3")
    assert parse_rate(Percent(0.523)) == Decimal("52.3")
    assert parse_rate(Percent(1)) == Decimal(100)
    assert parse_rate("△26.28%") == Decimal("-26.28")
    assert parse_rate("-") is None


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (parse_integer, 1.5),
        (parse_integer, "1.5"),
        (parse_integer, "12건"),
        (parse_integer, "12원"),
        (parse_integer, "50%"),
        (parse_integer, True),
        (parse_integer, 1e15),
        (parse_decimal, "12천원"),
        (parse_decimal, "12.5%"),
        (parse_decimal, float("nan")),
        (parse_rate, "12천원"),
        (parse_rate, "약 3%"),
        (parse_rate, True),
        (lambda value: parse_decimal(value, places=1), 1.25),
        (lambda value: parse_rate(value, places=1), "52.34"),
    ],
)
def test_other_numbers_refuse_what_they_cannot_hold(parse: Any, value: Any) -> None:
    with pytest.raises(CellError):
        parse(value)


@given(st.decimals(min_value=-1000, max_value=1000, places=2))
def test_rate_survives_a_percent_cell(rate: Decimal) -> None:
    assert parse_rate(Percent(float(rate) / 100)) == rate
    assert parse_rate(f"{rate}%") == rate


# ── 날짜 ──────────────────────────────────────────────────────────────


def date_forms(day: date) -> list[Any]:
    y, m, d = day.year, day.month, day.day
    weekday = "월화수목금토일"[day.weekday()]
    forms: list[Any] = [
        day,
        datetime(y, m, d),
        int(f"{y}{m:02}{d:02}"),
        float(f"{y}{m:02}{d:02}"),
        f"{y}{m:02}{d:02}",
        f"{y}-{m:02}-{d:02}",
        f"{y}-{m}-{d}",
        f"{y}.{m}.{d}",
        f"{y}.{m}.{d}.",
        f"{y}. {m}. {d}.",
        f"{y}. {m}. {d}.({weekday})",
        f"{y}. {m}. {d}. ({weekday}요일)",
        f"{y}/{m}/{d}",
        f"{y}년 {m}월 {d}일",
        f"{y}년{m}월{d}일({weekday})",
        f"{y}년 {m}월 {d}일 {weekday}요일",
        f"{y}-{m:02}-{d:02}T00:00:00",
        f"{y}-{m:02}-{d:02} 00:00",
        f" {y}.\u00a0{m}.\u3000{d}. ",
    ]
    if 1970 <= y < 2070:
        short = f"{y % 100:02}"
        forms += [
            f"{short}{m:02}{d:02}",
            f"{short}/{m}/{d}",
            f"{short}.{m}.{d}.",
            f"’{short}. {m}. {d}.",
            f"'{short}.{m}.{d}.",
            f"‘{short}. {m}. {d}.({weekday})",
            f"{short}년 {m}월 {d}일",
        ]
    return forms


@given(st.dates(min_value=date(1900, 1, 2), max_value=date(2099, 12, 31)))
def test_every_written_form_gives_the_same_date(day: date) -> None:
    assert {parse_date(form) for form in date_forms(day)} == {day}


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2069, 12, 31)))
def test_date_without_year_needs_a_year(day: date) -> None:
    for text in (f"{day.month}/{day.day}", f"{day.month}. {day.day}.", f"{day.month}월 {day.day}일"):
        assert parse_date(text, default_year=day.year) == day
        with pytest.raises(CellError, match="연도가 적혀 있지 않습니다"):
            parse_date(text)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2023-13-02", "달이 13월로 적혀 있습니다"),
        ("20231302", "달이 13월로 적혀 있습니다"),
        (20230002, "달이 0월로 적혀 있습니다"),
        ("2023-11-31", "11월에는 31일이 없습니다"),
        ("2023-02-29", "2023년 2월에는 29일이 없습니다"),
        ("2023-02-00", "날이 0일로 적혀 있습니다"),
        ("1023-02-01", "연도가 1023년으로 적혀 있습니다"),
        ("2023. 10. 31.(월)", "화요일인데 월요일로"),
        ("2023-10-31 13:30", "시각(13:30)"),
        (datetime(2023, 10, 31, 13, 30), "시각(13:30)"),
        (time(13, 30), "시각만"),
        (46000, "서식이 아닌 숫자 46000"),
        (46000.5, "숫자가 들어"),
        (True, "참·거짓"),
        ("2023.5.15.~10.15.", "기간"),
        ("2023. 8.", "날이 적혀 있지 않습니다"),
        ("'24.1.", "날이 적혀 있지 않습니다"),
        ("11/22/2026", "맨 뒤에"),
        ("1996x-01-01", "읽을 수 없습니다"),
        ("미정", "읽을 수 없습니다"),
    ],
)
def test_impossible_date_says_which_part(value: Any, reason: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_date(value)
    assert reason in caught.value.reason


def test_unstyled_serial_suggests_its_date() -> None:
    with pytest.raises(CellError) as caught:
        parse_date(46000)
    assert "2025-12-09" in caught.value.remedy


def test_blank_date_is_none() -> None:
    assert parse_date("") is None
    assert parse_date("-") is None
    assert parse_date(None) is None


# ── 코드와 예·아니오 ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "width", "expected"),
    [
        ("00123", None, "00123"),
        ("5", 2, "05"),
        (5.0, 2, "05"),
        (5, 2, "05"),
        ("201-01", 2, "201-01"),
        ("201−01", None, "201-01"),
        ("２０１", None, "201"),
        ("611000020123046A", None, "611000020123046A"),
        ("6110000201230424", None, "6110000201230424"),
        (401.0, None, "401"),
        ("", 2, ""),
        (None, 2, ""),
    ],
)
def test_code_keeps_its_digits(value: Any, width: int | None, expected: str) -> None:
    assert parse_code(value, width) == expected


@pytest.mark.parametrize("value", [201.01, -1, 1e16, "6.11E+15", date(2026, 1, 2), True, float("nan"), "a\u202eb"])
def test_damaged_code_is_an_error(value: Any) -> None:
    with pytest.raises(CellError):
        parse_code(value)


def test_code_longer_than_its_width_is_an_error() -> None:
    with pytest.raises(CellError, match="2자리"):
        parse_code("123", 2)


@pytest.mark.parametrize("value", ["예", "O", "o", "○", "Y", "1", 1, 1.0, True, "ｙ"])
def test_yes(value: Any) -> None:
    assert parse_bool(value) is True


@pytest.mark.parametrize("value", ["아니오", "아니요", "X", "×", "N", "0", 0, False])
def test_no(value: Any) -> None:
    assert parse_bool(value) is False


def test_neither_yes_nor_no() -> None:
    assert parse_bool("") is None
    assert parse_bool("-") is None
    with pytest.raises(CellError):
        parse_bool("아마도")


# ── 글자 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("기획예산과", "기획예산과"),
        (unicodedata.normalize("NFD", "기획예산과"), "기획예산과"),
        ("\ufeff기\u200b획\u00ad과", "기획과"),
        ("  가\u00a0\u3000나\t다\r\n라  ", "가 나 다 라"),
        ("\uf9e1", "李"),
        ("가\u200d나", "가나"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (Percent(0.523), "52.3%"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22), "2026-11-22"),
        (True, "TRUE"),
        (None, ""),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("<script>{{7*7}}", "<script>{{7*7}}"),
    ],
)
def test_text_is_made_even(value: Any, expected: str) -> None:
    assert clean_text(value) == expected


def test_line_breaks_stay_only_in_memos() -> None:
    assert clean_text(" 첫 줄 \r\n  둘째\u00a0줄\u2028셋째 ", multiline=True) == "첫 줄\n둘째 줄\n셋째"
    assert clean_text("👩\u200d🏫 수업", multiline=True) == "👩\u200d🏫 수업"


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b", "a\u200fb", "a\x01b", "a\x1bb", "\ud800", "a\ufffdb", "\ufffe"])
@pytest.mark.parametrize("multiline", [False, True])
def test_control_and_broken_characters_are_errors(text: str, multiline: bool) -> None:
    with pytest.raises(CellError):
        clean_text(text, multiline=multiline)


@given(st.text())
def test_clean_text_is_stable_or_an_error(text: str) -> None:
    try:
        once = clean_text(text)
    except CellError:
        return
    assert clean_text(once) == once
    assert once == once.strip()
    assert unicodedata.is_normalized("NFC", once)


def test_restore_undoes_the_csv_prefix_only() -> None:
    assert restore_text("'=1+1") == "=1+1"
    assert restore_text("''=1+1") == "'=1+1"
    assert restore_text("'26년 예산") == "'26년 예산"
    assert clean_text("'-", restore=True) == "-"


def test_search_key_and_initials() -> None:
    dots = [f"문화{dot}관광" for dot in "·ㆍ․・‧"]
    assert len({search_key(text) for text in dots}) == 1
    assert search_key("’26 예산") == search_key("'26예산") == search_key(unicodedata.normalize("NFD", "‘26\u00a0예산"))
    assert search_key("CCTV 설치") == "cctv설치"
    assert initial_consonants("기획예산과") == "ㄱㅎㅇㅅㄱ"
    assert initial_consonants("CCTV 설치") == "cctvㅅㅊ"
