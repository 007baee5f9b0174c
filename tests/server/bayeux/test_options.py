import dataclasses

import pytest

from switchbell.bayeux.options import BayeuxOptions


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(BayeuxOptions)])
def test_minus_one_does_not_mean_without_bound(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        BayeuxOptions(**{name: -1})
    BayeuxOptions(**{name: 0})
