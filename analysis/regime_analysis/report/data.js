// What the page holds, and the arrays in it: unpacked when they are first asked for.

const contents = JSON.parse(document.getElementById("contents").textContent);
const axes = contents.axes;
const arrayTypes = {f4: Float32Array, f8: Float64Array, u1: Uint8Array, u2: Uint16Array,
                    i2: Int16Array, i4: Int32Array};
const unpacked = new Map();

const element = (id) => document.getElementById(id);
const product = (sizes) => sizes.reduce((n, size) => n * size, 1);

// The step in a flat array over all axes that one step along each axis makes.
const strides = Object.fromEntries(axes.map((axis, a) =>
    [axis.name, product(axes.slice(a + 1).map((inner) => inner.values.length))]));
const nPoints = product(axes.map((axis) => axis.values.length));

function bytesOf(base64) {
    const text = atob(base64), bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++)
        bytes[i] = text.charCodeAt(i);
    return bytes;
}

async function unpack(block, type) {
    const packed = new Blob([bytesOf(element(`block-${block}`).textContent)]);
    const stream = packed.stream().pipeThrough(new DecompressionStream("deflate"));
    return new type(await new Response(stream).arrayBuffer());
}

function loadChunk(part, c) {
    const block = part.block + c;
    if (!unpacked.has(block))
        unpacked.set(block, unpack(block, arrayTypes[part.type]));
    return unpacked.get(block);
}

async function join(part) {
    const chunks = await Promise.all([...Array(part.chunks).keys()].map((c) => loadChunk(part, c)));
    const whole = new arrayTypes[part.type](chunks.reduce((n, chunk) => n + chunk.length, 0));
    chunks.reduce((at, chunk) => (whole.set(chunk, at), at + chunk.length), 0);
    return whole;
}

// All of a packed array; a promise.
function load(part) {
    if (part.chunks === 1)
        return loadChunk(part, 0);
    const name = `all of ${part.block}`;
    if (!unpacked.has(name))
        unpacked.set(name, join(part));
    return unpacked.get(name);
}

// The `width` values of one point in an array over points; a promise.
async function loadPoint(part, point, width) {
    const chunk = await loadChunk(part, Math.floor(point / part.rows)), row = point % part.rows;
    return chunk.subarray(row * width, (row + 1) * width);
}

// Where in a column's dimensions beyond the axes the chosen index of each leads.
function innerIndex(column, chosen) {
    return column.dims.reduce((at, dim) => at * dim.values.length + indexIn(dim, chosen), 0);
}

const indexIn = (dim, chosen) => chosen[dim.name] ?? dim.start;

// The i-th value of a dimension in words.
const textIn = (dim, i) => dim.texts?.[i] ?? format(dim.values[i], 6);

const innerSize = (column) => product(column.dims.map((dim) => dim.values.length));

// The index of a point along each axis.
function indexOf(point) {
    return Object.fromEntries(axes.map((axis) =>
        [axis.name, Math.floor(point / strides[axis.name]) % axis.values.length]));
}
