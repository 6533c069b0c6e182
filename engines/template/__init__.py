"""The one template language, for names and messages. Sends nothing, knows no reader's rights."""

from __future__ import annotations

from engines.template.compile import Template, compile_template
from engines.template.problems import RenderError, TemplateError, TemplateProblem
from engines.template.problems import report as report_template

__all__ = [
    "RenderError",
    "Template",
    "TemplateError",
    "TemplateProblem",
    "compile_template",
    "report_template",
]
