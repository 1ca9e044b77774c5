"""Agreements as data: reading them, holding incidents against them, counting under stated rules.

Doors: :mod:`.loading` reads an agreement file, :mod:`.evaluation` holds it against incidents, :mod:`.reasons` lists
every sentence a finding can say, :mod:`.counting` counts. Nothing is imported here, so that each command pays only for
what it uses.
"""
