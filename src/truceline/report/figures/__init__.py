"""Drawings, one module each, as SVG text that needs nothing but itself."""
