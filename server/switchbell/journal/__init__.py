"""Where changes are kept, numbered, and passed on to those who tell others of them."""
