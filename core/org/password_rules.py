"""비밀번호 규칙. 길이와 섞어 쓰기는 설정에서 바꾼다(PASSWORD_MIN_LENGTH, PASSWORD_MIXED).

섞어 쓰기는 국가 정보보안 기본지침을 따르는 기관을 위한 것이다. 길이만 보는 것이 더 안전하다고 보는
기관은 PASSWORD_MIXED=False 로 끈다.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation as standard
from django.core.exceptions import ValidationError


class LengthValidator(standard.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"비밀번호가 너무 짧습니다. {self.min_length}자 이상으로 정해 주세요."

    def get_help_text(self) -> str:
        return f"{self.min_length}자 이상으로 정합니다."


class SimilarityValidator(standard.UserAttributeSimilarityValidator):
    """사번이나 이름과 비슷하거나, 그것이 통째로 들어간 비밀번호를 막는다."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        for attribute in self.user_attributes:
            value = str(getattr(user, attribute, "") or "").casefold()
            if len(value) > 1 and value in password.casefold():
                label = user._meta.get_field(attribute).verbose_name
                raise ValidationError(
                    self.get_error_message(), code="password_too_similar", params={"verbose_name": label}
                )

    def get_error_message(self) -> str:
        return "비밀번호가 %(verbose_name)s과(와) 비슷합니다. 사번이나 이름이 들어가지 않게 정해 주세요."

    def get_help_text(self) -> str:
        return "사번이나 이름과 비슷하면 안 됩니다."


class CommonValidator(standard.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "널리 쓰는 비밀번호입니다. 남이 짐작하기 어려운 것으로 정해 주세요."

    def get_help_text(self) -> str:
        return "널리 쓰는 비밀번호는 안 됩니다."


class MixedValidator:
    """글자·숫자·기호 가운데 두 가지 이상. PASSWORD_MIXED 를 끄면 숫자뿐인 것만 막는다."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = {"letter" if c.isalpha() else "digit" if c.isdigit() else "symbol" for c in password}
        if settings.PASSWORD_MIXED and len(kinds) < 2:
            raise ValidationError(
                "비밀번호가 한 가지 글자로만 되어 있습니다. 글자·숫자·기호 가운데 두 가지 이상을 섞어 주세요.",
                code="password_not_mixed",
            )
        if kinds == {"digit"}:
            raise ValidationError(
                "비밀번호가 숫자뿐입니다. 글자나 기호를 섞어 주세요.", code="password_entirely_numeric"
            )

    def get_help_text(self) -> str:
        if settings.PASSWORD_MIXED:
            return "글자·숫자·기호 가운데 두 가지 이상을 섞습니다."
        return "숫자만으로는 안 됩니다."
