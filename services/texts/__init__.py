"""The product's and the town's own texts, in every language: replies, sentences of the commands, what must be known."""
