"""What the channels that Twilio carries share: its API, its pictures, its webhooks."""
