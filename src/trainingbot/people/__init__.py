"""Agencies, practitioners, their roles, and how Teams knows them."""
