"""The REST API under /api/v1: the same commands and reads as the pages, as JSON."""

from __future__ import annotations

from runtime.web.api.cases import cases
from runtime.web.api.files import files
from runtime.web.api.flows import flows
from runtime.web.api.migrations import migrations
from runtime.web.api.openapi import openapi
from runtime.web.api.operating import operating
from runtime.web.api.records import records
from runtime.web.api.reports import reports
from runtime.web.api.tasks import tasks
from runtime.web.api.versions import versions

API_BLUEPRINTS = (
    openapi,
    tasks,
    flows,
    cases,
    reports,
    versions,
    operating,
    migrations,
    files,
    records,
)
