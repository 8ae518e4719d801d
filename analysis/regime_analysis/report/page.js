// The controls, and what follows when they or the chosen cell change.

let current = null; // {column, scale, cells} on display

const columnOf = (name) => contents.columns.find((column) => column.name === name);

// ---- controls -------------------------------------------------------------------------------------

const options = (names, chosen, texts = names) => names.map((name, i) =>
    `<option value="${safe(name)}"${name === chosen ? " selected" : ""}>${safe(texts[i])}</option>`).join("");

function fillControls() {
    const group = (label, ofRun) => {
        const names = contents.columns.filter((column) => column.ofRun === ofRun).map(({name}) => name);
        const text = options(names, contents.first.column);
        return text && `<optgroup label="${label}">${text}</optgroup>`;
    };
    element("column").innerHTML = group("Measures", false) + group("Of the run", true);
    element("curves-card").hidden = contents.epochs.length === 0 && contents.curves.length <= BESIDE;
    fillDirections();
    for (const axis of axes)
        view.at[axis.name] = axis.repeats ? "mean" : 0;
}

function fillDirections() {
    const wide = axes.filter((axis) => axis.values.length > 1).map(({name}) => name);
    element("x").innerHTML = options(wide, view.x);
    element("y").innerHTML = options(wide, view.y);
    element("x-label").hidden = wide.length < 2;
    element("y-label").hidden = wide.length < 2;
}

function slider(name, values, at, mean, texts) {
    const i = at === "mean" ? 0 : at;
    const checked = at === "mean" ? " checked" : "";
    const check = mean ? `<label class="check"><input type="checkbox" data-mean="${safe(name)}"${checked}>
 mean of all ${values.length}</label>` : "";
    return `<div class="slider"><label><span>${safe(name)}</span><input type="range" min="0" max="${values.length - 1}"
 value="${i}" data-slider="${safe(name)}"${at === "mean" ? " disabled" : ""} aria-valuetext="${safe(texts[i])}"></label>
<output>${at === "mean" ? "mean" : safe(texts[i])}</output>${check}</div>`;
}

function fillSliders() {
    const column = columnOf(view.column);
    const outer = otherAxes().map((axis) => slider(axis.name, axis.values, view.at[axis.name], true,
                                                   axis.values.map((_, i) => valueText(axis, i))));
    const inner = column.dims.filter((dim) => dim.values.length > 1).map((dim) =>
        slider(dim.name, dim.values, indexIn(dim, view.inner), false,
               dim.values.map((_, i) => textIn(dim, i))));
    element("sliders").innerHTML = outer.concat(inner).join("");
}

function moveSlider(input) {
    const name = input.dataset.slider, i = Number(input.value);
    const axis = axes.find((one) => one.name === name);
    const text = axis ? valueText(axis, i)
        : textIn(columnOf(view.column).dims.find((dim) => dim.name === name), i);
    (axis ? view.at : view.inner)[name] = i;
    input.closest(".slider").querySelector("output").textContent = text;
    input.setAttribute("aria-valuetext", text);
}

function setDirection(which, name) {
    const other = which === "x" ? "y" : "x", before = view[which];
    if (view[other] === name)
        view[other] = before;
    view[which] = name;
    for (const axis of otherAxes())
        if (typeof view.at[axis.name] !== "number" && !axis.repeats)
            view.at[axis.name] = 0;
    view.cell = [0, 0];
    fillDirections();
}

// ---- drawing --------------------------------------------------------------------------------------

let drawn = 0;

async function draw() {
    const call = ++drawn, column = columnOf(view.column), limits = await limitsOf(column);
    const log = !column.codes && limits.positive && (view.log ?? limits.high > 10 * limits.low);
    const cells = await cellsOf(column, log);
    if (call !== drawn)
        return;
    const scale = scaleOf(limits.low, limits.high, log);
    current = {column, scale, cells};
    element("log").checked = log;
    element("log").disabled = Boolean(column.codes) || !limits.positive;
    element("column-text").textContent = `${column.label}${averageText(column, log)}.`;
    measurePlot();
    paint(cells, column, scale);
    element("frame").innerHTML = frameText();
    const over = [view.x, view.y].filter((name) => name).join(" and ");
    element("frame").setAttribute("aria-label", `Map of ${column.name} over ${over}`);
    element("scale").innerHTML = scaleText(column, scale);
    element("marks").innerHTML = marksText(cells);
    showChoice();
    document.body.dataset.drawn = call;
}

function averageText(column, log) {
    if (!otherAxes().some((axis) => view.at[axis.name] === "mean"))
        return "";
    return column.codes ? "; the commonest of a cell" : log ? "; geometric means" : "; means";
}

function showChoice() {
    view.cell = [Math.min(view.cell[0], nColumns() - 1), Math.min(view.cell[1], nRows() - 1)];
    placeBox("chosen-halo", view.cell);
    placeBox("chosen", view.cell);
    element("readout").textContent = cellText(view.cell);
    element("section").innerHTML = sectionText();
}

function cellText([i, j]) {
    const cell = current.cells[j * nColumns() + i], {column} = current;
    const place = [[view.x, i], [view.y, j]].filter(([name]) => name).map(([name, at]) =>
        settingText(axes.find((axis) => axis.name === name), at));
    const value = Number.isNaN(cell.value) ? MARKS[cell.mark]?.label ?? "no value"
        : `${column.name} = ${shownValue(column, cell.value)}`;
    const trials = cell.total > 1 ? [`${cell.done} of ${cell.total} done`] : [];
    const which = cell.total > 1 ? `${cell.doubtful} ` : "";
    const doubt = cell.doubtful > 0 ? [which + MARKS.doubtful.label] : [];
    return [[...place, value].join(", "), ...trials, ...doubt].join(" · ");
}

// The chosen row as a curve.
function sectionText() {
    const {column, cells} = current;
    if (!view.x || nColumns() < 3 || column.codes)
        return "";
    const axis = xAxis(), start = view.cell[1] * nColumns();
    const {name, values} = leader(axis), x = values.map((value, i) => typeof value === "number" ? value : i);
    const y = cells.slice(start, start + nColumns()).map((cell) => cell.value);
    const row = view.y ? `, ${settingText(yAxis(), view.cell[1])}` : "";
    return chart({title: `${column.name}${row}`, text: column.label, xName: name, mark: x[view.cell[0]],
                  lines: [{x, y, colour: "var(--accent)"}]});
}

function choose(cell, trial = 0) {
    view.cell = cell;
    view.trial = trial;
    showChoice();
    return showPoint();
}

const refresh = async () => { await draw(); await showPoint(); };

// ---- events ---------------------------------------------------------------------------------------

const KEYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
              Home: [-Infinity, 0], End: [Infinity, 0], PageUp: [0, -Infinity], PageDown: [0, Infinity]};
const within = (value, n) => Math.min(Math.max(value, 0), n - 1);

function onKey(event) {
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey)
        return;
    event.preventDefault();
    choose([within(view.cell[0] + step[0], nColumns()), within(view.cell[1] + step[1], nRows())]);
}

function onHover(event) {
    const cell = cellAt(event);
    element("hover").style.display = cell ? "" : "none";
    if (cell)
        placeBox("hover", cell);
    element("readout").textContent = cellText(cell ?? view.cell);
}

async function copyCommand() {
    const button = element("copy");
    try {
        await navigator.clipboard.writeText(element("command").textContent);
        button.textContent = "Copied";
    } catch { // not allowed here: select it, so that the reader can
        getSelection().selectAllChildren(element("command"));
        button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

function listenToControls() {
    element("controls").addEventListener("submit", (event) => event.preventDefault());
    element("column").addEventListener("change", (event) => {
        Object.assign(view, {column: event.target.value, log: null});
        fillSliders();
        refresh();
    });
    for (const which of ["x", "y"])
        element(which).addEventListener("change", (event) => {
            setDirection(which, event.target.value);
            fillSliders();
            refresh();
        });
    element("log").addEventListener("change", (event) => { view.log = event.target.checked; draw(); });
    element("sliders").addEventListener("input", ({target}) => {
        if (target.dataset.slider)
            moveSlider(target);
        else
            view.at[target.dataset.mean] = target.checked ? "mean" : 0;
        if (target.dataset.mean)
            fillSliders();
        refresh();
    });
}

function listen() {
    const frame = element("frame");
    frame.addEventListener("click", (event) => { const cell = cellAt(event); if (cell) choose(cell); });
    frame.addEventListener("pointermove", onHover);
    frame.addEventListener("pointerleave", onHover);
    frame.addEventListener("keydown", onKey);
    element("trial").addEventListener("change", (event) => choose(view.cell, Number(event.target.value)));
    element("log-epochs").addEventListener("change", showPoint);
    element("copy").addEventListener("click", copyCommand);
    for (const query of ["(prefers-color-scheme: dark)", "print"])
        matchMedia(query).addEventListener("change", refresh);
    const onResize = () => { if (element("plot").clientWidth !== plot.room) draw(); };
    // In a later frame: to change sizes while they are observed is an error in Firefox.
    new ResizeObserver(() => requestAnimationFrame(onResize)).observe(element("plot"));
    addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => {
        part.dataset.was = part.open;
        part.open = true;
    }));
    addEventListener("afterprint", () => document.querySelectorAll("details").forEach((part) => {
        part.open = part.dataset.was === "true";
    }));
}

// A cell with an automaton of as few states as there are, but more than one; else the first that is finished.
async function firstCell() {
    const status = await load(contents.status), {done} = contents.status.codes;
    const counts = contents.automata.length ? await load(contents.automata[0].counts) : [];
    const {values, start} = contents.automata[0]?.distance ?? {values: []};
    const offsets = pointsOf(0, 0), cells = cellPlaces();
    let least = null, fewest = Infinity;
    for (const cell of cells) {
        const n = counts[(cornerOf(...cell) + offsets[0]) * values.length + start];
        if (n > 1 && n < fewest)
            [least, fewest] = [cell, n];
    }
    return least ?? cells.find((cell) => status[cornerOf(...cell) + offsets[0]] === done) ?? [0, 0];
}

function evenlyLogarithmic(epochs) {
    return epochs.length > 3 && epochs.at(-1) > 4 * epochs[Math.floor(epochs.length / 2)];
}

view.column = contents.first.column;
fillControls();
fillSliders();
element("log-epochs").checked = evenlyLogarithmic(contents.epochs);
view.cell = await firstCell();
element("more").open = innerWidth > 860;
await draw();
listenToControls();
listen();
await showPoint();
element("waiting").remove();
document.body.dataset.ready = Math.round(performance.now());
