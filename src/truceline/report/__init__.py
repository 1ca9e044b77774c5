"""The report: one content, rendered as a page, as a PDF, and as open data."""

from truceline.report.compose import compose
from truceline.report.content import Content
from truceline.report.html import render_html
from truceline.report.language import LANGUAGES
from truceline.report.pdf import render_pdf
from truceline.report.sums import check_sums
from truceline.report.writing import ALL, write_report

__all__ = ["ALL", "LANGUAGES", "Content", "check_sums", "compose", "render_html", "render_pdf", "write_report"]
