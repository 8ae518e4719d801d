// The heat map: which column over which axes, its cells, marks and colours.

const view = {
    column: null, x: contents.first.x, y: contents.first.y, log: null, // null: as the values ask
    at: {}, // of each other axis an index, or "mean"
    inner: {}, // the index in each dimension of a column beyond the axes
    cell: [0, 0], trial: 0,
};
const plot = {left: 60, top: 6, width: 0, height: 0, room: 0}; // of the cells, in CSS pixels

const xAxis = () => axes.find((axis) => axis.name === view.x);
const yAxis = () => axes.find((axis) => axis.name === view.y);
const otherAxes = () => axes.filter((axis) =>
    ![view.x, view.y].includes(axis.name) && axis.values.length > 1);
const nColumns = () => view.x ? xAxis().values.length : 1;
const nRows = () => view.y ? yAxis().values.length : 1;

// The point of a cell at which all other axes have their first value.
const cornerOf = (i, j) => (view.x ? i * strides[view.x] : 0) + (view.y ? j * strides[view.y] : 0);

const cellPlaces = () => Array.from({length: nColumns() * nRows()},
                                    (_, c) => [c % nColumns(), Math.floor(c / nColumns())]);

// All points of a cell: of several where an axis is averaged over.
function pointsOf(i, j) {
    let points = [cornerOf(i, j)];
    for (const axis of otherAxes()) {
        const at = view.at[axis.name];
        const steps = at === "mean" ? axis.values.keys() : [at];
        points = [...steps].flatMap((step) => points.map((point) => point + step * strides[axis.name]));
    }
    return points;
}

// ---- cells ----------------------------------------------------------------------------------------

// Of each cell the value (NaN: none), how many of its points are done, and its mark.
async function cellsOf(column, log) {
    const [values, status, doubtful] = await Promise.all([column, contents.status, contents.doubtful].map(load));
    const inner = innerIndex(column, view.inner), width = innerSize(column), codes = contents.status.codes;
    const shown = column.ofAll ? () => true : (point) => status[point] === codes.done;
    const offsets = pointsOf(0, 0);
    return cellPlaces().map(([i, j]) => {
        const tally = {sum: 0, n: 0, done: 0, diverged: 0, failed: 0, doubtful: 0, votes: new Map()};
        for (const offset of offsets) {
            const point = cornerOf(i, j) + offset;
            count(tally, status[point], doubtful[point], codes);
            if (shown(point))
                add(tally, values[point * width + inner], column.codes, log);
        }
        return finish(tally, offsets.length, column, log);
    });
}

function count(tally, status, doubtful, codes) {
    tally.done += status === codes.done;
    tally.diverged += status === codes.diverged;
    tally.failed += status === codes.failed;
    tally.doubtful += doubtful;
}

function add(tally, value, isCode, log) {
    if (Number.isNaN(value))
        return;
    tally.n += 1;
    tally.sum += log ? Math.log(value) : value;
    if (isCode)
        tally.votes.set(value, (tally.votes.get(value) ?? 0) + 1);
}

function finish(tally, total, column, log) {
    const mean = log ? Math.exp(tally.sum / tally.n) : tally.sum / tally.n;
    const value = tally.n === 0 ? NaN : column.codes ? commonest(tally.votes) : mean;
    const finished = tally.done + tally.diverged;
    const mark = column.ofAll ? "" : tally.done === 0 && tally.diverged > 0 ? "diverged"
        : tally.done === 0 && tally.failed > 0 ? "failed" : finished === 0 ? "unfinished"
        : tally.n === 0 ? "none" : finished < total ? "part" : tally.doubtful > 0 ? "doubtful" : "";
    return {value, mark, total, done: tally.done, doubtful: tally.doubtful, diverged: tally.diverged};
}

const commonest = (votes) => [...votes].reduce((best, vote) => vote[1] > best[1] ? vote : best)[0];

// Limits over the whole sweep, so that colours mean the same wherever the sliders are.
async function limitsOf(column) {
    const [values, status] = await Promise.all([load(column), load(contents.status)]);
    const inner = innerIndex(column, view.inner), width = innerSize(column), done = contents.status.codes.done;
    let low = Infinity, high = -Infinity, least = Infinity;
    for (let point = 0; point < nPoints; point++) {
        const value = values[point * width + inner];
        if (status[point] !== done || !Number.isFinite(value))
            continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (value > 0)
            least = Math.min(least, value);
    }
    return {low, high, positive: low > 0, least};
}

// ---- drawing --------------------------------------------------------------------------------------

const MARKS = {
    unfinished: {label: "unfinished", tile: "M1,1h1M5,5h1"},
    part: {label: "some trials unfinished", tile: "M3,3h1.5"},
    diverged: {label: "diverged", tile: "M0,0L8,8M8,0L0,8"},
    failed: {label: "failed", tile: "M0,4H8"},
    doubtful: {label: "not stopped by the loss", tile: "M-2,2L2,-2M0,8L8,0M6,10L10,6"},
    none: {label: "no value"},
}; // tiles are 8 by 8
const GREY = {unfinished: "--unfinished", diverged: "--diverged", failed: "--failed", none: "--unfinished"};

const isDark = () => matchMedia("screen and (prefers-color-scheme: dark)").matches;
const cssColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Wider where cells are small, so that their colours are still seen.
function patternOf(mark, ratio) {
    const zoom = Math.min(plot.width / nColumns(), plot.height / nRows()) < 8 ? 1.75 : 1;
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(8 * ratio * zoom);
    const pen = tile.getContext("2d");
    pen.scale(tile.width / 8, tile.width / 8);
    pen.lineWidth = (MARKS[mark].tile.includes("h") ? 1.5 : 1) / zoom;
    pen.strokeStyle = GREY[mark] ? cssColour("--mark") : "rgba(255,255,255,.75)";
    pen.stroke(new Path2D(MARKS[mark].tile));
    return pen.createPattern(tile, "repeat");
}

function colourOf(cell, column, scale) {
    if (Number.isNaN(cell.value))
        return null;
    return column.codes ? codeColour(cell.value) : rgb(scale.at(cell.value));
}

function paint(cells, column, scale) {
    const canvas = element("cells"), ratio = window.devicePixelRatio || 1;
    const columns = nColumns(), rows = nRows();
    canvas.width = Math.round(plot.width * ratio);
    canvas.height = Math.round(plot.height * ratio);
    Object.assign(canvas.style, {left: `${plot.left}px`, top: `${plot.top}px`, width: `${plot.width}px`,
                                 height: `${plot.height}px`});
    const pen = canvas.getContext("2d"), image = new ImageData(columns, rows);
    cells.forEach((cell, c) => image.data.set([...(colourOf(cell, column, scale) ?? [0, 0, 0]),
                                               Number.isNaN(cell.value) ? 0 : 255], 4 * c));
    const small = new OffscreenCanvas(columns, rows);
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    hatch(pen, cells, canvas, ratio);
}

function hatch(pen, cells, canvas, ratio) {
    const patterns = {}, columns = nColumns(), rows = nRows();
    cells.forEach(({mark}, c) => {
        if (!mark)
            return;
        const i = c % columns, j = Math.floor(c / columns);
        const left = Math.round(i * canvas.width / columns), top = Math.round(j * canvas.height / rows);
        const box = [left, top, Math.round((i + 1) * canvas.width / columns) - left,
                     Math.round((j + 1) * canvas.height / rows) - top];
        if (GREY[mark]) {
            pen.fillStyle = cssColour(GREY[mark]);
            pen.fillRect(...box);
        }
        if (MARKS[mark].tile) {
            pen.fillStyle = patterns[mark] ??= patternOf(mark, ratio);
            pen.fillRect(...box);
        }
    });
}

// Room for the labels; cells are as high as they are wide, within reason.
function measurePlot() {
    const width = plot.room = element("plot").clientWidth, rows = nRows(), columns = nColumns();
    const longest = view.y ? Math.max(...labelsOf(yAxis(), 440, () => 16).map(({text}) => text.length)) : 0;
    plot.left = view.y ? Math.min(34 + longest * 6.4, width * 0.4) : 8;
    plot.width = Math.max(width - plot.left - 8, 40);
    plot.height = Math.min(Math.max(plot.width * rows / columns, Math.min(rows * 26, 220), 56), 440,
                           Math.max(plot.width, 56));
    element("plot").style.height = `${plot.top + plot.height + 46}px`;
}

// [{at, text}] along an axis, `at` in cells from its start: each value where labels of this size do not
// touch, else round numbers between them, or every second name, third, ...
function labelsOf(axis, room, sizeOfText) {
    const {values} = leader(axis), names = values.map((_, i) => valueText(axis, i));
    const every = Math.max(Math.ceil(values.length * Math.max(...names.map(sizeOfText)) / room), 1);
    if (every > 1 && isAscending(values))
        return roundLabels(values, room, sizeOfText);
    return names.map((text, i) => ({at: i + 0.5, text})).filter((_, i) => i % every === 0);
}

const isAscending = (values) => values.every((value, i) =>
    typeof value === "number" && (i === 0 || value > values[i - 1]));

function roundLabels(values, room, sizeOfText) {
    const low = values[0], high = values.at(-1), middle = values[Math.floor(values.length / 2)];
    const log = low > 0 && middle - low < 0.2 * (high - low);
    const ticks = scaleOf(low, high, log).ticks.map((tick) => ({at: cellOf(tick, values), text: format(tick, 6)}));
    const size = Math.max(...ticks.map(({text}) => sizeOfText(text)));
    const every = Math.max(Math.ceil(ticks.length * size / room), 1);
    return ticks.filter((_, i) => i % every === 0);
}

// Where between the middles of cells a value lies.
function cellOf(value, values) {
    const i = Math.max(values.findIndex((next) => next >= value), 1);
    return i - 0.5 + (value - values[i - 1]) / (values[i] - values[i - 1]);
}

function frameText() {
    const {left, top, width, height} = plot, base = top + height;
    let text = "";
    if (view.x) {
        const axis = xAxis(), n = axis.values.length;
        text += labelsOf(axis, width, (name) => name.length * 6.6 + 10).map(({at, text: name}) =>
            `<text x="${left + at * width / n}" y="${base + 15}" text-anchor="middle">${safe(name)}</text>`).join("");
        text += `<text class="name" x="${left + width / 2}" y="${base + 36}" text-anchor="middle">
${safe(leader(axis).name)}</text>`;
    }
    if (view.y) {
        const axis = yAxis(), n = axis.values.length;
        text += labelsOf(axis, height, () => 16).map(({at, text: name}) =>
            `<text x="${left - 6}" y="${top + at * height / n + 4}" text-anchor="end">${safe(name)}</text>`).join("");
        text += `<text class="name" transform="translate(12,${top + height / 2}) rotate(-90)"
 text-anchor="middle">${safe(leader(axis).name)}</text>`;
    }
    return `${text}<rect class="edge" x="${left}" y="${top}" width="${width}" height="${height}"/>
<rect id="hover"/><rect id="chosen-halo"/><rect id="chosen"/>`;
}

function placeBox(id, [i, j]) {
    const width = plot.width / nColumns(), height = plot.height / nRows();
    const grow = Math.max(5 - Math.min(width, height), 0) / 2;
    const box = {x: plot.left + i * width - grow, y: plot.top + j * height - grow,
                 width: width + 2 * grow, height: height + 2 * grow};
    Object.entries(box).forEach(([name, value]) => element(id).setAttribute(name, value));
}

function cellAt(event) {
    const box = element("frame").getBoundingClientRect();
    const i = Math.floor((event.clientX - box.left - plot.left) / plot.width * nColumns());
    const j = Math.floor((event.clientY - box.top - plot.top) / plot.height * nRows());
    return i >= 0 && j >= 0 && i < nColumns() && j < nRows() ? [i, j] : null;
}

// ---- the scale of colours -----------------------------------------------------------------------

function scaleText(column, scale) {
    if (column.codes)
        return codesText(column.codes);
    if (!(scale.low <= scale.high))
        return '<p class="note">No point has a value yet.</p>';
    const stops = contents.colours.map((c) => `rgb(${c.join()})`).join();
    const ticks = scale.ticks.map((tick) => `<span style="left:${100 * scale.at(tick)}%">${format(tick, 3)}</span>`);
    const unit = column.unit === "1" ? "" : ` (${column.unit})`;
    return `<div class="ramp" role="img" aria-label="Colours from ${format(scale.low)} to ${format(scale.high)}">
<div style="background:linear-gradient(90deg,${stops})"></div><div class="ticks">${ticks.join("")}</div>
<p>${safe(column.name + unit)}${scale.log ? ", logarithmic" : ""}</p></div>`;
}

function codesText(codes) {
    const items = Object.entries(codes).map(([name, code]) => `<li><span class="dot"
 style="background:rgb(${codeColour(code).join()})"></span>${safe(name)}</li>`);
    return `<ul class="legend">${items.join("")}</ul>`;
}

function marksText(cells) {
    const found = new Set(cells.map((cell) => cell.mark));
    return Object.keys(MARKS).filter((mark) => found.has(mark)).map((mark) =>
        `<li><span class="dot hatch-${mark}"></span>${MARKS[mark].label}</li>`).join("");
}
