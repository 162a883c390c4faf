"""Names that nothing in the product uses, by vulture; `make check` fails on each that is not allowed below.

What a template, a framework or a protocol calls by name is not seen in the code: templates are searched for words,
frameworks are known by their decorators, and the few others stand in ALLOWED with their reason.
"""

import re
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agent_console", "app", "bot", "case_store", "channels", "gazetteer", "integrations", "intents", "kit",
            "portal", "sandbox", "services", "web", "scripts", "benchmarks")  # fmt: skip
CALLED_BY_FRAMEWORKS = ["@*validator", "@*.command", "@*.callback", "@*.get", "@*.post", "@*.task", "@compiles",
                        "@*.periodic", "@*.listens_for", "@event.*", "@listens_for"]  # fmt: skip

ALLOWED: dict[str, tuple[str, ...]] = {
    "a library calls it, or reads it": (
        "model_config", "inherit_cache", "isolation_level", "MAX_IMAGE_PIXELS", "yaml_implicit_resolvers",
        "datagram_received", "data_received", "error_received", "addr", "handle_DATA", "should_exit",
        "get_retry_decision", "getlist",
        "get_sync_connector", "close_async", "execute_query_async", "execute_query_one_async", "pool",
        "execute_query_all_async", "listen_notify", "parent_names", "logger", "__call__", "JobContext",
        "__init_subclass__", "flavor", "endPtsOfContours", "numberOfContours", "compiler", "element", "p",
    ),
    "settings and files carry it, and their whole is read": (
        "twilio_account_sid", "twilio_auth_token_secondary", "twilio_api_base", "RASA", "FR", "EN", "SUPERVISOR",
        "ADMIN", "BOTH", "sms_number", "conversations_waiting", "mandatory", "validity", "by_text", "mailboxes",
        "speech",
    ),
    "part of a contract that adapters fill in": ("sent_at", "remaining", "webhook", "post_json"),
    "written for who reads the database": ("resolved_at", "started_at"),
    "tests look at the product through it": (
        "find_deliveries", "load_service", "documents_of", "street_names", "NOT_NEEDED", "is_current",
        "refuses", "acts", "STATUS_KEYS",
    ),
}  # fmt: skip


def words_of_templates() -> set[str]:
    """Every word inside the templates' statements and expressions."""
    templates = (path for package in PACKAGES for path in (ROOT / package).rglob("*.html"))
    inside = (text for path in templates for text in re.findall(r"\{[{%](.*?)[}%]\}", path.read_text(), re.DOTALL))
    return {word for text in inside for word in re.findall(r"\w+", text)}


def unused_names() -> list[str]:
    """One line for each name that nothing uses, as file:line and what it is."""
    vulture = Vulture(ignore_decorators=CALLED_BY_FRAMEWORKS)
    vulture.scavenge([str(ROOT / package) for package in PACKAGES], exclude=["*/migrations/*", "*/models/*"])
    known = words_of_templates() | {name for names in ALLOWED.values() for name in names}
    return [
        f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}: {item.typ} {item.name}"
        for item in vulture.get_unused_code(min_confidence=60)
        if item.name not in known
    ]


def main() -> int:
    """0 when everything is used; 1 with what is not."""
    unused = unused_names()
    print("\n".join(unused))
    return int(bool(unused))


if __name__ == "__main__":
    sys.exit(main())
