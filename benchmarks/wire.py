"""서버를 밖에서 부르는 작은 부하기. 동시 연결 c 개로, 답이 오면 곧바로 다시 부른다(요청마다 새 연결)."""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time


def hammer(port: int, path: str, cookie: str, together: int, seconds: float) -> dict[str, float]:
    """seconds 동안 받은 200 답의 초당 수와 p50·p95(초). 200 이 아닌 답은 errors 로 센다."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    request = (head + (f"Cookie: sessionid={cookie}\r\n" if cookie else "") + "\r\n").encode()
    waiting = selectors.DefaultSelector()
    waits: list[float] = []
    errors = 0

    def call() -> None:
        link = socket.create_connection(("127.0.0.1", port))
        link.sendall(request)
        link.setblocking(False)
        waiting.register(link, selectors.EVENT_READ, [time.perf_counter(), b""])

    start = time.perf_counter()
    for _one in range(together):
        call()
    # 느린 기계에서도 연결마다 한 번은 답을 받는다. 그래도 답이 없으면 열 배에서 그만둔다.
    while (spent := time.perf_counter() - start) < seconds or (len(waits) < together and spent < seconds * 10):
        for key, _events in waiting.select(0.2):
            link: socket.socket = key.fileobj  # type: ignore[assignment]
            try:
                got = link.recv(1 << 18)
            except ConnectionError:
                got = b""
            if got:
                key.data[1] = key.data[1] or got[:12]
                continue
            waiting.unregister(link)
            link.close()
            if key.data[1].endswith(b" 200"):
                waits.append(time.perf_counter() - key.data[0])
            else:
                errors += 1
            call()
    spent = time.perf_counter() - start
    waits.sort()
    return {
        "rps": len(waits) / spent, "errors": errors, "n": len(waits),
        "p50": waits[len(waits) // 2] if waits else 0.0, "p95": waits[int(len(waits) * 0.95)] if waits else 0.0,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(hammer(**json.loads(sys.argv[1]))))
