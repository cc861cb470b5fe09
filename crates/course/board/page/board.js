// The page: hears each new state of the class, and draws what is looked at.

import { drawClaims, drawQuiz } from "./bars.js";
import { drawCurves } from "./curves.js";
import { drawDots } from "./dots.js";
import { drawProgress } from "./progress.js";

const at = (id) => document.getElementById(id);
const looks = { state: null, question: null, chosen: false };

function draw() {
  const { state } = looks;
  if (!state) return;
  const lines = state.lines.toLocaleString("en");
  at("count").textContent = `${state.learners} learners, ${lines} lines` + (state.refused ? `, ${state.refused} refused` : "");
  const question = current(state);
  at("question").textContent = question?.text ?? "";
  drawDots(at("dots-figure"), question);
  const name = chooseNotebook(state, question);
  const notebook = state.notebooks[name];
  const quiz = Object.keys(state.quiz).length > 0 && (notebook?.stations ?? []).some((s) => s.title.includes("quiz-"));
  at("answers-title").textContent = quiz ? "Quiz" : "Claims";
  if (quiz) drawQuiz(at("answers-figure"), state.quiz);
  else drawClaims(at("answers-figure"), notebook?.claims ?? []);
  drawProgress(at("progress-figure"), state, notebook);
  drawCurves(at("curves-figure"), state.curves);
}

/** The question that the class is at, or the one that was chosen. */
function current({ questions }) {
  if (at("follow").checked) looks.question = questions.at(-1)?.key ?? null;
  return questions.find((question) => question.key === looks.question);
}

/** Where most of the class was lately, or what was chosen. */
function chooseNotebook(state, question) {
  const names = Object.keys(state.notebooks);
  const select = at("notebook");
  if (select.options.length !== names.length) {
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => new Option(state.notebooks[name].title, name)));
    if (looks.chosen) select.value = chosen;
  }
  if (!looks.chosen) select.value = question?.notebook ?? names.at(-1) ?? "";
  return select.value;
}

function turn(by) {
  at("follow").checked = false;
  const { questions } = looks.state ?? { questions: [] };
  const now = questions.findIndex((question) => question.key === looks.question);
  looks.question = questions[Math.max(0, Math.min(questions.length - 1, now + by))]?.key ?? null;
  draw();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
}

const dark = matchMedia("(prefers-color-scheme: dark)");
theme(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
at("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
at("earlier").addEventListener("click", () => turn(-1));
at("later").addEventListener("click", () => turn(1));
at("follow").addEventListener("change", draw);
at("notebook").addEventListener("change", () => {
  looks.chosen = true;
  draw();
});
addEventListener("resize", draw);
// The browser connects again by itself, as after the board was started anew.
const events = new EventSource("events");
events.onmessage = (event) => {
  looks.state = JSON.parse(event.data);
  draw();
};
events.onerror = () => {
  at("count").textContent = "the board does not answer: is it still running?";
};
