"""The database boundary: connections, transactions, statements, migrations."""
