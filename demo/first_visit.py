"""What a person does on the first visit to a new Home Assistant, through the API of the web interface."""

from typing import Final

from aiohttp import ClientError
from homeassistant.const import __version__

from simulator.oauth import CLIENT_ID, CLIENT_SECRET

from .client import HomeAssistant, Json
from .failure import DemoFailed, eventually
from .process import HomeAssistantProcess

USER: Final = "demo"
PASSWORD: Final = "demo"  # noqa: S105
CREDENTIALS: Final = "Simulated LaylaElectric"
FLOWS: Final = "/api/config/config_entries/flow"

_SECONDS_TO_START: Final = 180.0


async def wait_until_up(client: HomeAssistant, process: HomeAssistantProcess) -> None:
    """Wait until Home Assistant answers."""

    async def look() -> Json | None:
        process.insist()
        try:
            return await client.get("/api/onboarding")
        except ClientError:
            return None

    await eventually("Home Assistant answers", _SECONDS_TO_START, look)


async def become_owner(client: HomeAssistant) -> None:
    """Create the first user, sign in, and finish the welcome."""
    client_id = f"{client.url}/"
    user = {"name": "Demo", "username": USER, "password": PASSWORD, "language": "en"}
    created = await client.post("/api/onboarding/users", {**user, "client_id": client_id})
    grant = {"grant_type": "authorization_code", "code": created["auth_code"], "client_id": client_id}
    tokens = await client.post_form("/auth/token", grant)
    client.sign_in(tokens["access_token"])
    await client.post("/api/onboarding/analytics", {})
    redirect_uri = f"{client.url}/?auth_callback=1"
    await client.post("/api/onboarding/integration", {"client_id": client_id, "redirect_uri": redirect_uri})
    await client.command("frontend/set_system_data", key="core", value={"onboarded_version": __version__})


async def add_integration(client: HomeAssistant, address: str, token: str) -> None:
    """Fill in the forms of Settings, Devices & services, Add integration, LaylaElectric."""
    menu = await client.post(FLOWS, {"handler": "layla"})
    form = await client.post(f"{FLOWS}/{menu['flow_id']}", {"next_step_id": "token"})
    result = await client.post(f"{FLOWS}/{form['flow_id']}", {"url": address, "token": token})
    if result.get("step_id") == "air_conditioner":
        # Nobody's schedule can be lost in a simulated cloud.
        result = await client.post(f"{FLOWS}/{form['flow_id']}", {"ac_control": "full"})
    if result["type"] != "create_entry":
        raise DemoFailed(f"LaylaElectric could not be added: {result.get('errors') or result.get('reason')}")
    entry = result["result"]
    if entry["state"] != "loaded":
        raise DemoFailed(f"LaylaElectric could not be set up: {entry['reason'] or entry['state']}")


async def enter_credentials(client: HomeAssistant) -> None:
    """Fill in the form of Settings, Devices & services, Application credentials, with what partners are given."""
    await client.command(
        "application_credentials/create",
        domain="layla",
        name=CREDENTIALS,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )
