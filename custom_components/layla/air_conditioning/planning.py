"""Writing the schedule and the timer of an air conditioner: the one way of the calendar and the actions."""

from datetime import datetime

from homeassistant.util.dt import utcnow

from .. import failures
from ..cloud.ac_control import Planning
from ..cloud.ac_plans import WeeklySchedule
from ..cloud.air_conditioner import Frame
from ..cloud.commands import CancelAcTimer, DeleteAcSchedule, PlanAcSchedule, SetAcTimer
from ..cloud.errors import CloudError
from ..failures import refused
from .entity import AcEntity


async def set_timer(entity: AcEntity, at: datetime, *, on: bool) -> None:
    """Switch once, at an aware instant; in place of any other timer. Raises HomeAssistantError, translated."""
    if at <= utcnow():
        raise refused("timer_in_the_past")
    await _carry_out(entity, SetAcTimer(device_id=entity.unit_id, on=on, at=at))


async def cancel_timer(entity: AcEntity) -> None:
    """Drop the timer, if there is one. Raises HomeAssistantError, translated."""
    await _carry_out(entity, CancelAcTimer(device_id=entity.unit_id))


async def set_schedule(entity: AcEntity, schedule: WeeklySchedule, frame: Frame | None) -> None:
    """Give a weekly schedule; `frame` is what it sends, None as it was. Raises HomeAssistantError, translated."""
    needs_full_control(entity)
    if schedule.start == schedule.end:
        raise refused("schedule_without_time")
    await _carry_out(entity, PlanAcSchedule(device_id=entity.unit_id, schedule=schedule, frame=frame))


async def delete_schedule(entity: AcEntity) -> None:
    """Remove the weekly schedule, also one that nobody knows of. Raises HomeAssistantError, translated."""
    needs_full_control(entity)
    await _carry_out(entity, DeleteAcSchedule(device_id=entity.unit_id))


def needs_full_control(entity: AcEntity) -> None:
    """Leave schedules alone unless the user chose otherwise (L22b). Raises ServiceValidationError."""
    if not entity.coordinator.air_conditioners.full:
        raise refused("schedule_needs_full_control")


async def _carry_out(entity: AcEntity, command: Planning) -> None:
    try:
        await entity.unit.plan(command)
    except CloudError as error:
        raise failures.command_failed(error) from error
