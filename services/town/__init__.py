"""The whole town: read and checked once from the product's data and its own folder, compared, begun."""
