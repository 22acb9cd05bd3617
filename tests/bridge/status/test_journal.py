"""What the journal keeps of the log, and what it tells of it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path

import pytest

from layla_bridge.configuration import load
from layla_bridge.configuration.secret_values import secrets
from layla_bridge.status.journal import Entry, Journal

LOGGER = logging.getLogger("layla_bridge.test_journal")
EMAIL = "robin@example.com"


@pytest.fixture
def journal() -> Iterator[Journal]:
    """A journal of the test's logger, which keeps three."""
    kept = Journal(secrets=["hunter2", "hunter2-and-more", ""], most=3, again=timedelta(minutes=10))
    LOGGER.addHandler(kept)
    yield kept
    LOGGER.removeHandler(kept)


def at(minutes: float, text: str = "It is late", level: int = logging.WARNING) -> logging.LogRecord:
    """Make a record of a time."""
    record = logging.LogRecord("layla_bridge.poller", level, __file__, 1, text, (), None)
    record.created = (datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(minutes=minutes)).timestamp()
    return record


def test_warnings_and_errors_are_kept_and_nothing_less(journal: Journal) -> None:
    LOGGER.info("All is well")
    LOGGER.warning("The %s is late", "poll")
    LOGGER.error("No disk")
    assert [(each.level, each.text, each.source, each.count) for each in journal.entries] == [
        ("error", "No disk", LOGGER.name, 1),
        ("warning", "The poll is late", LOGGER.name, 1),
    ]


def test_a_repeated_message_is_one_entry_that_counts(journal: Journal) -> None:
    journal.handle(at(0))
    journal.handle(at(1, "Something else"))
    journal.handle(at(2))
    newest = journal.entries[0]
    assert len(journal.entries) == 2
    assert (newest.text, newest.count, newest.at - newest.since) == ("It is late", 2, timedelta(minutes=2))
    assert newest.at.tzinfo is UTC


def test_the_oldest_go_first(journal: Journal) -> None:
    for number in range(5):
        journal.handle(at(number, f"Number {number}"))
    assert [each.text for each in journal.entries] == ["Number 4", "Number 3", "Number 2"]


def test_no_secret_and_no_address_stays_in_a_text(journal: Journal) -> None:
    LOGGER.warning("Token eyJhbGciOi.eyJzdWIi.c2ln of %s, password hunter2-and-more and hunter2", EMAIL)
    error = ValueError(f"hunter2 belongs to {EMAIL}")
    LOGGER.error("It could not be read", exc_info=error)
    told = " ".join(each.text for each in journal.entries)
    assert "It could not be read: ValueError: *** belongs to ***" in told
    assert not any(word in told for word in ("hunter2", "and-more", EMAIL, "eyJ"))


def test_a_message_that_cannot_be_written_harms_nobody(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    journal.handle(logging.LogRecord("layla_bridge", logging.ERROR, __file__, 1, "%d units", ("many",), None))
    assert journal.entries == ()
    assert "Logging error" in capsys.readouterr().err


async def test_a_listener_is_told_once_and_again_after_a_pause(journal: Journal) -> None:
    heard: list[Entry] = []
    journal.listen(heard.append)
    for minutes in (0, 1, 9, 10, 11):
        journal.handle(at(minutes))
    await asyncio.sleep(0)
    assert [each.count for each in heard] == [1, 4]


async def test_a_listener_that_warns_makes_no_loop(journal: Journal) -> None:
    heard: list[str] = []

    def listener(entry: Entry) -> None:
        heard.append(entry.text)
        LOGGER.warning("The message could not be published")

    end = journal.listen(listener)
    LOGGER.warning("It is late")
    for _ in range(10):
        await asyncio.sleep(0)
    assert heard == ["It is late", "The message could not be published"]
    end()
    LOGGER.warning("Nobody listens")
    await asyncio.sleep(0)
    assert len(heard) == 2


async def test_other_threads_are_heard_in_the_event_loop(journal: Journal) -> None:
    heard = asyncio.get_running_loop().create_future()
    journal.listen(heard.set_result)
    await asyncio.to_thread(LOGGER.warning, "From the outbox")
    async with asyncio.timeout(10):
        assert (await heard).text == "From the outbox"


def test_who_logs_after_the_loop_has_ended_is_kept_all_the_same(journal: Journal) -> None:
    async def listen() -> None:
        journal.listen(lambda _: None)

    asyncio.run(listen())
    LOGGER.warning("Still closing")
    assert journal.entries[0].text == "Still closing"


def test_the_secrets_of_a_configuration_are_found_wherever_they_are(tmp_path: Path) -> None:
    pem = tmp_path / "pem"
    pem.touch()
    given = {
        "ACCOUNT__TOKEN": "a-token",
        "BROKER__USERNAME": "somebody",
        "BROKER__PASSWORD": "a password",
        "BROKER__TLS__ENABLED": "on",
        "BROKER__TLS__CERTIFICATE": str(pem),
        "BROKER__TLS__KEY": str(pem),
        "BROKER__TLS__KEY_PASSWORD": "of the key",
    }
    configuration = load(None, {f"LAYLA_{key}": value for key, value in given.items()})
    assert set(secrets(configuration)) == {"a-token", "a password", "of the key"}
