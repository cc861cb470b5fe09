// What all figures share: an SVG as large as its place, marks and words in it.

const NAMESPACE = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, text = "") {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** An empty figure in the place of the last one; `words` say what it shows. */
export function figure(place, words, height = place.clientHeight) {
  const width = place.clientWidth;
  const svg = element("svg", { width, height, role: "img", "aria-label": words });
  place.replaceChildren(svg);
  const draw = (name, attributes, text) => svg.appendChild(element(name, attributes, text));
  return { width, height, draw };
}

export function nothing(place, words) {
  const text = document.createElement("p");
  text.className = "empty";
  text.textContent = words;
  place.replaceChildren(text);
}

export function short(text, letters) {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

export function seconds(value) {
  const units = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
  const [unit, name] = units.find(([unit]) => value >= unit) ?? (value ? units[3] : units[0]);
  return `${digits(value / unit)} ${name}`;
}

/** Three figures, as in the notebooks. */
export function digits(value) {
  return Number(value.toPrecision(3)).toLocaleString("en");
}
