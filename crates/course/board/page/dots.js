// What was guessed, above what was measured: a dot for each learner, on one axis.

import { digits, figure, nothing, seconds, short } from "./draw.js";

const SIDE = 110;

export function drawDots(place, question) {
  if (!question) return nothing(place, "A guess appears here as soon as a learner runs its cell.");
  const rows = [["guess", "guessed", question.guesses], ["measured", "measured", question.measured]];
  if (question.unit === "words") drawWords(place, rows);
  else drawNumbers(place, rows, question.unit === "seconds" ? seconds : digits);
}

function drawNumbers(place, rows, told) {
  const all = rows.flatMap(([, , values]) => values);
  const words = rows.map(([, name, values]) => `${name}: ${values.length}, median ${median(values, told)}`);
  const { width, height, draw } = figure(place, words.join("; "));
  const scale = scaleOf(all, SIDE, width - 30);
  const bottom = height - 26;
  for (const [value, label] of scale.ticks(told)) {
    const x = scale.at(value);
    draw("line", { x1: x, x2: x, y1: 0, y2: bottom, class: "axis" });
    draw("text", { x, y: height - 8, "text-anchor": "middle", class: "quiet" }, label);
  }
  rows.forEach(([kind, name, values], row) => {
    const base = (bottom * (row + 1)) / 2 - 8;
    draw("text", { x: 0, y: base - 22 }, name);
    draw("text", { x: 0, y: base - 3, class: "quiet" }, `${values.length}`);
    const columns = new Map();
    const most = stack(values, scale, columns);
    const step = Math.min(13, (bottom / 2 - 22) / Math.max(1, most));
    for (const [x, count] of columns) {
      for (let n = 0; n < count; n++) draw("circle", { cx: x, cy: base - 6 - n * step, r: 6, class: kind });
    }
    if (values.length) markMedian(draw, scale, values, base, told);
  });
}

/** Dots of about one place stand on each other; how many at the most. */
function stack(values, scale, columns) {
  for (const value of values) {
    const x = Math.round(scale.at(value) / 13) * 13;
    columns.set(x, (columns.get(x) ?? 0) + 1);
  }
  return Math.max(0, ...columns.values());
}

function markMedian(draw, scale, values, base, told) {
  const x = scale.at(middle(values));
  draw("line", { x1: x, x2: x, y1: base + 2, y2: base + 9, class: "median" });
  draw("text", { x: x + 6, y: base + 12, "font-size": 14 }, median(values, told));
}

/** Logarithmic, where all values are above zero. */
function scaleOf(values, left, right) {
  const log = values.every((value) => value > 0);
  const to = log ? Math.log10 : (value) => value;
  let [least, most] = [Math.min(...values), Math.max(...values)].map(to);
  if (!values.length) [least, most] = [0, 1];
  // Room beside the outermost dots, and at least one line of the axis on each side.
  const room = Math.max((most - least) * 0.08, log ? 0.3 : 1);
  [least, most] = [least - room, most + room];
  const at = (value) => left + ((to(value) - least) / (most - least)) * (right - left);
  const ticks = (told) => (log ? decades(least, most) : even(least, most)).map((value) => [value, told(value)]);
  return { at, ticks };
}

function decades(least, most) {
  const steps = most - least > 4 ? [1] : most - least > 1.2 ? [1, 3] : [1, 1.5, 2, 3, 5, 7];
  const found = [];
  for (let decade = Math.floor(least); decade <= most; decade++) {
    found.push(...steps.map((step) => step * 10 ** decade));
  }
  return found.filter((value) => Math.log10(value) >= least && Math.log10(value) <= most);
}

function even(least, most) {
  const rough = (most - least) / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((n) => n * ten >= rough) * ten;
  const found = [];
  for (let value = Math.ceil(least / step) * step; value <= most; value += step) found.push(value);
  return found;
}

function middle(values) {
  return values[values.length >> 1];
}

function median(values, told) {
  return values.length ? told(middle(values)) : "none";
}

/** A row for each answer: guesses and what was seen, side by side. */
function drawWords(place, rows) {
  const answers = [...new Set(rows.flatMap(([, , values]) => values))];
  const counts = rows.map(([, , values]) => answers.map((answer) => values.filter((v) => v === answer).length));
  const words = answers.map((answer, n) => `${answer}: guessed ${counts[0][n]}, seen ${counts[1][n]}`);
  const height = Math.max(place.clientHeight - 4, answers.length * 48);
  const { width, draw } = figure(place, words.join("; "), height);
  const each = Math.min(80, height / answers.length);
  const most = Math.max(1, ...counts.flat());
  const left = Math.min(260, width / 3);
  const step = Math.min(16, (width - left - 120) / most);
  answers.forEach((answer, n) => {
    draw("text", { x: 0, y: n * each + each / 2 }, short(answer, Math.floor(left / 8)));
    rows.forEach(([kind, name], row) => {
      const y = n * each + each * (row ? 0.68 : 0.28);
      for (let dot = 0; dot < counts[row][n]; dot++) draw("circle", { cx: left + dot * step, cy: y, r: 6, class: kind });
      draw("text", { x: left + counts[row][n] * step + 4, y: y + 5, class: "quiet" }, `${counts[row][n]} ${name}`);
    });
  });
}
