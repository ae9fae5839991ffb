"""상태의 말과 그 색. 상태를 적는 곳(TextChoices)에 함께 적는다.

    class Status(models.TextChoices):
        PLANNED = "planned", Sign("계획", "none")
        ONGOING = "ongoing", "진행"
        DONE = "done", Sign("완료", "done")

`get_status_display()` 와 `label` 이 이 말을 그대로 주므로 {% sig %} 와 표의 상태 열이 색을 안다. 색을 적지 않은 말은 subm 이다.
"""

from __future__ import annotations

from typing import Self

DEFAULT = "subm"


class Sign(str):
    """색의 갈래가 있는 말. 갈래는 done·ok·warn·bad·none·subm. 글자로 다시 적으면(f"…", str()) 보통 글자가 된다."""

    kind: str

    def __new__(cls, word: str, kind: str = DEFAULT) -> Self:
        found = super().__new__(cls, word)
        found.kind = kind
        return found


def kind_of(word: object) -> str:
    """말의 색. 적지 않았으면 subm."""
    return getattr(word, "kind", DEFAULT)
