"""The edge: speaks the providers' languages and knows nothing of cases or of the dialogue."""
