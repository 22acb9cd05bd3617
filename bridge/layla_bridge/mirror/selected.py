"""Which properties are this bridge's: those of its shard that the configuration includes, by id and name."""

from ..cloud.model import Snapshot
from ..configuration import Selection
from ..shard import ALONE, Shard


class Selected:
    """The one answer to what is published, discovered and commanded. `learn` comes before every question.

    A unit without a property is selected by `*` alone, and belongs to the first shard.
    """

    def __init__(self, selection: Selection, shard: Shard = ALONE) -> None:
        """Know of no name yet."""
        self._selection = selection
        self._shard = shard
        self._names: dict[str, str | None] = {}
        self._answers: dict[str | None, bool] = {}

    def learn(self, snapshot: Snapshot) -> bool:
        """Take in the names of the properties; tell whether one was renamed into the selection, or out of it.

        Then everything has to be published anew. A name outlives its property: it may be missing from a single reply.
        """
        moved = False
        for key, place in snapshot.properties.items():
            if key in self._names and self._names[key] == place.name:
                continue
            self._names[key] = place.name
            before = self._answers.pop(key, None)
            moved |= before is not None and before != self(key)
        return moved

    def __call__(self, property_id: str | None) -> bool:
        """Tell whether a property is selected; None: units without one."""
        if (known := self._answers.get(property_id)) is not None:
            return known
        answer = self._answers[property_id] = self._asked(property_id)
        return answer

    def _asked(self, property_id: str | None) -> bool:
        if not self._shard.owns(property_id):
            return False
        if property_id is None:
            return self._selection.selects("", None)
        return self._selection.selects(property_id, self._names.get(property_id))
