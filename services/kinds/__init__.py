"""The kinds of answers: how each is read from what a resident says, kept, and told back."""
