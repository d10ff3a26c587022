"""Draws a paper as a PDF: A4, its fonts embedded with only the letters that are used, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_jp
import pylopdf_fonts_ko
from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import TTFFont

from billing.documents.paper import Fact, Paper

_BODY, _OTHER = "body", "other"
_INK, _GREY, _RULE, _FILL = (24, 32, 44), (96, 106, 120), (205, 211, 219), (243, 245, 248)
_MARGIN, _LINE = 20.0, 5.6
_COLUMNS = (0.52, 0.28, 0.20)


@lru_cache(maxsize=64)
def render(paper: Paper) -> bytes:
    """The PDF's bytes. What was drawn before and has not changed since is not drawn again."""
    pdf = _Sheet(paper)
    pdf.add_page()
    _heading(pdf, paper)
    _parties(pdf, paper)
    _facts(pdf, paper.facts)
    _table(pdf, paper)
    _totals(pdf, paper.totals)
    _notes(pdf, paper.notes)
    return bytes(pdf.output())


class _Sheet(FPDF):
    """A4 with the paper's fonts, and the page's number at its foot."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_title(f"{paper.title} {paper.name}")
        self.set_author(paper.seller[0])
        self.set_lang(paper.language)
        self.set_creation_date(paper.written_at)
        korean, japanese = pylopdf_fonts_ko.sans_path(), pylopdf_fonts_jp.sans_path()
        first, second = (korean, japanese) if paper.language == "ko" else (japanese, korean)
        self._add_fonts(first, second)
        self.write_in(10)

    def _add_fonts(self, first: Path, second: Path) -> None:
        self.add_font(_BODY, fname=first)
        body = self.fonts[_BODY]
        assert isinstance(body, TTFFont)
        if {ord(letter) for text in self.paper.texts() for letter in text} - body.cmap.keys():
            self.add_font(_OTHER, fname=second)  # only for a name in another script: reading a font takes long
            self.set_fallback_fonts([_OTHER])

    def write_in(self, size: float, colour: tuple[int, int, int] = _INK) -> None:
        """Size in points, and the colour, of what is written next."""
        self.set_font(_BODY, size=size)
        self.set_text_color(*colour)

    @contextmanager
    def bold(self) -> Iterator[None]:
        """The fonts have one weight: bold is the outline drawn too."""
        with self.local_context(text_mode="FILL_STROKE", line_width=0.22, draw_color=_INK):
            yield

    def footer(self) -> None:
        """The number and the page."""
        self.set_y(-16)
        self.write_in(8, _GREY)
        page = self.paper.page.format(page=self.page_no(), pages="{nb}")
        self.cell(self.epw / 2, 5, self.paper.name)
        self.cell(self.epw / 2, 5, page, align="R")


def _heading(pdf: _Sheet, paper: Paper) -> None:
    pdf.write_in(22)
    with pdf.bold():
        pdf.cell(0, 12, paper.title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.write_in(11, _GREY)
    pdf.cell(0, 6, paper.name, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(6)


def _parties(pdf: _Sheet, paper: Paper) -> None:
    top, half = pdf.get_y(), pdf.epw / 2 - 4
    bottom = top
    for left, label, lines in (
        (pdf.l_margin, paper.to_label, (paper.customer,)),
        (pdf.l_margin + half + 8, paper.from_label, paper.seller),
    ):
        pdf.set_xy(left, top)
        pdf.write_in(8.5, _GREY)
        pdf.cell(half, 5, label, new_x=XPos.LEFT, new_y=YPos.NEXT)
        for number, line in enumerate(lines):
            pdf.write_in(10.5 if number == 0 else 9.5)
            if number:
                pdf.multi_cell(half, 5, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
                continue
            with pdf.bold():
                pdf.multi_cell(half, 6, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        bottom = max(bottom, pdf.get_y())
    pdf.set_xy(pdf.l_margin, bottom + 7)


def _facts(pdf: _Sheet, facts: tuple[Fact, ...]) -> None:
    """Labels in one column, values in the next."""
    for label, value in facts:
        pdf.write_in(9.5, _GREY)
        pdf.cell(42, _LINE, label)
        pdf.write_in(9.5)
        pdf.multi_cell(pdf.epw - 42, _LINE, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(7)


def _table(pdf: _Sheet, paper: Paper) -> None:
    """Its head is repeated on every page."""
    pdf.write_in(9.5)
    pdf.set_draw_color(*_RULE)
    with pdf.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(color=_GREY, fill_color=_FILL),
        col_widths=_COLUMNS,
        text_align=("LEFT", "RIGHT", "RIGHT"),
        line_height=_LINE,
        padding=(1.4, 2),
    ) as table:
        for cells in (paper.head, *paper.rows):
            table.row(cells)
    pdf.ln(4)


def _totals(pdf: _Sheet, totals: tuple[Fact, ...]) -> None:
    """Under the amounts; never torn from one another by a page's end."""
    if pdf.will_page_break(7 * len(totals) + 4):
        pdf.add_page()
    wide, left = pdf.epw * 0.5, pdf.l_margin + pdf.epw * 0.5
    for number, (label, value) in enumerate(totals, start=1):
        last = number == len(totals)
        if last:
            pdf.set_draw_color(*_INK)
            pdf.line(left, pdf.get_y() + 1, left + wide, pdf.get_y() + 1)
            pdf.ln(2)
        pdf.set_x(left)
        pdf.write_in(12 if last else 9.5, _INK if last else _GREY)
        with pdf.bold() if last else pdf.local_context():
            pdf.cell(wide * 0.58, 7, label)
            pdf.set_text_color(*_INK)
            pdf.cell(wide * 0.42 - 1, 7, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(8)


def _notes(pdf: _Sheet, notes: tuple[str, ...]) -> None:
    for note in notes:
        pdf.write_in(9, _GREY)
        pdf.multi_cell(0, 5, note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1)
