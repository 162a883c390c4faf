"""Who may come in and with what: what the composition root hands over, the session, the form, the refusal."""
