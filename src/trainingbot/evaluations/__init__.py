"""Sheets of questions, and responses that cannot be traced to the person."""
