"""Signing in by the command, at the simulator's own pages: a browser on this machine, or somebody who pastes."""

from collections.abc import AsyncIterator
from html import unescape
import os
from pathlib import Path
import re
from typing import Final

from aiohttp import ClientSession
import pytest
from yarl import URL

from layla_bridge.access.signing_in import Asking, Waiting, lines as lines_of
from layla_bridge.access.token_file import TokenFile
from layla_bridge.configuration import SignInAccount, load
from simulator.oauth import PASSWORD
from tests.bridge.cli.command import Ended, Program, ran, running
from tests.bridge.cli.conftest import Write, by_sign_in, by_token
from tests.bridge.mosquitto import GENEROUS
from tests.integration.cloud import Cloud

OWNER: Final = "robin@example.com"


async def answered(cloud: Cloud, address: str, action: str = "allow") -> URL:
    """Log in at the address and decide; return where one is sent then, without going there."""
    page = URL(address, encoded=True)
    log_in = {"email": OWNER, "password": PASSWORD, "action": "sign_in"}
    async with cloud.session.post(page, data=log_in) as response:
        text = await response.text()
    ticket = re.search(r'name="ticket"[^>]*value="([^"]*)"', text)
    assert ticket, text
    decision = {"ticket": unescape(ticket[1]), "action": action}
    async with cloud.session.post(page, data=decision, allow_redirects=False) as response:
        return URL(response.headers["Location"], encoded=True)


async def visited(session: ClientSession, address: URL) -> tuple[int, str]:
    """Go there; return what a browser shows."""
    async with session.get(address) as response:
        return response.status, await response.text()


async def invited(program: Program) -> str:
    """Return the address that the command prints."""
    return await program.line("http")


def kept(data: Path) -> tuple[str, int]:
    """Return the access token on disk, and the mode of its file."""
    path = data / "tokens.json"
    return TokenFile(path).tokens.access, path.stat().st_mode & 0o777


def nothing_kept(data: Path) -> bool:
    """Tell whether there are no tokens."""
    return not (data / "tokens.json").exists()


def secretless(ended: Ended, *secrets: str) -> bool:
    """Tell whether nothing secret was printed."""
    return not any(secret in ended.out for secret in (OWNER, *secrets))


async def test_a_browser_on_this_machine(cloud: Cloud, write: Write, data: Path) -> None:
    path = write(account=by_sign_in(cloud, scope="read"))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", GENEROUS) as program:
        address = await invited(program)
        back = await answered(cloud, address)
        other = back.with_query({**back.query, "state": "another"})
        empty = back.with_query(state=back.query["state"])
        for left_out, why in ((other, "this belongs to another sign-in"), (empty, "there is no code in it")):
            status, page = await visited(cloud.session, left_out)
            assert (status, why in page) == (400, True)
        status, page = await visited(cloud.session, back)
        ended = await program.ended()

    assert (status, "You can close this page" in page) == (200, True)
    assert ended.code == 0, ended.out
    assert f"Signed in. The tokens are in {data / 'tokens.json'}, which its owner alone can read." in ended.out
    assert ended.out.endswith("Next: layla-bridge check")
    (grant,) = await cloud.control("GET", "oauth/grants")
    assert grant["scope"] == "read"
    assert kept(data) == (grant["access_token"], 0o600)
    assert secretless(ended, grant["access_token"], grant["refresh_token"], back.query["code"])


async def test_a_browser_on_another_machine(cloud: Cloud, write: Write, data: Path) -> None:
    path = write(account=by_sign_in(cloud))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", GENEROUS) as program:
        back = await answered(cloud, await invited(program))
        program.type("")
        program.type("what is it?")
        assert "neither a code nor an address" in await program.line("That is not it: ")
        program.type(str(back.with_query({**back.query, "state": "another"})))
        assert "this belongs to another sign-in" in await program.line("That is not it: ")
        program.type(str(back))
        ended = await program.ended()

    assert ended.code == 0, ended.out
    (grant,) = await cloud.control("GET", "oauth/grants")
    assert kept(data) == (grant["access_token"], 0o600)


async def test_a_shard_has_tokens_of_its_own(cloud: Cloud, write: Write, data: Path) -> None:
    path = write(account=by_sign_in(cloud))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", GENEROUS, "--shard", "2/2") as program:
        program.type((await answered(cloud, await invited(program))).query["code"])
        ended = await program.ended()
    assert ended.code == 0, ended.out
    (grant,) = await cloud.control("GET", "oauth/grants")
    assert kept(data / "shard-2") == (grant["access_token"], 0o600)
    assert nothing_kept(data)


async def test_a_code_alone_that_is_pasted(cloud: Cloud, write: Write, data: Path) -> None:
    path = write(account=by_sign_in(cloud))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", GENEROUS) as program:
        program.type((await answered(cloud, await invited(program))).query["code"])
        ended = await program.ended()

    assert ended.code == 0, ended.out
    assert not nothing_kept(data)


async def test_access_that_is_denied(cloud: Cloud, write: Write, data: Path) -> None:
    async with running("sign-in", "-c", write(account=by_sign_in(cloud)), "--port", 0, "--wait", GENEROUS) as program:
        status, page = await visited(cloud.session, await answered(cloud, await invited(program), "deny"))
        ended = await program.ended()

    assert (status, "You can close this page" in page) == (200, True)
    assert ended.code == 1
    assert "Error: Access was denied on the page of the sign-in." in ended.out
    assert nothing_kept(data)


async def test_what_the_server_declines(cloud: Cloud, write: Write) -> None:
    async with running(
        "sign-in", "-c", write(account=by_sign_in(cloud, scope="everything")), "--port", 0, "--wait", GENEROUS
    ) as program:
        address = URL(await invited(program), encoded=True)
        async with cloud.session.get(address, allow_redirects=False) as response:
            program.type(response.headers["Location"])
        ended = await program.ended()

    assert ended.code == 1
    assert "Error: The server declined: invalid_scope: " in ended.out
    assert "Check account.client_id, account.scope and account.authorize_url." in ended.out


async def test_a_code_that_is_too_old(cloud: Cloud, write: Write, data: Path) -> None:
    await cloud.control("PATCH", "oauth", code_lifetime=0.001)
    async with running("sign-in", "-c", write(account=by_sign_in(cloud)), "--port", 0, "--wait", GENEROUS) as program:
        await visited(cloud.session, await answered(cloud, await invited(program)))
        ended = await program.ended()

    assert ended.code == 1
    assert "Error: The code is not good: invalid_grant: " in ended.out
    assert "It may be too old, or used already. Run layla-bridge sign-in again." in ended.out
    assert nothing_kept(data)


@pytest.mark.parametrize(
    ("members", "text", "remedy"),
    [
        (
            {"client_secret": "wr0ng"},
            "The server does not know the client: ",
            "Check account.client_id and its secret.",
        ),
        (
            {"token_url": "{cloud}/wrong"},
            "No tokens for the code. {cloud}/wrong hands out no tokens",
            "account.token_url",
        ),
    ],
    ids=["secret", "address"],
)
async def test_a_configuration_that_brings_no_tokens(
    cloud: Cloud, write: Write, data: Path, members: dict[str, str], text: str, remedy: str
) -> None:
    members = {name: value.replace("{cloud}", cloud.url) for name, value in members.items()}
    async with running(
        "sign-in", "-c", write(account=by_sign_in(cloud, **members)), "--port", 0, "--wait", GENEROUS
    ) as program:
        await visited(cloud.session, await answered(cloud, await invited(program)))
        ended = await program.ended()

    assert ended.code == 1
    assert f"Error: {text.replace('{cloud}', cloud.url)}" in ended.out
    assert remedy in ended.out
    assert secretless(ended, "wr0ng")
    assert nothing_kept(data)


async def test_an_account_that_does_not_take_the_sign_in(cloud: Cloud, write: Write, data: Path) -> None:
    await cloud.fault("getCurrentUser", "status", status=403)
    async with running("sign-in", "-c", write(account=by_sign_in(cloud)), "--port", 0, "--wait", GENEROUS) as program:
        await visited(cloud.session, await answered(cloud, await invited(program)))
        ended = await program.ended()

    assert ended.code == 1
    assert "Error: The sign-in worked, and the account cannot be read with it. The account may not do this" in ended.out
    assert nothing_kept(data)


async def test_an_account_that_cannot_be_tried_keeps_the_sign_in(cloud: Cloud, write: Write, data: Path) -> None:
    path = write(account=by_sign_in(cloud, url=f"{cloud.url}/wrong"))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", GENEROUS) as program:
        await visited(cloud.session, await answered(cloud, await invited(program)))
        ended = await program.ended()

    assert ended.code == 1
    assert "Signed in. The tokens are in" in ended.out
    assert "Error: The sign-in worked, and the account could not be tried." in ended.out
    assert not nothing_kept(data)


async def test_a_folder_that_takes_no_tokens(cloud: Cloud, write: Write, data: Path) -> None:
    data.write_text("a file")  # noqa: ASYNC240 - a test's own
    async with running("sign-in", "-c", write(account=by_sign_in(cloud)), "--port", 0, "--wait", GENEROUS) as program:
        await visited(cloud.session, await answered(cloud, await invited(program)))
        ended = await program.ended()

    assert ended.code == 1
    assert f"Error: The tokens cannot be written to {data / 'tokens.json'}: " in ended.out


async def test_nobody_who_answers(cloud: Cloud, write: Write) -> None:
    path = write(account=by_sign_in(cloud))
    async with running("sign-in", "-c", path, "--port", 0, "--wait", 0.1) as program:
        ended = await program.ended()

    assert ended.code == 1
    assert "Error: No answer came within 0 seconds." in ended.out


async def test_a_port_that_is_in_use(cloud: Cloud, write: Write) -> None:
    port = URL(cloud.url).port
    ended = await ran("sign-in", "-c", write(account=by_sign_in(cloud)), "--port", port)

    assert ended.code == 1
    assert ended.err.startswith(f"Error: Port {port} of 127.0.0.1 cannot be had: ")
    assert "choose another port by --port" in ended.err


async def test_an_account_by_token_has_nothing_to_sign_in_to(cloud: Cloud, write: Write) -> None:
    ended = await ran("sign-in", "-c", write(account=by_token(cloud)))

    assert ended.code == 2
    assert "- account.kind: an account of kind token has nothing to sign in to" in ended.err


# What cannot be had from the simulator's pages


@pytest.fixture
def account(cloud: Cloud, write: Write) -> SignInAccount:
    """The account of a configuration."""
    found = load(write(account=by_sign_in(cloud)), {}).account
    assert isinstance(found, SignInAccount)
    return found


async def lines(*given: str) -> AsyncIterator[str]:
    """Walk lines."""
    for line in given:
        yield line


def test_the_address_has_a_proof_of_its_own_each_time(account: SignInAccount) -> None:
    one, other = Asking(account), Asking(account)
    queries = [asking.address("http://127.0.0.1:1/callback").query for asking in (one, other)]

    assert queries[0]["code_challenge_method"] == "S256"
    assert "scope" not in queries[0]
    assert 43 <= len(one.verifier) <= 128
    for name in ("state", "code_challenge"):
        assert queries[0][name] != queries[1][name]
    for secret in (one.state, one.verifier):
        assert secret not in repr(one)


@pytest.mark.parametrize(
    "pasted",
    [
        "c0de",
        " c0de \r",
        "?code=c0de&state=ours",
        "code=c0de&state=ours",
        "http://[::1]:1/callback?code=c0de&state=ours",
    ],
)
async def test_what_may_be_pasted(pasted: str) -> None:
    waiting = Waiting("ours")
    complaints: list[str] = []
    await waiting.read(lines(pasted), complaints.append)

    assert (await waiting.code(), complaints) == ("c0de", [])


async def test_the_first_answer_is_the_one() -> None:
    waiting = Waiting("ours")
    for query in ({"code": "first"}, {"code": "second"}, {"error": "access_denied"}):
        assert waiting.take({**query, "state": "ours"}) is None

    assert await waiting.code() == "first"


async def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    typed = tmp_path / "typed"
    typed.write_bytes(b"one\ntwo")
    with typed.open() as file:
        assert [line async for line in lines_of(file.fileno())] == ["one", "two"]


@pytest.mark.parametrize("side", [0, 1], ids=["whose program is gone", "that is gone"])
async def test_a_terminal_without_another_side_is_at_its_end(side: int) -> None:
    sides = os.openpty()
    os.close(sides[1 - side])
    assert [line async for line in lines_of(sides[side])] == []
    os.close(sides[side])
