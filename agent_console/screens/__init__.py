"""The screens of the console and what keeps them up to date. They show; they change no case and no conversation."""
