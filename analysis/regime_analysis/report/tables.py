"""The parts of the page that are text: summary, axes, failures, cost, provenance, settings."""

import html
from datetime import datetime, timezone

import numpy as np

from ..dataset import axes, has_code, meanings, settings
from . import cost

_MOST_LISTED = 100
_SETTING = "setting_"
_LONG = ("sweep_file", "sweep_resolved", "overrides")  # attributes that are shown as text
_STATES = ("done", "diverged", "failed", "pending")


def sections(ds, found):
    """{name in the template: HTML}"""
    counts = {name: int(has_code(ds["status"], name).sum()) for name in _STATES}
    return {"headline": _headline(ds, counts), "progress": _progress(counts),
            "summary": _summary(ds, counts), "axes": _axes(found),
            "failures": _failures(ds, counts), "cost": _cost(ds, found),
            "columns": _columns(ds, found),
            "left_out": _left_out(found.left_out), "provenance": _provenance(ds),
            "settings": _table(settings(ds).items()), "texts": _texts(ds)}


# ---- what there is -------------------------------------------------------------------------------


def _headline(ds, counts):
    total = sum(counts.values())
    state = "complete" if counts["done"] + counts["diverged"] == total else \
        f"{counts['done'] + counts['diverged']:,} of {total:,} points finished"
    return (f"{_text(ds.attrs.get('model', 'unknown model'))} · {total:,} "
            f"point{'s' * (total != 1)} · {state}")


def _progress(counts):
    total = max(sum(counts.values()), 1)
    bars = "".join(f'<span class="bar {name}" style="width:{100 * n / total:.3f}%"></span>'
                   for name, n in counts.items() if n)
    words = "".join(f'<li><span class="dot {name}"></span>{n:,} {name}</li>'
                    for name, n in counts.items() if n)
    return f'<div class="bars" aria-hidden="true">{bars}</div><ul class="legend">{words}</ul>'


def _summary(ds, counts):
    rows = [("points", f"{sum(counts.values()):,}"), ("model", ds.attrs.get("model", "unknown"))]
    if "stopped_by" in ds:
        finished = ds["finished"].values
        codes = ds["stopped_by"].values[finished]
        stops = {name: int((codes == code).sum())
                 for name, code in meanings(ds["stopped_by"]).items()}
        rows.append(("stopped by", ", ".join(f"{name} {n:,}" for name, n in stops.items() if n)
                     or "none yet"))
    if "epochs_trained" in ds:
        epochs = ds["epochs_trained"].values.astype(float)
        epochs = epochs[np.isfinite(epochs) & ds["finished"].values]
        if epochs.size:
            rows.append(("epochs trained", f"{epochs.sum():,.0f} in all, {np.median(epochs):,.0f} "
                         f"in the median, {epochs.max():,.0f} at most"))
    rows += [("program", ds.attrs.get("source", "unknown")),
             ("git revision", ds.attrs.get("git_revision", "unknown")),
             ("sweep hash", ds.attrs.get("sweep_hash", "unknown"))]
    return _table(rows)


def _axes(found):
    rows = [(axis["name"], f"{len(axis['values'])}", _values(axis["values"])
             if not axis["members"] else "; ".join(f"{name}: {_values(values)}" for name, values
                                                    in axis["members"].items()))
            for axis in found.description["axes"]]
    return _table(rows, ("axis", "values", "")) if rows else "<p>One point: no axes.</p>"


def _values(values):
    texts = [f"{value:.6g}" if isinstance(value, float) else str(value) for value in values]
    return ", ".join(texts if len(texts) <= 24 else texts[:3] + ["…"] + texts[-2:])


def _columns(ds, found):
    rows = []
    for column in found.description["columns"]:
        variable = ds[column["name"]] if column["name"] in ds else \
            ds["provenance_" + column["name"]]
        rows.append((column["name"], column["label"], *_spread(variable, column["codes"])))
    return _table(rows, ("column", "", "least", "median", "most"))


def _spread(variable, codes):
    values = variable.values[np.isfinite(variable.values)] if variable.dtype.kind == "f" else []
    if codes or not len(values):
        return "", "", ""
    return tuple(f"{value:.4g}" for value in (values.min(), np.median(values), values.max()))


def _left_out(names):
    if not names:
        return ""
    items = "".join(f"<li>{_text(name)}</li>" for name in names)
    return (f"<details><summary>{len(names)} not in this page</summary><p>Weights, tables of pairs "
            f"and snapshots are in the file alone. Of the columns and curves that a page can show, "
            f"it lacks:</p><ul>{items}</ul></details>")


# ---- failures ------------------------------------------------------------------------------------


def _failures(ds, counts):
    ill = np.flatnonzero(has_code(ds["status"], "diverged", "failed").values.ravel())
    pending = f"<p>{counts['pending']:,} points are pending: not begun, or not at their end when " \
        "this page was made; the command that ran the sweep goes on with them.</p>" \
        if counts["pending"] else ""
    if not ill.size:
        return pending + "<p>No point diverged or failed.</p>"
    rows = [(_place(ds, i), *_reason(ds, i)) for i in ill[:_MOST_LISTED]]
    more = f"<p>{ill.size - _MOST_LISTED:,} more are not listed.</p>" * (ill.size > _MOST_LISTED)
    return pending + _table(rows, ("point", "what", "why", "where")) + more


def _reason(ds, point):
    status = {code: name for name, code in meanings(ds["status"]).items()}
    what = status.get(int(_at(ds, "status", point)), "unknown")
    if what == "failed":
        return what, f"{_why_failed(ds, point)}; the next run tries it again", _host(ds, point)
    if "failure" in ds:
        return what, "its program said so", _host(ds, point)
    epochs = _at(ds, "epochs_trained", point)
    after = f" in epoch {epochs:,.0f}" if epochs is not None and np.isfinite(epochs) else ""
    return what, f"the loss was no longer a finite number{after}", _host(ds, point)


def _why_failed(ds, point):
    """By its name in the file, of a model that has one."""
    if "failure" not in ds:
        return "the library could not do this point"
    names = {code: name for name, code in meanings(ds["failure"]).items()}
    return names.get(int(_at(ds, "failure", point)), "unknown")


def _host(ds, point):
    host, rank = (_at(ds, "provenance_" + name, point) for name in ("host", "rank"))
    known = host is not None and rank is not None and np.isfinite(rank)
    return f"{host}, rank {rank:.0f}" if known else ""


def _at(ds, name, point):
    return ds[name].values.ravel()[point] if name in ds else None


def _place(ds, point):
    index = np.unravel_index(point, ds["status"].shape) if axes(ds) else ()
    values = [ds[name].values[i] if name in ds.coords else i for name, i in zip(axes(ds), index)]
    named = [f"{name}={_number(value)}" for name, value in zip(axes(ds), values)]
    return " ".join(named) or "the point"


# ---- cost ----------------------------------------------------------------------------------------


def _cost(ds, found):
    took = cost.of(ds, found.description["rerun"]["ranks"])
    if took is None:
        return "<p>No point has been trained yet.</p>"
    rows = [("training", f"{_duration(took.core_seconds)} of one core, {took.n_points:,} points"),
            ("from, to", f"{_time(took.first_start)} to {_time(took.last_end)}"),
            ("time with a point in training", _duration(took.working)),
            ("ranks that trained", f"{took.n_ranks:,} on {len(took.hosts):,} "
             f"host{'s' * (len(took.hosts) != 1)}"),
            ("their busy share", f"{100 * took.busy:.1f} %"),
            ("rate", f"{took.n_points / max(took.working, 1e-9):,.3g} points/s"),
            ("a point", f"{_duration(took.median)} in the median, "
             f"{_duration(took.longest[0][1])} at most")]
    hosts = [(name, f"{n:,}", f"{ranks:,}", _duration(seconds))
             for name, (n, ranks, seconds) in list(took.hosts.items())[:_MOST_LISTED]]
    longest = [(_place(ds, point), _duration(seconds)) for point, seconds in took.longest]
    return (_table(rows) + _at_work(took)
            + '<div class="pair"><div><h3>Hosts</h3>'
            + _table(hosts, ("host", "points", "ranks", "core time"))
            + "</div><div><h3>Longest points</h3>" + _table(longest, ("point", "time"))
            + '</div></div><p class="note">Of the finished points. The busy share is the time in '
            "training over the time during which any point was in training, times the ranks that "
            "trained one; pauses between runs are left out, and what an interrupted point had "
            "taken before is not told.</p>")


def _at_work(took):
    """The number of points in training over time, as a small picture."""
    most = max(float(took.at_work.max()), 1e-9)
    n = len(took.at_work)
    steps = "".join(f"L{i},{40 - 38 * share / most:.2f}L{i + 1},{40 - 38 * share / most:.2f}"
                    for i, share in enumerate(took.at_work))
    return (f'<figure class="work"><svg viewBox="0 0 {n} 40" preserveAspectRatio="none" role="img" '
            f'aria-label="Points in training over the time of the run, {most:.3g} at most">'
            f'<path d="M0,40{steps}L{n},40Z"/></svg><figcaption>Points in training at once, from '
            f"the first start to the last end; {most:.3g} at most</figcaption></figure>")


def _duration(seconds):
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.3g} {unit}"
    return f"{seconds:.3g} s"


def _time(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


# ---- provenance ----------------------------------------------------------------------------------


def _provenance(ds):
    return _table((name, value) for name, value in ds.attrs.items()
                  if not name.startswith(_SETTING) and name not in _LONG)


def _texts(ds):
    return "".join(f"<details><summary><code>{name}</code></summary><pre>{_text(ds.attrs[name])}"
                   "</pre></details>" for name in _LONG if str(ds.attrs.get(name, "")).strip())


def _table(rows, head=None):
    """HTML of rows of text; the first cell of a row names it."""
    top = "<thead><tr>" + "".join(f'<th scope="col">{_text(cell)}</th>' for cell in head) \
        + "</tr></thead>" if head else ""
    body = "".join(f'<tr><th scope="row">{_text(first)}</th>'
                   + "".join(f"<td>{_text(cell)}</td>" for cell in rest) + "</tr>"
                   for first, *rest in rows)
    return f'<div class="scroll"><table>{top}<tbody>{body}</tbody></table></div>'


def _number(value):
    """In as few digits as name it."""
    return repr(float(value)) if isinstance(value, np.floating) else value


def _text(value):
    return html.escape(str(value))
