"""The town's declarations: services, fields, documents, teams, hours. Pure data and rules, a room a subject."""
