import argon2

from switchbell.access.users import UserRole
from switchbell.directory import demo, device


def test_the_demo_centre_has_ten_agents_and_a_supervisor() -> None:
    centre = demo()
    assert [one.name for one in centre.users] == [
        "agent15000", "agent15001", "agent15002", "agent15003", "agent15004",
        "agent15005", "agent15006", "agent15007", "agent15008", "agent15009",
        "supervisor",
    ]  # fmt: skip
    first, *_, last = centre.devices
    assert (first.user, first.dn) == ("agent15000", "15000")
    assert (last.user, last.dn) == ("supervisor", "15100")
    assert UserRole.SUPERVISOR in centre.users[-1].roles


def test_agents_have_the_agent_ids_of_their_numbers() -> None:
    centre = demo(2)
    ids = [(one.name, one.agent_id) for one in centre.users]
    assert ids == [("agent15000", "15000"), ("agent15001", "15001"), ("supervisor", "15100")]


def test_all_have_the_demo_password() -> None:
    for user in demo().users:
        assert argon2.PasswordHasher().verify(user.password_hash, "switchbell")


def test_a_large_centre_gives_no_number_twice() -> None:
    numbers = [one.dn for one in demo(2000).devices]
    assert len(numbers) == len(set(numbers)) == 2001
    assert "16000" not in numbers  # the queue's


def test_a_device_keeps_its_id() -> None:
    assert device("15000", "anna").id == device("15000", "berta").id
    assert device("15000", "anna").id != device("15001", "anna").id
