"""The pages for people, one blueprint a module. Each asks the bus or the reading; none decides."""

from __future__ import annotations

from runtime.web.pages.admin import admin
from runtime.web.pages.attachments import attachments
from runtime.web.pages.batch import batch
from runtime.web.pages.bulk import bulk
from runtime.web.pages.conversions import conversions
from runtime.web.pages.dashboards import dashboards
from runtime.web.pages.find import find
from runtime.web.pages.flows import flows
from runtime.web.pages.home import home
from runtime.web.pages.in_place import in_place
from runtime.web.pages.lists import lists
from runtime.web.pages.migrations import migrations
from runtime.web.pages.operators import operators
from runtime.web.pages.profile import profile
from runtime.web.pages.records import records
from runtime.web.pages.sign_in import sign_in
from runtime.web.pages.staff import staff
from runtime.web.pages.submissions import submissions
from runtime.web.pages.substitutes import substitutes
from runtime.web.pages.task_acts import task_acts
from runtime.web.pages.tasks import tasks
from runtime.web.pages.wishes import wishes

PAGE_BLUEPRINTS = (
    sign_in,
    home,
    lists,
    bulk,
    submissions,
    records,
    in_place,
    batch,
    tasks,
    task_acts,
    substitutes,
    flows,
    operators,
    migrations,
    dashboards,
    attachments,
    find,
    profile,
    wishes,
    admin,
    conversions,
    staff,
)
