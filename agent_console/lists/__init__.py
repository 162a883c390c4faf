"""What a list holds: its view, its filters, its order, the page after, and until when a conversation rests."""
