"""Names of the questions that are not fields, and why a question was asked."""

FLOW = "flow"
"""Purpose of the questions that follow from the flow itself, and can be asked again at any time."""

CONFIRM, CHOOSE, JOIN, CONTACT = "confirm", "choose", "join", "contact"
REFERENCE, SERVICE, PLACE = "reference", "service", "place"
DOCUMENT = "document:"
