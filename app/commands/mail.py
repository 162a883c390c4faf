"""`guichet mail ...`: what the town reads in a mail, from the command line. Needs no store."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from channels.email.reading import Address, Attachment, ReadMail, read_mail

mail_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_UNREADABLE_FILE = 2


@mail_app.callback()
def _mail() -> None:
    """Mails: read one as the town would."""


@mail_app.command()
def parse(files: Annotated[list[Path], typer.Argument(help="Mails as they travel (.eml).")]) -> None:
    """Read mails: one JSON object a line for each file; exit code 2 when a file cannot be opened."""
    missing = False
    for path in files:
        try:
            raw = path.read_bytes()
        except OSError as error:
            print(f"guichet: {_name(path)}: {error.strerror}", file=sys.stderr)
            missing = True
            continue
        print(json.dumps({"path": _name(path)} | show_mail(read_mail(raw)), ensure_ascii=False), flush=True)
    raise typer.Exit(_UNREADABLE_FILE if missing else 0)


def show_mail(mail: ReadMail) -> dict[str, Any]:
    """A mail as JSON; of attachments their description, not the bytes."""
    return {
        "from": _address(mail.sender) if mail.sender else None,
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "reply_to": [_address(one) for one in mail.reply_to],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "html": mail.html,
        "reply": mail.reply,
        "attachments": [_attachment(one) for one in mail.attachments],
        "auto_submitted": bool(mail.automatic),
        "bounce": mail.bounce is not None,
        "problems": [problem.value for problem in mail.problems],
    }


def _address(address: Address) -> dict[str, str]:
    return {"address": address.address, "name": address.name}


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "md5": attachment.md5,
        "content_id": attachment.content_id,
    }


def _name(path: Path) -> str:
    """A path that can be printed, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", errors="replace")
