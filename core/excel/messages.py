"""오류 문장. 장고의 검증 오류를 상황 → 할 일로 옮긴다."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from core.excel.values import CellError


def subject(word: str) -> str:
    """받침에 맞는 「이/가」를 붙인다. 한글로 끝나지 않는 말에는 「값이」를 붙인다."""
    last = word[-1:]
    if "가" <= last <= "힣":
        return f"{word}{'이' if (ord(last) - 0xAC00) % 28 else '가'}"
    return f"{word} 값이"


def explain(error: ValidationError) -> CellError:
    """검증 오류 하나를 까닭과 고칠 방법으로 나눈다."""
    params = error.params or {}
    limit = params.get("limit_value", "")
    match error.code:
        case "blank" | "null":
            return CellError("꼭 있어야 하는 값이 비어 있습니다", "값을 적어 주세요")
        case "max_length":
            return CellError(f"{params.get('show_value')}자로 {limit}자를 넘습니다", f"{limit}자까지로 줄여 적어 주세요")
        case "min_value":
            return CellError(f"{limit}보다 작은 값입니다", f"{limit} 이상으로 적어 주세요")
        case "max_value":
            return CellError(f"{limit}보다 큰 값입니다", f"{limit} 이하로 적어 주세요")
        case "max_decimal_places":
            places = params.get("max")
            return CellError(f"소수점 아래가 {places}자리를 넘습니다", f"소수점 아래 {places}자리까지 적어 주세요")
        case "max_digits" | "max_whole_digits":
            return CellError(f"숫자가 {params.get('max')}자리를 넘습니다", "값과 단위를 확인해 주세요")
    text = " ".join(error.messages)
    reason, dot, remedy = text.partition(". ")
    return CellError(reason.rstrip("."), remedy.rstrip(".") if dot else "값을 확인해 주세요")
