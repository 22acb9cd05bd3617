"""The air conditioners of the bridge: what both programs do with them, what is kept on disk, and time by asyncio."""

from .control import opened
from .file import AcFile

__all__ = ["AcFile", "opened"]
