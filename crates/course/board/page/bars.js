// The quiz, before and after the talk with a neighbour; where there is none, the claims.

import { figure, nothing, short } from "./draw.js";

export function drawQuiz(place, quiz) {
  const questions = Object.entries(quiz);
  const words = questions.map(([n, { before, after }]) =>
    `question ${n}: ` + [..."abc"].map((letter) => `${letter} ${before[letter]} then ${after[letter]}`).join(", "));
  const { width, height, draw } = figure(place, words.join("; "));
  const each = Math.min(150, width / questions.length);
  const most = Math.max(1, ...questions.flatMap(([, both]) => Object.values(both).flatMap(Object.values)));
  const [top, bottom] = [44, height - 44];
  draw("rect", { x: 1, y: 3, width: 14, height: 12, class: "before" });
  draw("text", { x: 22, y: 14 }, "first answer");
  draw("rect", { x: 131, y: 3, width: 14, height: 12, class: "after" });
  draw("text", { x: 152, y: 14 }, "latest answer");
  questions.forEach(([number, both], n) => {
    const bar = (each - 14) / 3;
    [..."abc"].forEach((letter, l) => {
      const x = n * each + l * bar;
      const tall = (count) => ((bottom - top) * count) / most;
      for (const [when, share] of [["after", 0.8], ["before", 0.8]]) {
        const size = tall(both[when][letter]);
        draw("rect", { x: x + 2, y: bottom - size, width: bar * share, height: size, class: when });
      }
      const higher = Math.max(tall(both.before[letter]), tall(both.after[letter]));
      draw("text", { x: x + 2 + bar * 0.4, y: bottom - higher - 6, "text-anchor": "middle" }, both.after[letter]);
      draw("text", { x: x + 2 + bar * 0.4, y: bottom + 17, "text-anchor": "middle", class: "quiet" }, letter);
    });
    draw("text", { x: n * each + (bar * 3) / 2, y: height - 8, "text-anchor": "middle" }, `${number}`);
  });
}

const VERDICTS = [["holds", "holds here"], ["fails", "does not hold here"], ["untested", "not tested"]];

export function drawClaims(place, claims) {
  if (!claims.length) return nothing(place, "Claims of this notebook appear here, and answers to the quiz.");
  // Those that do not hold everywhere first: they are worth a talk.
  const sorted = [...claims].sort((one, other) => (other[VERDICTS[1][1]] ?? 0) - (one[VERDICTS[1][1]] ?? 0));
  const row = 42;
  const words = sorted.map((claim) => `${claim.text} ` + VERDICTS.map(([, v]) => `${v}: ${claim[v] ?? 0}`).join(", "));
  const { width, draw } = figure(place, words.join("; "), row * sorted.length + 4);
  const most = Math.max(...sorted.map((claim) => VERDICTS.reduce((sum, [, v]) => sum + (claim[v] ?? 0), 0)));
  sorted.forEach((claim, n) => {
    draw("text", { x: 0, y: n * row + 15 }, short(claim.text, Math.floor(width / 7.6)));
    let x = 0;
    for (const [kind, verdict] of VERDICTS) {
      const wide = ((width - 190) * (claim[verdict] ?? 0)) / most;
      draw("rect", { x, y: n * row + 21, width: wide, height: 13, class: kind });
      x += wide;
    }
    const fails = claim[VERDICTS[1][1]] ?? 0;
    const told = fails ? `${fails} not so here` : `${claim[VERDICTS[0][1]] ?? 0} hold here`;
    draw("text", { x: x + 8, y: n * row + 33, class: fails ? "stuck" : "quiet" }, told);
  });
}
