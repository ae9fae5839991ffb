"""취합의 화면: 운영자(rounds), 부서(submissions)."""
