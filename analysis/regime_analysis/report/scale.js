// Numbers as text, ticks, and colours.

function format(value, digits = 4) {
    if (value === null || value === undefined || Number.isNaN(value))
        return "–";
    if (typeof value !== "number")
        return String(value);
    if (!Number.isFinite(value))
        return value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < 1e7)
        return String(value);
    if (size >= 1e5 || size < 1e-3)
        return value === 0 ? "0" : value.toExponential(Math.max(digits - 2, 0)).replace("e+", "e")
            .replace(/\.?0+e/, "e");
    return String(Number(value.toPrecision(digits)));
}

const exact = (value) => typeof value === "number" ? String(value) : value; // names it in the file

// What stands for an axis in labels: itself, or of several knobs the first that tells its values apart.
function leader(axis) {
    const members = Object.entries(axis.members);
    const [name, values] = members.find(([, all]) => new Set(all).size === all.length)
        ?? [axis.name, axis.values];
    return {name, values};
}

const valueText = (axis, i) => format(leader(axis).values[i], 6);

// name = value; of several knobs, of each.
function settingText(axis, i) {
    const members = Object.entries(axis.members);
    return (members.length ? members : [[axis.name, axis.values]]).map(([name, values]) =>
        `${name} = ${format(values[i], 6)}`).join(", ");
}

// A map of values to 0..1 with ticks; logarithmic where asked for and possible.
function scaleOf(low, high, log) {
    const by = log && low > 0 ? Math.log10 : (value) => value;
    const from = by(low), span = by(high) - from;
    return {
        low, high, log: by === Math.log10,
        at: (value) => span > 0 ? (by(value) - from) / span : 0.5,
        ticks: by === Math.log10 ? logTicks(low, high) : linearTicks(low, high),
    };
}

function linearTicks(low, high, most = 5) {
    if (!(high > low))
        return [low];
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
        ticks.push(Number((i * step).toPrecision(12)));
    return ticks;
}

function logTicks(low, high, most = 6) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    if (last - first < 1)
        return linearTicks(low, high).filter((tick) => tick > 0);
    const step = Math.ceil((last - first + 1) / most), ticks = [];
    for (let decade = first; decade <= last; decade += step)
        ticks.push(10 ** decade);
    return ticks.map((tick) => Number(tick.toPrecision(12)));
}

// The colour at a part of the scale, as [r, g, b].
function rgb(part) {
    const place = Math.min(Math.max(part, 0), 1) * (contents.colours.length - 1);
    const i = Math.min(Math.floor(place), contents.colours.length - 2), rest = place - i;
    return contents.colours[i].map((from, c) =>
        Math.round(from + (contents.colours[i + 1][c] - from) * rest));
}

const colour = (part) => `rgb(${rgb(part).join()})`;

// Colours of codes: of Okabe and Ito, which the colour-blind tell apart.
const CODE_COLOURS = [[150, 150, 150], [0, 114, 178], [230, 159, 0], [213, 94, 0], [204, 121, 167],
                      [86, 180, 233], [0, 158, 115], [240, 228, 66]];
const codeColour = (code) => CODE_COLOURS[code % CODE_COLOURS.length];

const escapes = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"};
const safe = (text) => String(text).replace(/[&<>"]/g, (letter) => escapes[letter]);
