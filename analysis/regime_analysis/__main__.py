"""python3 -m regime_analysis phase FILE | map FILE --column NAME | modes FILE | deviation FILE |
spectra FILE | courses FILE | compare FILE | theory FILE | check FILE"""

import argparse
import sys
from pathlib import Path

from .dataset import open_sweep
from .missing import explain


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
    except ImportError as error:
        sys.exit(explain(error))
    except (OSError, KeyError, ValueError) as error:
        print(f"regime_analysis: {_reason(error)}", file=sys.stderr)
        return 2
    return 0


def _reason(error):
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return error.args[0] if isinstance(error, KeyError) else error


def _parser():
    parser = argparse.ArgumentParser(prog="python3 -m regime_analysis", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    phase = _drawing(commands, "phase", "draw accuracy and number of states over two axes")
    _directions(phase)
    phase.add_argument("--theory", action="store_true",
                       help="with the line C < N G^(n-m) of the effective theory, C fitted")
    column = _drawing(commands, "map", "draw any column over one or two axes")
    column.add_argument("--column", required=True, help="e.g. kernel_distance, test_loss")
    _directions(column)
    modes = _drawing(commands, "modes", "draw mode strengths over training, with the theory")
    modes.add_argument("--columns", metavar="AXIS", help="axis with a panel a value")
    deviation = _drawing(commands, "deviation", "draw how far theory and simulation lie apart")
    deviation.add_argument("--column", help="theory_deviation, exact_deviation or loss_deviation "
                           "(default: what most points of the sweep have)")
    deviation.add_argument("--x", help="axis to the right, default: learning_rate")
    deviation.add_argument("--lines", metavar="AXIS", help="axis with a line a value")
    _drawing(commands, "courses", "draw pairs of strings over training and in theory")
    spectra = _drawing(commands, "spectra", "draw what observers recover of the data's spectra")
    spectra.add_argument("--x", help="axis to the right of the errors")
    for name, run, text in (
            ("compare", _compare, "print the statistics against the paper's Fig. 9"),
            ("theory", _theory, "print what the effective theory says of mergers, and how well"),
            ("check", _check, "a verdict a line on the paper's claims; exit 1 where one fails")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file")
        command.set_defaults(run=run)
    return parser


def _drawing(commands, name, text):
    """A command that writes a picture; its further options are those of the function that draws."""
    command = commands.add_parser(name, help=text)
    command.add_argument("file")
    command.add_argument("-o", "--output", help="picture (png, pdf, svg); default: beside FILE")
    command.add_argument("--select", nargs="+", default=[], type=_assignment, metavar="AXIS=VALUE",
                         dest="selection", help="draw one value of an axis in place of the others")
    command.set_defaults(run=lambda options: _draw(name, options))
    return command


def _directions(command):
    command.add_argument("--x", help="axis to the right; default: one that fits")
    command.add_argument("--y", help="axis upright; default: gain where it exists")
    command.add_argument("--columns", metavar="AXIS", help="axis with one column of panels a value")


def _assignment(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: write AXIS=VALUE")
    return name, value


def _draw(name, options):
    import matplotlib  # it takes a second to load

    matplotlib.use("Agg")
    from . import figures

    options = vars(options)
    del options["run"]
    path, output = options.pop("file"), options.pop("output")
    output = output or _beside(path, name, options.get("column"))
    _require_folder(output)
    selection = dict(options.pop("selection"))
    figures.save(figures.FIGURES[name](open_sweep(path), selection=selection, **options), output)
    print(output)


def _beside(path, name, column):
    """FILE.png for the phase diagram, FILE_NAME.png or FILE_COLUMN.png for others."""
    suffix = {"phase": "", "map": f"_{column}"}.get(name, f"_{name}")
    return str(Path(path).with_suffix("")) + suffix + ".png"


def _require_folder(output):
    folder = Path(output).parent
    if not folder.is_dir():
        raise ValueError(f"cannot write {output}: there is no folder {folder}")


def _compare(options):
    from .compare import report

    print(report(open_sweep(options.file)))


def _theory(options):
    from .theory import report

    print(report(open_sweep(options.file)))


def _check(options):
    from .verdict import verdicts

    found = verdicts(open_sweep(options.file))
    print(*found, sep="\n")
    return 0 if all(verdict.holds for verdict in found) else 1


if __name__ == "__main__":
    sys.exit(main())
