"""Data in, Adaptive Card out: no waiting, no database, no Teams."""
