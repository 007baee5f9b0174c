"""What is attached to a call, for everybody on it."""

from switchbell_client.operations.asking import Asking, CallOrId, UserData


class DataOfCalls(Asking):
    """Operations on a call's user data (Web Services, "Operations"). All agents on the call are
    told."""

    async def attach_user_data(self, call: CallOrId, user_data: UserData) -> None:
        """Add pairs. A key that is there gets the new value."""
        await self._ask_call(call, "AttachUserData", userData=user_data)

    async def update_user_data(self, call: CallOrId, user_data: UserData) -> None:
        """Change the values of keys, or add them."""
        await self._ask_call(call, "UpdateUserData", userData=user_data)

    async def delete_user_data(self, call: CallOrId) -> None:
        """Remove everything."""
        await self._ask_call(call, "DeleteUserData")

    async def delete_user_data_pair(self, call: CallOrId, key: str) -> None:
        """Remove one key."""
        await self._ask_call(call, "DeleteUserDataPair", key=key)
