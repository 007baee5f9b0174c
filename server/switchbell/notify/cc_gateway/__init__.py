"""The projection for CC-Gateway: what agents who poll there are told."""
