import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.files.product import DEMO_TOWN, PRODUCT
from services.files.tables import read_rows
from services.town.lessons import lessons_of, read_lessons
from services.town.loading import Town, TownDataError, load_town


@pytest.fixture
def city_dir(tmp_path: Path) -> Path:
    """A folder that was copied whole, as towns did before they were laid over the product; free to be spoilt."""
    folder = tmp_path / "data"
    for data in (PRODUCT, DEMO_TOWN):
        left_out = shutil.ignore_patterns("intents", "demo", "towns", "alarms", "__pycache__")
        shutil.copytree(data, folder, ignore=left_out, dirs_exist_ok=True)
    for name in ("fees.yaml", "collection_days.yaml", "opening_hours.yaml"):
        (folder / name).write_text(_whole(name), encoding="utf-8")
    for name in ("catalogue.tsv", "teams.tsv"):
        _write_whole_table(folder / name)
    _set_prices(folder)
    return folder


def _set_prices(folder: Path) -> None:
    """Whoever copied a service whose price is the town's wrote the price into it."""
    for row in read_rows(DEMO_TOWN / "catalogue.tsv"):
        service = folder / "services" / f"{row.cells['code']}.yaml"
        text = service.read_text(encoding="utf-8")
        service.write_text(text.replace("cents: varies", f"cents: {row.cells['fee_cents']}"), encoding="utf-8")


def _whole(name: str) -> str:
    """What the product and the demo town say in a file, as one text."""
    product, own = ((data / name).read_text(encoding="utf-8") for data in (PRODUCT, DEMO_TOWN))
    return product.replace("sectors: []\n", "").split("\nothers:")[0] + own


def _write_whole_table(path: Path) -> None:
    rows = {row.cells["code"]: row for row in read_rows(PRODUCT / path.name)}
    for own in read_rows(DEMO_TOWN / path.name):
        rows[own.cells["code"]] = rows[own.cells["code"]].under(own)
    cells = [row.cells for row in rows.values()]
    names = list(max(cells, key=len))
    lines = [names, *([row.get(name, "") for name in names] for row in cells)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")


@pytest.fixture
def town(city_dir: Path) -> Town:
    return load_town(city_dir, "https://guichet.example/")


def test_the_demo_city_loads(town: Town) -> None:
    assert (town.city.name, town.city.prefix, town.city.default_language) == ("Montlieu", "MTL", "fr")
    assert town.public_url == "https://guichet.example"
    assert town.gazetteer.find("12 rue de Paris").status == "exact"
    assert town.reception.code == "town_hall"


def test_the_catalogue_is_read_as_its_key_says(town: Town) -> None:
    row = town.catalogue["request.residence_certificate"]
    assert [asked.name for asked in row.asks] == ["host", "visitors", "stay_dates", "housing"]
    assert [asked.repeatable for asked in row.asks] == [False, True, False, False]
    assert (row.fee_cents, row.silence, row.silence_days, row.target_days) == (3000, "refusal", 60, 15)
    photo = town.catalogue["report.unsafe_housing"].asks[-1]
    assert (photo.name, photo.mandatory, photo.repeatable) == ("photo", False, True)
    assert town.catalogue["ask.fees"].target_days is None
    assert not town.catalogue["ask.fees"].is_service


def test_a_service_knows_its_name_team_documents_and_fee(town: Town) -> None:
    code = "request.parking_permit"
    assert town.service_name(code, "en") == "Resident parking permit"
    team = town.team_of(code)
    assert team is not None
    assert (team.email, team.phone) == ("stationnement@montlieu.example", "+33199980003")
    assert [document.code for document in town.documents_of(code)] == ["vehicle_registration", "address_proof"]
    assert town.fee_of(code, "fr") == "45,00\u00a0€"
    assert town.fee_of("request.birth_certificate", "fr") == "gratuit"
    assert town.team_of("ask.fees") is None


def test_a_varying_fee_is_never_called_free(town: Town) -> None:
    varying = [row.code for row in town.catalogue.values() if row.fee_cents == "varies"]
    assert len(varying) >= 7
    for code in varying:
        assert code in town.fees.services
        assert "gratuit" not in town.fee_of(code, "fr")
        assert "free" not in town.fee_of(code, "en").split()
    assert "quotient familial" in town.fee_of("request.school_canteen", "fr")


def test_other_fees_are_found_by_name(town: Town) -> None:
    fee = town.fees.named_in("combien coûte l'entrée à la piscine ?")
    assert fee is not None
    assert town.fees.lines(fee, "fr")[0] == "Adulte\u00a0: 3,80\u00a0€"
    assert "Under 6: free" in town.fees.lines(fee, "en")
    dump = town.fees.named_in("is the recycling centre free?")
    assert dump is not None
    assert town.fees.lines(dump, "en") == ["Access is free for residents of Montlieu."]
    assert town.fees.named_in("combien coûte un éléphant") is None


def test_collection_days_follow_the_street(town: Town) -> None:
    sector = town.collections.sector_of("Rue de PARIS")
    assert sector is not None
    assert town.collections.lines(sector, "fr")[0] == ("Ordures ménagères (bac gris)", "lundi, mercredi et vendredi")
    assert town.collections.sector_of("rue Inconnue") is None


def test_french_texts_have_their_non_breaking_spaces(town: Town) -> None:
    advice = town.emergencies["child"].advice
    assert "danger\u00a0: gratuit" in advice.on("fr")
    assert "helpline: free" in advice.on("en")


Spoil = Callable[[Path], None]


def replaced(name: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def removed(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def rewritten(name: str, content: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (replaced("words.fr.yaml", "  between: [", "  between:\n  was_between: ["), "words.fr.yaml: missing: between;"),
        (replaced("catalogue.tsv", "talk.human\tdialogue", "talk.human\trequest"), "leave its kind at dialogue"),
        (removed("city.yaml"), "city.yaml: this file is missing"),
        (replaced("city.yaml", "name: Montlieu\n", ""), "name: this is missing"),
        (removed("opening_hours.yaml"), "opening_hours.yaml:"),
        (rewritten("fees.yaml", b"\xff\xfe"), "fees.yaml: this file is not UTF-8"),
        (rewritten("catalogue.tsv", b""), "catalogue.tsv: this file is empty"),
        (rewritten("documents.tsv", "é".encode("latin-1")), "documents.tsv: this file is not UTF-8"),
        (rewritten("fees.yaml", b"free: [\n"), "fees.yaml:2: not readable"),
        (replaced("city.yaml", "prefix: MTL", "prefix: mtl"), "city.yaml:7: prefix:"),
        (replaced("city.yaml", "prefix:", "prefixe:"), "prefixe: this key is not known here"),
        (replaced("city.yaml", "Europe/Paris", "Europe/Montlieu"), "no such time zone"),
        (replaced("city.yaml", "[fr, en]", "[fr, de]"), "no texts in de"),
        (replaced("city.yaml", "school_zone: B", 'department: "20"'), "no such department"),
        (replaced("city.yaml", "school_zone: B", "school_zone: D"), "school_zone:"),
        (replaced("city.yaml", "\"#1f5f8b\"", "blue"), "accent:"),
        (replaced("city.yaml", "+33199980100", "12"), "no telephone number"),
        (replaced("city.yaml", "reception: town_hall", "reception: casino"), "casino is no place"),
        (replaced("city.yaml", "permanence@montlieu.example", "permanence"), "neither a mail address nor a telephone"),
        (replaced("city.yaml", "minutes: 15", "minutes: 0"), "team_notices.minutes"),
        (replaced("city.yaml", "silent_teams: []", "silent_teams: [plage]"), "the team plage is not in teams.tsv"),
        (replaced("catalogue.tsv", "\tvoirie\t", "\tvoiries\t"), "the team voiries is not in teams.tsv"),
        (replaced("catalogue.tsv", "location*, hazard?", "location, hazard?"), "'location' is no field"),
        (replaced("catalogue.tsv", "identity, address_proof", "identity, address"), "the document address is not"),
        (replaced("catalogue.tsv", "report.pavement", "report.pothole"), "report.pothole stands twice"),
        (replaced("teams.tsv", "+33199980000", "n/a"), "teams.tsv:2: phone:"),
        (replaced("teams.tsv", "Montlieu\n", "Montlieu\tx\n"), "take the last tabs out"),
        (replaced("fees.yaml", "request.school_canteen", "request.canteen"), "request.canteen is not in catalogue"),
        (replaced("fees.yaml", "cents: 380", "cents: 3.8"), "fees.yaml:"),
        (replaced("emergency.yaml", "le 18 ou le 112. Él", "les pompiers. Él"), "names none of the numbers"),
        (replaced("emergency.yaml", "code: fire", "code: gas"), "gas stands twice"),
        (replaced("collection_days.yaml", "bin: recycling", "bin: glass"), "the unknown bin glass"),
        (replaced("collection_days.yaml", "streets: [\n", "streets: [\n rue Zola, rue zola,\n"), "rue zola stands in"),
        (replaced("services/report.pothole.yaml", "kind: report", "kind: riport"), "report.pothole.yaml"),
        (replaced("services/report.pothole.yaml", "team: voirie", "team: roads"), "roads is not in teams.tsv"),
        (replaced("topics.yaml", "  report.tree:", "  report.trees:"), "report.trees: the code is not in catalogue"),
        (replaced("topics.yaml", "  cemetery:", "  report.tree:"), "report.tree: the catalogue has this service"),
        (replaced("topics.yaml", "team: stationnement", "team: fines"), "the team fines is not in teams.tsv"),
        (replaced("services/report.pothole.yaml", "target_days: 10", "target_days: 12"), "12 here, 10 in"),
        (replaced("services/report.pothole.yaml", "fee: {cents: 0}", "fee: {cents: 100}"), "fee: 100 here, 0 in"),
        (replaced("services/report.pothole.yaml", "is_one_of: [yes]", "is_one_of: [oui]"), "it can only be yes, no"),
        (replaced("collection_days.yaml", "streets: [", "streets: [rue du Nulle Part, "), "Nulle Part is no street"),
        (replaced("addresses/places.yaml", '"1|place de la Gare"', '"9999|place de la Gare"'), "places.yaml:15"),
        (replaced("words.fr.yaml", "situation: fire", "situation: flames"), "flames is not in emergency.yaml"),
        (replaced("addresses/places.yaml", "code: gare", "code: mairie"), "mairie stands twice"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_file_and_place(city_dir: Path, spoil: Spoil, named: str) -> None:
    spoil(city_dir)
    with pytest.raises(TownDataError) as caught:
        load_town(city_dir)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (replaced("replies.fr.yaml", "{town}", "{ville}"), "replies.fr.yaml:3: intro: {ville} is filled in by nobody;"),
        (replaced("replies.en.yaml", "\ngoodbye:", "\ngodbye:"), "nothing uses this reply; did you mean `goodbye`?"),
        (replaced("words.fr.yaml", "  between:", "  betwin:"), "did you mean `between`?"),
        (replaced("catalogue.tsv", "talk.human\t", "talk.people\t"), "talk.people: nothing uses this intent"),
        (removed("addresses/streets.ndjson"), "addresses: no addresses yet"),
        (replaced("city.yaml", "name: Montlieu", "name: Vierzy"), "these are addresses of Montlieu"),
    ],
)
def test_what_no_longer_has_its_say_is_told_and_the_product_speaks(city_dir: Path, spoil: Spoil, sentence: str) -> None:
    spoil(city_dir)
    town = load_town(city_dir)
    assert [told for told in town.told if sentence in told]
    assert town.replies.text("fr", "intro", town="Vierzy").startswith("Bonjour, je suis l'assistant automatique")
    assert town.replies.text("en", "goodbye") == "Goodbye, and have a good day."
    assert "between" in town.lexicon.patterns
    assert "talk.human" in town.catalogue


def test_what_a_copied_folder_lacks_is_taken_from_the_product(city_dir: Path) -> None:
    for name in ("replies.en.yaml", "emergency.yaml", "topics.yaml", "words.fr.yaml", "services/report.pothole.yaml"):
        (city_dir / name).unlink()
    town = load_town(city_dir)
    assert town.told == ()
    assert "report.pothole" in town.services
    assert "fire" in town.emergencies


def test_every_fault_of_every_file_is_told_at_once(city_dir: Path) -> None:
    replaced("city.yaml", "prefix: MTL", "prefix: mtl")(city_dir)
    replaced("city.yaml", '"#1f5f8b"', "blue")(city_dir)
    replaced("teams.tsv", "+33199980000", "n/a")(city_dir)
    replaced("topics.yaml", "team: stationnement", "team: fines")(city_dir)
    replaced("services/report.pothole.yaml", "kind: report", "kind: riport")(city_dir)
    replaced("services/report.street_light.yaml", "kind: report", "kind: riport")(city_dir)
    with pytest.raises(TownDataError) as caught:
        load_town(city_dir)
    assert len(str(caught.value).splitlines()) == 6


def test_what_understanding_learns_from_is_what_the_loading_has_read() -> None:
    assert lessons_of(load_town(DEMO_TOWN)) == read_lessons(DEMO_TOWN)
