"""python3 -m regime_analysis figure NAME FILE | report FILE | compare FILE | theory FILE | check FILE"""

import argparse
import inspect
import sys
from pathlib import Path

from . import dataset
from .missing import explain


def main(arguments=None):
    try:
        options = _parser().parse_args(arguments)
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
    from .figures import FIGURES

    script = Path(sys.argv[0]).name == "regime-analysis"
    parser = argparse.ArgumentParser(description=__doc__, prog="regime-analysis" if script else
                                     "python3 -m regime_analysis")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    figure = commands.add_parser("figure", help="draw a figure of a sweep")
    names = figure.add_subparsers(required=True, metavar="NAME", dest="name")
    for name, draw in FIGURES.items():
        _add_figure(names, name, draw)
    for name, run, text in (
            ("compare", _compare, "print the statistics against the paper's Fig. 9"),
            ("theory", _theory, "print what the effective theory says of mergers, and how well"),
            ("check", _check, "a verdict a line on the paper's claims; exit 1 where one fails")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file")
        command.set_defaults(run=run)
    report = commands.add_parser("report", help="write one page to look at the sweep in a browser")
    report.add_argument("file")
    report.add_argument("-o", "--output", help="page; default: FILE.html beside FILE")
    report.add_argument("--limit", type=float, metavar="MIB",
                        help="numbers that the page may hold, before compression; default: 64")
    report.set_defaults(run=_report)
    return parser


def _add_figure(names, name, draw):
    """A command of a function that draws: the parameters after the Dataset are its options."""
    from .figures import OPTIONS

    command = names.add_parser(name, help=inspect.getdoc(draw).splitlines()[0].rstrip("."),
                               description=inspect.getdoc(draw))
    command.add_argument("file")
    command.add_argument("-o", "--output", help="picture (png, pdf, svg; of states gif too); "
                         "default: beside FILE")
    for option in list(inspect.signature(draw).parameters.values())[1:]:
        flag, look = OPTIONS.get(option.name, ("--" + option.name.replace("_", "-"), {}))
        command.add_argument(flag, dest=option.name, **{**_kind(option.default), **look})
    command.set_defaults(run=_draw)


def _kind(default):
    """How a parameter with this default is read."""
    if default is inspect.Parameter.empty:
        return dict(required=True)
    if default is False:
        return dict(action="store_true")
    return dict(default=default) | ({} if default is None else dict(type=type(default)))


def _draw(options):
    import matplotlib  # it takes a second to load

    matplotlib.use("Agg")
    from .figures import FIGURES, save

    options = vars(options)
    del options["run"]
    name, path, output = (options.pop(key) for key in ("name", "file", "output"))
    output = output or _beside(path, name, options.get("column"))
    _require_folder(output)
    selection = dict(options.pop("selection"))
    save(FIGURES[name](dataset.open(path), selection=selection, **options), output)
    print(output)


def _beside(path, name, column):
    """FILE_NAME.png, or FILE_NAME_COLUMN.png where one was chosen."""
    return "_".join(filter(None, (str(Path(path).with_suffix("")), name, column))) + ".png"


def _require_folder(output):
    folder = Path(output).parent
    if not folder.is_dir():
        raise ValueError(f"cannot write {output}: there is no folder {folder}")


def _compare(options):
    from .compare import report

    print(report(dataset.open(options.file)))


def _theory(options):
    from .theory import report

    print(report(dataset.open(options.file)))


def _check(options):
    from .verdict import verdicts

    found = verdicts(dataset.open(options.file))
    print(*found, sep="\n")
    return 0 if all(verdict.holds for verdict in found) else 1


def _report(options):
    from . import report

    output = options.output or str(Path(options.file).with_suffix(".html"))
    _require_folder(output)
    report.write(options.file, output, report.LIMIT if options.limit is None else options.limit)
    print(output)


if __name__ == "__main__":
    sys.exit(main())
