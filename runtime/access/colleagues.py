"""People beside tasks, through the gate: colleagues, holders of roles, substitutes, copies."""

from __future__ import annotations

from engines.values import RoleId, locale_text
from runtime.access import gate
from runtime.access.shown import Choice, ShownCopy, ShownProxy
from runtime.access.view import Looking


def copies(looking: Looking) -> tuple[ShownCopy, ...]:
    """Copies of cases that the actor was sent; of records they may no longer read nothing."""
    if looking.actor.user is None:
        return ()
    app = looking.app.definition
    rows = looking.reader.instances.copies_of(app.id, looking.actor.user)
    titles: dict[str, str] = {}
    for form in {row.form for row in rows}:
        titles.update(looking.titles(form, [row.record for row in rows if row.form == form]))
    return tuple(
        ShownCopy(
            instance=row.instance,
            title=app.flows[row.flow].title if row.flow in app.flows else locale_text(row.flow),
            form=row.form,
            record=row.record,
            record_title=titles[row.record],
            by_name=looking.person(row.by),
            note=row.note,
            sent_at=row.sent_at,
            is_read=row.read_at is not None,
        )
        for row in rows
        if row.record in titles
    )


def colleagues(looking: Looking) -> tuple[Choice, ...]:
    """Who can be given work in this app, for who works in it themselves."""
    app = looking.app.definition
    staff = [role for role in app.roles if role not in app.portal_roles]
    if not (gate.is_unrestricted(looking.actor) or looking.actor.roles & frozenset(staff)):
        return ()
    found = looking.reader.directory.members(app.id, staff)
    return tuple(Choice(one.id, one.name) for one in found if one.id != looking.actor.user)


def substitutes(looking: Looking) -> tuple[ShownProxy, ...]:
    """Who stands in for the actor now or later."""
    if looking.actor.user is None:
        return ()
    rows = looking.reader.staff.proxies_of(looking.actor.user)
    return tuple(
        ShownProxy(
            id=row.id,
            name=looking.person(row.substitute),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            is_now=row.starts_at <= looking.now,
        )
        for row in rows
        if row.ends_at > looking.now
    )


def holders(looking: Looking, role: RoleId) -> tuple[Choice, ...]:
    """Who holds a role of this app, or one that includes it."""
    found = looking.reader.directory.members(
        looking.app.definition.id, gate.roles_giving(looking.app, role)
    )
    return tuple(Choice(one.id, one.name) for one in found)
