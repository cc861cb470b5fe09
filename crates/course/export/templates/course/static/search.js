// Search in the sections of all pages, which the scripts before this one have left.
const MOST = 20;
const form = document.querySelector(".course-search");
const entry = form.elements.q;
const sections = window.courseSections ?? [];
// `tokio::spawn(x)` is three words; `spawn_blocking` is one, and its parts are words too.
const words = (text) => text.replace(/\W+/g, " ") + " " + text.replace(/[\W_]+/g, " ");
const index = elasticlunr(function () {
  ["title", "page", "text"].forEach((field) => this.addField(field));
  this.setRef("number");
  this.saveDocument(false);
});
sections.forEach(({ title, page, text }, number) => {
  index.addDoc({ number, title: words(title), page: words(page), text: words(text) });
});

// The text around the first word of the query, with each such word marked.
const excerpt = (text, query) => {
  const wanted = query.match(/\w+/g).map((word) => word.slice(0, Math.max(4, word.length - 2)));
  const pattern = new RegExp(`\\b(?:${wanted.join("|")})\\w*`, "gi");
  const from = Math.max(0, text.search(pattern) - 60);
  const piece = (from ? "… " : "") + text.slice(from).replace(/^\S*\s/, from ? "" : "$&").slice(0, 180);
  const line = document.createElement("div");
  let told = 0;
  for (const found of piece.matchAll(pattern)) {
    const mark = document.createElement("mark");
    mark.textContent = found[0];
    line.append(piece.slice(told, found.index), mark);
    told = found.index + found[0].length;
  }
  line.append(piece.slice(told), " …");
  return line;
};

const result = ({ title, page, href, text }, query) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = href;
  link.textContent = title === page ? page : `${page}: ${title}`;
  item.append(link, excerpt(text, query));
  return item;
};

const search = () => {
  const query = entry.value.trim();
  const fields = { title: { boost: 4 }, page: { boost: 2 }, text: { boost: 1 } };
  // All words; the last one may still be in the making, so the beginning of a word counts.
  const found = /\w/.test(query) ? index.search(words(query), { fields, bool: "AND", expand: true }) : [];
  const shown = found.slice(0, MOST).map(({ ref }) => result(sections[ref], query));
  document.getElementById("results").replaceChildren(...shown);
  const first = found.length > MOST ? `, the best ${MOST} are shown` : "";
  document.getElementById("found").textContent = query
    ? `${found.length || "No"} section${found.length === 1 ? "" : "s"} with “${query}”${first}.`
    : "";
};

form.hidden = false;
entry.addEventListener("input", search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
entry.value = new URLSearchParams(location.search).get("q") ?? entry.value;
// Only then has a browser that goes back given the field its text.
addEventListener("pageshow", search);
