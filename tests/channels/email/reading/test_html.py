"""HTML of strangers: nothing in it acts or fetches once it is sanitised, and its text is what people see."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.reading import ReadMail, read_mail

ACTING = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "link",
    "meta",
    "base",
    "style",
    "svg",
    "math",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//e.example/x.js></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    '<img src="http://e.example/p.gif">',
    '<img srcset="http://e.example/p.gif 2x">',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=http://e.example><input name=a autofocus onfocus=alert(1)></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' jAvAsCrIpT&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//e.example/x'>x</a>",
    "<body onload=alert(1) background=http://e.example/x>",
    "<table background=http://e.example/x><tr><td background='http://e.example/y'>x",
    "<div style='background:url(http://e.example/x)'>x</div>",
    "<div style='background-color:url(http://e.example/x);width:expression(alert(1))'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9'>x</div>",
    "<style>@import 'http://e.example/x.css';</style>",
    "<link rel=stylesheet href=http://e.example/x.css>",
    "<base href=http://e.example/><a href=x>x</a>",
    "<meta http-equiv=refresh content='0;url=http://e.example/'>",
    "<video src=http://e.example/x poster=http://e.example/y></video><audio src=http://e.example/x>",
    "<object data=http://e.example/x></object><embed src=http://e.example/x>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<template><script>alert(1)</script></template>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<a href='mailto:x@y.fr' target=_blank ping=http://e.example/x>x</a>",
]


class _Seen(HTMLParser):
    """Every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def read(html: str) -> ReadMail:
    head = b"From: a@b.fr\r\nMessage-ID: <a@b.fr>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return read_mail(head + html.encode("utf-8", errors="replace"))


def text_of(html: str) -> str:
    return read(html).text


def assert_harmless(html: str) -> None:
    seen = _Seen()
    seen.feed(html)
    for tag, attributes in seen.elements:
        assert tag not in ACTING
        assert [name for name in attributes if name.startswith("on") or name in ("srcset", "background", "ping")] == []
        assert (attributes.get("src") or "cid:").startswith("cid:")
        assert urlsplit(attributes.get("href") or "http:").scheme in ("http", "https", "mailto", "tel", "cid")
        style = (attributes.get("style") or "").lower()
        assert [word for word in ("url(", "expression", "position", "@import") if word in style] == []


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_acts_or_fetches(html: str) -> None:
    assert_harmless(read(f"<p>Bonjour</p>{html}").html or "")


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=10)), max_size=6), st.integers(0, 40))
@settings(max_examples=400, deadline=None)
def test_nor_does_any_mixture_or_half_of_one(pieces: list[str], cut: int) -> None:
    assert_harmless(read("<p>" + "".join(pieces)[cut:]).html or "")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Un<br>Deux<br><br>Trois", "Un\nDeux\n\nTrois"),
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("<div>Un</div><div><br></div><div>Deux</div>", "Un\n\nDeux"),
        ("<div><div><div>Un</div></div></div>Deux", "Un\nDeux"),
        ("<p class=MsoNormal>Un</p><p class=MsoNormal>Deux</p>", "Un\nDeux"),
        ("Un &amp; deux &lt;trois&gt; &eacute;&nbsp;&#8364;", "Un & deux <trois> é €"),
        ("  Un\n   mot  <b>gras</b>,\n puis  ", "Un mot gras, puis"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n- c"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><th>Nom</th><td>Martin</td></tr></table>", "Nom Martin"),
        ("<blockquote>Un<blockquote>Deux</blockquote></blockquote>Trois", "> Un\n> > Deux\nTrois"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("Salut <img alt='😀' src='cid:x'> <img alt='logo de la ville' src='cid:y'>", "Salut 😀"),
        ("<span style='display:none'>caché</span>vu", "vu"),
        ("<span style='font-size:0'>caché</span>vu", "vu"),
        ("<title>titre</title><style>p{}</style>vu", "vu"),
        ("<a href='https://x.example'>ici</a>", "ici"),
        ("<!-- caché -->vu", "vu"),
        ("a<wbr>b <o:p>c</o:p>", "ab c"),
        ("", ""),
    ],
)
def test_the_text_is_what_people_see(html: str, text: str) -> None:
    assert text_of(html) == text
