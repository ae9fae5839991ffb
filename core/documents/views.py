"""첨부를 올리고 받고 지우는 일, 의견을 남기는 일.

파일은 MEDIA_ROOT 의 주소로는 열리지 않는다. 여기의 화면만 내주며, 붙은 자료를 볼 수 없는 사람에게는 없는 것(404)이다.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from core.access import HandlerScope
from core.documents.file_types import Refused
from core.documents.forms import AttachmentForm, CommentForm
from core.documents.models import Attached, Attachment, Comment, StoredFile, digest, safe_name
from core.documents.uploads import check_upload
from core.history.models import Record
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.org.way_back import way_back
from core.privacy.models import PersonalAccess
from core.privacy.services import log_access

log = logging.getLogger(__name__)


def _record(request: HttpRequest, content_type: int, pk: int) -> Record:
    """붙일 곳의 자료. 볼 수 없거나 업무 자료가 아니면 404."""
    model = get_object_or_404(ContentType, pk=content_type).model_class()
    if model is None or not issubclass(model, Record) or issubclass(model, Attached):
        raise Http404
    return cast(Record, get_object_or_404(model.objects.for_user(_user(request)), pk=pk))


def _user(request: HttpRequest) -> Staff:
    """로그인한 사람. 로그인하지 않은 요청은 여기까지 오지 않는다(LoginRequiredMiddleware)."""
    return cast(Staff, request.user)


def _back(request: HttpRequest, anchor: str) -> HttpResponse:
    return redirect(f"{way_back(request)}#{anchor}")


@require_POST
def attach(request: HttpRequest, content_type: int, pk: int) -> HttpResponse:
    """파일 여럿을 올린다. 받을 수 없는 것은 까닭을 알리고 나머지는 받는다."""
    record = _record(request, content_type, pk)
    if not record.scope.may_change(record, _user(request)):
        raise PermissionDenied(f"{record.scope.owner_text(type(record))}만 파일을 올릴 수 있습니다.")
    form = AttachmentForm(request.POST)
    uploads = cast(list[TemporaryUploadedFile], request.FILES.getlist("files"))
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
    elif not uploads:
        messages.error(request, "받은 파일이 없습니다. 파일을 고르고, 여럿이면 합쳐서 50MB까지 나누어 올려 주세요.")
    else:
        count = sum(_accept(request, record, form, upload) for upload in uploads)
        if count:
            messages.success(request, f"파일 {count}개를 올렸습니다.")
    return _back(request, "attachments")


def _accept(request: HttpRequest, record: Record, form: AttachmentForm, upload: TemporaryUploadedFile) -> bool:
    """파일 하나를 살펴 붙인다. 받지 않았으면 까닭을 알리고 False."""
    name = safe_name(upload.name or "")
    try:
        check_upload(upload)
        if Attachment.objects.to_record(record).filter(is_removed=False, file__sha256=digest(upload)).exists():
            raise Refused("이미 붙어 있는 파일입니다. 아래 목록에서 확인해 주세요.")
    except Refused as refused:
        messages.error(request, f"‘{name}’: {refused}")
        return False
    with transaction.atomic():
        stored = StoredFile.objects.store(upload, _user(request))
        Attachment.objects.create(record=record, file=stored, **form.cleaned_data)
    return True


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """첨부 하나를 내려받는다. 브라우저가 열어 보지 않고 늘 파일로 저장하게 한다."""
    rows = Attachment.objects.for_user(_user(request)).select_related("file")
    found = get_object_or_404(rows, pk=pk, is_removed=False)
    stored = found.file
    if not _is_kept(stored):
        raise Http404("파일이 저장소에 없습니다.")
    _log_personal(request, found.record, f"첨부 내려받기: {stored.name}")
    content = stored.file.open("rb")
    return _unkept(
        FileResponse(content, as_attachment=True, filename=stored.name, content_type="application/octet-stream")
    )


@require_safe
def download_all(request: HttpRequest, content_type: int, pk: int) -> HttpResponseBase:
    """한 자료의 첨부를 모두 zip 하나로 흘려보낸다."""
    record = _record(request, content_type, pk)
    rows = Attachment.objects.to_record(record).filter(is_removed=False).select_related("file")
    files = [row.file for row in rows]
    if not files or not all(map(_is_kept, files)):
        raise Http404("첨부가 없습니다.")
    _log_personal(request, record, f"첨부 {len(files)}개 내려받기")
    response = StreamingHttpResponse(_zip_stream(files), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, safe_name(f"{record} 첨부.zip"))
    return _unkept(response)


def _log_personal(request: HttpRequest, record: Any, reason: str) -> None:
    """개인정보를 맡긴 자료의 파일은 맡은 사람만 받고, 받은 일이 남는다. 파일 안에는 가리지 않은 이름이 있다."""
    if isinstance(record.scope, HandlerScope):
        refusal = "파일 안에 당사자의 개인정보가 있어 맡은 사람만 받습니다. 필요하면 담당자에게 물어보세요."
        log_access(request, [record], reason, PersonalAccess.Action.EXPORTED, refusal)


def _is_kept(stored: StoredFile) -> bool:
    """저장소에 파일이 있는가. 없으면 운영자가 알 수 있게 적는다."""
    kept: bool = stored.file.storage.exists(str(stored.file.name))
    if not kept:
        log.error("저장소에 없는 파일: StoredFile %s", stored.pk)
    return kept


def _unkept(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Pipe:
    """zip 을 쓰는 쪽과 보내는 쪽 사이의 그릇. 되감을 수 없다."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """쓰는 대로 내보내므로 할 일이 없다."""

    def take(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def _zip_stream(files: Iterable[StoredFile]) -> Iterator[bytes]:
    """파일들을 압축하지 않고 묶는다(문서는 이미 압축되어 있다). 같은 이름에는 (2)를 붙인다."""
    pipe, used = _Pipe(), set[str]()
    with zipfile.ZipFile(cast(Any, pipe), "w") as archive:
        for stored in files:
            stem, dot, suffix = stored.name.rpartition(".")
            name, number = stored.name, 2
            while name in used:
                name, number = f"{stem}({number}){dot}{suffix}", number + 1
            used.add(name)
            entry = zipfile.ZipInfo(name, timezone.localtime(stored.uploaded_at).timetuple()[:6])
            with stored.file.open("rb") as source, archive.open(entry, "w") as target:
                while chunk := source.read(1 << 18):
                    target.write(chunk)
                    yield pipe.take()
    yield pipe.take()


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """첨부를 목록에서 뺀다. 바로 되돌릴 수 있다."""
    attachment = _changeable(Attachment, request, pk)
    attachment.remove()
    undo = reverse("core.attachment-restore", args=[pk])
    messages.success(request, "첨부 1개를 지웠습니다.", extra_tags=f"undo={undo}")
    return _back(request, "attachments")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """뺀 첨부를 되돌린다."""
    _changeable(Attachment, request, pk).restore()
    messages.success(request, "첨부 1개를 되돌렸습니다.")
    return _back(request, "attachments")


def _changeable(model: type[Any], request: HttpRequest, pk: int) -> Any:
    """볼 수 없으면 404, 볼 수 있어도 고칠 수 없으면 403."""
    row = get_object_or_404(model.objects.for_user(_user(request)), pk=pk)
    if not model.scope.may_change(row, _user(request)):
        raise PermissionDenied("올리거나 쓴 사람과 그 자료를 맡은 사람만 바꿀 수 있습니다.")
    return row


@require_POST
def comment(request: HttpRequest, content_type: int, pk: int) -> HttpResponse:
    """의견이나 답글을 남긴다."""
    record = _record(request, content_type, pk)
    if not Comment.scope.may_add(Comment, _user(request)):
        raise PermissionDenied("열람자는 의견을 남길 수 없습니다. 볼 수는 있습니다.")
    written = Comment(record=record, author=_user(request))
    form = CommentForm(request.POST, instance=written, record=record)
    if not Comment.scope.may_block(record, _user(request)):
        del form.fields["is_blocking"]
    if form.is_valid():
        with transaction.atomic():
            form.save().note_mentions()
            text = f"{_user(request).name}: {written.text}"
            mentioned = written.mentioned.exclude(pk=_user(request).pk)
            notify(mentioned, Notice.Reason.MENTIONED, str(record), text=text, url=f"{way_back(request)}#comments")
        messages.success(request, "답글을 남겼습니다." if written.parent_id else "의견을 남겼습니다.")
    else:
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
    return _back(request, "comments")


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """의견을 마무리하거나 다시 연다."""
    _changeable(Comment, request, pk).resolve(_user(request))
    return _back(request, "comments")
