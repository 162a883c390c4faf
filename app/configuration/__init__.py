"""What a town sets: settings, the `.env` file, the channels of `channels.yaml` and what their values stand for."""
