"""The check of signing in: from the token to the partner API and back, and every entity stays what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http import HTTPMethod
import re
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from simulator.oauth import PASSWORD

from . import air_conditioners
from .client import HomeAssistant, Json
from .failure import DemoFailed, eventually
from .first_visit import FLOWS
from .stage import Stage
from .terminal import say
from .units import Unit, units

_SECONDS: Final = 60.0
_CHANGED: Final = "reconfigure_successful"
_NOTHING: Final = ("unknown", "unavailable")
_TICKET: Final = re.compile(r'name="ticket" value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Registered:
    """An entity as the registry has it: its own id there, and the id that people use."""

    id: str
    entity_id: str


async def there_and_back(stage: Stage, unit: Unit) -> None:
    """Give the account a sign-in in place of its token, then the token again; raises DemoFailed."""
    before = await registered(stage.client)
    await _by_signing_in(stage)
    state = await _see_partner_api(stage, unit)
    compare(before, await registered(stage.client))
    say(f"Signed in instead of using the token: {unit.entities['temperature']} is {state}, all entities are the same")
    await _by_token(stage)
    await air_conditioners.see_ready(stage.client)
    compare(before, await registered(stage.client))
    say("Back to the token: all entities are the same, and air conditioners take a temperature again")


async def registered(client: HomeAssistant) -> Mapping[str, Registered]:
    """Return every entity of the integration, by its unique id."""
    return {
        entity["unique_id"]: Registered(entity["id"], entity["entity_id"])
        for entity in await client.command("config/entity_registry/list")
        if entity["platform"] == "layla"
    }


def compare(before: Mapping[str, Registered], now: Mapping[str, Registered]) -> None:
    """See that no entity came, went, or was registered anew; raises DemoFailed."""
    others = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if others:
        raise DemoFailed(f"After another way in there are other entities: {', '.join(others)}")


async def log_in_and_allow(browser: ClientSession, address: str, email: str) -> URL:
    """Log in on LaylaElectric's page and allow access; return where one is sent then, without going there."""
    page = URL(address, encoded=True)
    await _page(browser, HTTPMethod.GET, page)
    consent = await _page(browser, HTTPMethod.POST, page, email=email, password=PASSWORD, action="sign_in")
    ticket = _TICKET.search(consent)
    if not ticket:
        raise DemoFailed("After the log-in there is no page that asks for consent")
    fields = {"ticket": unescape(ticket[1]), "action": "allow"}
    async with browser.post(page, data=fields, allow_redirects=False) as response:
        if "Location" not in response.headers:
            raise DemoFailed(f"After the consent nobody is sent back, but answered with {response.status}")
        return URL(response.headers["Location"], encoded=True)


async def away(stage: Stage) -> Json:
    """Choose By signing in under Reconfigure; return the step that leads to LaylaElectric."""
    client, simulator = stage.client, stage.simulator
    form = await _reconfigure(client, "sign_in")
    addresses = {
        "url": simulator.partner_url,
        "authorize_url": simulator.authorize_url,
        "token_url": simulator.token_url,
    }
    step = await client.post(f"{FLOWS}/{form['flow_id']}", addresses)
    if step["type"] != "external":
        raise DemoFailed(f"The sign-in does not lead to LaylaElectric: {step.get('errors') or step.get('reason')}")
    return step


async def _by_signing_in(stage: Stage) -> None:
    """Go to LaylaElectric and back."""
    step = await away(stage)
    async with ClientSession() as browser:
        back = await log_in_and_allow(browser, step["url"], stage.simulator.world.profile["email"])
        await _page(browser, HTTPMethod.GET, back)
    _insist_on_change(await stage.client.get(f"{FLOWS}/{step['flow_id']}"))


async def _by_token(stage: Stage) -> None:
    """Choose With an API token under Reconfigure."""
    form = await _reconfigure(stage.client, "reconfigure_token")
    members = {"url": stage.simulator.base_url, "token": stage.simulator.token}
    _insist_on_change(await stage.client.post(f"{FLOWS}/{form['flow_id']}", members))


async def _reconfigure(client: HomeAssistant, choice: str) -> Json:
    """Open the menu of Reconfigure, and return the form behind one of its choices."""
    (entry,) = await client.command("config_entries/get", domain="layla")
    menu = await client.post(FLOWS, {"handler": "layla", "entry_id": entry["entry_id"]})
    form = await client.post(f"{FLOWS}/{menu['flow_id']}", {"next_step_id": choice})
    if form["type"] != "form":
        raise DemoFailed(f"Reconfigure has no form for {choice}: {form.get('reason')}")
    return form


def _insist_on_change(result: Json) -> None:
    if result.get("reason") != _CHANGED:
        raise DemoFailed(f"The way in could not be changed: {result.get('errors') or result.get('reason')}")


async def _page(browser: ClientSession, method: HTTPMethod, address: URL, **fields: str) -> str:
    """Fetch a page as a browser does."""
    async with browser.request(method, address, data=fields or None) as response:
        page = await response.text()
    if not response.ok:
        raise DemoFailed(f"{method} {address.path} is answered with {response.status}")
    return page


async def _see_partner_api(stage: Stage, unit: Unit) -> str:
    """Wait until the partner API is what is shown; return the temperature of the unit.

    It knows no air conditioners, so they are unavailable as soon as the account was unloaded. Loaded after that, the
    account is the one that was signed in to.
    """
    client = stage.client

    async def look() -> bool | None:
        (entry,) = await client.command("config_entries/get", domain="layla")
        return entry["state"] == "loaded" or None

    for driving in await units(client):
        if air_conditioners.KEY in driving.entities:
            await stage.see(driving.entities[air_conditioners.KEY], lambda shown: shown["state"] == "unavailable")
    await eventually("The account is loaded", _SECONDS, look)
    shown = await stage.see(unit.entities["temperature"], lambda shown: shown["state"] not in _NOTHING)
    temperature: str = shown["state"]
    return temperature
