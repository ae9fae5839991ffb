"""그림. 꼴마다 모듈 하나: 자료를 받아 그릴 자리를 셈하고, 제목과 문장과 「표로 보기」를 함께 낸다.

수와 좌표는 파이썬에서 셈하고 모양은 templates/components/ 의 조각이 그린다. 템플릿에서는 {% load charts %} 로 쓴다.
쓰는 법은 docs/developers/screens-and-parts.md 에 있다.
"""
