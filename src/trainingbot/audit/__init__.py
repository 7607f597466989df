"""Checks of the whole database, which find what must not be there and repair nothing."""
