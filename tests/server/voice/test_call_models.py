"""Who hears what: the tables of the T-Library call model, row by row."""

from tests.server.voice.telling import CONFERENCE, FOUR, TALK, Table, heard_last, new_core, rows

BASIC_CALL: Table = {
    "dial": (
        ["A Dial B"],
        [
            "A: EventOffHook",
            "A: EventDialing ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "B: EventRinging ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "answer": (
        TALK,
        [
            "B: EventOffHook",
            "B: EventEstablished ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventEstablished ConnID 1 Origination OtherDN B Destination OK",
        ],
    ),
    "abandon": (
        ["A Dial B", "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventAbandoned ConnID 1 Destination OtherDN A Origination OK",
        ],
    ),
    "reject": (
        ["A Dial B", "B Reject 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK Cause Reject",
            "A: EventOnHook",
        ],
    ),
    "answer while talking: held first, and the receiver is up already": (
        [*TALK, "C Dial B", "B Answer 2"],
        [
            "B: EventHeld ConnID 1 Destination OtherDN A Origination OK",
            "B: EventEstablished ConnID 2 Destination OtherDN C Origination OK ReferenceID",
            "C: EventEstablished ConnID 2 Origination OtherDN B Destination OK",
        ],
    ),
    "a ringing call leaves the receiver down": (
        ["A Dial B", "B Dial C"],
        [
            "B: EventOffHook",
            "B: EventDialing ConnID 2 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 2 Destination OtherDN B Origination OK",
        ],
    ),
    "the receiver goes down though another call rings": (
        [*TALK, "C Dial B", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "the receiver stays up for a held call": (
        [*TALK, "C Dial B", "B Answer 2", "B Hangup 2"],
        [
            "B: EventReleased ConnID 2 Destination OtherDN C Origination OK ReferenceID",
            "C: EventReleased ConnID 2 Origination OtherDN B Destination OK",
            "C: EventOnHook",
        ],
    ),
}

RELEASE: Table = {
    "release phase, A asks": (
        [*TALK, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK",
            "B: EventOnHook",
        ],
    ),
    "release phase, B asks": (
        [*TALK, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "release from conference, two remain": (
        [*CONFERENCE, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
            ),
        ],
    ),
    "release from conference, three remain": (
        [*FOUR, "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
            (
                "D: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy Conferenced"
            ),
        ],
    ),
    "the owner releases from the conference": (
        [*CONFERENCE, "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "A: EventOnHook",
            (
                "B: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN A DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN A DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
        ],
    ),
    "the two that remain release as in a conversation, with the roles of the conference": (
        [*CONFERENCE, "B Hangup 1", "C Hangup 1"],
        [
            "C: EventReleased ConnID 1 ConferenceMember OtherDN A ConferenceMember OK ReferenceID",
            "C: EventOnHook",
            "A: EventReleased ConnID 1 ConferenceMember OtherDN C ConferenceMember OK",
            "A: EventOnHook",
        ],
    ),
}

DELETE: Table = {
    "delete from conference, two remain": (
        [*CONFERENCE, "A Remove 1 B"],
        [
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy OK ReferenceID"
            ),
            "B: EventReleased ConnID 1 ConferenceMember OK",
            "B: EventOnHook",
            (
                "C: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy OK"
            ),
        ],
    ),
    "delete from conference, three remain": (
        [*FOUR, "A Remove 1 B"],
        [
            (
                "A: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy Conferenced ReferenceID"
            ),
            "B: EventReleased ConnID 1 ConferenceMember OK",
            "B: EventOnHook",
            *[
                f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN A DeletedBy Conferenced"
                for dn in "CD"
            ],
        ],
    ),
    "who deletes himself leaves": (
        [*CONFERENCE, "B Remove 1 B"],
        [
            "B: EventReleased ConnID 1 ConferenceMember OK ReferenceID",
            "B: EventOnHook",
            *[
                f"{dn}: EventPartyDeleted ConnID 1 ConferenceMember"
                " OtherDN B DeletedParty ThirdPartyDN B DeletedBy OK"
                for dn in "AC"
            ],
        ],
    ),
}

HOLD_AND_RETRIEVE: Table = {
    "hold": (
        [*TALK, "B Hold 1"],
        ["B: EventHeld ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "retrieve": (
        [*TALK, "B Hold 1", "B Retrieve 1"],
        ["B: EventRetrieved ConnID 1 Destination OtherDN A Origination OK ReferenceID"],
    ),
    "another call meanwhile": (
        [*TALK, "B Hold 1", "B Dial C"],
        [
            "B: EventDialing ConnID 2 Origination OtherDN C Destination OK ReferenceID",
            "C: EventRinging ConnID 2 Destination OtherDN B Origination OK",
        ],
    ),
    "each has its own hold": (
        [*TALK, "B Hold 1", "A Hold 1"],
        ["A: EventHeld ConnID 1 Origination OtherDN B Destination OK ReferenceID"],
    ),
    "the holder releases": (
        [*TALK, "B Hold 1", "B Hangup 1"],
        [
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK ReferenceID",
            "B: EventOnHook",
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK",
            "A: EventOnHook",
        ],
    ),
    "the held one releases": (
        [*TALK, "B Hold 1", "A Hangup 1"],
        [
            "A: EventReleased ConnID 1 Origination OtherDN B Destination OK ReferenceID",
            "A: EventOnHook",
            "B: EventReleased ConnID 1 Destination OtherDN A Origination OK",
            "B: EventOnHook",
        ],
    ),
    "in a conference": (
        [*CONFERENCE, "C Hold 1"],
        ["C: EventHeld ConnID 1 ConferenceMember OK ReferenceID"],
    ),
}


@rows(BASIC_CALL, RELEASE, DELETE, HOLD_AND_RETRIEVE)
def test_each_party_hears_its_own_events(steps: list[str], expected: list[str]) -> None:
    assert heard_last(new_core(), steps) == expected
