"""What an utterance changed in a flow."""

from dataclasses import dataclass, field

from services.kinds.reading import Unusable


@dataclass(slots=True)
class Filled:
    """What an utterance changed: fields newly filled, fields corrected, whether an answer was unusable.

    `door`: only a house number was told, its street not yet. `refusal`: why the answer was unusable, where known.
    """

    new: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    fault: bool = False
    refusal: Unusable | None = None
    door: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.corrected or self.door)
