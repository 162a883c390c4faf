"""Languages that the assistant does not speak: which messages are in them, and which only look so."""

from pathlib import Path

import pytest

from channels.sms import gsm7
from intents.contract import OUT_OF_SCOPE
from services.files.examples import read_examples
from services.files.product import DEMO_TOWN, PRODUCT, marks_of
from services.town.loading import Town, TownDataError, load_town

TABLES = Path(__file__).parent.parent / "data" / "languages"
CODES = sorted(path.stem for path in (PRODUCT / "languages").glob("*.yaml"))
STRANGE = {OUT_OF_SCOPE, "told_in_conversation"}
"""Files of phrases that are no service's: some of them are in other languages."""


@pytest.fixture(scope="module")
def town() -> Town:
    return load_town(DEMO_TOWN)


def _lines(name: str) -> list[str]:
    return (TABLES / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("language", "danger", "text"), [line.split("\t") for line in _lines("messages.tsv")])
def test_a_message_is_read_in_its_language(town: Town, language: str, danger: str, text: str) -> None:
    written = town.other_languages.read(text)
    assert written is not None
    assert (written.language, written.extent) == (language, "talk")
    assert danger in written.danger if danger else not written.danger


@pytest.mark.parametrize("text", _lines("lookalikes.tsv"))
def test_names_addresses_slips_and_borrowed_words_are_no_other_language(town: Town, text: str) -> None:
    written = town.other_languages.read(text)
    assert written is None or (written.extent, text) == ("manners", "muchas gracias")


def test_no_phrase_of_a_service_is_in_another_language(town: Town) -> None:
    paths = [path for path in town.files.every("intents/*/*.yml") if path.stem not in STRANGE]
    phrases = [example.text for path in paths for example in read_examples(path, marks_of(town.files))]
    assert len(phrases) > 10_000
    assert [text for text in phrases if town.other_languages.read(text)] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("socorro!", "es"), ("imdat", "tr"), ("ajutor", "ro"), ("救命", "zh"), ("النجدة", "ar"), ("рятуйте", "uk")],
)
def test_a_cry_for_help_is_danger_by_itself(town: Town, text: str, language: str) -> None:
    written = town.other_languages.read(text)
    assert written is not None
    assert (written.language, written.danger) == (language, ("general",))


@pytest.mark.parametrize("text", ["hola gracias", "bom dia", "спасибо", "谢谢"])
def test_greetings_and_thanks_alone_are_told_from_talk(town: Town, text: str) -> None:
    written = town.other_languages.read(text)
    assert written is not None
    assert written.extent == "manners"


@pytest.mark.parametrize(
    "text", ["", "!!!", "😀😀", "0639980001", "سلام دوستان من میخواهم پاسپورت بگیرم", "こんにちは、元気ですか"]
)
def test_what_no_file_knows_is_no_language_of_the_files(town: Town, text: str) -> None:
    assert town.other_languages.read(text) is None


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_fits_two_text_messages(town: Town, code: str) -> None:
    language = town.other_languages.by_code[code]
    says, offered = language.says, language.in_languages(town.city.languages)
    sentences = [
        says.about_sms.format(town="Montlieu", languages=offered),
        says.danger.format(numbers=language.join(["15", "18", "112"])) + " " + says.by_text.format(number="114"),
        says.alerted,
        says.person,
    ]
    for sentence in sentences:
        assert gsm7.segments(gsm7.fold(sentence, keep_accents=False)).segments <= 2, sentence


@pytest.mark.parametrize("code", CODES)
def test_every_language_tells_the_situations_that_kill(town: Town, code: str) -> None:
    assert {"fire", "injury", "assault", "general"} <= set(town.other_languages.by_code[code].danger)


def _town_with(folder: Path, changed: str) -> Path:
    """A town's folder with the Spanish file of its own."""
    for path in DEMO_TOWN.rglob("*"):
        if path.is_file() and "demo" not in path.parts:
            target = folder / path.relative_to(DEMO_TOWN)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "languages").mkdir()
    (folder / "languages" / "es.yaml").write_text(changed, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("own", "line", "told"),
    [
        ("danger:\n  earthquake: [terremoto]\n", 2, "earthquake is not in emergency.yaml"),
        ("script: arabic\nsays:\n  person: Hola.\n", 3, "no letter of this sentence is arabic"),
        ("says:\n  danger: Llame al 112.\n", 2, "this sentence fills in {numbers}"),
        ("wordz: [hola]\n", 1, "not known here"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(tmp_path: Path, own: str, line: int, told: str) -> None:
    with pytest.raises(TownDataError) as refused:
        load_town(_town_with(tmp_path / "town", own))
    assert told in str(refused.value)
    assert "es.yaml" in str(refused.value)
    if "arabic" not in told:
        assert f"es.yaml:{line}:" in str(refused.value)


def test_a_town_says_it_in_its_own_words(tmp_path: Path) -> None:
    own = 'says:\n  person: "Una vecina del barrio le contestará."\n'
    town = load_town(_town_with(tmp_path / "town", own))
    assert town.other_languages.by_code["es"].says.person == "Una vecina del barrio le contestará."
