"""telephone numbers of the overseas territories under the country code of their territory

Until now a number such as 0692 12 34 56 was kept under the mainland's code, +33692123456; whoever wrote from it since
+262692123456 is kept became somebody else. Each such address is written anew, and with it what waits to be sent there.

Nothing is merged: where the town already knows the number in its proper form, both stay as they are, each with its
resident and its conversations. Who they are is for an agent to see, not for a migration to guess. Going back changes
nothing: the proper form is right for the earlier release too, and which numbers came from where is not kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BLOCKS = {
    "590": ("590", "587", "690", "691", "7090"),
    "594": ("594", "588", "694", "7093"),
    "596": ("596", "589", "696", "697", "7091"),
    "262": ("262", "263", "2688", "269", "692", "693", "639", "7092", "70935", "70936", "70937"),
    "508": ("508", "7084", "7085"),
    "33": ("63998",),
}
"""The first digits of each country code as they were known on the day of this migration; the longest ones decide."""

_CODES = {digits: code for code, blocks in _BLOCKS.items() for digits in blocks}
_DIGITS = len("+33692123456")


def upgrade() -> None:
    connection = op.get_bind()
    points = sa.text("SELECT id, address FROM contact_point WHERE kind = 'phone' AND address LIKE '+33%'")
    move = sa.text("UPDATE contact_point SET address = :proper WHERE id = :id")
    follow = sa.text(
        "UPDATE delivery SET address = :proper WHERE state = 'queued' AND address = :address AND conversation_id IN"
        " (SELECT id FROM conversation WHERE contact_point_id = :id)"
    )
    taken = sa.text("SELECT count(*) FROM contact_point WHERE kind = 'phone' AND address = :proper")
    for id_, address in connection.execute(points).all():
        proper = _under_its_code(address)
        if proper == address or connection.execute(taken, {"proper": proper}).scalar_one():
            continue
        connection.execute(move, {"proper": proper, "id": id_})
        connection.execute(follow, {"proper": proper, "address": address, "id": id_})


def downgrade() -> None:
    """Nothing: see above."""


def _under_its_code(address: str) -> str:
    digits = address.removeprefix("+33")
    if len(address) != _DIGITS or not digits.isdecimal():
        return address
    code = next((_CODES[digits[:length]] for length in range(5, 0, -1) if digits[:length] in _CODES), "33")
    # Abroad the six digits of a line in Saint-Pierre follow the country code at once.
    return f"+{code}{digits.removeprefix('508') if code == '508' else digits}"
