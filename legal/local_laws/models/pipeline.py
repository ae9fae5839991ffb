"""의안이 지나는 길: 단계, 결과, 종류와 발의자마다 다른 차례, 단계마다 붙고 끝나는 기한. 행을 읽지 않는다."""

from __future__ import annotations

from django.db import models

from core.states import Sign


class LawKind(models.TextChoices):
    """자치법규의 종류."""

    ORDINANCE = "ordinance", "조례"
    RULE = "rule", "규칙"
    DIRECTIVE = "directive_rule", "훈령"
    ESTABLISHED = "established_rule", "예규"


class Action(models.TextChoices):
    """의안의 유형. 보고서는 셋(제정·개정·폐지)으로 묶는다."""

    ENACT = "enact", "제정"
    REVISE = "revise", "전부개정"
    AMEND = "amend", "일부개정"
    CONSEQUENTIAL = "consequential", "타법개정"
    REPEAL = "repeal", "폐지"


class Group(models.TextChoices):
    """보고서의 유형."""

    ENACT = "enact", "제정"
    AMEND = "amend", "개정"
    REPEAL = "repeal", "폐지"


GROUPED: dict[str, tuple[str, ...]] = {
    Group.ENACT: (Action.ENACT,),
    Group.AMEND: (Action.REVISE, Action.AMEND, Action.CONSEQUENTIAL),
    Group.REPEAL: (Action.REPEAL,),
}


class Proposer(models.TextChoices):
    """발의자."""

    MAYOR = "mayor", "구청장"
    MEMBER = "member", "의원"
    COMMITTEE = "committee", "위원회"
    RESIDENTS = "residents", "주민"


class Stage(models.TextChoices):
    """의안이 지금 있는 단계, 또는 끝난 모습."""

    PROPOSAL = "proposal", "주민청구 발의"
    DRAFTING = "drafting", "입안"
    CONSULTING = "consulting", "부서협의"
    IMPACT = "impact_review", "사전심사"
    NOTICE = "pre_notice", "입법예고"
    LEGAL = "legal_review", "법제심사"
    BOARD = "board", "조례·규칙심의회"
    SUBMISSION = "submission", "의회 제출"
    COMMITTEE = "committee", "위원회 심사"
    PLENARY = "plenary", "본회의 의결"
    TRANSFER = "transfer", "이송"
    REPORT = "report", "서울시 보고"
    REVIEW = "promulgation_board", "공포안 심의"
    PROMULGATION = "promulgation", "공포·발령"
    RECONSIDERATION = "reconsideration", "재의"
    PROMULGATED = "promulgated", "공포함"
    REJECTED = "rejected", Sign("부결", "bad")
    DISCARDED = "discarded", "폐기"
    WITHDRAWN = "withdrawn", "철회"


ENDINGS = (Stage.PROMULGATED, Stage.REJECTED, Stage.DISCARDED, Stage.WITHDRAWN)
STEPS = tuple(stage for stage in Stage if stage not in ENDINGS)
# 부서가 스스로 하는 단계
DEPARTMENT_STEPS = (Stage.DRAFTING, Stage.CONSULTING)
# 조례·규칙심의회가 안건으로 올리는 단계
BOARD_STEPS = (Stage.BOARD, Stage.REVIEW)
# 보완하라고 되돌릴 수 있는 단계와, 되돌아가는 단계. 의회에 낸 뒤에는 철회만 된다.
INTERNAL_STEPS = (
    Stage.DRAFTING, Stage.CONSULTING, Stage.IMPACT, Stage.NOTICE, Stage.LEGAL, Stage.BOARD, Stage.SUBMISSION
)  # fmt: skip
# 훈령·예규: 밖에 효력이 없어 예고·심의·보고가 없다.
INTERNAL_KINDS = (LawKind.DIRECTIVE, LawKind.ESTABLISHED)


class Holder(models.TextChoices):
    """지금 의안을 쥐고 있는 곳."""

    DEPARTMENT = "department", "소관 부서"
    LEGAL = "legal", "의회법무팀"
    BOARD = "board", "조례·규칙심의회"
    COUNCIL = "council", "구의회"


HOLDERS: dict[str, Holder] = {
    Stage.PROPOSAL: Holder.COUNCIL, Stage.DRAFTING: Holder.DEPARTMENT, Stage.CONSULTING: Holder.DEPARTMENT,
    Stage.IMPACT: Holder.DEPARTMENT, Stage.NOTICE: Holder.LEGAL, Stage.LEGAL: Holder.LEGAL, Stage.BOARD: Holder.BOARD,
    Stage.SUBMISSION: Holder.LEGAL, Stage.COMMITTEE: Holder.COUNCIL, Stage.PLENARY: Holder.COUNCIL, Stage.TRANSFER: Holder.COUNCIL,
    Stage.REPORT: Holder.LEGAL, Stage.REVIEW: Holder.BOARD, Stage.PROMULGATION: Holder.LEGAL, Stage.RECONSIDERATION: Holder.COUNCIL,
}  # fmt: skip


class Result(models.TextChoices):
    """한 단계를 마친 결과. 앞의 여섯은 심의회의 의결(core.committees)과 값이 같다."""

    ORIGINAL = "original", "원안"
    AMENDED = "amended", "수정"
    CONDITIONAL = "conditional", "조건부"
    POSTPONED = "postponed", "보류"
    REJECTED = "rejected", Sign("부결", "bad")
    REPORTED = "reported", "보고"
    PASSED = "passed", "마침"
    DISCARDED = "discarded", "폐기"
    RETURNED = "returned", "보완"
    RECONSIDER = "reconsider", "재의요구"
    CONFIRMED = "confirmed", "재의결"
    PROMULGATED = "promulgated", "공포"
    WITHDRAWN = "withdrawn", "철회"


_R = Result
_BOARD_RESULTS = (_R.ORIGINAL, _R.AMENDED, _R.CONDITIONAL, _R.POSTPONED, _R.REJECTED, _R.REPORTED)
# 단계마다 적을 수 있는 결과. 적지 않은 단계는 「마침」뿐이고, 공포와 재의요구는 따로 한다(services).
RESULTS: dict[str, tuple[Result, ...]] = {
    Stage.BOARD: _BOARD_RESULTS,
    Stage.REVIEW: _BOARD_RESULTS,
    Stage.COMMITTEE: (_R.ORIGINAL, _R.AMENDED, _R.POSTPONED, _R.REJECTED),
    Stage.PLENARY: (_R.ORIGINAL, _R.AMENDED, _R.POSTPONED, _R.REJECTED, _R.DISCARDED),
    Stage.RECONSIDERATION: (_R.CONFIRMED, _R.REJECTED),
    Stage.PROMULGATION: (),
}
# 남은 길로 가지 않는 결과
_ENDS = {_R.REJECTED: Stage.REJECTED, _R.DISCARDED: Stage.DISCARDED, _R.CONFIRMED: Stage.PROMULGATION}

# 단계를 마치면 끝나는 기한과, 마친 날부터 새로 세는 기한
CLOSES: dict[str, tuple[str, ...]] = {
    Stage.PROPOSAL: ("ordinance.resident_proposal",),
    Stage.NOTICE: ("ordinance.notice",),
    Stage.PLENARY: ("ordinance.resident_vote",),
    Stage.TRANSFER: ("ordinance.transfer",),
    Stage.REPORT: ("ordinance.report", "ordinance.rule_report"),
    Stage.PROMULGATION: ("ordinance.promulgation", "ordinance.confirmed_promulgation"),
    Stage.RECONSIDERATION: ("ordinance.reconsideration",),
}
OPENS: dict[str, tuple[str, ...]] = {
    Stage.PLENARY: ("ordinance.transfer",),
    Stage.TRANSFER: ("ordinance.report", "ordinance.promulgation", "ordinance.redeliberation"),
    Stage.RECONSIDERATION: ("ordinance.confirmed_promulgation", "ordinance.supreme_court"),
}


def route(kind: str, proposer: str, *, skips_notice: bool = False, is_amended: bool = False) -> tuple[Stage, ...]:
    """의안이 지나는 단계의 차례.

    공포안은 의회가 고쳤거나 구청장이 내지 않은 조례만 심의회가 다시 본다(지방자치법 시행령 제28조제1항).
    """
    s = Stage
    if kind in INTERNAL_KINDS:
        return (s.DRAFTING, s.CONSULTING, s.LEGAL, s.PROMULGATION)
    notice = () if skips_notice else (s.NOTICE,)
    inside = (s.DRAFTING, s.CONSULTING, s.IMPACT, *notice, s.LEGAL, s.BOARD)
    if kind == LawKind.RULE:
        return (*inside, s.REPORT, s.PROMULGATION)
    by_mayor = proposer == Proposer.MAYOR
    head = (*inside, s.SUBMISSION) if by_mayor else (s.PROPOSAL,) if proposer == Proposer.RESIDENTS else ()
    review = () if by_mayor and not is_amended else (s.REVIEW,)
    return (*head, s.COMMITTEE, s.PLENARY, s.TRANSFER, s.REPORT, *review, s.PROMULGATION)


def results_of(stage: str) -> tuple[Result, ...]:
    """stage 에서 적을 수 있는 결과."""
    return RESULTS.get(stage, (Result.PASSED,))


def following(stage: str, result: str, way: tuple[Stage, ...]) -> Stage:
    """stage 를 result 로 마치면 가는 단계. 보류는 그 자리에 남는다."""
    if result == Result.POSTPONED:
        return Stage(stage)
    if stage == Stage.REVIEW and result == Result.REJECTED:
        # 심의회가 공포하지 않기로 하면 구청장은 재의를 요구한다. 공포 단계에서 고른다.
        return Stage.PROMULGATION
    if result in _ENDS:
        return _ENDS[Result(result)]
    return way[way.index(Stage(stage)) + 1]


def word(stage: str, kind: str) -> str:
    """화면에 적을 단계의 말. 훈령·예규는 「발령」, 조례·규칙은 「공포」다."""
    if stage == Stage.PROMULGATION:
        return "발령" if kind in INTERNAL_KINDS else "공포"
    if stage == Stage.PROMULGATED:
        return "발령함" if kind in INTERNAL_KINDS else "공포함"
    found: str = Stage(stage).label
    return found
