// The automaton of a point: unpacked from the ragged arrays, layered from its initial state, as SVG.

const NODE = {radius: 15, across: 96, along: 58, margin: 46};
const SYMBOL_COLOURS = ["var(--zero)", "var(--one)", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#555"];

const LEGIBLE = 24; // states; of more, edges have no labels

const starts = new Map(); // of each kind: where the states of every automaton begin

function startsOf(kind, counts) {
    if (!starts.has(kind)) {
        const begin = new Uint32Array(counts.length + 1);
        counts.forEach((count, i) => { begin[i + 1] = begin[i] + count; });
        starts.set(kind, begin);
    }
    return starts.get(kind);
}

// {n, symbols, outputs, next[state][symbol], initial, examples}, or null where none is held.
async function automatonOf(kind, point, distance) {
    const counts = await load(kind.counts), i = point * kind.distance.values.length + distance;
    const begin = startsOf(kind, counts)[i], n = counts[i];
    if (n === 0)
        return null;
    const part = async (packed, width = 1) =>
        packed && (await load(packed)).subarray(begin * width, (begin + n) * width);
    const following = await part(kind.next, kind.symbols), lengths = await part(kind.lengths);
    const next = Array.from({length: n}, (_, state) =>
        Array.from(following.subarray(state * kind.symbols, (state + 1) * kind.symbols)));
    const initial = lengths ? Math.max(lengths.indexOf(0), 0) : 0;
    const examples = lengths && exampleTexts(lengths, await part(kind.codes), kind.symbols);
    return {n, symbols: kind.symbols, outputs: await part(kind.outputs), next, initial, examples};
}

function exampleTexts(lengths, codes, symbols) {
    return Array.from(lengths, (length, state) => length === 0 ? "the empty string"
        : codes[state].toString(symbols).padStart(length, "0"));
}

// ---- layers ---------------------------------------------------------------------------------------

// States by their distance from the initial one; those that it does not reach come last.
function layersOf({n, next, initial}) {
    const depth = new Array(n).fill(-1), layers = [[initial]];
    depth[initial] = 0;
    for (let layer = layers[0]; layer.length > 0; layer = layers.at(-1)) {
        const found = [];
        for (const state of layer)
            for (const to of next[state])
                if (to >= 0 && depth[to] < 0) {
                    depth[to] = layers.length;
                    found.push(to);
                }
        layers.push(found);
    }
    layers.pop();
    const apart = [...depth.keys()].filter((state) => depth[state] < 0);
    if (apart.length > 0) {
        apart.forEach((state) => { depth[state] = layers.length; });
        layers.push(apart);
    }
    return {layers, depth};
}

// Places of states: each layer in the order of the mean place of its neighbours, a few times over.
function placesOf(automaton) {
    const {layers, depth} = layersOf(automaton);
    const neighbours = Array.from({length: automaton.n}, () => []);
    automaton.next.forEach((targets, from) => targets.forEach((to) => {
        if (to >= 0 && to !== from) {
            neighbours[from].push(to);
            neighbours[to].push(from);
        }
    }));
    const y = new Array(automaton.n).fill(0);
    const spread = (layer) => layer.forEach((state, i) => { y[state] = i - (layer.length - 1) / 2; });
    layers.forEach(spread);
    for (let sweep = 0; sweep < 8; sweep++)
        for (const layer of layers) {
            const mean = new Map(layer.map((state) => [state, meanOf(neighbours[state].map((s) => y[s]))]));
            layer.sort((a, b) => mean.get(a) - mean.get(b) || a - b);
            spread(layer);
        }
    const widest = Math.max(...layers.map((layer) => layer.length));
    return {
        at: y.map((place, state) => [NODE.margin + depth[state] * NODE.across,
                                     NODE.margin + (place + (widest - 1) / 2) * NODE.along]),
        depth, width: 2 * NODE.margin + (layers.length - 1) * NODE.across,
        height: 2 * NODE.margin + (widest - 1) * NODE.along,
    };
}

const meanOf = (values) => values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;

// ---- drawing --------------------------------------------------------------------------------------

// Edges with the symbols that take them: {from, to, symbols}.
function edgesOf({next}) {
    const edges = new Map();
    next.forEach((targets, from) => targets.forEach((to, symbol) => {
        if (to < 0)
            return;
        const name = `${from} ${to}`;
        if (!edges.has(name))
            edges.set(name, {from, to, symbols: []});
        edges.get(name).symbols.push(symbol);
    }));
    return edges;
}

const edgeColour = (symbols) => symbols.length > 1 ? "var(--both)" : SYMBOL_COLOURS[symbols[0] % 8];

// Away from the middle: above a state of the upper half, else below.
function loopPath([x, y], middle) {
    const up = y <= middle ? -1 : 1, edge = y + up * (NODE.radius - 1), far = y + up * (NODE.radius + 26);
    return {d: `M${x - 7},${edge}C${x - 22},${far} ${x + 22},${far} ${x + 7},${edge}`,
            label: [x, y + up * (NODE.radius + 24)]};
}

// A bow to the left of its direction; straight between neighbouring layers where nothing comes back.
function bowPath([x1, y1], [x2, y2], bow) {
    const dx = x2 - x1, dy = y2 - y1, length = Math.hypot(dx, dy);
    const cx = (x1 + x2) / 2 + dy / length * bow, cy = (y1 + y2) / 2 - dx / length * bow;
    const end = (x, y, gap) => {
        const back = Math.hypot(cx - x, cy - y);
        return [x + (cx - x) / back * gap, y + (cy - y) / back * gap];
    };
    const [sx, sy] = end(x1, y1, NODE.radius), [ex, ey] = end(x2, y2, NODE.radius + 5);
    return {d: `M${sx},${sy}Q${cx},${cy} ${ex},${ey}`,
            label: [(sx + 2 * cx + ex) / 4, (sy + 2 * cy + ey) / 4]};
}

function bowOf({from, to}, edges, places) {
    const layers = places.depth[to] - places.depth[from];
    const length = Math.hypot(places.at[to][0] - places.at[from][0], places.at[to][1] - places.at[from][1]);
    if (layers === 1)
        return edges.has(`${to} ${from}`) ? 12 : 0;
    return Math.min(layers === 0 ? 10 + length * 0.3 : 12 + length * 0.14, 80);
}

function edgeText(edge, edges, places) {
    const {d, label: [x, y]} = edge.from === edge.to ? loopPath(places.at[edge.from], places.height / 2)
        : bowPath(places.at[edge.from], places.at[edge.to], bowOf(edge, edges, places));
    const stroke = edgeColour(edge.symbols);
    const kind = edge.symbols.length > 1 ? "both" : edge.symbols[0] % 8;
    return `<path class="edge${edge.symbols[0] === 0 ? "" : " dashed"}" d="${d}" stroke="${stroke}"
 marker-end="url(#tip-${kind})"/>${places.at.length > LEGIBLE ? "" : `<text class="symbol" x="${x}"
 y="${y + 3.5}" fill="${stroke}" text-anchor="middle">${edge.symbols.join(",")}</text>`}`;
}

function nodeText(state, {outputs, examples, initial}, places) {
    const [x, y] = places.at[state], r = NODE.radius, output = outputs[state];
    const inner = output > 0 ? `<circle class="inner" cx="${x}" cy="${y}" r="${r - 3.5}"/>` : "";
    const start = state === initial ? `<path class="edge start" d="M${x - r - 24},${y}H${x - r - 5}"
 marker-end="url(#tip-both)"/>` : "";
    const words = `state ${state}, output ${output}` + (examples ? `, e.g. after ${examples[state]}` : "");
    return `<g class="node${output > 0 ? " one" : ""}"><title>${safe(words)}</title>${start}
<circle cx="${x}" cy="${y}" r="${r}"/>${inner}<text x="${x}" y="${y + 4}" text-anchor="middle">${output}</text></g>`;
}

function tips() {
    const tip = (name, fill) => `<marker id="tip-${name}" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="7"
 markerHeight="7" orient="auto" markerUnits="userSpaceOnUse"><path d="M0,0L8,4L0,8Z" fill="${fill}"/></marker>`;
    return `<defs>${SYMBOL_COLOURS.map((fill, i) => tip(i, fill)).join("")}${tip("both", "var(--both)")}</defs>`;
}

function automatonText(automaton) {
    const places = placesOf(automaton), edges = edgesOf(automaton);
    const wide = automaton.n > 8 ? 1.35 : 1, top = 10, height = places.height + 2 * top;
    places.at.forEach((place) => { place[0] *= wide; });
    const width = places.width * wide;
    const nodes = Array.from({length: automaton.n}, (_, state) => nodeText(state, automaton, places));
    const lines = [...edges.values()].map((edge) => edgeText(edge, edges, places));
    const widths = `min-width:${Math.min(width, 460)}px;max-width:${width * 1.25}px`;
    return `<div class="scroll"><svg class="automaton" viewBox="0 ${-top} ${width} ${height}" style="${widths}"
 role="img" aria-label="Automaton of ${automaton.n} states, from the initial state on the left">
${tips()}${lines.join("")}${nodes.join("")}</svg></div>
<p class="note">${automaton.n} state${automaton.n > 1 ? "s" : ""}, by distance from the initial one, on the left; each shows
 the class it answers with (double circle: 1), arrows the symbol that is read (0: unbroken).</p>`;
}
