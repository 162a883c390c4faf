"""How long Rasa is waited for, how often it may fail, and how sure it must be: the only home of these figures."""

TIME_LIMIT_SECONDS = 1.0
"""For all texts of one turn together. A resident waits meanwhile; at rest one text takes some 20 ms."""

FAILURES_IN_A_ROW = 3
REST_SECONDS = 30.0
"""After so many failures Rasa is left alone for so long; then one question tries it again."""

REFUSED_BELOW = 0.3
"""Rasa's own confidence under which a text is out of scope: its scale is not that of the embedded engine."""

DOUBT = 0.5
"""What is left of the confidence where the engines disagree: the dialogue then asks instead of doing."""

LONGEST_TEXT = 600
"""Characters; the embedded engine reads no further either."""

ALTERNATIVES = 5
"""How many codes a prediction names."""
