"""python3 -m regime_analysis phase FILE | compare FILE | check FILE"""

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
    phase = commands.add_parser("phase", help="draw accuracy and number of states over two axes")
    phase.add_argument("file")
    phase.add_argument("-o", "--output", help="picture (png, pdf, svg); default: FILE with .png")
    phase.add_argument("--x", help="axis to the right, default: fraction where it exists")
    phase.add_argument("--y", help="axis upright, default: gain where it exists")
    phase.add_argument("--columns", metavar="AXIS", help="axis with one column of panels a value")
    phase.add_argument("--select", nargs="+", default=[], type=_assignment, metavar="AXIS=VALUE",
                       help="draw one value of an axis in place of the mean over it")
    phase.set_defaults(run=_phase)
    compare = commands.add_parser("compare", help="print the statistics against the paper's Fig. 9")
    compare.add_argument("file")
    compare.set_defaults(run=_compare)
    check = commands.add_parser("check", help="a verdict a line on the paper's claims; exit 1 where "
                                "one fails")
    check.add_argument("file")
    check.set_defaults(run=_check)
    return parser


def _assignment(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: write AXIS=VALUE")
    return name, value


def _phase(options):
    from .phase import phase  # matplotlib takes a second to load

    output = options.output or str(Path(options.file).with_suffix(".png"))
    _require_folder(output)
    phase(open_sweep(options.file), output, options.x, options.y, options.columns,
          dict(options.select))
    print(output)


def _require_folder(output):
    folder = Path(output).parent
    if not folder.is_dir():
        raise ValueError(f"cannot write {output}: there is no folder {folder}")


def _compare(options):
    from .compare import report

    print(report(open_sweep(options.file)))


def _check(options):
    from .verdict import verdicts

    found = verdicts(open_sweep(options.file))
    print(*found, sep="\n")
    return 0 if all(verdict.holds for verdict in found) else 1


if __name__ == "__main__":
    sys.exit(main())
