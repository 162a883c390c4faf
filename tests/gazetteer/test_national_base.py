"""Addresses as a town downloads them: each form of the national base, whole departments, and files that are none."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from gazetteer.gazetteer import Gazetteer
from gazetteer.national_base import Commune, address_files, read_town_addresses
from kit.yaml_files import FileProblem

HEAD = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
    "source_nom_voie;certification_commune;cad_parcelles"
)
VERDIGNY, OTHER = ("18274", "Verdigny"), ("18033", "Bourges")
TOWN = Commune("Verdigny")


def row(number: str, street: str, at: tuple[str, str] = ("2.81", "47.36"), town: tuple[str, str] = VERDIGNY) -> str:
    digits, _, suffix = number.partition(" ")
    start = (
        f"{town[0]}_0010_{digits.zfill(5)};;{digits};{suffix};{street};18300;{town[0]};{town[1]};;;699000.1;6700000.2"
    )
    return f"{start};{at[0]};{at[1]};entrée;;;{town[1].upper()};{street.upper()};commune;commune;1;"


def written(folder: Path, *rows: str, head: str = HEAD, name: str = "adresses-18.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def town_of(path: Path, commune: Commune = TOWN) -> tuple[Gazetteer, list[str]]:
    town, found = Gazetteer.of_files([path], None, commune)
    return town, found.told + found.left_out


def test_the_base_s_csv_is_read_as_it_is_downloaded(tmp_path: Path) -> None:
    rows = (row("4", "Rue de l'Église", ("2.8101", "47.3602")), row("4 bis", "Rue de l'Église"), row("9", "Le Bourg"))
    town, told = town_of(written(tmp_path, *rows))
    assert told == []
    assert town.find("4 rue de l'eglise").entity == "4|rue de l'Église"
    assert town.find("4bis rue de l'église").entity == "4 bis|rue de l'Église"
    found = town.find("4 rue de l'église")
    assert (found.status, found.latitude, found.longitude) == ("exact", 47.3602, 2.8101)
    assert town.nearest(47.3602, 2.8101).entity == "4|rue de l'Église"


def test_a_compressed_file_of_a_department_gives_the_town_and_tells_the_rest(tmp_path: Path) -> None:
    rows = (row("1", "Grande Rue"), row("1", "Rue Moyenne", town=OTHER), row("2", "Rue Moyenne", town=OTHER))
    plain = written(tmp_path, *rows)
    path = tmp_path / "adresses-18.csv.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    for commune in (TOWN, Commune("Whatever it is called", "18274")):
        town, told = town_of(path, commune)
        assert town.street_names == ("Grande Rue",)
        assert told == [f"{path}: left out, as addresses of other communes: 2 (Bourges)"]


def test_hamlets_are_places_without_a_number(tmp_path: Path) -> None:
    head = "id;nom_lieu_dit;code_postal;code_insee;nom_commune;x;y;lon;lat;source_position"
    lines = ("18274_b001;Chaudoux;18300;18274;Verdigny;699;670;2.83;47.37;commune",)
    town, _ = town_of(written(tmp_path, *lines, head=head, name="lieux-dits-18.csv"))
    found = town.find("à Chaudoux")
    assert (found.entity, found.latitude) == ("|Chaudoux", 47.37)


def test_the_town_s_own_exchange_form_is_read(tmp_path: Path) -> None:
    head = "cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;position;x;y;long;lat;certification_commune"
    lines = (
        "18274_0010_00007_ter;18274;Verdigny;Rue Basse;7;ter;entrée;699;670;2.82;47.35;1",
        "18274_b002_99999;18274;Verdigny;Les Bouffants;99999;;segment;699;670;2.84;47.34;1",
    )
    town, _ = town_of(written(tmp_path, *lines, head=head))
    assert town.find("7 ter rue basse").entity == "7 ter|rue Basse"
    assert town.find("les bouffants").entity == "|Les Bouffants"
    assert town.streets[1].doors == {}


def test_several_files_make_one_town_and_other_files_are_none(tmp_path: Path) -> None:
    written(tmp_path, row("1", "Grande Rue"), name="adresses.csv")
    lines = (
        '{"type": "locality", "name": ["Chaudoux", "Chaudoux-le-Haut"], "city": "Verdigny", "lat": 47.3, "lon": 2.8}\n'
    )
    (tmp_path / "hamlets.ndjson").write_text(lines, encoding="utf-8")
    (tmp_path / "places.yaml").write_text("[]")
    files = address_files(tmp_path)
    assert [path.name for path in files] == ["adresses.csv", "hamlets.ndjson"]
    assert [street.name for street in read_town_addresses(files, TOWN).streets] == ["Grande Rue", "Chaudoux"]


def test_an_address_that_nobody_has_placed_is_passed_over(tmp_path: Path) -> None:
    town, _ = town_of(written(tmp_path, row("1", "Grande Rue"), row("2", "Grande Rue", ("", ""))))
    assert list(town.streets[0].doors) == ["1"]


def test_addresses_of_another_town_alone_are_taken_and_told(tmp_path: Path) -> None:
    path = written(tmp_path, row("1", "Rue Moyenne", town=OTHER))
    town, told = town_of(path)
    assert town.street_names == ("rue Moyenne",)
    assert told == [
        f"{path}: these are addresses of Bourges, and the town is called Verdigny; "
        "if that is right, write its official number as `insee:` in city.yaml"
    ]


Spoilt = Callable[[Path], Path]


@pytest.mark.parametrize(
    ("spoilt", "line", "told"),
    [
        (lambda folder: written(folder, row("1", "Rue A", ("652000.5", "6862000.1"))), 2, "look like metres of a map"),
        (lambda folder: written(folder, row("1", "Rue A", ("47.36", "2.81"))), 2, "look exchanged"),
        (lambda folder: written(folder, row("1", "Rue A", ("east", "north"))), 2, "is no position in degrees"),
        (lambda folder: written(folder, row("1", "Rue A"), "18274;;2"), 3, "the line is cut off"),
        (lambda folder: written(folder, "x", head="Adresse;Ville"), 1, "no column is called nom_voie or voie_nom"),
        (lambda folder: written(folder, row("1", "A", town=OTHER), row("1", "B", town=("18050", "Charost"))), None,
         "no address of Verdigny stands here, only those of Bourges, Charost"),
        (lambda folder: written(folder, "{}", head="[", name="a.ndjson"), 1, "not a JSON object, one street a line"),
        (lambda folder: written(folder, head='{"name": "A", "lat": 652000, "lon": 1}', name="a.ndjson"), 1, "metres"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, spoilt: Spoilt, line: int | None, told: str
) -> None:
    with pytest.raises(FileProblem, match=told) as caught:
        town_of(spoilt(tmp_path))
    assert caught.value.line == line


def test_the_wrong_town_s_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"no address of Verdigny \(18275\) stands here, only those of Verdigny"):
        town_of(written(tmp_path, row("1", "Grande Rue")), Commune("Verdigny", "18275"))


def test_a_latin_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "adresses.csv"
    path.write_bytes(f"{HEAD}\n{row('1', 'Rue Fée')}\n".encode("latin-1"))
    with pytest.raises(FileProblem, match="not UTF-8"):
        town_of(path)


def test_a_town_without_addresses_finds_none_and_fails_nobody() -> None:
    town, found = Gazetteer.of_files([], None, TOWN)
    assert found.told == []
    assert town.find("12 rue de Paris").status == "unknown"
    assert town.nearest(47.3, 2.8).status == "unknown"
