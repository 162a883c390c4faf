"""HTML of strangers made harmless, and shallow enough to be parsed in a time that grows with its length only."""

import re
from html import escape

import nh3

from channels.email.reading.mime.problems import Problem, Problems

LONGEST_HTML = 400_000
"""Characters. The sanitiser compares all attributes of one element with each other: this bounds what that takes."""
DEEPEST_ELEMENTS = 200
DEEPEST_FORMATTING = 40
"""A paragraph inside unclosed formatting opens all of it again."""

_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Elements that have no end, or whose end is often left out: the parser closes these by itself.
_NOT_COUNTED = frozenset(
    "area base br col embed hr img input link meta source track wbr p li td th tr dd dt option tbody thead tfoot "
    "colgroup html head body".split()
)
_SHOWN = frozenset(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl "
    "dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp "
    "section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var".split()
)
_DROPPED_WHOLE = frozenset("script style title noscript template textarea select iframe object svg math".split())
_STYLES = frozenset(
    "background-color border border-collapse color direction display font-family font-size font-style font-weight "
    "line-height margin-left max-height overflow padding-left text-align text-decoration vertical-align visibility "
    "white-space width".split()
)
_TABLES = {"align", "colspan", "rowspan", "valign", "width", "bgcolor", "border", "cellpadding", "cellspacing"}
_LOOKS = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": _TABLES,
    "tr": _TABLES,
    "td": _TABLES,
    "th": _TABLES,
}
_HABITS = {"*": {"class", "id", "type", "style"}, "img": {"alt"}}


def make_shallow(html: str, problems: Problems) -> str:
    """The HTML with elements nested beyond all use turned into ones without an inside."""
    levels = _Levels()
    shallow = _TAG_NAME.sub(levels.pass_on, html)
    if levels.cut:
        problems.add(Problem.HTML_TOO_DEEP)
    return shallow


class _Levels:
    """How deep elements stand in each other, as far as names tell."""

    def __init__(self) -> None:
        self.cut = False
        self._depth = {True: 0, False: 0}
        self._dropped: dict[str, int] = {}

    def pass_on(self, tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name in _NOT_COUNTED:
            return tag[0]
        kind = name in _FORMATTING
        return self._close(tag, name, kind) if tag[1] else self._open(tag, name, kind)

    def _open(self, tag: re.Match[str], name: str, formatting: bool) -> str:
        if self._depth[formatting] >= (DEEPEST_FORMATTING if formatting else DEEPEST_ELEMENTS):
            self.cut = True
            self._dropped[name] = self._dropped.get(name, 0) + 1
            return "<wbr"
        self._depth[formatting] += 1
        return tag[0]

    def _close(self, tag: re.Match[str], name: str, formatting: bool) -> str:
        if self._dropped.get(name):
            self._dropped[name] -= 1
            return "</wbr"
        self._depth[formatting] = max(0, self._depth[formatting] - 1)
        return tag[0]


def keep_habits(html: str) -> str:
    """Well-formed HTML with the classes, ids and styles by which clients mark quotes, signatures and what is hidden."""
    return nh3.clean(
        html, tags=set(_SHOWN), clean_content_tags=set(_DROPPED_WHOLE), attributes=_copied(_HABITS), link_rel=None
    )


def sanitise(html: str) -> str:
    """HTML that may be shown: no scripts, no forms, nothing fetched; pictures only from the mail itself (`cid:`)."""
    return nh3.clean(
        html,
        tags=set(_SHOWN),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_copied(_LOOKS),
        attribute_filter=_only_own_pictures,
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    ).strip()


def from_plain(text: str) -> str:
    """Plain text as HTML, for a mail that has both one after the other."""
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.lower().startswith("cid:"):
        return None
    if attribute == "style" and ("url(" in value.lower() or "expression" in value.lower()):
        return None
    return value


def _copied(attributes: dict[str, set[str]]) -> dict[str, set[str]]:
    return {tag: set(names) for tag, names in attributes.items()}
