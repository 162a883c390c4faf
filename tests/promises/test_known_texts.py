"""The list that a town's texts are compared with is that of the product's own data."""

from scripts.known_texts import rendered
from services.texts.known_texts import PATH
from tests.promises.tree import ROOT


def test_the_list_is_written_from_the_data() -> None:
    told = "run `python -m scripts.known_texts` after changing replies, word groups or intents"
    assert PATH.read_text(encoding="utf-8") == rendered(ROOT / "data"), told
