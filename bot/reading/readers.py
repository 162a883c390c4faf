"""All readers. None knows another; their order and their absence change nothing of what the others read."""

from collections.abc import Callable, Iterable

from bot.reading.assistant import read_assistant, read_explaining
from bot.reading.begin import read_begin
from bot.reading.contacts import read_contact
from bot.reading.control import read_control
from bot.reading.corrections import read_correction
from bot.reading.courtesy import read_courtesy
from bot.reading.decline import read_decline
from bot.reading.findings import Findings
from bot.reading.items import read_items
from bot.reading.news import read_news
from bot.reading.offers import read_offers
from bot.reading.opposing import read_opposing
from bot.reading.ordering import read_ordering
from bot.reading.other_language import read_other_language
from bot.reading.reading import Context, Reading
from bot.reading.remarks import read_elsewhere, read_remark
from bot.reading.status import read_status, read_when

Reader = Callable[[Findings, Context], Iterable[Reading]]

READERS: tuple[Reader, ...] = (
    read_begin,
    read_decline,
    read_items,
    read_correction,
    read_ordering,
    read_news,
    read_status,
    read_control,
    read_assistant,
    read_explaining,
    read_opposing,
    read_courtesy,
    read_other_language,
    read_offers,
    read_contact,
    read_when,
    read_elsewhere,
    read_remark,
)
