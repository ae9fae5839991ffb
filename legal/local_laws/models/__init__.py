"""자치법규 정비의 모델."""

from legal.local_laws.models.bills import ENACTED_DEFINITION, Bill
from legal.local_laws.models.laws import LawVersion, LocalLaw, RevisionTask, UpperLawChange, plain_title
from legal.local_laws.models.steps import ArticleChange, BillStep, ImpactReview, NoticeOpinion, ReviewKind

__all__ = [
    "ENACTED_DEFINITION",
    "ArticleChange",
    "Bill",
    "BillStep",
    "ImpactReview",
    "LawVersion",
    "LocalLaw",
    "NoticeOpinion",
    "ReviewKind",
    "RevisionTask",
    "UpperLawChange",
    "plain_title",
]
