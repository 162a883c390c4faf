"""Plain text whose lines were broken for the journey (format=flowed, RFC 3676), with its paragraphs whole again."""

SIGNATURE = "-- "


def join_flowed(text: str, *, deletes_space: bool) -> str:
    """The text with soft breaks taken out. `deletes_space` (DelSp) tells that the space before a break was added."""
    lines: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level = len(line) - len(line.lstrip(">"))
        content = line[level:].removeprefix(" ") if level or line.startswith(" ") else line
        if pieces and (level != depth or content == SIGNATURE):
            lines.append(_whole(pieces, depth))
            pieces = []
        depth = level
        soft = content.endswith(" ") and content != SIGNATURE
        pieces.append(content[:-1] if soft and deletes_space else content)
        if not soft:
            lines.append(_whole(pieces, depth))
            pieces = []
    if pieces:
        lines.append(_whole(pieces, depth))
    return "\n".join(lines)


def _whole(pieces: list[str], depth: int) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}" if depth else content
