"""법률고문 운영 및 관리(의회법무팀).

근거  구의 법률고문 조례(인원·임기·수당은 설정)
주기  위촉은 2년(연임), 수당은 달마다
모델  Adviser(법률고문) – Appointment(위촉·연임) · ConflictOfInterest(이해충돌) · Allocation(배정) · AdviserFee(수당),
      SpecialtyWord(전문분야 낱말)
"""
