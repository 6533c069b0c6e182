from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engines.values import AppId, DepartmentId, FlowId, InstanceId, NodeId, RoleId, TaskId, UserId
from runtime.ports import SessionRow, Standing, TaskRow, UserRow
from tests.support.stores import APP, START, TICKET, AnyStore, record_id

AGENT, BOSS = RoleId("agent"), RoleId("boss")
HOUR = timedelta(hours=1)


def a_user(id_: str, **values: object) -> UserRow:
    row = UserRow(
        id=UserId(id_),
        email=f"{id_.title()}@Example.org",
        name=id_.title(),
        password_hash="hash",  # noqa: S106
        locale="zh",
        time_zone="Asia/Shanghai",
        is_active=True,
        is_admin=False,
    )
    return replace(row, **values)  # type: ignore[arg-type]


def save(store: AnyStore, *rows: UserRow) -> None:
    for row in rows:
        store.run(lambda unit, row=row: unit.directory.save_user(row))


def give(store: AnyStore, user: str, *roles: RoleId) -> None:
    store.run(lambda unit: unit.directory.set_roles(APP, UserId(user), roles))


def sign_in(store: AnyStore, session: str, user: str, *, seen_hours: int = 0) -> None:
    row = SessionRow(session, UserId(user), "csrf", START, START + seen_hours * HOUR, "Firefox")
    store.run(lambda unit: unit.directory.add_session(row, f"hash-{session}"))


def test_a_user_is_found_by_id_and_by_address_in_any_case(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("bob", is_admin=True, is_active=False))

    with store.read() as reader:
        assert reader.directory.user(UserId("bob")) == a_user(
            "bob", is_admin=True, is_active=False
        )
        assert reader.directory.user_by_email("ANN@example.ORG") == a_user("ann")
        assert reader.directory.user_by_email("nobody@example.org") is None
        assert [one.id for one in reader.directory.users()] == ["ann", "bob"]


def test_saving_a_user_again_replaces_the_row(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("ann", name="Anna", revision=2))

    with store.read() as reader:
        assert reader.directory.users() == (a_user("ann", name="Anna", revision=2),)


def test_roles_departments_and_linked_records_are_replaced_as_a_whole(store: AnyStore) -> None:
    ann = UserId("ann")
    for roles, departments, number in (((AGENT, BOSS), ("it",), 1), ((BOSS,), ("hr", "it"), 2)):
        give(store, "ann", *roles)
        names = [DepartmentId(one) for one in departments]
        store.run(lambda unit, names=names: unit.directory.set_departments(ann, names))
        linked = record_id(number)
        store.run(lambda unit, linked=linked: unit.directory.link_record(APP, ann, linked))

    with store.read() as reader:
        assert reader.directory.roles(APP, ann) == {BOSS}
        assert reader.directory.roles(AppId("other"), ann) == frozenset()
        assert reader.directory.departments(ann) == {"hr", "it"}
        assert reader.directory.linked_record(APP, ann) == record_id(2)


def test_members_are_the_active_holders_of_any_of_the_roles(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("bob"), a_user("cas", is_active=False), a_user("dan"))
    give(store, "ann", AGENT, BOSS)
    give(store, "bob", BOSS)
    give(store, "cas", AGENT)

    with store.read() as reader:
        found = [one.id for one in reader.directory.members(APP, [AGENT, BOSS])]

    assert found == ["ann", "bob"]


def test_held_roles_are_those_of_active_accounts_of_the_app(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("cas", is_active=False))
    give(store, "cas", AGENT)
    without_ann = held_roles(store, APP)

    give(store, "ann", BOSS)

    assert (without_ann, held_roles(store, APP)) == (frozenset(), {BOSS})
    assert held_roles(store, AppId("other")) == frozenset()


def held_roles(store: AnyStore, app: AppId) -> frozenset[RoleId]:
    with store.read() as reader:
        return reader.staff.held_roles(app)


def test_the_least_busy_member_has_the_fewest_open_tasks(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("bob"), a_user("cas"))
    for user in ("ann", "bob", "cas"):
        give(store, user, AGENT)
    busy = [("t1", "ann", "open"), ("t2", "bob", "done"), ("t3", "bob", "done")]
    for id_, user, state in [*busy, ("t4", "cas", "open")]:
        row = a_task(id_, user, state)
        store.run(lambda unit, row=row: unit.instances.add_task(row))

    found = store.run(
        lambda unit: (
            unit.directory.least_busy(APP, [AGENT]),
            unit.directory.least_busy(APP, [BOSS]),
        )
    )

    assert found == ("bob", None)


def test_a_session_belongs_to_its_token_and_active_user(store: AnyStore) -> None:
    save(store, a_user("ann"))
    sign_in(store, "s1", "ann")

    with store.read() as reader:
        found = reader.directory.session("hash-s1")
        unknown = reader.directory.session("hash-s2")

    assert found is not None
    assert (found.by.id, found.user) == ("s1", a_user("ann"))
    assert unknown is None


def test_whoever_comes_in_is_known_with_their_standing_in_the_app_asked_for(
    store: AnyStore,
) -> None:
    save(store, a_user("ann"))
    sign_in(store, "s1", "ann")
    ann, floor = UserId("ann"), DepartmentId("first floor")
    store.run(lambda unit: unit.directory.set_roles(APP, ann, [AGENT, BOSS]))
    store.run(lambda unit: unit.directory.set_departments(ann, [floor]))
    store.run(lambda unit: unit.directory.link_record(APP, ann, record_id(1)))
    store.run(lambda unit: unit.definitions.go_live(APP, 3, None))

    with store.read() as reader:
        here = reader.directory.session("hash-s1", APP)
        elsewhere = reader.directory.session("hash-s1", AppId("other"))
        standing = reader.directory.standing(APP, ann)

    assert here is not None
    assert (here.standing, here.live) == (standing, 3)
    assert standing == Standing(frozenset({AGENT, BOSS}), frozenset({floor}), record_id(1))
    assert elsewhere is not None
    assert elsewhere.standing == Standing(frozenset(), frozenset({floor}), None)
    assert elsewhere.live is None


def test_closing_an_account_ends_its_sessions_and_tokens(store: AnyStore) -> None:
    save(store, a_user("ann"))
    sign_in(store, "s1", "ann")
    store.run(
        lambda unit: unit.directory.add_token(UserId("ann"), "ci", "hash-t", ["read"], START)
    )

    save(store, a_user("ann", is_active=False), a_user("ann"))

    with store.read() as reader:
        assert reader.directory.session("hash-s1") is None
        assert reader.directory.token("hash-t") is None


def test_sessions_end_all_but_one_or_alone(store: AnyStore) -> None:
    save(store, a_user("ann"))
    for number in (1, 2, 3):
        sign_in(store, f"s{number}", "ann", seen_hours=number)
    store.run(lambda unit: unit.directory.touch_session("s1", START + 9 * HOUR))
    store.run(lambda unit: unit.directory.end_session("s2"))
    with store.read() as reader:
        before = [one.id for one in reader.directory.sessions_of(UserId("ann"))]

    store.run(lambda unit: unit.directory.end_sessions(UserId("ann"), except_="s3"))

    with store.read() as reader:
        after = [one.id for one in reader.directory.sessions_of(UserId("ann"))]
    assert (before, after) == (["s1", "s3"], ["s3"])


def test_a_token_gives_its_user_and_scopes_until_it_is_revoked(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("bob"))
    id_ = store.run(
        lambda unit: unit.directory.add_token(UserId("ann"), "ci", "h", ["write", "read"], START)
    )
    with store.read() as reader:
        found = reader.directory.token("h")

    others = store.run(lambda unit: unit.directory.revoke_token(id_, UserId("bob")))
    own = store.run(lambda unit: unit.directory.revoke_token(id_, UserId("ann")))

    with store.read() as reader:
        assert reader.directory.token("h") is None
    assert found is not None
    assert (found.by.scopes, found.user) == ("read write", a_user("ann"))
    assert (others, own) == (False, True)


def test_tokens_are_listed_newest_first_with_their_last_use(store: AnyStore) -> None:
    save(store, a_user("ann"))
    ids = [
        store.run(
            lambda unit, name=name: unit.directory.add_token(
                UserId("ann"), name, f"h-{name}", ["read"], START
            )
        )
        for name in ("old", "new")
    ]

    store.run(lambda unit: unit.directory.touch_token(ids[0], START + HOUR))

    with store.read() as reader:
        found = reader.directory.tokens_of(UserId("ann"))
    assert [(one.name, one.used_at) for one in found] == [("new", None), ("old", START + HOUR)]


def test_what_somebody_does_not_want_is_known_by_person_and_by_message(store: AnyStore) -> None:
    save(store, a_user("ann"), a_user("bob"))
    store.run(lambda unit: unit.directory.set_muted(UserId("bob"), [(APP, "late", "mail")]))
    wanted = [(APP, "late", "mail"), (APP, "late", "in_app")]
    store.run(lambda unit: unit.directory.set_muted(UserId("ann"), wanted))

    store.run(lambda unit: unit.directory.set_muted(UserId("ann"), wanted[1:]))

    with store.read() as reader:
        assert reader.directory.muted(UserId("ann")) == {(APP, "late", "in_app")}
        assert reader.directory.muted_by(APP, "late") == {("ann", "in_app"), ("bob", "mail")}
        assert reader.directory.muted_by(APP, "other") == frozenset()


def test_a_sign_in_link_works_once_and_in_time(store: AnyStore) -> None:
    save(store, a_user("ann"))
    for token in ("good", "late"):
        store.run(
            lambda unit, token=token: unit.directory.add_sign_in_link(
                token, UserId("ann"), START + HOUR
            )
        )

    uses = [
        store.run(
            lambda unit, use=use: unit.directory.use_sign_in_link(use[0], START + use[1] * HOUR)
        )
        for use in (("good", 0), ("good", 0), ("late", 1), ("unknown", 0))
    ]

    assert uses == [a_user("ann"), None, None, None]


def test_attempts_are_counted_since_a_moment(store: AnyStore) -> None:
    for hours in (0, 1, 2):
        moment = START + hours * HOUR
        store.run(lambda unit, moment=moment: unit.directory.add_attempt("account:a", moment))
    store.run(lambda unit: unit.directory.add_attempt("account:b", START))

    with store.read() as reader:
        assert reader.directory.attempts("account:a", START + HOUR) == 2
        assert reader.directory.attempts("account:c", START) == 0


def a_task(id_: str, user: str, state: str) -> TaskRow:
    return TaskRow(
        id=TaskId(id_),
        app=APP,
        instance=InstanceId("i1"),
        key=id_,
        flow=FlowId("f"),
        node=NodeId("n"),
        form=TICKET,
        record=record_id(1),
        assignee=UserId(user),
        role=None,
        state=state,
        opened_at=START,
    )
