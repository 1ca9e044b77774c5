"""The page: one file that fetches nothing, reads on a phone, prints on A4 and works without scripts."""

from __future__ import annotations

import functools
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from truceline.report.content import Column, Content, Table


def render_html(content: Content) -> str:
    """The content as a self-contained page in its own language. Everything from outside is escaped."""
    template = _environment().get_template("report.html.j2")
    return template.render(content=content, style=Markup(_style())) + "\n"  # noqa: S704  our own style sheet


@functools.cache
def _environment() -> Environment:
    loader = PackageLoader("truceline.report", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters["drawing"] = _drawing
    environment.filters["width_share"] = _width_share
    return environment


def _style() -> str:
    return resources.files("truceline.report").joinpath("templates", "report.css").read_text("utf-8")


def _drawing(svg: str) -> Markup:
    """A drawing of our own: the figure modules escape every word they put in."""
    return Markup(svg)  # noqa: S704  see figures/svg.py


def _width_share(table: Table, column: Column) -> str:
    total = sum(each.width for each in table.columns)
    return f"{100 * column.width / total:.1f}"
