// One point: where it lies, how to train it again, its values, curves and automaton.

const automatonView = {kind: null, distance: null}; // null: what there is
const FACTS = ["stopped_by", "epochs_trained", "train_loss"];
const FIRST_CURVES = 8; // others are below a line that unfolds
const BESIDE = contents.automata.length ? 2 : 4; // curves next to the map

function pointName(point) {
    const index = indexOf(point);
    return axes.filter((axis) => axis.values.length > 1).map((axis) =>
        settingText(axis, index[axis.name])).join(", ") || "the only point";
}

// The command that trains a point again alone.
function commandOf(point) {
    const {before, each, after} = contents.rerun, index = indexOf(point);
    const place = axes.map((axis) => `${each}${axis.name}=${exact(axis.values[index[axis.name]])}`);
    return [before, ...place, after].join(" ");
}

const nameOfCode = (codes, code) => Object.keys(codes).find((name) => codes[name] === code) ?? String(code);

async function valuesOf(point) {
    return Promise.all(contents.columns.map(async (column) => {
        const values = await loadPoint(column, point, innerSize(column));
        return {column, values: Array.from(values)};
    }));
}

const shownValue = (column, value) => column.codes ? nameOfCode(column.codes, value) : format(value, 6);

function valuesText(entries) {
    const rows = entries.map(({column, values}) => {
        const dims = column.dims.map((dim) => dim.name).join(", ");
        const texts = values.map((value) => shownValue(column, value)).join(", ");
        const unit = column.unit === "1" || column.codes ? "" : ` ${column.unit}`;
        return `<tr><th scope="row">${safe(column.name)}${dims ? `<small> over ${safe(dims)}</small>` : ""}</th>
<td>${safe(texts + unit)}</td><td class="about">${safe(column.label)}</td></tr>`;
    });
    return `<table><tbody>${rows.join("")}</tbody></table>`;
}

function factsText(point, status, entries) {
    const of = (name) => entries.find(({column}) => column.name === name);
    const facts = [["status", status === "pending" ? "unfinished" : status]];
    const finished = status === "done" || status === "diverged";
    const names = finished ? [...FACTS, contents.first.column, "n_states", "wall_seconds"]
        : status === "failed" ? ["failure"] : [];
    for (const name of names) {
        const entry = of(name);
        if (!entry || facts.some(([known]) => known === name))
            continue;
        const i = entry.values.length > 1 ? innerIndex(entry.column, view.inner) : 0;
        const unit = entry.column.unit === "1" || entry.column.codes ? "" : ` ${entry.column.unit}`;
        const place = entry.column.dims.filter((dim) => dim.values.length > 1).map((dim) =>
            `${dim.name} ${textIn(dim, indexIn(dim, view.inner))}`).join(", ");
        facts.push([name, shownValue(entry.column, entry.values[i]) + unit, place]);
    }
    return facts.map(([name, value, place = ""]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}
<small>${safe(place)}</small></dd></div>`).join("");
}

// ---- curves ---------------------------------------------------------------------------------------

// Of the chosen point a line a value of a further dimension; of the other trials of its cell faint ones.
async function curveText(curve, points, chosen, logX) {
    const lines = innerSize(curve), x = curve.x ?? contents.epochs, n = x.length;
    const paint = (line) => lines > 1 ? lineColour(line / (lines - 1)) : "var(--accent)";
    const others = points.filter((point) => point !== chosen).slice(0, 24);
    const named = lines > 1 ? curve.dims.filter((dim) => dim.values.length > 1) : [];
    const drawn = await Promise.all([...others, chosen].map(async (point) => {
        const values = await loadPoint(curve, point, lines * n);
        return [...Array(lines).keys()].map((line) => ({
            x, y: values.subarray(line * n, (line + 1) * n), colour: paint(line),
            faint: point !== chosen, label: point === chosen && lines > 1 ? lineName(named, line) : "",
        }));
    }));
    return chart({title: curve.name, text: curve.label, lines: drawn.flat(), xName: curve.xName ?? "epoch",
                  logX: curve.x ? evenlyLogarithmic(x) : logX});
}

// The part of the colours that stands out from the page.
const lineColour = (part) => colour(isDark() ? 0.35 + 0.6 * part : 0.8 * part);

function lineName(dims, line) {
    const parts = [];
    for (const dim of [...dims].reverse()) {
        parts.unshift(`${dim.name} ${textIn(dim, line % dim.values.length)}`);
        line = Math.floor(line / dim.values.length);
    }
    return parts.join(", ");
}

async function showCurves(points, chosen, finished) {
    const texts = finished ? await Promise.all(contents.curves.map((curve) =>
        curveText(curve, points, chosen, element("log-epochs").checked))) : [];
    const drawn = texts.filter((text) => text), rest = drawn.slice(BESIDE + FIRST_CURVES);
    element("beside").innerHTML = drawn.slice(0, BESIDE).join("");
    element("curves").innerHTML = drawn.slice(BESIDE, BESIDE + FIRST_CURVES).join("");
    element("more-curves").innerHTML = rest.join("");
    element("more").hidden = rest.length === 0;
    element("more-text").textContent = `${rest.length} more`;
    element("curves-text").textContent = !finished ? "This point has no results yet."
        : drawn.length > 0 ? `Of ${pointName(chosen)}${points.length > 1 ? `; faint: the other ${points.length - 1} of its cell` : ""}.`
        : "The page holds no curves of this point.";
}

// ---- automaton ------------------------------------------------------------------------------------

// The places along a dimension: where it starts, then the others from the last on.
const startingAt = ({values, start}) =>
    [start, ...[...values.keys()].reverse().filter((i) => i !== start)];

// What is asked for, else the first that is legible, else the first that is held; null where none is.
async function findAutomaton(point) {
    const {kind: askedKind, distance: askedDistance} = automatonView, held = [];
    for (const [k, kind] of contents.automata.entries())
        for (const distance of startingAt(kind.distance))
            if (k === (askedKind ?? k) && distance === (askedDistance ?? distance)) {
                const automaton = await automatonOf(kind, point, distance);
                if (automaton)
                    held.push({automaton, k, distance});
            }
    return held.find(({automaton}) => automaton.n <= LEGIBLE) ?? held[0] ?? null;
}

async function showAutomaton(point, finished) {
    const place = element("automaton"), kinds = contents.automata;
    if (kinds.length === 0)
        return;
    const found = finished ? await findAutomaton(point) : null, dim = kinds[0].distance;
    const kind = found?.k ?? automatonView.kind ?? 0;
    const distance = found?.distance ?? automatonView.distance ?? dim.start;
    const picks = [pick("automaton-kind", "Automaton", kinds.map(({name}) => name), kind),
                   pick("automaton-distance", "merge distance", dim.values.map((_, i) => textIn(dim, i)),
                        distance)];
    const none = finished ? "The page holds no such automaton of this point: it has too many states, or lacks transitions."
        : "This point has no results yet.";
    const focused = document.activeElement?.id;
    place.innerHTML = `<h3>What it learnt</h3><div class="picks screen">${picks.join("")}</div>`
        + (found ? automatonText(found.automaton) : `<p class="note">${none}</p>`);
    if (focused?.startsWith("automaton-"))
        element(focused)?.focus();
    for (const [id, name] of [["automaton-kind", "kind"], ["automaton-distance", "distance"]])
        element(id)?.addEventListener("change", (event) => {
            automatonView[name] = Number(event.target.value);
            showAutomaton(point, finished);
        });
}

const pick = (id, label, names, chosen) => `<label>${label} <select id="${id}">${names.map((name, i) =>
    `<option value="${i}"${i === chosen ? " selected" : ""}>${safe(name)}</option>`).join("")}</select></label>`;

// ---- all of it ------------------------------------------------------------------------------------

let shown = 0; // calls of showPoint: one that another has overtaken draws nothing

async function showPoint() {
    const call = ++shown, points = pointsOf(...view.cell);
    view.trial = Math.min(view.trial, points.length - 1);
    const point = points[view.trial], entries = await valuesOf(point);
    const status = nameOfCode(contents.status.codes, (await loadPoint(contents.status, point, 1))[0]);
    if (call !== shown)
        return;
    const finished = status === "done" || status === "diverged";
    element("point-title").textContent = pointName(point);
    element("facts").innerHTML = factsText(point, status, entries);
    element("command").innerHTML = commandOf(point).split(" ").map((word) => `<span>${safe(word)}</span>`).join(" ");
    element("command-note").textContent = contents.rerun.note;
    element("values").innerHTML = finished ? valuesText(entries)
        : '<p class="note">This point has no results yet.</p>';
    showTrials(points);
    await Promise.all([showCurves(points, point, finished), showAutomaton(point, finished)]);
    document.body.dataset.point = point;
}

function showTrials(points) {
    element("trial-label").hidden = points.length < 2;
    const averaged = otherAxes().filter((axis) => view.at[axis.name] === "mean");
    element("trial").innerHTML = points.map((point, i) => {
        const index = indexOf(point);
        const name = averaged.map((axis) => settingText(axis, index[axis.name])).join(", ");
        return `<option value="${i}"${i === view.trial ? " selected" : ""}>${safe(name)}</option>`;
    }).join("");
}
