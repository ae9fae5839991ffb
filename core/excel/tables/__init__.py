"""연 시트에서 표를 찾아 한 행씩 읽는다. 부르는 쪽은 core.excel.reader를 쓴다."""
