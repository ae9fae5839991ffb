"""소송사무 관리(의회법무팀).

근거  행정소송법, 민사소송법, 행정심판법, 국가를 당사자로 하는 소송에 관한 법률
주기  사건마다. 현황은 해마다 주요업무보고에 싣는다.
모델  Lawsuit(사건) – Party(당사자) · Instance(심급) – Hearing(기일) · Filing(서면) · Ruling(판결·재결) – AppealReview(상소 검토),
      Cost(비용) · CostRecovery(비용 회수) · LossReview(패소 분석), OutcomeBucket(승패 분류의 정의)
"""
