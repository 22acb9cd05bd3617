"""Commands and questions to an account, other than those of air conditioners: errors in the user's language.

One way for entities and actions: a command lets the account be read more often for a while, a limit lets it rest, and
a refused token asks for another one.
"""

from collections.abc import Coroutine
from typing import Any

from .cloud.commands import Command
from .cloud.errors import AuthenticationFailed, CloudError, RateLimited
from .cloud.questions import Answer, Question
from .coordinator import LaylaCoordinator
from .failures import command_failed


async def execute(coordinator: LaylaCoordinator, command: Command) -> Answer:
    """Carry out a command. Raises HomeAssistantError, translated."""
    answer = await heard(coordinator, coordinator.account.execute(command))
    coordinator.command_accepted()
    return answer


async def ask(coordinator: LaylaCoordinator, question: Question) -> Answer:
    """Read what no refresh brings. Raises HomeAssistantError, translated."""
    return await heard(coordinator, coordinator.account.ask(question))


async def heard[Told](coordinator: LaylaCoordinator, call: Coroutine[Any, Any, Told]) -> Told:
    """Wait for what an account is asked. Raises HomeAssistantError, translated."""
    try:
        return await call
    except AuthenticationFailed as error:
        coordinator.config_entry.async_start_reauth(coordinator.hass)
        raise command_failed(error) from error
    except RateLimited as error:
        coordinator.limited(error)
        raise command_failed(error) from error
    except CloudError as error:
        raise command_failed(error) from error
