// Who is where: a column for each learner, a row for each section and exercise of a notebook.

import { element, figure, nothing, short } from "./draw.js";

const SIDE = 225;
const STUCK = 5;
// A column that is wider has room for them, with a gap.
const TWO_DIGITS = 26;

export function drawProgress(place, state, notebook) {
  if (!notebook) return nothing(place, "Sections and exercises appear here, with who has come to them.");
  const learners = Array.from({ length: state.learners }, (_, n) => n + 1);
  const row = Math.max(16, Math.min(26, (place.clientHeight - 46) / notebook.stations.length));
  const { width, draw } = figure(place, told(notebook), row * notebook.stations.length + 46);
  const step = Math.min(30, (width - SIDE - 40) / learners.length);
  notebook.stations.forEach((station, n) => {
    const y = row * n + row / 2;
    draw("text", { x: 0, y: y + 5 }, short(station.title, 27));
    for (const learner of learners) {
      const x = SIDE + (learner - 0.5) * step;
      const there = station.learners[learner];
      const drawn = mark(draw, x, y, Math.min(7, step / 2 - 1, row / 2 - 1), there);
      if (there) drawn.appendChild(element("title", {}, tip(learner, there, state.now)));
    }
    draw("text", { x: SIDE + learners.length * step + 6, y: y + 5, class: "quiet" }, `${done(station)}`);
  });
  const below = row * notebook.stations.length;
  draw("text", { x: 0, y: below + 18 }, "minutes since anything new");
  for (const learner of learners) {
    const minutes = minutesSince(state.last[learner], state.now);
    const x = SIDE + (learner - 0.5) * step;
    const size = Math.min(14, step * 0.78);
    const look = { x, "text-anchor": "middle", "font-size": size };
    // Two digits are as wide as a narrow column: each second number stands lower.
    const y = below + 16 + (step < TWO_DIGITS && learner % 2 === 0 ? 12 : 0);
    draw("text", { ...look, y, class: minutes >= STUCK ? "stuck" : "quiet" }, minutes < 100 ? `${minutes}` : "+");
    const named = step > TWO_DIGITS || learner === 1 || learner % 5 === 0;
    if (named) draw("text", { ...look, "font-size": 14, y: below + 42, class: "quiet" }, `${learner}`);
  }
  draw("text", { x: 0, y: below + 42, class: "quiet" }, "learner");
}

/** Passed, tried, or come to; a square is what is not passed yet. */
function mark(draw, x, y, r, there) {
  if (!there) return draw("circle", { cx: x, cy: y, r: 2, class: "absent" });
  if (there.passed !== false) return draw("circle", { cx: x, cy: y, r, class: there.passed ? "passed" : "there" });
  const side = 2 * r - 4;
  return draw("rect", { x: x - r + 2, y: y - r + 2, width: side, height: side, class: "trying" });
}

function tip(learner, { passed, since, tries }, now) {
  const minutes = `${minutesSince(since, now)} min`;
  if (passed === null) return `learner ${learner}: here for the first time ${minutes} ago`;
  return passed ? `learner ${learner}: passed ${minutes} ago` : `learner ${learner}: not yet, ${tries} tries in ${minutes}`;
}

function minutesSince(since, now) {
  return Math.floor((now - (since ?? now)) / 60);
}

function done(station) {
  return Object.values(station.learners).filter((there) => there.passed !== false).length;
}

function told(notebook) {
  return notebook.stations.map((station) => {
    const trying = Object.entries(station.learners).filter(([, there]) => there.passed === false);
    const since = trying.map(([learner, there]) => `learner ${learner} after ${there.tries} tries`);
    return `${station.title}: ${done(station)}${since.length ? `, not yet ${since.join(", ")}` : ""}`;
  }).join("; ");
}
