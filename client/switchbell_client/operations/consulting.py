"""More than two parties, and more than one call: consultation, conference, transfer."""

from switchbell_client.operations.asking import Asking, CallOrId, UserData, number


class Consulting(Asking):
    """Operations on two calls of an agent, or on one of three parties (Web Services, "Release,
    conference and transfer, who hears what").

    To complete a conference or a transfer, either of the two calls may be given. Without
    ``consult_call`` or ``other_call`` the server finds the one that belongs to it.
    """

    async def initiate_conference(
        self, call: CallOrId, destination: str, user_data: UserData | None = None
    ) -> None:
        """Hold a call and consult another number, to have it join later."""
        await self._ask_with(call, "InitiateConference", destination, user_data)

    async def complete_conference(
        self, call: CallOrId, consult_call: CallOrId | None = None
    ) -> None:
        """Bring a call and the consultation about it together."""
        await self._ask_call(call, "CompleteConference", consultCallUri=self._uri(consult_call))

    async def initiate_transfer(
        self, call: CallOrId, destination: str, user_data: UserData | None = None
    ) -> None:
        """Hold a call and consult another number, to hand the call over later."""
        await self._ask_with(call, "InitiateTransfer", destination, user_data)

    async def complete_transfer(self, call: CallOrId, consult_call: CallOrId | None = None) -> None:
        """Connect the other two and leave. Who was consulted may be ringing still."""
        await self._ask_call(call, "CompleteTransfer", consultCallUri=self._uri(consult_call))

    async def single_step_conference(
        self, call: CallOrId, destination: str, user_data: UserData | None = None
    ) -> None:
        """Have another number join without consulting it. ``user_data`` is added to the call's."""
        await self._ask_with(call, "SingleStepConference", destination, user_data)

    async def single_step_transfer(
        self, call: CallOrId, destination: str, user_data: UserData | None = None
    ) -> None:
        """Hand a call over without consulting. ``user_data`` is added to the call's."""
        await self._ask_with(call, "SingleStepTransfer", destination, user_data)

    async def remove_participant(self, call: CallOrId, number: str) -> None:
        """Take somebody off a conference."""
        await self._ask_call(call, "RemoveParticipantFromConference", participant=number)

    async def swap(self, call: CallOrId, other_call: CallOrId | None = None) -> None:
        """Hold the call that the agent talks on, and retrieve the other."""
        await self._ask_call(call, "SwapCalls", otherCallUri=self._uri(other_call))

    async def merge(self, call: CallOrId, other_call: CallOrId | None = None) -> None:
        """Make one conference of a call and another, which is on hold."""
        await self._ask_call(call, "MergeWithOtherCall", otherCallUri=self._uri(other_call))

    async def _ask_with(
        self, call: CallOrId, operation: str, destination: str, user_data: UserData | None
    ) -> None:
        await self._ask_call(
            call, operation, destination=number(destination), userData=user_data or None
        )
