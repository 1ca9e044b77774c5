"""Lines and zones on the ground: reading them, measuring from them, and how probably an incident lies inside.

Doors: :mod:`.reading` reads GeoJSON, :mod:`.distance` measures how far positions are from a line or inside an outline,
:mod:`.inside` turns distances into probabilities. :mod:`.edges` is the kernel under all three. Nothing is imported
here, so that each command pays only for what it uses.
"""
