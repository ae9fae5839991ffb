"""가져오기의 걸음: 올리기 → 열 맞추기 → 미리보기 → 반영 → 되돌리기. 화면과 명령이 함께 쓴다."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.documents.models import StoredFile
from core.excel import mapping
from core.excel.models import ImportBatch
from core.excel.preview import CHANGED, CONFLICT, NEW, SAME, Preview, PreviewRow, PreviewStale
from core.excel.reader import FileRefused, Reading
from core.excel.resource import Applied, ExcelResource
from core.excel.values import Fault, Percent, unit_name
from core.excel.writer import ColumnOut, SheetOut, write_xlsx
from core.history.context import acting_as
from core.history.models import Change, undo

# 한 탭에 보여 주는 행. 나머지는 수만 알리고 함께 반영한다.
SHOWN_ROWS = 300
LONGEST_FIX = 2_000


@contextmanager
def local_path(stored: StoredFile) -> Iterator[Path]:
    """저장한 파일의 경로. 내용이 올렸을 때와 다르면 FileRefused."""
    digest = hashlib.sha256()
    with stored.file.open("rb") as source, tempfile.NamedTemporaryFile(prefix="import-") as copy:
        for chunk in iter(lambda: source.read(1 << 20), b""):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        if digest.hexdigest() != stored.sha256:
            raise FileRefused("보관한 파일의 내용이 올렸을 때와 다릅니다", "파일을 다시 올려 주세요")
        # 저장소가 파일 시스템이 아니어도 되고, 검사한 바로 그 내용을 읽는다.
        yield Path(copy.name)


@contextmanager
def open_batch(batch: ImportBatch, resource: ExcelResource) -> Iterator[Reading]:
    """올린 파일을 그때 고른 시트·열 맞춤·단위로 연다."""
    with (
        local_path(batch.file) as path,
        resource.read(path, sheet=batch.sheet or None, mapping=batch.mapping, unit=batch.unit) as reading,
    ):
        if batch.fixes:
            reading.put_cells(batch.fixes)
        yield reading


def fix(batch: ImportBatch, posted: Any) -> int:
    """오류 표에서 고친 칸을 적어 둔다. 고친 칸의 수를 준다."""
    count = 0
    for issue in batch.preview.get("errors", []):
        row, letter = str(issue["row"]), issue["letter"]
        text = posted.get(f"fix_{row}_{letter}", "").strip()
        if letter and text and text != issue["value"]:
            batch.fixes.setdefault(row, {})[letter] = text[:LONGEST_FIX]
            count += 1
    return count


def start(upload: File[bytes], user: Any, resource: ExcelResource) -> tuple[ImportBatch, bool]:
    """파일을 받아 가져오기를 시작한다. 둘째 값은 열을 물어볼 것이 없어 바로 미리볼 수 있는가이다."""
    ImportBatch.objects.purge_abandoned()
    stored = StoredFile.objects.store(upload, user)
    batch = ImportBatch(owner=user, model=resource.model._meta.label_lower, file=stored)
    try:
        with open_batch(batch, resource) as reading:
            batch.sheet = reading.sheet
            known = mapping.remembered(batch.model, reading)
            batch.mapping, batch.unit = (known.mapping, known.unit) if known else ({}, None)
            sure = known is not None or mapping.is_certain(reading, resource.columns())
    except FileRefused:
        stored.file.delete(save=False)
        stored.delete()
        raise
    batch.save()
    return batch, sure


# ── 미리보기 ──────────────────────────────────────────────────────────


def refresh(batch: ImportBatch, resource: ExcelResource, user: Any) -> Preview:
    """파일을 다시 읽어 미리보기를 만들고, 화면에 보일 것을 적어 둔다."""
    with open_batch(batch, resource) as reading:
        preview = resource.preview(reading, user)
    batch.counts = preview.counts
    batch.preview = {
        NEW: [_shown(row) for row in preview.of(NEW)[:SHOWN_ROWS]],
        CHANGED: [_shown(row) for row in preview.of(CHANGED)[:SHOWN_ROWS]],
        SAME: [_shown(row) for row in preview.of(SAME)[:SHOWN_ROWS]],
        CONFLICT: [_shown(row) for row in preview.of(CONFLICT)[:SHOWN_ROWS]],
        "missing": preview.missing[:SHOWN_ROWS],
        "errors": [asdict(issue) for issue in preview.errors],
        "set_aside": [asdict(aside) for aside in preview.set_aside[:SHOWN_ROWS]],
        "warnings": preview.warnings,
        "marks": {row.key: _digest(row) for row in preview.to_apply()},
    }
    batch.excluded = [key for key in batch.excluded if key in batch.preview["marks"]]
    # 그 사이 반영됐을 수 있으므로 상태는 건드리지 않는다.
    batch.save(update_fields=["sheet", "mapping", "unit", "fixes", "counts", "preview", "excluded"])
    return preview


def _shown(row: PreviewRow) -> dict[str, Any]:
    return {
        "key": row.key, "number": row.number, "pk": row.instance.pk, "label": row.label, "note": row.note,
        "cells": [[cell.title, cell.old, cell.new, cell.note] for cell in row.cells],
    }  # fmt: skip


def _digest(row: PreviewRow) -> str:
    return hashlib.sha256(row.mark.encode()).hexdigest()[:16]


def chosen_count(batch: ImportBatch) -> int:
    """지금 고른 대로 반영하면 몇 행인가."""
    return len(batch.preview.get("marks", {})) - len(batch.excluded)


# ── 반영과 되돌리기 ───────────────────────────────────────────────────


@transaction.atomic
def apply_batch(batch: ImportBatch, resource: ExcelResource, user: Any) -> Applied:
    """미리보기에서 고른 행을 반영한다. 본 것과 달라졌으면 PreviewStale 을 내고 아무것도 쓰지 않는다."""
    batch = ImportBatch.objects.select_for_update().select_related("file").get(pk=batch.pk)
    if batch.status != ImportBatch.Status.PREVIEW:
        raise PreviewStale([])
    with open_batch(batch, resource) as reading:
        preview = resource.preview(reading, user)
    seen = batch.preview.get("marks", {})
    wanted = set(seen) - set(batch.excluded)
    now = {row.key: row for row in preview.to_apply()}
    moved = [row for row in preview.rows if row.key in wanted and (row.key not in now or _digest(row) != seen[row.key])]
    if moved or not wanted <= set(now):
        raise PreviewStale(moved)
    applied = resource.apply(preview, user, batch.file, {now[key].id for key in wanted}, batch.pk)
    batch.status, batch.applied_at = ImportBatch.Status.APPLIED, timezone.now()
    batch.counts |= {"applied_new": applied.created, "applied_changed": applied.changed}
    batch.preview = {}
    batch.save()
    return applied


@transaction.atomic
def undo_batch(batch: ImportBatch, resource: ExcelResource, user: Any) -> int:
    """반영한 것을 한꺼번에 되돌린다. 뒤에 고친 것이 있으면 core.history 의 UndoConflict."""
    batch = ImportBatch.objects.select_for_update().select_related("file").get(pk=batch.pk)
    if not batch.may_undo:
        raise PermissionDenied("되돌릴 수 있는 기간이 지났거나 이미 되돌렸습니다.")
    keys = set(changes_of(batch).values_list("object_id", flat=True))
    rows: Any = resource.model._base_manager.filter(pk__in=keys)
    if user is not None and rows.count() != rows.changeable_by(user).count():
        owner = resource.model.scope.owner_text(resource.model)
        raise PermissionDenied(f"지금은 고칠 수 없는 행이 들어 있습니다. {owner}에 요청하세요.")
    with acting_as(user, f"되돌리기 엑셀 {batch.file}"):
        count = undo(batch.pk, resource.model)
    batch.status, batch.undone_at = ImportBatch.Status.UNDONE, timezone.now()
    batch.save()
    return count


def changes_of(batch: ImportBatch) -> Any:
    """이 가져오기가 남긴 이력."""
    return Change.objects.filter(batch=batch.pk, model=batch.model)


# ── 오류 행만 내려받기 ────────────────────────────────────────────────


def write_error_rows(batch: ImportBatch, resource: ExcelResource, stream: Any) -> None:
    """오류 행만 파일의 열 그대로 쓰고, 맨 끝에 고칠 곳을 적는다. 고쳐서 그대로 다시 올릴 수 있다."""
    texts: dict[int, list[str]] = {}
    for issue in batch.preview.get("errors", []):
        where = f"{issue['column']}: " if issue["column"] else ""
        texts.setdefault(issue["row"], []).append(f"{where}{issue['reason']}. {issue['remedy']}".rstrip(". ") + ".")
    with open_batch(batch, resource) as reading:
        kinds = {reading.match.matched[column.name]: column.kind for column in resource.columns()
                 if column.name in reading.match.matched}  # fmt: skip
        outs = [_out(heading, kinds.get(heading.index, "text"), reading) for heading in reading.headings]
        rows = []
        for number, cells, *_ in reading.raw_rows():
            if number in texts:
                cells = [*cells, *[""] * (len(outs) - len(cells))][: len(outs)]
                rows.append([*map(_raw, cells), f"{number}행 " + " ".join(texts[number])])
        write_xlsx(stream, [SheetOut(f"{resource.title} 오류", [*outs, ColumnOut("고칠 곳", "memo", 60)], rows)], missing="")


def _out(heading: Any, kind: str, reading: Reading) -> ColumnOut:
    title = heading.text
    name = next((name for name, place in reading.match.matched.items() if place == heading.index), "")
    unit = reading.units.get(name, 1)
    if kind == "amount" and heading.index not in reading.match.units and unit != 1:
        title = f"{title}({unit_name(unit)})"
    # 잘못 적힌 칸도 적힌 그대로 보여야 하므로 수가 아니면 글자로 쓴다.
    return ColumnOut(title or heading.letter, kind if kind in ("amount", "integer", "decimal", "rate", "date") else "text")


def _raw(value: Any) -> Any:
    if isinstance(value, Fault):
        return value.shown
    return float(value) * 100 if isinstance(value, Percent) else value
