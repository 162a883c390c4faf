"""A request begun before the town changed its questions goes on with those it was begun with."""

from bot.contract import OpenCase
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from services.town.versioned import with_versions
from services.town.versions import Versions, content_of
from tests.bot.conversation import Conversation

POTHOLE = "report.pothole"


def changed(town: Town) -> Town:
    """The next release of the town: its pothole asks for the place alone, and takes longer."""
    service = town.services[POTHOLE]
    shorter = service.model_copy(update={"fields": service.fields[:1], "target_days": 40})
    later = Town(**{**vars(town), "services": {**town.services, POTHOLE: shorter}})
    return with_versions(later, {POTHOLE: 2}, Versions([(POTHOLE, 1, content_of(service, town.documents))]))


def test_a_report_under_way_asks_what_it_began_with_and_is_filed_so(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    talk = Conversation(town, interpreter, channel="sms")
    talk.say("il y a un nid-de-poule devant le 12 rue de Paris")
    assert talk.asked[-1] == "hazard"
    talk.town = changed(town)
    talk.say("oui")
    assert talk.asked[-1] == "photo"
    talk.say("pas de photo")
    talk.say("oui")
    [case] = [effect for effect in talk.effects if isinstance(effect, OpenCase)]
    assert (case.service_version, case.fields["hazard"]) == (1, "yes")


def test_one_begun_since_asks_what_the_town_asks_now(town: Town, interpreter: EmbeddedInterpreter) -> None:
    talk = Conversation(changed(town), interpreter, channel="sms")
    talk.say("il y a un nid-de-poule devant le 12 rue de Paris")
    assert "hazard" not in talk.asked
    talk.say("oui")
    [case] = [effect for effect in talk.effects if isinstance(effect, OpenCase)]
    assert case.service_version == 2


def test_what_no_version_is_kept_of_goes_on_with_the_questions_of_now(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    talk = Conversation(town, interpreter, channel="sms")
    talk.say("il y a un nid-de-poule devant le 12 rue de Paris")
    later = changed(town)
    talk.town = with_versions(later, {POTHOLE: 2}, Versions())
    talk.say("oui")
    talk.say("oui")
    [case] = [effect for effect in talk.effects if isinstance(effect, OpenCase)]
    assert case.service_version == 2


def test_a_service_that_the_town_has_given_up_is_told_to_who_had_begun_it(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    talk = Conversation(town, interpreter, channel="sms")
    talk.say("il y a un nid-de-poule devant le 12 rue de Paris")
    talk.town = Town(
        **{**vars(town), "services": {code: one for code, one in town.services.items() if code != POTHOLE}}
    )
    talk.held_by = "agent"
    talk.say("oui")
    talk.held_by = "bot"
    talk.say("oui")
    assert "n'est plus proposée ici" in talk.text
    talk.say("bonjour")
    assert "n'est plus proposée ici" not in talk.text
