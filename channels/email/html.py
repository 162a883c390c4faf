"""A letter's text as HTML that every mail program shows alike, also on a dark screen."""

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_SIGNATURE = "-- \n"
_PAGE = """<!doctype html>
<html{language}><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark"></head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:640px">
{body}
</div></body></html>
"""
_PARAGRAPH = '<p style="margin:0 0 16px">{text}</p>'
_FOOT = '<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #8a8a8a;font-size:14px">{text}</p>'


def as_html(text: str, language: str) -> str:
    """The same words: a paragraph for each block, addresses of pages as links, the signature apart."""
    body, _, signature = text.partition(_SIGNATURE)
    blocks = [_PARAGRAPH.format(text=_lines(block)) for block in body.strip().split("\n\n") if block.strip()]
    if signature.strip():
        blocks.append(_FOOT.format(text=_lines(signature.strip())))
    return _PAGE.format(language=f' lang="{escape(language)}"' if language else "", body="\n".join(blocks))


def _lines(block: str) -> str:
    return "<br>\n".join(_linked(line) for line in block.strip("\n").split("\n"))


def _linked(line: str) -> str:
    pieces, end = [], 0
    for found in _LINK.finditer(line):
        address = escape(found[0])
        pieces += [escape(line[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*pieces, escape(line[end:])])
