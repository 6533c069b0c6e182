"""What the log keeps of many new records is what it keeps of each alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engines.messages import RecordCreated
from engines.values import Value, ValueBlock
from runtime.store.bulk_events import created_payloads
from runtime.store.event_codec import Encryption, event_to_json
from tests.support.stores import TICKET, record_id

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.timedeltas(timedelta(days=-9_999), timedelta(days=9_999)),
    st.lists(st.text(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(), max_size=2),
)
OF_A_KIND = (
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.just(date(2026, 2, 28)),
    st.just(timedelta(hours=3)),
    st.none(),
)


@st.composite
def blocks(draw: st.DrawFn) -> ValueBlock:
    many = draw(st.integers(1, 5))
    one_kind = st.one_of(*(st.lists(one, min_size=many, max_size=many) for one in OF_A_KIND))
    any_kind = st.lists(SCALARS, min_size=many, max_size=many)
    names = st.text("ab%\"{}'", max_size=4)
    columns = draw(st.dictionaries(names, one_kind | any_kind, max_size=4))
    return ValueBlock(TICKET, [record_id(at) for at in range(many)], columns)


def seal_one(at: int, field: str, value: Value) -> str:
    return f"{record_id(at)}|{field}|{value!r}"


@given(block=blocks(), data=st.data())
def test_a_column_at_a_time_gives_the_same_text_as_event_by_event(
    block: ValueBlock, data: st.DataObject
) -> None:
    secret = frozenset(name for name in block.columns if data.draw(st.booleans()))

    texts = created_payloads(block, secret, seal_one)

    assert texts == [
        event_to_json(
            RecordCreated(TICKET, id_, values),
            Encryption(
                secret, frozenset(), lambda field, value, at=at: seal_one(at, field, value)
            ),
        )
        for at, (id_, values) in enumerate(zip(block.ids, block.rows(), strict=True))
    ]


def test_a_value_with_a_time_is_kept_to_the_microsecond() -> None:
    at = datetime(2026, 3, 1, 9, 0, 0, 5, tzinfo=UTC)
    block = ValueBlock(TICKET, [record_id(1)], {"seen": [at], "price": [Decimal("9.90")]})

    (text,) = created_payloads(block, frozenset(), seal_one)

    assert text.endswith('"values":{"seen":{"$t":1772355600000005},"price":{"$d":"9.90"}}}')
