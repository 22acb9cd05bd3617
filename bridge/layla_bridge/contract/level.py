"""Any text as one level of a topic, and back."""

from typing import Final
from urllib.parse import unquote_to_bytes

# A topic has at most 65,535 bytes (MQTT 5, 1.5.4); the rest of it has to fit beside an id.
LONGEST_LEVEL: Final = 32_768
# What means something in a topic or a filter, or here.
_SPECIAL: Final = frozenset("/+#%$")
# An empty level is legal and breaks many clients; no escaped text is a lone percent sign.
_EMPTY: Final = "%"


class UnusableId(ValueError):
    """An id that is too long for a topic. Remedy: none but leaving its unit out; no id that is known comes near."""

    def __init__(self, length: int) -> None:
        """Say how long it is, in bytes, and not what it is."""
        super().__init__(f"An id takes {length} bytes of a topic, and {LONGEST_LEVEL} is the most")


def escaped(text: str) -> str:
    """Write a text as one level: what is special or cannot be printed becomes %XX, by the bytes of its UTF-8.

    Raises UnusableId.
    """
    level = "".join(map(_written, text)) or _EMPTY
    length = len(level.encode())
    if length > LONGEST_LEVEL:
        raise UnusableId(length)
    return level


def unescaped(level: str) -> str | None:
    """Read a level; None for one that `escaped` would not write, so that nothing has two topics."""
    if level == _EMPTY:
        return ""
    try:
        # A level that came as UTF-8 holds no surrogate; an id out of JSON may, so its bytes may.
        text = unquote_to_bytes(level).decode(errors="surrogatepass")
        return text if text and escaped(text) == level else None
    except ValueError:
        return None


def usable(text: str) -> bool:
    """Tell whether a text fits into one level."""
    # No character takes more than twelve: four bytes as %XX.
    if len(text) * 12 <= LONGEST_LEVEL:
        return True
    try:
        escaped(text)
    except UnusableId:
        return False
    return True


def _written(character: str) -> str:
    if character.isprintable() and character not in _SPECIAL:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogatepass"))
