"""소송대장의 엑셀. 한 줄이 한 심급이고, 반영하면 사건·심급·당사자·판결이 함께 생긴다.

미리보기와 오류, 되돌리기는 다른 가져오기와 같다. 이름은 올린 사람의 미리보기에만 나오고, 대장에는 가려서 남는다.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, ClassVar

from django.db import transaction

from core.access import Team
from core.deadlines.models import Deadline
from core.excel.fields import ExcelField
from core.excel.lookups import Lookup
from core.excel.preview import Preview, RowId
from core.excel.resource import Applied
from core.excel.values import CellError
from core.history.context import acting_as
from core.history.models import tracked_many
from core.org.models import Staff
from core.privacy.masking import masked_name
from legal.lawsuits import services
from legal.lawsuits.excel import CaseResource
from legal.lawsuits.models import CostRecovery, Instance, Lawsuit, Outcome, Party, Ruling, advisers
from legal.lawsuits.models.ledger import LedgerRow, names_in, plain

_NAMES = ("plaintiff", "defendant")


class NamesField(ExcelField):
    """이름의 칸. 대장에는 가린 이름이 있으므로, 가리면 같아지는 이름은 바뀐 것이 아니다."""

    def same(self, old: Any, new: Any) -> bool:
        return super().same(old, new) or old == ", ".join(map(masked_name, names_in(str(new or ""))))


def _on_receipt(row: Any) -> Any:
    """접수한 날에 있던 부서면 된다."""
    return row.received_on, row.received_on


class LedgerResource(CaseResource):
    """예전 소송대장을 사건으로 옮긴다."""

    model = LedgerRow
    key = ("case_number",)
    fields = (
        "case_number", "serial", "kind_text", "title", "plaintiff", "defendant", "department", "court", "received_on", "claim_amount",
        "officers", "agent", "progress", "result", "ruled_on", "served_on", "final_on", "related_number", "note",
    )  # fmt: skip
    required = ("case_number", "title", "department", "received_on")
    lookups: ClassVar = {"department": Lookup(period=_on_receipt)}
    synonyms: ClassVar = {
        "serial": ("번호", "순번", "NO", "No."),
        "kind_text": ("종류", "사건구분", "소송구분", "소송종류"),
        "title": ("건명", "사건내용", "청구내용"),
        "plaintiff": ("원고", "청구인", "원고·청구인", "원고/청구인", "신청인", "당사자·원고"),
        "defendant": ("피고", "피청구인", "피고/피청구인", "당사자·피고"),
        "department": ("부서", "담당부서", "주관부서", "소관"),
        "court": ("법원명", "관할법원", "법원·위원회", "관할", "재판부"),
        "received_on": ("접수일자", "소장접수일", "소제기일", "청구일", "제소일"),
        "claim_amount": ("소송가액", "소송물가액"),
        "officers": ("수행자", "담당자"),
        "agent": ("소송대리인", "변호사", "대리인(변호사)"),
        "progress": ("진행상황/결과", "진행상황·결과", "진행상태", "진행현황", "상태"),
        "result": ("처리결과", "소송결과", "선고결과", "판결결과", "재결결과"),
        "ruled_on": ("선고일자", "판결선고일", "판결일", "재결일", "선고(재결)일"),
        "served_on": ("판결문송달일", "송달일자", "판결송달일", "송달"),
        "final_on": ("확정일자", "판결확정일"),
        "related_number": ("관련사건", "원심번호", "원심사건번호", "1심번호"),
        "note": ("메모",),
    }
    notes: ClassVar = {
        "plaintiff": "이름은 송무 담당과 소송수행자만 봅니다. 내려받은 파일에는 가린 이름이 나옵니다.",
        "progress": "진행중, 승소, 패소, 일부패소, 각하, 취하, 조정. ‘확정’이나 ‘종결’을 함께 적습니다.",
        "related_number": "앞 심급의 사건번호. 적으면 같은 사건의 다음 심급으로 잇습니다.",
    }
    # 함께 만든 자료. 되돌릴 때 이 차례로 되돌린다.
    also: ClassVar = (Deadline, CostRecovery, Ruling, Party, Instance, Lawsuit)

    def _excel_field(self, name: str, user: Any) -> ExcelField:
        found = super()._excel_field(name, user)
        return NamesField(found.source, found.kind, found.widget) if name in _NAMES else found

    def complete(self, instance: Any, examiner: Any) -> None:
        """관련 사건번호는 이 파일이나 이미 있는 심급의 것이어야 한다."""
        related = plain(instance.related_number)
        if not related:
            return
        known = examiner.memo.get("numbers")
        if known is None:
            known = set(Instance.objects.values_list("case_number", flat=True))
            known |= {plain(str(row.values.get("case_number") or "")) for row in examiner.rows}
            examiner.memo["numbers"] = known
        if related not in known:
            raise CellError(
                f"관련 사건번호 ‘{instance.related_number}’인 사건이 파일에도 등록한 사건에도 없습니다", "번호를 고치거나 칸을 비워 주세요"
            )

    def apply(
        self, preview: Preview, user: Any, file: Any, chosen: Collection[RowId] | None = None, batch: uuid.UUID | None = None
    ) -> Applied:  # fmt: skip
        rows = [row.instance for row in preview.to_apply(chosen)]
        # 저장하면 이름이 가려지므로, 당사자에 적을 온 이름을 먼저 챙긴다.
        names = {id(row): (row.plaintiff, row.defendant, row.ours_is_plaintiff, row.read()) for row in rows}
        with transaction.atomic():
            applied = super().apply(preview, user, file, chosen, batch)
            with acting_as(user, f"엑셀 {file}", applied.batch):
                mover = _Mover(user)
                for row in sorted(rows, key=lambda one: (one.received_on, one.pk)):
                    mover.move(row, *names[id(row)])
                for lawsuit in mover.touched.values():
                    services.settle(lawsuit)
                mover.close()
        return applied


class _Mover:
    """대장의 줄을 접수일 차례로 사건에 옮긴다. 앞 심급이 먼저 자리를 잡는다."""

    def __init__(self, user: Staff | None) -> None:
        self.user = user
        self.touched: dict[int, Lawsuit] = {}
        self.closing: list[Lawsuit] = []
        self.by_party: dict[tuple[str, str, int], Lawsuit] = {}
        self.advisers = {plain(text): one for one in advisers() for text in (one.name, one.firm, str(one)) if text}
        staff: dict[str, list[Staff]] = {}
        for one in Staff.objects.filter(is_active=True):
            staff.setdefault(plain(one.name), []).append(one)
        self.staff = {name: people[0] for name, people in staff.items() if len(people) == 1}

    def move(self, row: LedgerRow, plaintiff: str, defendant: str, ours_is_plaintiff: bool, progress: Any) -> None:
        opponent = defendant if ours_is_plaintiff else plaintiff
        names = names_in(opponent)
        key = (plain(row.title), plain(opponent), row.department_id)
        instance = Instance.objects.filter(case_number=row.case_number).select_related("lawsuit").first()
        lawsuit = instance.lawsuit if instance else self.known(row, key, names)
        if lawsuit is None:
            lawsuit = self.start(row, names, ours_is_plaintiff)
        if instance is None:
            instance = self.add_instance(row, lawsuit)
        self.by_party.setdefault(key, lawsuit)
        self.touched[lawsuit.pk] = lawsuit
        if row.instance_id != instance.pk:
            row.instance = instance
            row.save()
        if progress.outcome:
            self.add_ruling(row, instance, progress)
        if progress.closed:
            self.closing.append(lawsuit)

    def known(self, row: LedgerRow, key: tuple[str, str, int], names: list[str]) -> Lawsuit | None:
        """앞 심급이 있는 사건: 관련 사건번호가 같거나, 사건명·당사자·부서가 같고 그 심급이 아직 없다."""
        if row.related_number:
            found = Instance.objects.filter(case_number=row.related_number).select_related("lawsuit").first()
            return found.lawsuit if found else None
        lawsuit = self.by_party.get(key)
        if lawsuit is None and names:
            same = Lawsuit.objects.filter(title=row.title, department=row.department_id, parties__name=names[0]).distinct()[:2]
            lawsuit = same[0] if len(same) == 1 else None
        if lawsuit is None or not names:
            return None
        levels = set(Instance.objects.filter(lawsuit=lawsuit).values_list("level", flat=True))
        order = [Instance.Level.FIRST, Instance.Level.SECOND, Instance.Level.THIRD]
        above = row.level in order and any(one in levels for one in order[: order.index(Instance.Level(row.level))])
        return lawsuit if (above or row.level == Instance.Level.APPLICATION) and row.level not in levels else None

    def start(self, row: LedgerRow, names: list[str], ours_is_plaintiff: bool) -> Lawsuit:
        position = Lawsuit.Position.PLAINTIFF if ours_is_plaintiff else Lawsuit.Position.DEFENDANT
        legal = self.user is not None and self.user.team == Team.LEGAL
        lawsuit = Lawsuit(
            kind=row.kind, title=row.title, position=position, department=row.department, received_on=row.received_on,
            claim_amount=row.claim_amount, handler=self.user if legal else None,
        )  # fmt: skip
        lawsuit.save()
        role = "피고" if ours_is_plaintiff else "청구인" if row.kind == Lawsuit.Kind.APPEAL else "원고"
        for name in names:
            Party(lawsuit=lawsuit, role=role, name=name[:100]).save()
        return lawsuit

    def add_instance(self, row: LedgerRow, lawsuit: Lawsuit) -> Instance:
        court = row.court or ("행정심판위원회" if row.kind == Lawsuit.Kind.APPEAL else "법원 모름")
        adviser = self.advisers.get(plain(row.agent))
        instance = Instance(
            lawsuit=lawsuit, level=row.level, court=court, case_number=row.case_number, received_on=row.received_on, adviser=adviser,
            counsel="" if adviser else row.agent,
        )  # fmt: skip
        instance.save()
        people = [self.staff[plain(one)] for one in names_in(row.officers) if plain(one) in self.staff]
        if people:
            with tracked_many(instance):
                instance.officers.set(people)
        return instance

    def add_ruling(self, row: LedgerRow, instance: Instance, progress: Any) -> None:
        ruling = Ruling.objects.filter(instance=instance).first() or Ruling(instance=instance)
        ruling.outcome, ruling.ruled_on = progress.outcome, row.ruled_on
        ruling.served_on = row.served_on or ruling.served_on
        ruling.certified_on = row.final_on or ruling.certified_on
        ruling.appeal = progress.appeal if progress.appeal != Ruling.Appeal.UNKNOWN else ruling.appeal
        if progress.ended and ruling.appeal == Ruling.Appeal.UNKNOWN and progress.outcome not in (Outcome.WITHDRAWN, Outcome.SETTLED):
            # 대장에는 송달일이 하나뿐이다. 확정된 사건이면 상대의 송달일도 같은 날로 보고 센다.
            ruling.appeal = Ruling.Appeal.NONE
            ruling.opponent_served_on = ruling.opponent_served_on or ruling.served_on
        ruling.save()

    def close(self) -> None:
        """대장에 종결로 적힌 사건은 확정일에 종결한다. 비용 회수가 남았으면 그대로 둔다."""
        for lawsuit in self.closing:
            lawsuit.refresh_from_db()
            if lawsuit.final_on and not lawsuit.closed_on:
                CostRecovery.objects.filter(lawsuit=lawsuit, status=CostRecovery.Status.ELIGIBLE).delete()
                lawsuit.closed_on = lawsuit.final_on
                lawsuit.save()
                services.settle(lawsuit)
