"""원장: 다른 시스템이 주인인 자료를 한 벌씩 올려 두고 손가락 하나로 가리킨다.

올리기 → 열 맞추기 → 미리보기(앞선 자료와의 차이) → 반영 → 되돌리기의 길을 여기서 걷는다. 집행현황(budget/appropriations)이
이 길을 쓰고, 다음 원장은 아래만 적는다.

  모델    Snapshot 과 Pointer 를 물려받은 두 표와 손가락의 자리(place), 그리고 행(rows)과 합(summaries)의 두 표. 행과 합은 업무의
          표이고 LedgerQuerySet·SummaryQuerySet 과 합을 내는 칸(summed), 합의 갈래(Cut, key_fields)를 쓴다(models.py)
  적기    RowWriter 를 물려받아, 읽은 한 행을 표의 한 줄로 바꾸는 법과 원장만의 검산(reading.py)
  약속    위의 것과 받을 열, 맡은 팀, 주소 이름, 작업 이름을 Ledger 하나에 묶는다(reading.py)
  내놓기  given.py 의 ledgers 에 그 약속을 적으면 뒤에서 읽는 작업과 하루 지난 미리보기를 치우는 일이 따라온다(jobs.py)
  화면    네 단계의 뷰를 물려받아 약속과 틀(template), 파일을 고르는 폼, 앞선 자료와 견주는 법을 적는다(views.py)

과목처럼 파일 때문에 새로 생기는 것, 금액끼리의 검산, 행 목록의 쪽 넘김은 원장마다 달라 업무에 둔다. 왜 이렇게 하는지는
docs/developers/decisions/0002-snapshots-and-pointer.md 에 있다.
"""
