"""Remove what is readable about a person's record. Its key is the vault's affair."""

from __future__ import annotations

import sqlalchemy as sa

from engines.values import FieldId, RecordId
from runtime.store.form_access import FormAccess, FormAccesses
from runtime.store.sql import Session, bind
from runtime.store.tables import DELIVERY

_ABOUT = sa.and_(
    DELIVERY.c.app == bind("app_"),
    DELIVERY.c.form == bind("form_"),
    DELIVERY.c.record == bind("record_"),
)
_DROP_UNSENT = sa.delete(DELIVERY).where(_ABOUT, DELIVERY.c.state != "sent")
_EMPTY_SENT = sa.update(DELIVERY).values(subject="", body="", last_error="").where(_ABOUT)


def clear_readable(
    session: Session, accesses: FormAccesses, access: FormAccess, record: RecordId
) -> None:
    """What stands beside the ciphertext (fingerprints, plain columns, words), and all messages."""
    layout = access.layout
    names = [place.columns[1] for place in layout.places if place.is_sealed]
    names += [name for place in layout.extras for name in place.columns]
    if names:
        statement = sa.update(layout.table).where(layout.table.c.id == record)
        session.core.execute(statement.values(dict.fromkeys(names)))
    extras = {child.field for child in layout.child_extras}
    for child, emptied in access.delete_list:
        if child.field in extras:
            session.change(emptied, {"id_": record})
    form = layout.form
    sealed = [one for one in layout.searched if form.fields[one].is_encrypted]
    none: dict[FieldId, list[str]] = {one: [] for one in sealed}
    accesses.index.put(session, (form.app, form.form), record, none)
    # What was written about the person; that something was sent stays known.
    about = {"app_": form.app, "form_": form.form, "record_": record}
    for statement_ in (_DROP_UNSENT, _EMPTY_SENT):
        session.change(statement_, about)
