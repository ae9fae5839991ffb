"""그림. 템플릿에서 {% load charts %} 로 쓴다. 꼴마다의 셈은 core/charts/ 의 모듈에 있다."""

from django import template

from core.charts.bars import chart_bar
from core.charts.legend import legend
from core.charts.line import chart_line
from core.charts.rate import bar, rate
from core.charts.stacked import stacked
from core.charts.steps import chart_steps

register = template.Library()

register.inclusion_tag("components/chart_line.html")(chart_line)
register.inclusion_tag("components/chart_bar.html")(chart_bar)
register.inclusion_tag("components/chart_steps.html")(chart_steps)
for _tag in (bar, rate, stacked, legend):
    register.simple_tag(_tag)
