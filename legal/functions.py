"""의회법무팀의 업무, 조직도 순서."""

from core.functions import WorkFunction

FUNCTIONS = [
    WorkFunction("legal.local_laws", "자치법규 정비", "자치법규 정비", "legal.local-laws"),
    WorkFunction("legal.ordinance_council", "조례규칙심의회 운영", "조례규칙심의회", "legal.ordinance-council"),
    WorkFunction("legal.lawsuits", "소송사무 관리", "소송사무", "legal.lawsuits"),
    WorkFunction("legal.free_counseling", "무료법률상담 운영", "무료법률상담"),
    WorkFunction("legal.legal_advisers", "법률고문 운영 및 관리", "법률고문", "legal.legal-advisers"),
    WorkFunction("legal.legal_advice", "법률자문 및 지원", "법률자문"),
    WorkFunction("legal.regulatory_reform", "규제개혁", "규제개혁"),
    WorkFunction("legal.notices", "고시·공고 심사", "고시·공고 심사"),
    WorkFunction("legal.council_liaison", "의회협력지원", "의회협력"),
    WorkFunction("legal.council_questions", "구의원 질문사항 처리", "구의원 질문"),
    WorkFunction("legal.administrative_audits", "행정사무감사 사전 준비 및 수감 지원", "행정사무감사"),
]
