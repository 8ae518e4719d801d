"""A sweep over one or two of its axes: its phase diagram (validation accuracy and number of states)
or any one column. Two axes make maps, one makes curves. Cells of a map are means over replicates
and every other axis (geometric where the colours are logarithmic), except over one third axis,
along which there is one column of panels each.
"""

from . import curves, figure, maps, measures, paper
from .layout import ascending, choose_axes, prepared
from .theory import overlay


@figure.styled
def phase(ds, x=None, y=None, columns=None, selection=None, theory=False):
    """Validation accuracy and number of states over one or two axes.

    Axes not given are chosen. theory: with the line of the effective theory, where the axes are
    gain and fraction.
    """
    ds = prepared(ds, selection)
    chosen = choose_axes(ds, x, y, columns)
    ds = ascending(ds, *chosen[:2])
    on_paper_grid = maps.is_on_paper_grid(ds, *chosen[:2])
    beside_paper = on_paper_grid and chosen[2] is None
    notes = paper.differences(ds) if on_paper_grid else []
    if theory and {*chosen} != {"gain", "fraction", None}:
        raise ValueError("the theory's line is one over gain and fraction")
    line = overlay(ds) if theory else None
    return _draw(ds, measures.of_phase(ds, beside_paper), chosen, beside_paper, line, notes=notes,
                 averaged="mean (states: geometric mean) over")


@figure.styled
def column_map(ds, column, x=None, y=None, columns=None, selection=None):
    """Any column over one or two axes.

    Other dimensions that it has are selected like axes.
    """
    by_distance = column in ds.data_vars and "merge_distance" in ds[column].dims
    ds = prepared(ds, selection)
    chosen = choose_axes(ds, x, y, columns)
    ds = ascending(ds, *chosen[:2])
    diagram = measures.of_column(ds, column, by_distance)
    geometric = diagram.measures[column].geometric
    return _draw(ds, diagram, chosen, averaged="geometric mean over" if geometric else "mean over")


def _draw(ds, diagram, chosen, beside_paper=False, line=None, **captioned):
    x, y, third = chosen
    drawn, handles = maps.draw(ds, diagram, x, y, third, beside_paper, line) if y else \
        curves.draw(ds, diagram, x)
    figure.explain(drawn, handles, figure.caption(ds, set(chosen), **captioned))
    return drawn
