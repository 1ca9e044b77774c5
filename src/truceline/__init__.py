"""Truceline: open monitoring and verification of ceasefires and security guarantees.

Records pass through the rooms in one direction::

    sources -> observations + coverage -> incidents -> findings -> report

Start with :mod:`truceline.model` for the nouns and :mod:`truceline.mission` for the pipeline.
"""

__version__ = "0.1.0"
