"""Courses, their sessions, and the search over them."""
