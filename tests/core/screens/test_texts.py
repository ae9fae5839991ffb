"""화면에 적는 글."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import FieldDoesNotExist

from core.org.models import Department
from core.screens.texts import StoredTexts, label_of, particle, unit_of, value_text
from tests.factories import DepartmentFactory


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("부서", "이/가", "부서가"),
        ("직원", "이/가", "직원이"),
        ("‘감사담당관’", "을/를", "‘감사담당관’을"),
        ("차량·장비", "을/를", "차량·장비를"),
        ("2023", "을/를", "2023을"),
        ("ABC", "을/를", "ABC을(를)"),
    ],
)
def test_particle(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


@pytest.mark.parametrize(
    ("label", "unit"), [("요구액(천원)", "천원"), ("정원(명)", "명"), ("부서명", ""), ("비고(있으면)", ""), ("(원)", "")]
)
def test_unit(label: str, unit: str) -> None:
    assert unit_of(label) == unit


def test_values() -> None:
    assert value_text(None) == value_text("") == "-"
    assert value_text(0, "원") == "0"
    assert value_text(-1_234_000, "원") == "△1,234,000"
    # 단위가 없는 수(연도·차수)에는 쉼표를 찍지 않는다.
    assert value_text(2023) == "2023"
    assert value_text(Decimal("52.10")) == "52.10"
    assert value_text(True) == "예"
    assert value_text(date(2023, 10, 31)) == "2023. 10. 31."


@pytest.mark.django_db
def test_stored_values_become_words(django_assert_num_queries) -> None:
    bureau, other = DepartmentFactory(name="행정국"), DepartmentFactory(name="복지국")
    with django_assert_num_queries(1):
        texts = StoredTexts([(Department, {"parent": [bureau.pk, other.pk]}), (Department, {"parent": [other.pk, None]})])
    assert texts.text(Department, "parent", bureau.pk) == "행정국"
    assert texts.text(Department, "parent", 999_999) == "지워진 자료 999999번"
    assert texts.text(Department, "kind", "division") == "과"
    assert texts.text(Department, "valid_to", "2023-10-31") == "2023. 10. 31."
    assert texts.text(Department, "valid_to", None) == ""
    # 뒤에 없앤 항목의 이력도 읽힌다.
    assert texts.text(Department, "old_field", "값") == "값"
    assert label_of(Department, "old_field") == "old_field"
    with pytest.raises(FieldDoesNotExist):
        Department._meta.get_field("old_field")
