import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.address_match import AddressMatch
from gazetteer.gazetteer import Gazetteer
from gazetteer.geography import metres_between
from kit.yaml_files import FileProblem
from services.files.product import DEMO_TOWN

ADDRESSES = DEMO_TOWN / "addresses"
TOWN = Gazetteer.load(ADDRESSES / "streets.ndjson", ADDRESSES / "places.yaml")


def street_line(name: str, numbers: dict[str, tuple[float, float]], lat: float = 46.6, lon: float = 2.35) -> str:
    doors = {number: {"lat": door[0], "lon": door[1]} for number, door in numbers.items()}
    entry = {"type": "street", "name": name, "city": "Ailleurs", "lat": lat, "lon": lon, "housenumbers": doors}
    return json.dumps(entry, ensure_ascii=False)


def town_of(tmp_path: Path, *names: str) -> Gazetteer:
    path = tmp_path / "streets.ndjson"
    path.write_text("\n".join(street_line(name, {"1": (46.6, 2.35)}) for name in names), encoding="utf-8")
    return Gazetteer.load(path)


@pytest.mark.parametrize(
    ("typed", "entity"),
    [
        ("12 bis|rue de la République", "12 bis|rue de la République"),
        ("12 rue de paris", "12|rue de Paris"),
        ("3 rue J. Jaurès", "3|rue Jean Jaurès"),
        ("3|rue j jaures", "3|rue Jean Jaurès"),
        ("12 av Ch. de Gaulle", "12|avenue du Général de Gaulle"),
        ("3 rue JJ Rousseau", "3|rue Jean-Jacques Rousseau"),
        ("3 r. V. Hugo", "3|rue Victor Hugo"),
        ("8 rue du 11 nov.", "8|rue du 11 Novembre"),
        ("24R Pasteur", "24|rue Pasteur"),
        ("12 GDE RUE", "12|Grande Rue"),
        ("il y a un gros trou dans la chaussée devant le 12 rue de Paris", "12|rue de Paris"),
        ("au 21, rue de paris 99300 Montlieu", "21|rue de Paris"),
        ("12b r. de la rep", "12 bis|rue de la République"),
        ("rue de la republique, au 12 bis", "12 bis|rue de la République"),
        ("rue de Paris n°14", "14|rue de Paris"),
        ("rue de Paris (en face du 21)", "21|rue de Paris"),
        ("12-14 rue de Paris", "12|rue de Paris"),
        ("appartement 4, 12 rue de Paris", "12|rue de Paris"),
        ("Flat 3, 12 rue de Paris", "12|rue de Paris"),
        ("escalier 2, porte 5, 12 rue de Paris", "12|rue de Paris"),
        ("12 av du gal de gaulle", "12|avenue du Général de Gaulle"),
        ("14 rue victr hugo", "14|rue Victor Hugo"),
        ("12 victor hugo", "12|rue Victor Hugo"),
        ("at 12 Victor Hugo street", "12|rue Victor Hugo"),
        ("12 de Gaulle avenue", "12|avenue du Général de Gaulle"),
        ("5 grande rue", "5|Grande Rue"),
    ],
)
def test_a_door_is_found_however_it_is_written(typed: str, entity: str) -> None:
    match = TOWN.find(typed)
    assert (match.status, match.entity, match.number_missing) == ("exact", entity, False)
    assert match.known
    assert match.latitude is not None


@pytest.mark.parametrize(
    ("typed", "entity"),
    [
        ("|rue Pasteur", "|rue Pasteur"),
        ("avenu foch", "|avenue Foch"),
        ("rue leglise", "|rue de l'Église"),
        ("avenue de gaulle", "|avenue du Général de Gaulle"),
        ("bd gal leclerc", "|boulevard du Général Leclerc"),
        ("place du 8 mai 1945", "|place du 8 mai 1945"),
        ("place du huit mai", "|place du 8 mai 1945"),
        ("14 juillet", "|rue du 14 Juillet"),
        ("rue henri 4", "|rue Henri IV"),
        ("rue de Paris 3 lampadaires en panne", "|rue de Paris"),
        ("av president kenedy", "|avenue du Président Kennedy"),
    ],
)
def test_a_street_without_number_says_so(typed: str, entity: str) -> None:
    match = TOWN.find(typed)
    assert (match.status, match.entity, match.number_missing) == ("street", entity, True)


def test_the_label_reads_like_an_address() -> None:
    assert TOWN.find("12 BIS RUE DE LA REPUBLIQUE").label == "12 bis rue de la République"


def test_a_number_not_in_the_file_keeps_the_street() -> None:
    match = TOWN.find("999 rue de Paris")
    assert (match.status, match.entity, match.number_missing) == ("street", "999|rue de Paris", False)
    assert match.known


def test_a_missing_number_is_placed_beside_its_neighbour(tmp_path: Path) -> None:
    path = tmp_path / "streets.ndjson"
    path.write_text(street_line("Rue Haute", {"1": (46.6, 2.35), "9": (46.601, 2.351)}), encoding="utf-8")
    match = Gazetteer.load(path).find("8 rue haute")
    assert (match.latitude, match.longitude) == (46.601, 2.351)


@pytest.mark.parametrize(
    "typed", ["", "|", "12", "rue", "5 rue X. Hugo", "chez moi", "rue Inconnue", "5 rue de Tours", "😀", "12 bis|rue X"]
)
def test_what_is_not_in_town_is_kept_as_typed(typed: str) -> None:
    match = TOWN.find(typed)
    assert (match.status, match.entity, match.known) == ("unknown", None, False)
    assert match.label == typed.replace("|", " ").strip()


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("jean jaures", {"rue Jean Jaurès", "place Jean Jaurès"}),
        ("devant l'école", {"école Jules Ferry", "école maternelle Pasteur", "école Jean Moulin"}),
        ("boulevard de Paris", {"rue de Paris"}),
        ("rue kennedy", {"avenue du Président Kennedy"}),
    ],
)
def test_a_doubt_is_asked_back(typed: str, labels: set[str]) -> None:
    match = TOWN.find(typed)
    assert match.status == "ambiguous"
    assert {candidate.label for candidate in match.candidates} == labels
    assert match.entity is None


def test_the_marshal_and_the_plain_street_are_not_mixed_up(tmp_path: Path) -> None:
    town = town_of(tmp_path, "Avenue du Maréchal Foch", "Rue Foch")
    assert {item.label for item in town.find("avenu foch").candidates} == {"avenue du Maréchal Foch", "rue Foch"}
    assert town.find("rue foch").entity == "|rue Foch"
    assert town.find("av mal foch").entity == "|avenue du Maréchal Foch"


def test_of_streets_alike_the_one_with_the_number_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "streets.ndjson"
    lines = [street_line("Rue Hoche", {"7": (46.6, 2.35)}), street_line("Place Hoche", {"1": (46.6, 2.35)})]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert Gazetteer.load(path).find("7 hoche").entity == "7|rue Hoche"


def test_no_more_than_four_candidates(tmp_path: Path) -> None:
    town = town_of(tmp_path, *(f"{kind} Foch" for kind in ("Rue", "Avenue", "Place", "Cours", "Quai", "Square")))
    assert len(town.find("foch").candidates) == 4


@pytest.mark.parametrize(
    "typed",
    [
        "rue de Paris|rue Victor Hugo",
        "à l'angle de la rue de Paris et de la rue Victor Hugo",
        "corner of rue de Paris and rue Victor Hugo",
        "rue de pari / rue Victor Hugo",
        "là où la rue de Paris croise la rue Victor Hugo",
        "where rue de Paris meets rue Victor Hugo",
    ],
)
def test_a_crossing_is_found_where_the_streets_meet(typed: str) -> None:
    match = TOWN.find(typed)
    assert (match.status, match.entity) == ("exact", "rue de Paris|rue Victor Hugo")
    nearest = TOWN.nearest(match.latitude or 0, match.longitude or 0)
    assert nearest.distance is not None
    assert nearest.distance < 120


def test_streets_that_do_not_meet_are_known_but_not_exact(tmp_path: Path) -> None:
    path = tmp_path / "streets.ndjson"
    lines = [street_line("Rue Haute", {"1": (46.6, 2.35)}), street_line("Rue Basse", {"1": (46.7, 2.35)})]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert Gazetteer.load(path).find("rue haute|rue basse").status == "street"


def test_a_crossing_with_an_unknown_street_is_unknown() -> None:
    assert TOWN.find("rue de Paris|rue Inconnue").status == "unknown"


@pytest.mark.parametrize("typed", ["devant la gare", "gare", "in front of the train station", "|gare de Montlieu"])
def test_a_landmark_stands_for_an_address(typed: str) -> None:
    match = TOWN.find(typed)
    assert (match.status, match.entity, match.number_missing) == ("exact", "|gare de Montlieu", False)


def test_a_street_named_after_a_landmark_is_the_street() -> None:
    assert TOWN.find("rue de la gare").entity == "|rue de la Gare"


def test_a_verb_is_no_landmark() -> None:
    assert TOWN.find("le lampadaire ne marche plus").status == "unknown"


@pytest.mark.parametrize(
    "said",
    [
        "merci",
        "message",
        "chat",
        "urgence",
        "ça marche",
        "I need a permit to park near home",
        "garer",
        "english",
        "prix",
        "sur la voie publique",
        "un creux sur la route après les pluies",
        "les pavés de la rue sont descellés",
    ],
)
def test_ordinary_words_are_no_address(said: str) -> None:
    assert TOWN.find(said).status == "unknown"


@pytest.mark.parametrize("name", TOWN.street_names)
def test_every_street_is_found_by_its_own_name(name: str) -> None:
    assert TOWN.find(f"|{name}").entity == f"|{name}"
    assert TOWN.find(f"devant le 3 {name.upper()}").label == f"3 {name}"


def test_landmarks_stand_at_their_address() -> None:
    for place in TOWN.places:
        assert place.address is not None
        door = TOWN.find(place.address)
        assert door.status == "exact", place.code
        assert metres_between((place.latitude, place.longitude), (door.latitude or 0, door.longitude or 0)) < 5


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    match = TOWN.find(text)
    assert match.status in {"exact", "street", "ambiguous", "unknown"}
    assert isinstance(hash(match), int)


@given(st.sampled_from(TOWN.streets), st.data())
def test_the_position_of_a_door_leads_back_to_a_door_close_by(street: object, data: st.DataObject) -> None:
    chosen = TOWN.find(f"|{street.name}")  # type: ignore[attr-defined]
    number = data.draw(st.sampled_from(sorted(street.doors)))  # type: ignore[attr-defined]
    door = TOWN.find(f"{number}{chosen.entity}")
    nearest = TOWN.nearest(door.latitude or 0, door.longitude or 0)
    assert nearest.status == "exact"
    assert nearest.distance == 0


@pytest.mark.parametrize("position", [(48.85, 2.35), (float("nan"), 2.0), (1e9, 0.0), (-90.0, 180.0)])
def test_positions_out_of_town_are_unknown(position: tuple[float, float]) -> None:
    assert TOWN.nearest(*position).status == "unknown"


def test_a_match_is_plain_hashable_data() -> None:
    assert TOWN.find("12 rue de Paris") == TOWN.find("12, Rue de PARIS")
    assert {TOWN.find("jean jaures"): 1}[TOWN.find("jean jaures")] == 1
    assert isinstance(TOWN.find("x"), AddressMatch)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "JSON"),
        ('{"name": "Rue X"}', "needs"),
        ("[1]", "addok"),
        ('{"name": "Rue X", "lat": "a", "lon": 2}', "no position in degrees"),
    ],
)
def test_a_wrong_line_is_refused_by_number(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "streets.ndjson"
    path.write_text(f"{street_line('Rue Haute', {})}\n\n{content}\n", encoding="utf-8")
    with pytest.raises(FileProblem, match=said) as caught:
        Gazetteer.load(path)
    assert caught.value.line == 3


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="missing"):
        Gazetteer.load(tmp_path / "none.ndjson")


def test_a_wrong_landmark_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text("- code: gare\n  names: {fr: gare}\n  latitude: 146\n  longitude: 2\n")
    with pytest.raises(FileProblem) as caught:
        Gazetteer.load(ADDRESSES / "streets.ndjson", path)
    assert caught.value.line == 3


def test_the_streets_of_a_real_city_are_read_and_found() -> None:
    folder = os.environ.get("GUICHET_TEST_DATA")
    path = Path(folder or "nowhere") / "paris_streets_from_dansmarue.ndjson"
    if not path.is_file():
        pytest.skip("set GUICHET_TEST_DATA to the folder of outside data to read the streets of Paris")
    paris = Gazetteer.load(path)
    assert len(paris.street_names) > 2500
    assert paris.find("17 cours de vincennes").entity == "17|cours de Vincennes"
    assert paris.find("11 rue pierre fontaine paris").entity == "11|rue Pierre Fontaine"


def test_a_distance_within_a_town_is_right_to_the_metre() -> None:
    assert metres_between((48.8566, 2.3522), (48.8566, 2.3522)) == 0
    assert metres_between((48.8566, 2.3522), (48.8666, 2.3522)) == pytest.approx(1112.5, abs=2)
    assert metres_between((48.8566, 2.3522), (48.8566, 2.3622)) == pytest.approx(732, abs=2)
