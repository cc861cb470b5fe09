// Starts reveal.js. A timeline plays when it is shown, and again at the key R.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// An SVG in an <img> runs no script, and its animation begins when the picture is made.
function play(image) {
  if (still || Reveal.isPrintView()) return;
  image.dataset.still ??= image.src;
  const bytes = Uint8Array.from(atob(image.dataset.still.split(",")[1]), (c) => c.charCodeAt(0));
  const svg = new TextDecoder().decode(bytes).replace("</svg>", image.dataset.cover + "</svg>");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
}

function rest(image) {
  if (image.dataset.still) image.src = image.dataset.still;
}

const timelines = (place) => [...(place?.querySelectorAll("img[data-cover]") ?? [])];
const shown = (image) => !image.closest(".fragment:not(.visible)");

function playAll() {
  timelines(Reveal.getCurrentSlide()).filter(shown).forEach(play);
}

Reveal.on("ready", playAll);
Reveal.on("slidechanged", (event) => {
  timelines(event.previousSlide).forEach(rest);
  playAll();
});
Reveal.on("fragmentshown", (event) => event.fragments.flatMap(timelines).forEach(play));

Reveal.initialize({
  plugins: [RevealNotes],
  keyboard: { 82: playAll },
  width: 1280,
  height: 720,
  margin: 0,
  maxScale: 4,
  center: false,
  controls: false,
  hash: true,
  slideNumber: "c/t",
  transition: still ? "none" : "fade",
  transitionSpeed: "fast",
  pdfSeparateFragments: false,
});
