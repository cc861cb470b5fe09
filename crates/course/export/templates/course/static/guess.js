// A reader's own guesses: kept in the browser, shown beside the answers, sent nowhere.
for (const form of document.querySelectorAll("form[data-guess]")) {
  const entry = form.elements.guess;
  const key = "guess " + form.dataset.guess;
  const answers = [];
  // Up to the next guess.
  for (let next = form.nextElementSibling; next && !next.matches("[data-guess]"); next = next.nextElementSibling) {
    answers.push(...next.querySelectorAll("details.course-answer"));
  }
  const said = document.createElement("p");
  said.className = "course-guessed";
  const show = () => {
    said.textContent = entry.value.trim() ? "Your guess: " + entry.value.trim() : "";
    answers[0]?.querySelector("summary").after(said);
    for (const answer of answers) answer.open = true;
  };
  try {
    entry.value = localStorage.getItem(key) ?? "";
  } catch {
    // Where nothing can be kept, it is gone with the page.
  }
  entry.addEventListener("input", () => {
    try {
      localStorage.setItem(key, entry.value);
    } catch {}
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  form.hidden = false;
}
