import re

from switchbell.voice.numbering import Numbering


def test_names_have_the_form_of_t_library() -> None:
    conn_id, uuid = Numbering("here").take()
    assert re.fullmatch(r"[0-9a-f]{16}", conn_id)
    assert re.fullmatch(r"[0-9A-Z]{32}", uuid)


def test_both_names_end_in_the_counter() -> None:
    numbering = Numbering("here", 10)
    conn_id, uuid = numbering.take()
    assert conn_id.endswith("000000000b")
    assert uuid.endswith("000000000B")
    assert numbering.issued == 11


def test_names_are_not_repeated() -> None:
    numbering = Numbering("here")
    names = [numbering.take() for _ in range(1000)]
    assert len({conn_id for conn_id, _ in names}) == len({uuid for _, uuid in names}) == 1000


def test_another_site_gives_other_names() -> None:
    here, there = Numbering("here").take(), Numbering("there").take()
    assert here[0] != there[0]
    assert here[1] != there[1]


def test_counting_goes_on_from_a_number() -> None:
    first = Numbering("here")
    first.take()
    assert Numbering("here", first.issued).take() == first.take()
