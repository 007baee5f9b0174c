"""Scenarios, and what each party hears when they are played: the tables of the call models.

A calculation: ``scenario`` reads a text, ``player`` plays it, ``table`` and ``plain`` give lines.
"""
