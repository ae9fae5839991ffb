"""개인정보: 가린 글을 만들고, 온 글을 본 일을 남긴다. 누가 볼 수 있는지는 core.access 의 HandlerScope 가 정한다."""
