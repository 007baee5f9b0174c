"""What agents are told of a change, in the words of each interface. Pure projections."""
