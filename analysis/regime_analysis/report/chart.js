// A small line chart as SVG.

const CHART = {width: 300, height: 170, left: 46, right: 16, top: 8, bottom: 30};
const MOST_NAMED = 5; // lines in the key

// Zero has no logarithm: on a logarithmic axis it stands half a decade left of the first value.
function abscissa(values, log) {
    const above = values.filter((value) => value > 0);
    const low = Math.min(...above), high = Math.max(...above);
    if (!log || above.length < 2)
        return scaleOf(Math.min(...values), Math.max(...values), false);
    const hasZero = values.includes(0), start = hasZero ? low / Math.sqrt(10) : low;
    const scale = scaleOf(start, high, true);
    return {...scale, at: (value) => scale.at(value > 0 ? value : start),
            ticks: hasZero ? [0, ...scale.ticks.filter((tick) => tick >= low)] : scale.ticks};
}

function extent(lists) {
    let low = Infinity, high = -Infinity, positive = true;
    for (const list of lists)
        for (const value of list)
            if (Number.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
                positive &&= value > 0;
            }
    return {low, high, log: positive && high > 30 * low};
}

// lines: [{x, y, colour, label, faint}]. A point with no neighbour is drawn as a dot.
function chart({title, text, lines, logX, xName, mark}) {
    const {low, high, log} = extent(lines.map((line) => line.y));
    if (low > high)
        return "";
    const pad = log ? 0 : (high - low || Math.abs(high) || 1) * 0.05;
    const y = scaleOf(low - pad, high + pad, log), x = abscissa(lines.flatMap((line) => line.x), logX);
    const {width, height, left, right, top, bottom} = CHART;
    const px = (value) => left + x.at(value) * (width - left - right);
    const py = (value) => height - bottom - y.at(value) * (height - top - bottom);
    const drawn = lines.map((line) => path(line, px, py)).join("");
    const marked = mark === undefined ? "" :
        `<line class="mark" x1="${px(mark)}" x2="${px(mark)}" y1="${top}" y2="${height - bottom}"/>`;
    return `<figure class="chart"><figcaption title="${safe(text)}">${safe(title)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${safe(summary(title, xName, lines))}">
${yTicks(y, py)}${xTicks(x, px, xName)}${marked}${drawn}</svg>${key(lines)}</figure>`;
}

function path({x, y, colour: stroke, faint}, px, py) {
    let d = "", dots = "";
    const known = (i) => i >= 0 && i < y.length && Number.isFinite(y[i]);
    for (let i = 0; i < y.length; i++) {
        if (!known(i))
            continue;
        const place = `${px(x[i]).toFixed(1)},${py(y[i]).toFixed(1)}`;
        d += (known(i - 1) ? "L" : "M") + place;
        if (!known(i - 1) && !known(i + 1))
            dots += `<circle cx="${place.split(",")[0]}" cy="${place.split(",")[1]}" r="2.5" fill="${stroke}"/>`;
    }
    return `<path class="line${faint ? " faint" : ""}" d="${d}" stroke="${stroke}"/>${dots}`;
}

function yTicks(y, py) {
    const {width, left, right} = CHART;
    return y.ticks.map((tick) => `<line class="grid" x1="${left}" x2="${width - right}" y1="${py(tick)}"
 y2="${py(tick)}"/><text x="${left - 5}" y="${py(tick) + 3.5}" text-anchor="end">${format(tick, 3)}</text>`)
        .join("");
}

function xTicks(x, px, name) {
    const {width, height, left, right, bottom} = CHART, base = height - bottom;
    const ticks = x.ticks.map((tick) => `<line class="tick" x1="${px(tick)}" x2="${px(tick)}" y1="${base}"
 y2="${base + 3}"/><text x="${px(tick)}" y="${base + 13}" text-anchor="middle">${format(tick, 3)}</text>`);
    return `<line class="tick" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}"/>${ticks.join("")}
<text class="name" x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">${safe(name)}</text>`;
}

function key(lines) {
    const named = lines.filter((line) => line.label);
    if (named.length === 0)
        return "";
    const item = (line) => `<li><span style="background:${line.colour}"></span>${safe(line.label)}</li>`;
    const items = named.length <= MOST_NAMED ? named.map(item)
        : [...named.slice(0, MOST_NAMED - 2).map(item), "<li>…</li>", item(named.at(-1))];
    return `<ul class="key">${items.join("")}</ul>`;
}

function summary(title, xName, lines) {
    const known = lines.at(-1).y.filter(Number.isFinite);
    return known.length === 0 ? `${title}: no values` :
        `${title} over ${xName}: from ${format(known[0])} to ${format(known.at(-1))}`;
}
