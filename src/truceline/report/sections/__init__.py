"""The parts of a report, one module each: from an edition to a section in the reader's language."""
