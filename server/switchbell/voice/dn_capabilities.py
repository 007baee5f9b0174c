"""What a device may do now besides its calls, under the names of Web Services.

A name is listed exactly when the core would accept the operation, with parameters that can be used.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from switchbell.voice.agents import DnState
from switchbell.voice.model import Device
from switchbell.voice.operations import (
    BargeIn,
    CancelSupervisorMonitoring,
    Coach,
    DoNotDisturbOff,
    DoNotDisturbOn,
    ForwardCallsOff,
    ForwardCallsOn,
    ListenIn,
    Operation,
)

Condition = Callable[[Device, DnState], bool]


def _always(device: Device, state: DnState) -> bool:
    return True


def _may_monitor(device: Device, state: DnState) -> bool:
    return device.supervisor


# Forwarding to another number, and monitoring of somebody else, are possible while there is some.
CONDITIONS: Mapping[type[Operation], Condition] = MappingProxyType(
    {
        DoNotDisturbOn: lambda _, state: not state.do_not_disturb,
        DoNotDisturbOff: lambda _, state: state.do_not_disturb,
        ForwardCallsOn: _always,
        ForwardCallsOff: lambda _, state: state.forward_to is not None,
        ListenIn: _may_monitor,
        Coach: _may_monitor,
        BargeIn: _may_monitor,
        CancelSupervisorMonitoring: lambda _, state: state.monitoring is not None,
    }
)

DN_OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType(
    {kind.__name__: kind for kind in CONDITIONS}
)


def dn_capabilities(device: Device, state: DnState) -> tuple[str, ...]:
    """Return what a device in ``state`` may do."""
    return tuple(kind.__name__ for kind, holds in CONDITIONS.items() if holds(device, state))
