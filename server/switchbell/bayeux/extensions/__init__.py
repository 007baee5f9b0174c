"""Extensions of Bayeux: what a client may ask for in ``ext``, each in a file of its own."""
