"""Mails that could not be received: which there are, where they lie, and one taken after all."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.configuration.settings import load_settings
from case_store.conversations.quarantine import Quarantined, end_quarantine, find_quarantined, get_quarantined
from case_store.errors import NotFound
from channels.boxes import Pollable

if TYPE_CHECKING:
    from app.wiring import Product

_MOST = 200
_REFUSED = 1


def aside() -> None:
    """List the mails that could not be received: id, when, channel, why, and the file as it came."""
    from app.wiring import build_product

    product = build_product(load_settings())
    for event in product.store.read_now(find_quarantined, limit=_MOST):
        if "mail" in event.payload:
            path = product.media.path(event.payload["mail"])
            when = event.received_at.strftime("%Y-%m-%d %H:%M UTC")
            print(f"{event.id}  {when}  {event.channel_id}  {event.error}  {path}")
    product.store.close()


def again(event_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `guichet mail aside` tells it.")]) -> None:
    """Receive a mail that was put aside, once what kept it out is mended."""
    from app.wiring import build_product

    product = build_product(load_settings())
    try:
        failure = asyncio.run(_take_again(product, product.store.read_now(get_quarantined, event_id=event_id)))
    except NotFound:
        failure = "no mail with this id is aside: `guichet mail aside` lists them"
    finally:
        product.store.close()
    if failure:
        print(f"guichet: {failure}", file=sys.stderr)
        raise typer.Exit(_REFUSED)


async def _take_again(product: "Product", event: Quarantined) -> str:
    """Why it could not be received this time either; "" when it is."""
    from app.mailboxes.taking import MailTaker

    adapter = product.find_adapter(event.channel_id)
    if not isinstance(adapter, Pollable) or "mail" not in event.payload:
        return f"the channel {event.channel_id} reads no mailbox"
    raw = await asyncio.to_thread(product.media.path(event.payload["mail"]).read_bytes)
    failure = await MailTaker(product, event.channel_id, adapter).try_to_take(raw)
    if not failure:
        await product.store.write(end_quarantine, event_id=event.id)
    return failure
