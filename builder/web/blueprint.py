"""The blueprint of the designer, put together."""

from __future__ import annotations

from flask import Blueprint

from builder.drafts import Drafts
from builder.web.api import add_api
from builder.web.pages import add_pages
from builder.web.preview import add_preview
from builder.web.refusals import translate_refusals
from builder.web.sandbox import add_sandbox
from builder.web.tests import add_tests
from runtime.web.needs import Runtime


def make_designer(runtime: Runtime) -> Blueprint:
    """Pages under `/design/<app>`, the interface under `/design/api/<app>`."""
    blueprint = Blueprint("designer", __name__, template_folder="templates")
    translate_refusals(blueprint)
    drafts = Drafts(runtime.store, runtime.bus)
    add_api(blueprint, drafts, runtime)
    add_preview(blueprint, drafts, runtime)
    add_sandbox(blueprint, drafts, runtime)
    add_tests(blueprint, drafts)
    add_pages(blueprint, drafts)
    return blueprint
