"""What a version of a service keeps can be read again, and says what the service said."""

import json
from pathlib import Path

import pytest

from services.town.loading import Town, load_town
from services.town.versioned import as_begun, with_versions
from services.town.versions import Versions, content_hash, content_of, read_content

PERMIT = "request.parking_permit"


@pytest.fixture(scope="module")
def town(city_dir: Path) -> Town:
    return load_town(city_dir)


def test_every_service_is_read_again_as_it_was_kept(town: Town) -> None:
    for code, service in town.services.items():
        written = json.loads(json.dumps(content_of(service, town.documents)))
        kept = read_content(written, service.version)
        assert kept is not None, code
        told = {"examples": type(service.examples)()}
        fields = tuple(field.model_copy(update={"samples": {}, "refuses": {}}) for field in service.fields)
        assert kept.service == service.model_copy(update={"fields": fields, **told}), code
        assert kept.documents == {document.code: document for document in town.documents_of(code)}


def test_the_hash_is_of_what_is_said_and_not_of_how_it_is_written(town: Town) -> None:
    service = town.services[PERMIT]
    content = content_of(service, town.documents)
    turned = json.loads(json.dumps(content), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert content_hash(turned) == content_hash(content)
    assert content_hash(content_of(service.model_copy(update={"version": 7}), town.documents)) == content_hash(content)
    longer = service.model_copy(update={"target_days": service.target_days + 1})
    assert content_hash(content_of(longer, town.documents)) != content_hash(content)


def changed(town: Town, *, kept_as: int = 1, now: int = 2) -> Town:
    """The town after its permit took other words, with the version of before."""
    old = content_of(town.services[PERMIT], town.documents)
    new = {**town.services, PERMIT: town.services[PERMIT].model_copy(update={"target_days": 99})}
    moved = Town(**{**vars(town), "services": new})
    return with_versions(moved, {PERMIT: now}, Versions([(PERMIT, kept_as, old)]))


def test_a_case_reads_the_version_it_was_filed_under(town: Town) -> None:
    later = changed(town)
    assert later.services[PERMIT].version == 2
    first, second, never_kept = (later.service_as_of(PERMIT, version) for version in (1, 2, 9))
    assert first is not None
    assert (first.version, first.target_days) == (1, town.services[PERMIT].target_days)
    assert second is never_kept is later.services[PERMIT]


def test_a_service_that_is_gone_keeps_its_name_its_questions_and_its_documents(town: Town) -> None:
    later = changed(town)
    left = {code: service for code, service in later.services.items() if code != PERMIT}
    rows = {code: row for code, row in later.catalogue.items() if code != PERMIT}
    gone = with_versions(
        Town(**{**vars(later), "services": left, "catalogue": rows, "documents": {}}), {}, later.earlier
    )
    assert gone.service_name(PERMIT, "en") == town.service_name(PERMIT, "en")
    assert gone.team_of(PERMIT) is None
    assert gone.documents_of(PERMIT) == ()
    kept = gone.service_as_of(PERMIT, 3)
    assert kept is not None
    assert kept.fields
    for code in kept.documents:
        assert gone.document_name(code, "fr") == town.document_name(code, "fr") != code
    assert gone.service_as_of("report.never_known", 1) is None
    assert gone.service_name("report.never_known", "fr") == "report.never_known"


def test_what_an_older_release_declared_otherwise_is_passed_over(town: Town) -> None:
    strange = {"service": {"code": PERMIT, "a_key_of_before": 1}}
    later = with_versions(town, {}, Versions([(PERMIT, 7, strange)]))
    assert later.service_as_of(PERMIT, 7) is later.services[PERMIT]


def test_a_town_in_which_nothing_was_begun_otherwise_is_the_town_itself(town: Town) -> None:
    later = changed(town)
    assert as_begun(later, {PERMIT: 2, "report.tree": later.services["report.tree"].version}) is later
    begun = as_begun(later, {PERMIT: 1})
    assert begun.services[PERMIT].version == 1
    assert as_begun(later, {"report.never_known": 1}) is later
