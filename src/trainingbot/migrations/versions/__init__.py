"""Each revision of the database, oldest first."""
