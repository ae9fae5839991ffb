"""첨부와 의견을 적는 칸."""

from __future__ import annotations

from typing import Any

from django import forms

from core.documents.models import Attachment, Comment
from core.history.models import Record


class AttachmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """올릴 파일 여럿에 같이 적을 구분·기준일·설명. 파일은 화면이 하나씩 살펴 받는다."""

    class Meta:
        model = Attachment
        fields = ("kind", "evidence_on", "note")
        widgets = {
            "kind": forms.TextInput(attrs={"size": 12}),
            "evidence_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="attach-%s")
        self.fields["evidence_on"].error_messages["invalid"] = "증빙 기준일은 연-월-일로 적어 주세요. 예: 2023-03-02"


class CommentForm(forms.ModelForm):  # type: ignore[type-arg]
    """의견 한 건. 항목은 그 자료에 있는 것만, 원래 의견은 같은 자료에 붙은 것만 받는다."""

    class Meta:
        model = Comment
        fields = ("text", "field", "parent", "is_blocking")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"text": {"required": "의견을 적은 뒤 「의견 남기기」를 눌러 주세요."}}

    def __init__(self, data: Any = None, *, record: Record, instance: Comment | None = None) -> None:
        super().__init__(data, auto_id="comment-%s", instance=instance)
        self.fields["field"] = forms.ChoiceField(
            label="항목", required=False, choices=[("", "자료 전체"), *field_names(record)]
        )
        self.fields["parent"].queryset = Comment.objects.to_record(record).filter(parent=None)  # type: ignore[attr-defined]
        self.fields["text"].error_messages["max_length"] = "의견은 2,000자까지 적습니다. 긴 글은 파일로 붙여 주세요."


def field_names(record: Record) -> list[tuple[str, str]]:
    """의견을 달 수 있는 항목: 사람이 고치는 칸."""
    return [
        (field.name, str(field.verbose_name))
        for field in record._meta.concrete_fields
        if field.editable and not field.primary_key
    ]
