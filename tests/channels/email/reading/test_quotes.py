"""New words apart from quotes and signatures: how programs introduce and sign, and what people write."""

import pytest

from channels.email.reading.words.html_text import Line
from channels.email.reading.words.quotes import Reply, split_reply

ATTRIBUTIONS = [
    "Le lun. 30 nov. 2026 à 10:12, Mairie <c@m.fr> a écrit :",
    "Le 30 nov. 2026 à 10:12, Mairie <c@m.fr> a écrit :",
    "Le 30/11/2026 à 10:12, Mairie a écrit :",
    "Le 30/11/2026 10:12, Mairie a écrit :",
    "Le lundi 30 novembre 2026 à 10:12, Mairie a écrit :",
    "Le lundi 30 novembre 2026 à 10 h 12 min 05 s UTC+1, Mairie <c@m.fr> a écrit :",
    "Le Lundi 30 novembre 2026 10h12, Mairie <c@m.fr> a écrit :",
    "Le 2026-11-30 10:12, c@m.fr a écrit :",
    "Le 2026-11-30 à 10:12, Mairie a écrit :",
    "Le 30 novembre 2026 10:12:05 GMT+01:00, Mairie <c@m.fr> a écrit :",
    'Le 30 novembre 2026 à 10:12:05 UTC+1, "Mairie" <c@m.fr> a écrit :',
    "Le jeu. 30 nov. 2026 à 10:12 AM, Mairie <c@m.fr> a écrit :",
    "Le lun. 30 nov. 2026 10:12 Mairie <c@m.fr> a écrit :",
    "Le lun. 30 nov. 2026 à 10:12, Mairie <c@m.fr<mailto:c@m.fr>> a écrit :",
    "Le lun. 30 nov. 2026 à 10:12, Mairie via Démarches <c@m.fr> a écrit:",
    "Mairie de Montlieu <c@m.fr> a écrit :",
    "Mairie de Montlieu a écrit le 30/11/2026 à 10:12 :",
    "Mairie <c@m.fr> a écrit (30/11/2026) :",
    "c@m.fr a écrit :",
    "Quoting c@m.fr:",
    "Selon Mairie <c@m.fr>:",
    "En réponse à Mairie <c@m.fr> :",
    "Message du 30/11/26 10:12",
    "> Message du 30/11/2026 à 10h12",
    "On Mon, Nov 30, 2026 at 10:12 AM Mairie <c@m.fr> wrote:",
    "On Nov 30, 2026, at 10:12 AM, Mairie <c@m.fr> wrote:",
    "On Monday, November 30, 2026, 10:12:05 AM GMT+1, Mairie <c@m.fr> wrote:",
    "On 30/11/2026 10:12, Mairie wrote:",
    "On 30 Nov 2026, at 10:12, Mairie <c@m.fr> wrote:",
    "On Mon, 30 Nov 2026 10:12:05 +0100, Mairie <c@m.fr> wrote:",
    "Mairie <c@m.fr> wrote on Mon, 30 Nov 2026:",
    "Mairie <c@m.fr> escribió el lun, 30 nov 2026:",
    "Am 30.11.2026 um 10:12 schrieb Mairie <c@m.fr>:",
    "El lun, 30 nov 2026 a las 10:12, Mairie (<c@m.fr>) escribió:",
    "Il giorno lun 30 nov 2026 alle ore 10:12 Mairie <c@m.fr> ha scritto:",
    "-----Message d'origine-----",
    "----- Message d’origine -----",
    "-------- Message original --------",
    "----- Mail original -----",
    "-------- Original Message --------",
    "---- Message d'origine ----",
    "--- Mail d'origine ---",
    "-----Message original-----",
    "-----Original Appointment-----",
    "-----Message d'origine----- De : Mairie",
    "=== Message d'origine ===",
]

HEADS = [
    "De : Mairie <c@m.fr>\nEnvoyé : lundi\nÀ : moi\nObjet : x",
    "De: Mairie\nDate: lundi\nÀ: moi\nObjet: x",
    "De : Mairie [mailto:c@m.fr] \nEnvoyé : lundi\nÀ : moi\nObjet : x",
    "Expéditeur : Mairie <c@m.fr>\nDate : 30/11\nDestinataire : moi\nSujet : x",
    "From: M <c@m.fr>\nDate: Mon\nTo: me\nSubject: x",
    'Envoyé : lundi 30 novembre 2026 à 10:12\nDe : "Mairie" <c@m.fr>\nÀ : moi\nObjet : x',
    "envoyé : 30 novembre 2026 à 10:12\nde : Mairie <c@m.fr>\nà : moi@orange.fr\nobjet : x",
    'De : "Mairie" c@m.fr\nA : moi\nEnvoyé: lundi\nObjet : x',
    "Objet : x\nDate : 30/11\nDe : Mairie <c@m.fr>\nPour : moi",
    "Sujet : Re: x\nDate : 30 nov\nDe : c@m.fr\nA : moi",
    "*De:* Mairie <c@m.fr>\n*Date:* lundi\n*À:* moi\n*Objet:* x",
]

SIGNATURES = [
    "Envoyé de mon iPhone",
    "Envoyé depuis mon iPhone",
    "Envoyé de mon iPad",
    "Envoyé depuis mon mobile",
    "Envoyé depuis mon mobile Orange",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Envoyé depuis mon appareil Samsung",
    "Envoyé depuis mon appareil mobile Samsung",
    "Envoyé depuis mon appareil Galaxy",
    "Envoyé depuis mon téléphone Orange",
    "Envoyé depuis un mobile Samsung",
    "Envoyé depuis Yahoo Mail pour Android",
    "Envoyé à partir de Yahoo Mail pour iPhone",
    "Envoyé à partir d'Outlook pour iOS",
    "Envoyé à partir de Outlook pour Android<https://aka.ms/x>",
    "Envoyé à partir de l'application Mail Orange",
    "Envoyé depuis l’application Mail Orange",
    "Envoyé avec l'application Mail de La Poste",
    "Envoyé de mon Galaxy S21",
    "Envoyé de mon Huawei",
    "Envoyé de mon téléphone",
    "Envoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté.",
    "Envoyé avec Proton Mail",
    "Envoyé avec la messagerie sécurisée ProtonMail.",
    "Envoyé par Mail Orange",
    "Envoyé de mon Windows Phone",
    "Envoyé à l'aide de Mail SFR",
    "Envoyé via la messagerie SFR",
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from Yahoo Mail on Android",
    "Sent from Outlook for iOS",
    "Sent from Mail for Windows",
    "Sent from my mobile",
    "Get Outlook for Android",
    "Télécharger Outlook pour Android",
    "Obtenir Outlook pour iOS",
    "Obtenez Outlook pour iOS<https://aka.ms/o0ukef>",
    "Provenance : Courrier pour Windows",
    "Garanti sans virus. www.avast.com",
    "Virus-free.www.avast.com",
    "Sans virus.www.avg.com",
    "Cet email a été envoyé depuis mon mobile",
    "[Envoyé de mon iPhone]",
    "(Envoyé de mon iPhone)",
    "*Envoyé de mon iPhone*",
    "<< Envoyé de mon iPhone >>",
    "Envoyé de mon iPhone - désolé pour les fautes",
]

SAID_BY_PEOPLE = [
    "Le maire a écrit : venez.",
    "Le 12 mai, la mairie m'a écrit :",
    "On 12 May I moved to Montlieu.",
    "De : rue Haute à : place du Marché",
    "Date : 12 mai 2019",
    "Objet : acte de naissance",
    "Envoyé en recommandé le 12 mai",
    "J'ai envoyé de mon téléphone une photo hier",
    "-- premier point",
    "Le 15 décembre 2026",
    "Ce message est pour Mme Roux.",
    "- Nom : Martin",
    "Je vous ai envoyé un mail : sans réponse.",
    "Envoyé par la poste mon dossier complet, l'avez-vous reçu ?",
    "Selon la mairie : non",
]


def split(text: str) -> Reply:
    return split_reply([Line(line) for line in text.split("\n")])


@pytest.mark.parametrize("quoted", ["Bonjour,\nQuelle date ?", "> Bonjour,\n> Quelle date ?"])
@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_what_is_introduced_is_folded(attribution: str, quoted: str) -> None:
    parted = split(f"Le 15 svp\n\n{attribution}\n\n{quoted}")
    assert parted.text == "Le 15 svp"
    assert quoted in parted.folded


@pytest.mark.parametrize("attribution", [one for one in ATTRIBUTIONS if one.endswith(":") and one.startswith("Le ")])
def test_words_below_a_quote_are_new(attribution: str) -> None:
    assert split(f"{attribution}\n> Quelle date ?\n\nLe 15 svp").text == "Le 15 svp"


@pytest.mark.parametrize("head", HEADS)
def test_the_head_of_a_quoted_mail_is_known(head: str) -> None:
    assert split(f"Le 15 svp\n\n{head}\n\nBonjour").text == "Le 15 svp"


@pytest.mark.parametrize("signature", SIGNATURES)
def test_what_a_telephone_adds_is_folded(signature: str) -> None:
    parted = split(f"Oui merci\n\n{signature}")
    assert (parted.text, parted.folded) == ("Oui merci", signature)


@pytest.mark.parametrize("line", SAID_BY_PEOPLE)
def test_what_people_say_stays(line: str) -> None:
    assert split(f"Bonjour\n{line}\nmerci") == Reply(f"Bonjour\n{line}\nmerci", "")
