"""Pure functions on a graph: rewrites `Graph -> Graph`, analyses `Graph -> facts`. No framework, no weights."""
