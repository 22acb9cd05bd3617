"""The status page in a real browser: what a person sees, on a desk and on a phone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.async_api import Browser, Page, expect
import pytest

from demo.browser import chromium
from demo.status_page import status_pictures
from layla_bridge.broker import Trouble, TroubleKind
from layla_bridge.cloud.model import Property
from layla_bridge.configuration import StatusPage as Settings
from layla_bridge.status import CloudState, StatusPage
from layla_bridge.status.reader import Rhythm
from tests.bridge.mosquitto import free_port
from tests.bridge.status_house import ENTRIES, STATUS, UNITS, VILLA, ZONE, House, account, unit

HOSTILE = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
WIDTHS = (320, 390, 1280)

type Colours = Literal["light", "dark"]

# Contrast as in WCAG 2: of every piece of text with what stands behind it.
POOR_CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((each) => {
    const value = each / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) continue;
    if (!node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${walker.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


class Stage:
    """A page of a house, and browsers that look at it."""

    def __init__(self, browser: Browser, stack: AsyncExitStack) -> None:
        self.house = House()
        self.complaints: list[str] = []
        self.browser = browser
        self._stack = stack
        self.url = ""
        self.page: StatusPage

    async def open(self, **shown: Any) -> None:
        """Begin to serve."""
        port = free_port()
        settings = Settings.model_construct(port=port)
        self.page = StatusPage(settings, self.house.shown(**shown), rhythm=Rhythm(gap=0.05, tick=0.5))
        await self.page.start()
        self._stack.push_async_callback(self.page.stop)
        self.url = f"http://127.0.0.1:{port}/"

    async def look(self, width: int = 1280, height: int = 900, colours: Colours = "light") -> Page:
        """Open the page in a window of that size."""
        if not self.url:
            await self.open()
        page = await self.browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=colours, locale="en-GB", reduced_motion="reduce"
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        await page.goto(self.url)
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        return page


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A stage on which no browser complained in the end, of a policy that was broken for instance."""
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium())
        staged = Stage(browser, stack)
        yield staged
        assert staged.complaints == []


async def test_everything_is_to_be_seen(stage: Stage) -> None:
    page = await stage.look()
    for tile, state in (("Cloud", "Online"), ("MQTT broker", "Connected"), ("Outbox", "Empty"), ("Bridge", "Running")):
        await expect(page.locator(".tile", has_text=tile)).to_contain_text(state)
    await expect(page.locator("#alarm-list li")).to_have_count(3)
    await expect(page.locator("#alarm-list li").first).to_contain_text("Smoke alarm")
    kitchen = page.locator(".group", has_text="Villa Marina").locator(".card", has_text="Kitchen")
    for text in ("24.1°C", "61dB", "58%", "2\N{EN DASH}3", "142", "Smoke alarm", "Wi-Fi signal -58 dBm"):
        await expect(kitchen).to_contain_text(text)
    await expect(page.locator(".card", has_text="Living room")).to_contain_text("cooling, 22 °C, fan low, swing auto")
    await expect(page.locator(".card", has_text="Main bedroom")).to_contain_text("Air conditioner off")
    await expect(page.locator(".card", has_text="Terrace")).to_contain_text("Offline")
    await expect(page.locator(".card", has_text="Balcony")).to_contain_text("Disabled")
    await expect(page.locator("#events li").first).to_contain_text("Smoke alarm started")
    await expect(page.locator("#events li").last).to_contain_text("Occupancy alarm in quiet hours ended")
    await expect(page.locator("#log li").first).to_contain_text("14 times")
    assert await page.title() == "(3) Layla bridge"


async def test_it_is_live(stage: Stage) -> None:
    """Values, alarms, states and warnings; and an alarm is said to who cannot see it."""
    stage.house.entries = ()
    page = await stage.look()
    study = page.locator(".card", has_text="Study")
    await expect(study).to_contain_text("21.9°C")
    await expect(page.locator("#announcer")).to_have_text("")
    stage.house.measure("v-07", temperature=26.5)
    stage.house.ring("v-07", "co_alarm")
    stage.house.entries = ENTRIES[1:]
    stage.house.status = replace(
        STATUS,
        cloud=replace(STATUS.cloud, state=CloudState.OFFLINE, trouble="listDevices: no connection"),
        broker=replace(
            STATUS.broker, connected=False, trouble=Trouble(TroubleKind.DNS, "It cannot be found", "Check the DNS.")
        ),
    )
    stage.page.changed()
    await expect(study).to_contain_text("26.5°C")
    await expect(study.locator(".fresh")).to_have_count(1)
    await expect(page.locator("#announcer")).to_have_text("Carbon monoxide alarm: Study")
    await expect(page.locator("#announcer")).to_have_role("alert")
    await expect(page.locator("#alarms-title")).to_have_text("4 active alarms")
    await expect(page.locator(".tile", has_text="Cloud")).to_contain_text("listDevices: no connection")
    await expect(page.locator(".tile", has_text="MQTT broker")).to_contain_text("Check the DNS.")
    await expect(page.locator("#log li")).to_have_count(1)


async def test_it_is_calm_when_nothing_is_wrong_and_waits_before_anything_is_known(stage: Stage) -> None:
    stage.house.snapshot, stage.house.events, stage.house.entries = None, (), ()
    page = await stage.look()
    await expect(page.locator("#calm")).to_have_text("Waiting for the first look at the account")
    await expect(page.get_by_text("None since the start")).to_have_count(2)
    stage.house.snapshot = account(unit("v-04", "Study", VILLA, {"noise": 31}))
    stage.page.changed()
    await expect(page.locator("#calm")).to_have_text("All is quiet")
    await expect(page.locator(".card")).to_have_count(1)
    assert await page.title() == "Layla bridge"


async def test_it_comes_back_by_itself_when_the_bridge_does(stage: Stage) -> None:
    page = await stage.look()
    await expect(page.locator(".card")).to_have_count(12)
    await stage.page.stop()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    stage.house.snapshot = account(*UNITS[:5])
    await stage.page.start()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=20_000)
    await expect(page.locator(".card")).to_have_count(5)
    # The browser says on its console that it could not connect meanwhile.
    stage.complaints.clear()


async def test_names_are_text_whatever_they_look_like(stage: Stage) -> None:
    place = Property(id="<b>", name=HOSTILE, category=None, zone=ZONE)
    odd = unit("</script><script>", HOSTILE, place, {"<i>": 1, "noise": 40})
    stage.house.snapshot = account(odd, places=(place,))
    stage.house.ring(odd.id, f"{HOSTILE}_alarm")
    stage.house.told = {}
    stage.house.entries = (replace(ENTRIES[0], text=HOSTILE, source=HOSTILE),)
    stage.house.status = replace(STATUS, cloud=replace(STATUS.cloud, trouble=HOSTILE))
    page = await stage.look()
    await expect(page.locator(".card h3")).to_have_text(HOSTILE)
    await expect(page.locator(".group summary h3")).to_have_text(HOSTILE)
    await expect(page.locator("#log li")).to_contain_text(HOSTILE)
    await expect(page.locator(".trouble")).to_have_text(HOSTILE)
    assert await page.locator("script").count() == 1
    assert await page.locator("main img").count() == 0
    assert await page.title() == "(1) Layla bridge"


async def test_no_name_is_shown_when_names_stay_here(stage: Stage) -> None:
    await stage.open(names=False)
    page = await stage.look()
    await expect(page.locator(".card h3", has_text="v-01")).to_have_count(1)
    text = await page.locator("body").inner_text()
    assert "Kitchen" not in text
    assert "Villa" not in text


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_is_wider_than_the_window(stage: Stage, width: int) -> None:
    """Also when names are, and when there is trouble."""
    stage.house.put(replace(stage.house.device("v-01"), name="W" * 120))
    stage.house.put(replace(stage.house.device("v-02"), id="v-02", name="An air conditioner " * 12))
    trouble = Trouble(TroubleKind.DNS, f"The MQTT broker at {'m' * 90}.example:8883 cannot be found", "Check.")
    address = f"{'m' * 90}.example:8883"
    stage.house.status = replace(
        STATUS, broker=replace(STATUS.broker, connected=False, address=address, trouble=trouble)
    )
    page = await stage.look(width, 700)
    await expect(page.locator(".card")).to_have_count(12)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    beyond = "[...document.querySelectorAll('main *')].filter((n) => n.getBoundingClientRect().right > innerWidth + 1)"
    assert await page.evaluate(f"{beyond}.length") == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_all_text_stands_out_from_what_is_behind_it(stage: Stage, colours: Colours) -> None:
    page = await stage.look(colours=colours)
    await expect(page.locator(".card")).to_have_count(12)
    assert await page.evaluate(POOR_CONTRAST) == []


async def test_who_cannot_see_finds_the_way(stage: Stage) -> None:
    page = await stage.look()
    for role in ("banner", "main", "contentinfo", "search"):
        await expect(page.get_by_role(role)).to_have_count(1)
    for name in ("Active alarms", "Units", "Last events", "Last warnings and errors"):
        await expect(page.get_by_role("region", name=name)).to_have_count(1)
    await expect(page.get_by_role("searchbox", name="Search units and properties")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the units")).to_be_focused()


async def test_units_are_found_by_what_they_are_called_and_how_they_are(stage: Stage) -> None:
    page = await stage.look()
    await expect(page.locator(".card")).to_have_count(12)
    search = page.get_by_role("searchbox")
    await search.fill("kitch")
    await expect(page.locator(".card")).to_have_count(2)
    await expect(page.locator(".group summary").first).to_contain_text("1 of 5 units")
    await search.fill("old town")
    await expect(page.locator(".card")).to_have_count(5)
    await search.fill("no such thing")
    await expect(page.get_by_text("Nothing matches what you search for.")).to_be_visible()
    await search.fill("")
    await page.get_by_role("button", name="Offline").click()
    await expect(page.locator(".card")).to_have_count(1)
    await expect(page.get_by_role("button", name="Offline")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Alarms").click()
    await expect(page.locator(".card")).to_have_count(3)


async def test_a_property_stays_as_somebody_left_it(stage: Stage) -> None:
    page = await stage.look()
    villa = page.locator(".group", has_text="Villa Marina")
    await villa.locator("summary").click()
    await expect(villa.locator(".card").first).to_be_hidden()
    stage.house.measure("v-07", temperature=26.5)
    stage.house.measure("f-02", temperature=26.5)
    stage.page.changed()
    await expect(page.locator(".card", has_text="Hall")).to_contain_text("26.5")
    await expect(villa.locator(".card").first).to_be_hidden()
    await villa.locator("summary").click()
    await expect(villa.locator(".card", has_text="Study")).to_contain_text("26.5")


async def test_ten_thousand_units_are_folded_found_and_unfolded(stage: Stage) -> None:
    places = [Property(id=f"p{number}", name=f"Home {number}", category=None, zone=ZONE) for number in range(1000)]
    rooms = [unit(f"u{n}", f"Room {n}", places[n // 10], {"noise": 30 + n % 9}) for n in range(9900)]
    many = [unit(f"u{n}", f"Room {n}", places[999], {"noise": 40}) for n in range(9900, 10_000)]
    stage.house.snapshot = account(*rooms, *many, places=tuple(places))
    page = await stage.look()
    expect.set_options(timeout=30_000)  # so much takes a busy machine longer than the usual five seconds
    await expect(page.locator("#units-count")).to_have_text("10,000 in 991 properties")
    await expect(page.locator(".group")).to_have_count(150)
    await expect(page.locator(".card")).to_have_count(0)
    await page.get_by_role("button", name="Show more of 991 properties").click()
    await expect(page.locator(".group")).to_have_count(300)
    await page.get_by_role("searchbox").fill("room 4321")
    await expect(page.locator(".card")).to_have_count(1)
    stage.house.measure("u4321", noise=99)
    stage.page.changed()
    await expect(page.locator(".card")).to_contain_text("99dB")
    await page.get_by_role("searchbox").fill("home 999")
    await page.locator("summary", has_text="Home 999").click()
    await expect(page.locator(".card")).to_have_count(60)
    await page.get_by_role("button", name="Show more of 100 units").click()
    await expect(page.locator(".card")).to_have_count(100)


async def test_many_alarms_do_not_bury_the_page(stage: Stage) -> None:
    stage.house.snapshot = account(*(unit(f"u{number}", "Room", VILLA, {"noise": 30}) for number in range(40)))
    page = await stage.look()
    for number in range(30):
        stage.house.ring(f"u{number}", "noise_alarm")
    stage.page.changed()
    await expect(page.locator("#alarms-title")).to_have_text("30 active alarms")
    await expect(page.locator("#alarm-list li")).to_have_count(24)
    await expect(page.get_by_text("and 6 more", exact=True)).to_be_visible()
    await expect(page.locator("#announcer")).to_contain_text("Noise alarm: Room, and 27 more")


async def test_pictures_for_the_documentation_are_taken(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    taken = await status_pictures(stage.browser, stage.url, tmp_path)
    assert [path.name for path in taken] == ["bridge.png", "bridge_phone.png"]
    for path, width in zip(taken, (1280, 390), strict=True):
        with Image.open(path) as picture:
            assert picture.width == width
            assert len(picture.getcolors(1 << 20) or ()) > 100
        assert path.stat().st_size < 400_000
