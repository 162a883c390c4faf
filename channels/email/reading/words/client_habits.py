"""How mail programs mark what they quote and what they add, in French, English and their neighbours' languages.

Each pattern is tried on one line at a time, shorter than `LONGEST_LINE`, its spaces made plain by `plain_spaces`.
"""

import re

LONGEST_LINE = 400
LONGEST_ATTRIBUTION = 600
ATTRIBUTION_LINES = 4
HEADER_LINES = 10
"""Within how many lines below the sender the other lines of a quoted head stand."""

_STRANGE_SPACES = re.compile("[\u00a0\u202f\u2007\u2009\u200b\ufeff]")


def plain_spaces(line: str) -> str:
    """The line with every kind of space as the plain one, and none at its ends."""
    return _STRANGE_SPACES.sub(" ", line).strip()


def any_of(*patterns: str) -> str:
    """The pattern of any of these."""
    return "(?:" + "|".join(patterns) + ")"


_MAILBOX = r"<[^<>\s]{3,100}@[^<>\s]{3,100}>"
ATTRIBUTION_BEGINS = re.compile(
    any_of(
        r"(?:Le|On|Am|El|Il|Em|Op|En date|Den|W dniu)\b.*\d.*",
        r"\d{4}-\d\d-\d\d \d\d?:\d\d .*",
        r"\d\d?[./]\d\d?[./]\d{2,4}[ ,].*",
        rf".{{1,100}}{_MAILBOX}.{{1,60}}\d.*",
    ),
    re.IGNORECASE,
)
"""Where "Le 30 nov. 2026 à 10:12, Mairie <...> a écrit :" begins; it may go on over the next lines."""

_WROTE = any_of(
    r"(?<!['’])a [ée]crit",  # "m'a écrit" is said by people
    "wrote",
    "writes",
    "schrieb",
    "escribi[óo]",
    "ha scritto",
    "escreveu",
    "schreef",
    r"napisał\(a\)",
    "skrev",
    "написал",
)
_BEHIND_WROTE = any_of(r" (?:le|on|am|el) .{0,60}", r" \(.{0,60}\)", r" .{0,80}<[^<>]{3,80}>")
ATTRIBUTION = re.compile(
    any_of(
        rf"(?=.*[\d@]).*\b{_WROTE}{_BEHIND_WROTE}? ?:",
        rf"(?:le|on)\b.{{0,120}}\d.{{0,120}}{_MAILBOX},? {_WROTE} ?:.*",  # some webmails break no line behind it
        r".{0,80}\d{4}.{0,200}< ?[^<>\s]{3,100}@[^<>\s]{3,100}> ?:",  # a date and an address, no verb
        r"(?:quoting|selon|en r[ée]ponse [àa]|zitat von) .{0,120}\S{1,100}@\S{1,100} ?:",
        rf"-{{2,}} ?(?:le|on)\b.{{0,200}}\b{_WROTE} ?-{{2,}}",  # Zoho
    ),
    re.IGNORECASE,
)
"""A date or an address stands in it: "le maire a écrit :" is none."""

_ORIGINAL = any_of(
    "(?:message|mail|e-?mail|courriel|courrier) (?:original|initial|pr[ée]c[ée]dent)",
    "(?:message|mail|e-?mail|courriel) d['’]origine",
    "original (?:message|e-?mail|appointment)",
    "reply message",
    "ursprüngliche nachricht",
    "mensaje original",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
)
_FORWARDED = any_of(
    "(?:message|mail|e-?mail|courriel) (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])",
    "forwarded (?:message|mail)",
    "weitergeleitete nachricht",
    "mensaje reenviado",
    "messaggio inoltrato",
)
ORIGINAL_FOLLOWS = re.compile(
    any_of(
        rf"[>\s]*[-_=*]{{2,}}\s*{_ORIGINAL}\b.*",
        r">? ?Message du \d\d?[/.-]\d\d?[/.-]\d{2,4} .{0,60}",  # Orange, SFR and La Poste in their webmails
        r".{0,10}(?:r[ée]pondez|[ée]crivez|r[ée]pondre) au-dessus de cette ligne.{0,40}",
        r".{0,10}(?:reply|write|type your reply) above this line.{0,40}",
    ),
    re.IGNORECASE,
)
"""All that stands below was written before."""

FORWARD_FOLLOWS = re.compile(
    any_of(
        rf"[-_=*]{{2,}}\s*{_FORWARDED}\b.{{0,60}}",
        "d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée]) ?:",
        "begin forwarded message ?:",
    ),
    re.IGNORECASE,
)
"""All that stands below was written by somebody else, and is what the writer wants to be read."""


def _header(*names: str) -> re.Pattern[str]:
    return re.compile(rf"[>\s*]*{any_of(*names)} ?\*{{0,2}} ?:.*", re.IGNORECASE)


RULE = re.compile(r"[_\-=*]{5,}")
HEADER_SENDER = _header("de", "from", "exp[ée]diteur", "von", "da", "van", "fra")
HEADER_DATE = _header(
    "envoy[ée](?: le)?", "date(?: d['’]envoi)?", "sent", "gesendet", "datum", "data", "enviado", "inviato"
)
HEADER_OTHER = _header(
    "[àa]",
    "to",
    "pour",
    "cc",
    "copie(?: [àa])?",
    "objet",
    "sujet",
    "subject",
    "destinataires?",
    "an",
    "betreff",
    "para",
)

_DEVICE = any_of(
    "i(?:phone|pad|os)",
    "mobile",
    "(?:smart)?phone",
    "t[ée]l[ée]phone",
    "tablet(?:te)?",
    "android|samsung|galaxy|huawei|xiaomi|redmi|oppo|honor|pixel|nokia|sony|xperia|wiko|blackberry|fairphone",
    "windows|outlook|gmail|yahoo|hotmail|aol|proton(?:mail)?|thunderbird|zimbra",
    "orange|sfr|bouygues|bbox|free|la ?poste",
    "(?:web)?mail|appli(?:cation)?|app|courrier|mac|device|cell",
)
_SENT = any_of(
    "(?:cet? ?(?:e-?mail|message) a [ée]t[ée] )?(?:envoy[ée]|exp[ée]di[ée]|transmis|[ée]crit)e?s? "
    "(?:de(?:puis)?|avec|via|[àa] partir|[àa] l['’]aide de|par (?:mon|ma|mail|l['’]))",
    "sent (?:from|with|via|using|by)",
)
MOBILE_SIGNATURE = re.compile(
    r"[\[(*<_ ]{0,3}"
    + any_of(
        rf"{_SENT}\b.{{0,60}}\b{_DEVICE}\b.{{0,45}}",
        rf"{_SENT} \S{{1,30}}<https?://[^<>\s]{{1,200}}>",
        "(?:t[ée]l[ée]charge[rz]|obtene[rz]|obtenir|get|download) (?:l['’]application )?"
        "(?:outlook|yahoo mail|bluemail).{0,100}",
        "provenance ?: (?:courrier|mail) (?:pour|for) windows.{0,40}",
        "(?:garanti )?sans virus.{0,60}(?:avast|avg).{0,60}",
        "virus-free.{0,60}(?:avast|avg).{0,40}",
        "l['’]absence de virus dans ce courrier.{0,200}",
        "cet? e-?mail a fait l['’]objet d['’]une analyse anti-?virus.{0,200}",
        "(?:von meinem|enviado desde mi|inviato da) .{0,60}",
    ),
    re.IGNORECASE,
)
"""A line that a telephone or a webmail adds by itself."""

SIGNATURE_BEGINS = re.compile("--|—|–|_{2,3}")

_THIS_MAIL = "ce (?:message|courriel|e-?mail|mail)(?: [ée]lectronique)?,?"
DISCLAIMER = re.compile(
    r"\W*"
    + any_of(
        rf"{_THIS_MAIL} (?:et|ainsi que) (?:toutes? |tous )?[ls]es .{{0,40}}(?:jointe|fichier|annexe|document)",
        rf"{_THIS_MAIL} (?:est|peut [êe]tre|contient).{{0,40}}confidenti",
        "avant d['’]imprimer",
        "n['’]imprimez (?:ce|cet|que)",
        "pensez (?:à |a )?l['’]environnement",
        "adoptez l['’][ée]co",
        "please consider the environment",
        "this (?:e-?mail|message)(?: and| is| may| contains).{0,80}(?:confidenti|intended|privileged)",
        "si vous (?:avez reçu ce|n['’][êe]tes pas (?:le )?destinataire)",
    )
    + ".*",
    re.IGNORECASE,
)
"""The lines of a house's lawyers, from which on nothing is the writer's own."""
