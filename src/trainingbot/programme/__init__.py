"""Importing a programme: files to rows, every problem in plain words, all of it or nothing."""
