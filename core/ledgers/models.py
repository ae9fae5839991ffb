"""원장의 바탕이 되는 모델: 한 벌의 자료, 그것을 가리키는 손가락, 행, 행의 합. 표는 업무마다 둔다."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Count, Sum, Window
from django.db.models.functions import Mod, RowNumber
from django.utils import timezone

from core.documents.models import StoredFile
from core.excel.reader import Question
from core.history.models import Record
from core.history.revisions import kept_rows, move


class Snapshot(Record):
    """받은 자료 한 벌. 미리보기에서 행을 다 적어 두고, 반영은 가리키는 손가락만 옮긴다.

    물려받은 모델에는 자리를 이루는 항목이 더 있고, 손가락은 pointer, 행은 rows, 합은 summaries 로 이어진다.
    """

    class Status(models.TextChoices):
        PREVIEW = "preview", "미리보기"
        CURRENT = "current", "반영"
        REPLACED = "replaced", "새 자료로 바뀜"
        TAKEN_BACK = "taken_back", "되돌림"

    as_of = models.DateField("기준일")
    status = models.CharField("상태", max_length=10, choices=Status.choices, default=Status.PREVIEW)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="파일")
    sheet = models.CharField("시트", max_length=100, blank=True)
    unit = models.PositiveBigIntegerField("단위(원)", default=1)
    mapping = models.JSONField("열 맞춤", default=dict, blank=True)
    row_count = models.PositiveIntegerField("행 수", default=0)
    # 몇째 쪽이든 그 자리부터 읽도록, MARK_EVERY 행마다의 엑셀 행 번호. 목록의 쪽 넘김만 쓴다.
    marks = models.JSONField("쪽갈피", default=list, blank=True)
    report = models.JSONField("읽은 결과", default=dict, blank=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="가져온 사람"
    )
    brought_at = models.DateTimeField("가져온 때", default=timezone.now)
    applied_at = models.DateTimeField("반영한 때", null=True, blank=True)
    previous = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="앞선 자료"
    )
    is_sample = models.BooleanField("표본", default=False)

    MARK_EVERY: ClassVar = 1_000
    untracked: ClassVar = ("report", "mapping", "marks")
    # 손가락이 서는 자리: 자리마다 현재 자료가 하나다.
    place: ClassVar[tuple[str, ...]] = ("as_of",)
    rows: Any
    summaries: Any

    class Meta(Record.Meta):
        abstract = True

    @property
    def is_read(self) -> bool:
        """끝까지 읽어 읽은 결과를 적었는가. 뒤에서 적고 있는 자료는 아니다."""
        return "taken" in self.report

    @property
    def can_apply(self) -> bool:
        """반영할 수 있는 미리보기인가: 고칠 칸이 없고 읽은 행이 있다."""
        return self.status == self.Status.PREVIEW and self.row_count > 0

    @classmethod
    def pointers(cls) -> models.QuerySet[Any]:
        """이 원장의 손가락."""
        model: Any = cls._meta.get_field("pointer").related_model
        found: models.QuerySet[Any] = model.objects.all()
        return found

    @property
    def where(self) -> dict[str, Any]:
        """이 자료의 자리."""
        return {name: getattr(self, name) for name in self.place}

    def open_questions(self, confirmed: Collection[str] = ()) -> list[dict[str, str]]:
        """아직 답하지 않은 물음."""
        return [item for item in self.report.get("questions", []) if Question(**item).waits(confirmed)]

    def earlier_pointer(self) -> Any:
        """견줄 자료: 같은 자리의 지금 자료, 없으면 바로 앞 기준일의 자료."""
        beside = {name: value for name, value in self.where.items() if name != "as_of"}
        pointers = self.pointers().filter(**beside, as_of__lte=self.as_of).exclude(snapshot=self)
        return pointers.select_related("snapshot__file").order_by("-as_of").first()

    @transaction.atomic
    def apply(self, confirmed: Collection[str] = ()) -> None:
        """이 자료를 그 자리의 현재 자료로 삼는다. 같은 자리의 앞선 자료는 물러난다.

        두 가지로 읽히는 것(report["questions"])은 모두 답해야(confirmed) 반영한다.
        """
        if not self.can_apply:
            raise ValidationError("고칠 칸이 남았거나 이미 반영한 자료입니다. 고친 파일을 다시 올려 주세요.")
        if waiting := [item["text"] for item in self.open_questions(confirmed)]:
            raise ValidationError(f"답하지 않은 물음이 있어 반영하지 않았습니다. {waiting[0]}.")
        pointers = self.pointers()
        pointer = pointers.select_for_update().filter(**self.where).select_related("snapshot").first()
        if pointer:
            self.previous = pointer.snapshot
            self.previous.status = self.Status.REPLACED
            self.previous.save()
            pointer.snapshot = self
            pointer.save()
        else:
            pointers.model(**self.where, snapshot=self).save()
        self.on_apply()
        self.status, self.applied_at = self.Status.CURRENT, timezone.now()
        self.save()

    @transaction.atomic
    def take_back(self) -> None:
        """반영을 통째로 되돌린다. 앞선 자료가 있으면 그것이 다시 현재가 되고, 없으면 자리가 비워진다."""
        if self.status != self.Status.CURRENT:
            raise ValidationError("지금 쓰고 있는 자료만 되돌릴 수 있습니다.")
        pointer = self.pointers().select_for_update().get(snapshot=self)
        previous = self.previous
        if previous and previous.status == self.Status.REPLACED:
            previous.status = self.Status.CURRENT
            previous.save()
            pointer.snapshot = previous
            pointer.save()
        else:
            pointer.delete()
        self.on_take_back()
        self.status = self.Status.TAKEN_BACK
        self.save()

    def on_apply(self) -> None:
        """반영할 때 함께 바뀌는 것. 같은 거래 안에서, 이 자료를 적기 앞에 부른다."""

    def on_take_back(self) -> None:
        """되돌릴 때 함께 돌아가는 것."""

    @transaction.atomic
    def discard(self) -> None:
        """반영하지 않은 미리보기를 행까지 지운다."""
        if self.status != self.Status.PREVIEW:
            raise ValidationError("반영한 자료는 지울 수 없습니다. 되돌리기를 쓰세요.")
        self.drop_rows()
        self.delete()

    def drop_rows(self) -> int:
        """행과 그 합을 이력 없이 지우고 행 수를 준다."""
        self.summaries.all()._raw_delete(self.summaries.db)
        return self.rows.all()._raw_delete(self.rows.db) or 0

    @transaction.atomic
    def summarise(self) -> None:
        """행에서 합과 쪽갈피를 다시 셈해 적는다. 행을 적은 그 거래 안에서 부른다."""
        self.summaries.all()._raw_delete(self.summaries.db)
        for cut in self.summaries.model.Cut:
            self.summaries.model.objects.write(self, cut)
        self.marks = self.rows.all().marks(self.MARK_EVERY)
        self.save(update_fields=["marks"])
        # 쪽갈피는 이력에 남기지 않으므로 판을 따로 올린다.
        move([self._meta.label_lower])

    def gaps(self) -> list[SummaryGap]:
        """적어 둔 합이 행과 다른 자리 모두. 갈래마다 행을 데이터베이스에서 다시 더해(GROUP BY) 원까지 견준다."""
        gaps = []
        model = self.summaries.model
        for cut in model.Cut:
            keys = [field.name for field in model.key_fields(cut)]
            counted, kept = (
                {tuple(group.pop(key) for key in keys): group for group in found.by(*keys)}
                for found in (self.rows.all(), self.summaries.filter(cut=cut))
            )
            for key in {**counted, **kept}:
                one, two = counted.get(key, {}), kept.get(key, {})
                for column in ("rows", *model.summed):
                    if one.get(column) != two.get(column):
                        title = str(model._meta.get_field(column).verbose_name)
                        label = " ".join(str(part) for part in key[1:])
                        gaps.append(SummaryGap(str(cut.label), label, title, one.get(column), two.get(column)))
        marks = self.rows.all().marks(self.MARK_EVERY)
        if marks != self.marks:
            gaps.append(SummaryGap("쪽갈피", "", "개수", len(marks), len(self.marks)))
        return gaps


@dataclass(frozen=True)
class SummaryGap:
    """행을 다시 더한 값과 적어 둔 합이 다른 한 자리. 금액은 원, 적힌 것이 없으면 None."""

    cut: str
    label: str
    column: str
    rows: int | None
    summary: int | None

    def __str__(self) -> str:
        shown = ["-" if value is None else f"{value:,}" for value in (self.rows, self.summary)]
        return f"{self.cut} {self.label} {self.column}: 행 {shown[0]}, 합 {shown[1]}"


class Pointer(Record):
    """그 자리의 현재 자료가 무엇인가. 이 한 줄이 바뀌면 현황판이 바뀐다.

    물려받은 모델은 자리를 이루는 항목과 snapshot(OneToOne, related_name="pointer")을 더한다.
    """

    as_of = models.DateField("기준일")

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.as_of:%Y. %-m. %-d.} 기준"


class LedgerQuerySet(models.QuerySet[Any]):
    """행과 그 합에 똑같이 묻는 것. 같은 조건이면 두 답이 같다."""

    # 행의 수를 세는 법
    row_count: ClassVar[models.Aggregate] = Count("pk")

    def for_user(self, user: Any) -> Self:
        """user 가 볼 수 있는 행. 부서 담당자는 자기 부서만."""
        return self.model.scope.readable(self, user)

    def by(self, *fields: str) -> list[dict[str, Any]]:
        """fields 로 묶은 합(원). 질의 한 번, 첫 금액이 큰 것부터."""
        summed = self.model.summed
        groups = self.order_by().values(*fields).annotate(found=self.row_count, **{name: Sum(name) for name in summed})
        return [{"rows": group.pop("found"), **group} for group in kept_rows(groups.order_by(f"-{summed[0]}"))]

    def marks(self, every: int) -> list[int]:
        """every 행마다의 엑셀 행 번호. 첫 행부터."""
        place = Window(RowNumber(), order_by="row_number")
        marked = self.order_by("row_number").annotate(place=place).annotate(at=Mod("place", every)).filter(at=1 % every)
        return list(marked.values_list("row_number", flat=True))


class SummaryQuerySet(LedgerQuerySet):
    """행의 합."""

    row_count = Sum("rows")

    def write(self, snapshot: Snapshot, cut: str) -> None:
        """snapshot 의 행을 cut 으로 묶어 합을 적는다. 데이터베이스 안에서 한 번에(INSERT … SELECT)."""
        quote = connection.ops.quote_name
        keys = [field.column for field in self.model.key_fields(cut)]
        summed = self.model.summed
        sums = ", ".join(f"SUM({quote(name)})" for name in summed)
        columns = ", ".join(map(quote, ["cut", "snapshot_id", *keys, "rows", *summed]))
        groups = ", ".join(map(quote, keys))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(self.model._meta.db_table)} ({columns}) "  # noqa: S608 - 표와 열 이름은 모델에서 온다
                f"SELECT %s, %s, {groups}, COUNT(*), {sums} FROM {quote(snapshot.rows.model._meta.db_table)} "
                # 엑셀 행 번호의 조건은 늘 참이다. SQLite 가 행을 적힌 차례대로 읽게 한다.
                f"WHERE snapshot_id = %s AND row_number >= 0 GROUP BY {groups}",
                [cut, snapshot.pk, snapshot.pk],
            )
