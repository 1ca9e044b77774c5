"""An agreement as plain text for lawyers: clauses, norms as sentences, readings, gaps; and what two differ in."""
