"""The pictures of the documentation, taken of the demo as a person sees it.

`python -m demo.pictures`; script/pictures prepares the environment for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from playwright.async_api import Browser, Page, ViewportSize
import typer

from simulator import Clock
from simulator.oauth import PASSWORD as LAYLA_PASSWORD

from . import brand, check_calendar, check_sign_in, command, status_page
from .air_conditioners import KEY
from .browser import chromium
from .configuration import REPOSITORY
from .first_visit import PASSWORD, USER
from .stage import Stage, running
from .terminal import say
from .units import Unit, units

_TARGET: Final = REPOSITORY / "docs" / "pictures"
_PORT: Final = 8124
_WINDOW: Final = ViewportSize(width=1280, height=900)
_LONG_WINDOW: Final = ViewportSize(width=1280, height=1320)

# A Saturday evening, the same for every picture ever taken.
_BEGIN: Final = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
_ROUNDS: Final = 4
_ROUND: Final = 900.0
_PAUSE: Final = 10.5
"""Seconds between refreshes; Home Assistant merges those that come within ten."""
_FIGURE: Final = "sensor.villa_marina_energy_saved"
_SETTLED: Final = 2500.0
"""Milliseconds after which nothing moves any more."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def pictures() -> None:
    """Draw the brand images, then take the pictures of docs/pictures."""
    if not command.run(_take_all()):
        raise typer.Exit(130)


async def _take_all() -> None:
    async with chromium() as browser:
        await brand.draw(browser)
        for taken in await status_page.take(browser, _TARGET):
            say(f"Took {taken.relative_to(REPOSITORY)}")
        async with running(_PORT, Clock.fixed(_BEGIN)) as stage:
            await _let_things_happen(stage)
            page = await _signed_in(browser, stage)
            for name, go in _PICTURES.items():
                await page.set_viewport_size(_WINDOW)
                await go(page, stage)
                await page.mouse.move(0, 0)  # nothing is to look as if it was pointed at
                await page.wait_for_timeout(_SETTLED)
                target = _TARGET / f"{name}.png"
                await page.screenshot(path=target)
                say(f"Took {target.relative_to(REPOSITORY)}")


async def _let_things_happen(stage: Stage) -> None:
    """Let an hour pass, in which a party begins, something burns, and someone wants it cooler."""
    say("Letting an hour pass in the homes")
    for number in range(_ROUNDS):
        await asyncio.sleep(_PAUSE)
        stage.simulator.world.clock.advance(_ROUND)
        if number == 1:
            await stage.ring("villa-kitchen", "smoke_alarm")
            await stage.ring("flat-bedroom", "noise_alarm")
        if number == _ROUNDS - 2:  # so late that eco mode, which is on there, does not switch it off again
            living = await _unit(stage, "Living room")
            await stage.client.act("climate.set_temperature", living.entities[KEY], hvac_mode="cool", temperature=22)
            await check_calendar.plan(stage, living)
        await stage.refresh()
    await stage.client.act("homeassistant.update_entity", _FIGURE)  # else they are read two minutes after the start


async def _signed_in(browser: Browser, stage: Stage) -> Page:
    """Sign in on the page where people do."""
    context = await browser.new_context(
        base_url=stage.client.url, locale="en-US", timezone_id="Europe/London", reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto("/")
    await page.locator("input[name=username]").fill(USER)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_text("Overview").first.wait_for()
    await page.evaluate("localStorage.setItem('dockedSidebar', '\"auto\"')")  # as narrow as it gets
    return page


async def _overview(page: Page, _: Stage) -> None:
    await page.goto("/home/overview")
    await page.get_by_text("Villa Marina").first.wait_for()


async def _device(page: Page, stage: Stage) -> None:
    await page.set_viewport_size(_LONG_WINDOW)
    kitchen = await _unit(stage, "Kitchen")
    await page.goto(f"/config/devices/device/{kitchen.device_id}")
    await page.get_by_text("Smoke alarm").first.wait_for()


async def _air_conditioner(page: Page, stage: Stage) -> None:
    living = await _unit(stage, "Living room")
    await page.goto(f"/home/overview?more-info-entity-id={living.entities[KEY]}")
    await page.locator("ha-more-info-dialog").get_by_text("Living room").first.wait_for()


async def _unit(stage: Stage, name: str) -> Unit:
    return next(unit for unit in await units(stage.client) if unit.name == name)


async def _ac_unit(page: Page, stage: Stage) -> None:
    await page.set_viewport_size(_LONG_WINDOW)
    living = await _unit(stage, "Living room")
    await page.goto(f"/config/devices/device/{living.device_id}")
    await page.get_by_text("Living room").first.wait_for()


async def _property(page: Page, stage: Stage) -> None:
    await _integration(page, stage)
    await page.set_viewport_size(_LONG_WINDOW)
    await page.get_by_text("Villa Marina").first.click()
    await page.get_by_text("Any alarm").first.wait_for()


async def _calendar(page: Page, _: Stage) -> None:
    await page.goto("/calendar")
    await page.locator("ha-full-calendar").wait_for()


async def _integration(page: Page, _: Stage) -> None:
    await page.goto("/config/integrations/integration/layla")
    await page.get_by_text("Villa Marina").first.wait_for()


async def _ways(page: Page, _: Stage) -> None:
    await page.goto("/config/integrations/integration/layla")
    await page.get_by_text("Add hub").click()
    await page.get_by_text("By signing in").wait_for()


async def _setup(page: Page, stage: Stage) -> None:
    await _ways(page, stage)
    await page.get_by_text("With an API token").click()
    await page.locator("input[type=password]").fill(stage.simulator.token)


async def _sign_in(page: Page, stage: Stage) -> None:
    await _ways(page, stage)
    await page.get_by_text("By signing in").click()
    await page.get_by_text("Address that gives out tokens").first.wait_for()


async def _log_in(page: Page, stage: Stage) -> None:
    await page.goto((await check_sign_in.away(stage))["url"])
    await page.get_by_label("Password").fill(LAYLA_PASSWORD)


async def _consent(page: Page, stage: Stage) -> None:
    await _log_in(page, stage)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("button", name="Allow").wait_for()


_PICTURES: Final[Mapping[str, Callable[[Page, Stage], Awaitable[None]]]] = {
    "overview": _overview,
    "device": _device,
    "air_conditioner": _air_conditioner,
    "ac_unit": _ac_unit,
    "property": _property,
    "calendar": _calendar,
    "integration": _integration,
    "ways": _ways,
    "setup": _setup,
    "sign_in": _sign_in,
    "log_in": _log_in,
    "consent": _consent,
}

if __name__ == "__main__":
    app(prog_name="script/pictures")
