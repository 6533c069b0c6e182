"""Put messages into the outbox: rendered for each recipient with that recipient's own rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engines.messages import MessageQueued, Notify, ToAddress
from runtime import addresses
from runtime.access.actors import actor_in
from runtime.access.gate import may
from runtime.access.masking import facts_as_seen
from runtime.commands import Actor
from runtime.perform import people
from runtime.perform.work import Work
from runtime.ports import DeliveryRow

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "in_app": ("in_app",),
    "mail": ("mail",),
    "both": ("in_app", "mail"),
}


def notify(work: Work, effect: Notify) -> None:
    """Queue the message for everybody it is for; a repeat of the same key queues nothing."""
    record = work.record(effect.form, effect.record, lock=False)
    facts = work.facts(effect.form, record) if record is not None else effect.facts
    effect = replace(effect, facts=facts)
    if isinstance(effect.to, ToAddress):
        _queue(work, effect, "mail", effect.to.address, _outsider(work))
        return
    unwanted = work.unit.directory.muted_by(work.app.definition.id, effect.template)
    for user in people.all_users(work, effect.to):
        reader = actor_in(work.unit, work.app, user, "system")
        for channel in CHANNELS[effect.channel]:
            target = user.id if channel == "in_app" else user.email
            if target and (user.id, channel) not in unwanted:
                _queue(work, effect, channel, target, reader)


def _queue(work: Work, effect: Notify, channel: str, target: str, reader: Actor) -> None:
    template = work.app.definition.templates[effect.template]
    facts = {
        **facts_as_seen(work.app, effect.form, effect.facts, reader),
        "zone": reader.time_zone,
    }
    locale = reader.locale
    row = DeliveryRow(
        id=work.unit.ids.new(),
        app=work.app.definition.id,
        channel=channel,
        target=target,
        subject=template.subject_in(locale, facts),
        body=template.body_in(locale, facts),
        key=f"{effect.key}:{channel}:{target}",
        form=effect.form,
        record=effect.record,
        state="due",
        attempts=0,
        next_at=work.unit.now,
        created_at=work.unit.now,
        opens=_opens(work, effect, reader),
        locale=locale,
    )
    if work.unit.queue.add_delivery(row):
        queued = MessageQueued(
            channel, target, row.key, effect.form, effect.record, effect.template
        )
        work.tell(queued)


def _opens(work: Work, effect: Notify, reader: Actor) -> str:
    """The record's page, for people who have an account and may read it."""
    facts = {**effect.facts, "user": reader.facts}
    if reader.user is None or not may(work.app.form(effect.form), reader, "read", facts):
        return ""
    return addresses.record(work.app.definition.id, effect.form, effect.record)


def _outsider(work: Work) -> Actor:
    """Who reads a mail to a bare address: somebody with the rights of the portal's roles."""
    return Actor(
        user=None,
        roles=work.app.definition.portal_roles,
        locale=work.app.definition.locales[0],
        time_zone=work.app.definition.time_zone,
        via="system",
    )
