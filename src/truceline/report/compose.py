"""Writing a report: from an assessment to the content every renderer shows."""

from __future__ import annotations

from collections.abc import Callable

from truceline.mission.assessment import Assessment
from truceline.report.beside_sums import check_beside
from truceline.report.content import Content, Section
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.agreed import agreed
from truceline.report.sections.appendix import incidents, notes, sources
from truceline.report.sections.area_map import area_map
from truceline.report.sections.claims import claims, published
from truceline.report.sections.counts import counts
from truceline.report.sections.findings import findings
from truceline.report.sections.guarantees import guarantees
from truceline.report.sections.judged import judged
from truceline.report.sections.located import located
from truceline.report.sections.logs import logs
from truceline.report.sections.obligations import obligations
from truceline.report.sections.opening import edition_line, header, lead, summary
from truceline.report.sections.side_by_side import side_by_side
from truceline.report.sections.timeline import timeline
from truceline.report.sections.unseen import unseen
from truceline.report.sums import check_sums

SECTIONS: tuple[Callable[[Edition], Section | None], ...] = (
    summary,
    agreed,
    findings,
    obligations,
    guarantees,
    counts,
    side_by_side,
    timeline,
    area_map,
    claims,
    published,
    logs,
    unseen,
    incidents,
    located,
    judged,
    sources,
    notes,
)
"""The parts of a report, in order; one that has nothing to say of this agreement gives none."""


def compose(assessment: Assessment, language: str = "en") -> Content:
    """The content of the period report, or of the daily report when the assessment holds a local day.

    Sums are checked first. Raises :class:`SumsDisagree` when a total differs from its parts or a count has no
    coverage, and :class:`UsageFault` for a language there is no report in.
    """
    edition = Edition.of(assessment, language)
    check_sums(assessment)
    check_beside(assessment)
    tongue = edition.tongue
    title = assessment.agreement.title(language)
    as_of = tongue.say(msgid("Information as of {moment}"), moment=tongue.moment(assessment.as_of))
    return Content(
        language=language,
        edition=edition_line(edition),
        title=title,
        header=header(edition),
        lead=lead(edition),
        contents_label=tongue.say(msgid("Contents")),
        footer=f"{title} \N{MIDDLE DOT} {as_of}",
        link_label=tongue.say(msgid("Skip to the summary")),
        sections=tuple(made for section in SECTIONS if (made := section(edition)) is not None),
    )
