"""A journal in a file: SQLite, in write-ahead mode, with one writer."""
