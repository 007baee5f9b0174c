import pytest

from switchbell.bayeux.authorizers import Authorizer, Authorizers, Operation, Verdict
from switchbell.bayeux.channel import InvalidChannel


def always(verdict: Verdict) -> Authorizer:
    return lambda operation, user, channel: verdict


GRANT, IGNORE, DENY = (always(v) for v in (Verdict.GRANT, Verdict.IGNORE, Verdict.DENY))


def allows(authorizers: dict[str, list[Authorizer]], channel: str) -> bool:
    """Whether an operation is allowed. What it is does not matter to those above."""
    verdicts = {
        Authorizers(authorizers).allow(operation, user, channel)
        for operation in Operation
        for user in (None, "ann")
    }
    [verdict] = verdicts
    return verdict


@pytest.mark.parametrize("none", [None, {}])
def test_where_there_are_none_everything_is_allowed(
    none: dict[str, list[Authorizer]] | None,
) -> None:
    assert Authorizers(none).allow(Operation.PUBLISH, None, "/a") is True


@pytest.mark.parametrize(
    ("name", "judged", "not_judged"),
    [
        ("/a/b", ["/a/b"], ["/a", "/a/b/c", "/a/*", "/a/**", "/**", "/b"]),
        ("/a/*", ["/a/b", "/a/*", "/a/**"], ["/a", "/a/b/c", "/*", "/**"]),
        ("/a/**", ["/a/b", "/a/b/c", "/a/*", "/a/**", "/a/b/**"], ["/a", "/*", "/**"]),
        ("/**", ["/a", "/a/b", "/*", "/**", "/a/*", "/service/a"], []),
        ("/service/**", ["/service/a", "/service/a/b"], ["/a", "/servicing/a"]),
        ("/a/", ["/a"], ["/a/b"]),
    ],
)
def test_an_authorizer_judges_what_its_channel_matches(
    name: str, judged: list[str], not_judged: list[str]
) -> None:
    assert [allows({name: [DENY]}, channel) for channel in judged] == [False] * len(judged)
    assert [allows({name: [DENY]}, channel) for channel in not_judged] == [True] * len(not_judged)


@pytest.mark.parametrize(
    ("several", "allowed"),
    [
        ([], True),
        ([IGNORE], False),
        ([GRANT], True),
        ([DENY], False),
        ([IGNORE, GRANT], True),
        ([GRANT, IGNORE], True),
        ([GRANT, GRANT], True),
        ([GRANT, DENY], False),
        ([DENY, GRANT], False),
        ([IGNORE, DENY, GRANT], False),
    ],
    ids=range(10),
)
def test_a_denial_wins_and_a_grant_is_needed(several: list[Authorizer], allowed: bool) -> None:
    assert allows({"/a/b": several}, "/a/b") is allowed
    chain = ["/a/b", "/a/*", "/a/**", "/**"]
    spread = {name: [authorizer] for name, authorizer in zip(chain, several, strict=False)}
    assert allows(spread, "/a/b") is allowed


def test_each_is_asked_once_with_what_it_is_about() -> None:
    asked: list[tuple[Operation, str | None, str]] = []

    def noting(operation: Operation, user: str | None, channel: str) -> Verdict:
        asked.append((operation, user, channel))
        return Verdict.GRANT

    authorizers = Authorizers({"/a/*": [noting], "/a/**": [noting]})
    for operation, user, channel in (
        (Operation.CREATE, "ann", "/a/b"),
        (Operation.SUBSCRIBE, None, "/a/*"),
        (Operation.PUBLISH, "bob", "/a/**"),
    ):
        authorizers.allow(operation, user, channel)
        assert asked == [(operation, user, channel)] * 2
        asked.clear()


@pytest.mark.parametrize("name", ["", "a", "/", "/a/*/b", "/***", "//", "/a<"])
def test_a_name_that_is_no_channel_is_refused(name: str) -> None:
    with pytest.raises(InvalidChannel):
        Authorizers({name: [GRANT]})
