"""자치법규 정비 (의회법무팀)

조례·규칙·훈령·예규의 목록과 공포한 판, 의안이 입안에서 시행까지 지나는 길과 그 법정 기한, 상위법 개정에 따른 정비과제,
신구조문대비표, 입법 현황표(종류 × 유형)를 다룬다.
근거: 지방자치법 제28조–제35조·제120조·제192조, 같은 법 시행령 제28조·제31조·제69조, 행정절차법 제41조–제44조.
모델: LocalLaw, LawVersion, Bill, BillStep, ReviewKind, ImpactReview, NoticeOpinion, ArticleChange, UpperLawChange, RevisionTask.
"""
