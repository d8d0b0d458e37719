/* The little that HTML cannot do alone. Each behaviour is attached by a data- attribute; without scripts, pages still work. */

const all = (selector, root = document) => root.querySelectorAll(selector);

/* data-focus-key="/": the key moves to this field, unless somebody is typing. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  for (const field of all("[data-focus-key]")) {
    if (field.dataset.focusKey !== event.key) continue;
    event.preventDefault();
    field.focus();
    field.select();
  }
});

/* data-pop: a <details> that opens over the page: Escape and a click elsewhere close it, and focus goes back. */
const shut = (pop) => {
  const inside = pop.contains(document.activeElement);
  pop.open = false;
  if (inside) pop.querySelector("summary").focus();
};
document.addEventListener("click", (event) => {
  for (const pop of all("details[data-pop][open]")) {
    if (!pop.contains(event.target) || event.target.closest("[data-close]")) shut(pop);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pop of all("details[data-pop][open]")) shut(pop);
});
document.addEventListener("toggle", (event) => {
  const pop = event.target;
  if (!pop.open || !pop.matches?.("details[data-pop]")) return;
  for (const button of all("[data-close]", pop)) button.hidden = false;
  pop.querySelector("form input:not([type=hidden]), form button, a")?.focus();
}, true);

/* data-autosubmit: a form of filters that applies itself; its button is then of no use. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

/* data-ask="words": a last question in the browser's own dialog before a form is sent. */
document.addEventListener("submit", (event) => {
  const words = event.target.dataset.ask;
  if (words && !window.confirm(words)) event.preventDefault();
});

/* Rows of a table with data-rows: up and down move from row to row, by the first link of each. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const table = step && event.target.closest("table[data-rows]");
  if (!table || !event.target.matches("a")) return;
  const links = [...all("tbody tr", table)].map((row) => row.querySelector("a")).filter(Boolean);
  const here = links.indexOf(event.target.closest("tr")?.querySelector("a"));
  const there = links[here + step];
  if (here < 0 || !there) return;
  event.preventDefault();
  there.focus();
});

/* Months: the slider counts them from a day; each stands for its last day, the newest for today. */
const iso = (day) => day.toISOString().slice(0, 10);
const dayOf = (form, month) => {
  const [year, first] = form.dataset.since.split("-").map(Number);
  const last = iso(new Date(Date.UTC(year, first + month, 0)));
  return last > form.dataset.today ? form.dataset.today : last;
};
const monthOf = (form, day) => {
  const [year, first] = form.dataset.since.split("-").map(Number);
  const [y, m] = day.split("-").map(Number);
  return (y - year) * 12 + m - first;
};
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const inWords = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString(language, {
  day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
});

/* What a party is on a day: the index of its layer and its label; of several layers, the one listed last. */
const lieOn = (spans, layers, day) => spans
  .filter(([start, end]) => start <= day && (!end || day < end))
  .reduce((found, [, , layer, label]) => {
    const index = layers.indexOf(layer);
    return index > found.index ? { index, label } : found;
  }, { index: -1, label: "" });

/* data-spans: a map that can be recoloured for any day without asking the server. */
const recolour = (map, day) => {
  const layers = JSON.parse(map.dataset.layers);
  const spans = JSON.parse(map.dataset.spans);
  const counts = layers.map(() => 0);
  for (const [code, periods] of Object.entries(spans)) {
    const { index, label } = lieOn(periods, layers, day);
    if (index >= 0) counts[index] += 1;
    for (const party of all(`[data-party="${CSS.escape(code)}"]`, map)) {
      party.querySelector("title").textContent = label ? `${party.dataset.name}: ${label}` : party.dataset.name;
      for (const shape of all(".c", party)) {
        const hatched = layers[index] === "suspended";
        shape.setAttribute("class", index < 0 || hatched ? "c" : `c l${index}`);
        if (hatched) shape.setAttribute("fill", `url(#${map.id}-hatch)`);
        else shape.removeAttribute("fill");
      }
    }
  }
  counts.forEach((count, index) => {
    const place = map.querySelector(`[data-count="${CSS.escape(layers[index])}"]`);
    if (place) place.textContent = count.toLocaleString(language);
  });
};

/* data-day: the day the page is read as of, wherever the page says so. */
const sayDay = (form, day) => {
  const past = day !== form.dataset.today;
  for (const place of all("[data-day]")) place.textContent = inWords(day);
  for (const chip of all(".asof")) chip.classList.toggle("then", past);
  for (const notice of all("main > .then")) notice.hidden = !past;
};

/* data-slider: while it moves, the map follows; when it rests, the form asks for the list of that day. */
const slide = (range, done) => {
  const form = range.closest("form[data-slider]");
  const map = range.closest("[data-spans]");
  const day = dayOf(form, Number(range.value));
  form.querySelector("input[type=date]").value = day;
  range.setAttribute("aria-valuetext", inWords(day));
  sayDay(form, day);
  if (map) recolour(map, day);
  if (done) form.requestSubmit();
};
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-slider] input[type=range]")) slide(event.target, false);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-slider]");
  if (!form) return;
  if (event.target.type === "range") return slide(event.target, true);
  if (!event.target.value) return;
  form.querySelector("input[type=range]").value = monthOf(form, event.target.value);
  sayDay(form, event.target.value);
  const map = form.closest("[data-spans]");
  if (map) recolour(map, event.target.value);
});

/* data-view="x y w h": a link that zooms the map where it stands. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const drawing = link.closest(".map").querySelector("svg.world");
  drawing.setAttribute("viewBox", link.dataset.view);
  drawing.dataset.zoom = link.dataset.name;
  const scale = link.dataset.view.split(" ")[2] / link.parentElement.querySelector("a").dataset.view.split(" ")[2];
  drawing.querySelector("pattern")?.setAttribute("patternTransform", `scale(${scale}) rotate(45)`);
  for (const other of all("a[data-view]", link.parentElement)) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  for (const kept of all("input[name=view]", link.closest(".map"))) kept.value = link.dataset.name;
  const here = new URL(location.href);
  here.searchParams.set("view", link.dataset.name);
  history.replaceState(history.state, "", here);
});

/* What only makes sense with scripts is shown once they run, and again in what htmx brings. */
const enliven = (root) => {
  for (const range of all("[data-slider] .range[hidden]", root)) range.hidden = false;
  for (const button of all("form[data-autosubmit] .row button", root)) button.hidden = true;
  if (window.matchMedia("(width < 1180px)").matches) for (const fold of all(".fold", root)) fold.open = false;
};
enliven(document);
document.addEventListener("htmx:load", (event) => enliven(event.target.parentElement ?? document));
document.addEventListener("htmx:responseError", (event) => {
  const page = event.detail.xhr.responseText;
  if (!page.startsWith("<!doctype html>")) return;
  const words = new DOMParser().parseFromString(page, "text/html").querySelector(".problem p");
  const notice = Object.assign(document.createElement("p"), { className: "notice bad", textContent: words?.textContent ?? "" });
  document.getElementById("toasts")?.replaceChildren(notice);
});
