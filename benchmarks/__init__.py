"""성능을 재는 곳: 같은 자료를 널리 쓰는 도구와 번갈아 돌려 배수로 견준다. 시험이 아니라 재는 것이라 아무것도 실패시키지 않는다.

`make bench` 가 `python -m benchmarks` 를 부르고, 결과를 docs/benchmarks.md 와 benchmarks/results/latest.json 에 적는다.
제품은 이 폴더를 모른다.
"""
