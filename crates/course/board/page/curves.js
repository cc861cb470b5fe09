// How much quicker more workers were, a curve for each machine and model.

import { digits, figure, nothing } from "./draw.js";

// The names that the crate gives to kinds of models; board.css has their colours.
const COLOURS = {
  processes: "--processes",
  threads: "--threads",
  "rayon threads": "--rayon",
  "async threads": "--async-threads",
  "blocking threads": "--blocking-threads",
};

export function drawCurves(place, curves) {
  const all = Object.values(curves).flatMap((curve) => Object.entries(curve)).filter(([, points]) => points.length > 1);
  if (!all.length) return nothing(place, "The speed-up of each machine appears here (notebook 02).");
  const kinds = [...new Set(all.map(([kind]) => kind))];
  const { width, height, draw } = figure(place, words(all, kinds));
  const most = Math.max(...all.flatMap(([, points]) => points.map(([workers]) => workers)));
  const high = 1.1 * Math.max(2, ...all.flatMap(([, points]) => points.map(([, times]) => times)));
  const [left, right, top, bottom] = [38, width - 20, 26, height - 42];
  const x = (workers) => left + (Math.log2(workers) / Math.log2(most)) * (right - left);
  const y = (times) => bottom - (times / high) * (bottom - top);
  for (let workers = 1; workers <= most; workers *= 2) {
    draw("line", { x1: x(workers), x2: x(workers), y1: top, y2: bottom, class: "axis" });
    draw("text", { x: x(workers), y: bottom + 18, "text-anchor": "middle", class: "quiet" }, `${workers}`);
  }
  const step = [0.5, 1, 2, 5, 10, 20, 50, 100].find((size) => high / size <= 5) ?? 200;
  for (let times = 0; times <= high; times += step) {
    draw("line", { x1: left, x2: right, y1: y(times), y2: y(times), class: "axis" });
    draw("text", { x: left - 8, y: y(times) + 5, "text-anchor": "end", class: "quiet" }, digits(times));
  }
  draw("text", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle", class: "quiet" }, "workers");
  const ideal = [];
  for (let workers = 1; workers <= Math.min(most, high); workers += 0.25) ideal.push(`${x(workers)},${y(workers)}`);
  draw("polyline", { points: ideal.join(" "), class: "curve ideal" });
  for (const [kind, points] of all) {
    const line = points.filter(([workers]) => workers >= 1).map(([workers, times]) => `${x(workers)},${y(times)}`);
    draw("polyline", { points: line.join(" "), class: "curve", stroke: colour(kind) });
  }
  let at = left;
  for (const kind of kinds) {
    draw("line", { x1: at, x2: at + 22, y1: 10, y2: 10, stroke: colour(kind), "stroke-width": 4 });
    draw("text", { x: at + 27, y: 15 }, kind);
    at += 48 + kind.length * 8;
  }
}

function colour(kind) {
  return `var(${COLOURS[kind] ?? "--other"})`;
}

function words(all, kinds) {
  return kinds.map((kind) => {
    const best = all.filter(([name]) => name === kind).map(([, points]) => Math.max(...points.map(([, times]) => times)));
    return `${kind}: best ${digits(Math.min(...best))} to ${digits(Math.max(...best))} times as quick as serial`;
  }).join("; ");
}
