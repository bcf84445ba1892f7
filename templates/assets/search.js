// The search: a dialog before Pagefind, which is loaded when the dialog is opened. All words come from its link.
const AT_ONCE = 8; // results; more on demand
const PAUSE = 150; // milliseconds without a key, before it searches

let dialog, input, tags, status, list, more;
let words, archive, pagefind;
let round = 0; // of searching: what an older one finds is not shown any more
let found = [];

const make = (name, attributes = {}, ...content) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
};

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export async function open(link) {
  if (!dialog) await build(link);
  if (!dialog.open) dialog.showModal();
  input.select();
  if (!pagefind) await load(link.dataset.index);
}

async function build(link) {
  const style = make("link", { rel: "stylesheet", href: link.dataset.style });
  document.head.append(style);
  await new Promise((resolve) => { style.onload = style.onerror = resolve; });
  if (dialog) return;
  words = JSON.parse(link.dataset.words);
  archive = link.href;
  input = make("input", { type: "search", placeholder: words.placeholder, "aria-label": words.placeholder, autocomplete: "off", spellcheck: "false", enterkeyhint: "go" });
  tags = make("select", { "aria-label": words.tag, hidden: "" });
  status = make("p", { role: "status" });
  list = make("ol");
  more = make("button", { type: "button", hidden: "" }, words.more);
  const close = make("button", { type: "button", class: "close" }, words.close);
  const form = make("form", { role: "search" }, input, close);
  dialog = make("dialog", { class: "search", lang: link.closest("[lang]").lang, "aria-label": link.textContent.trim() }, form, make("div", { class: "found" }, status, tags), list, more);
  document.body.append(dialog);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, PAUSE);
  });
  tags.addEventListener("change", search);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    await search();
    list.querySelector("a")?.click();
  });
  more.addEventListener("click", async () => {
    const last = list.lastElementChild;
    await show(round);
    last.nextElementSibling?.querySelector("a").focus();
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("ol a")) dialog.close();
  });
  dialog.addEventListener("keydown", move);
}

// The arrows go from the field through the results and back. Escape closes at once, where it would empty the field first.
function move(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    return dialog.close();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const places = [input, ...list.querySelectorAll("a")];
  const place = places.indexOf(document.activeElement);
  if (!step || place < 0 || !places[place + step]) return;
  event.preventDefault();
  places[place + step].focus();
}

async function load(index) {
  try {
    const url = new URL(index, location.href);
    const [loaded, answer] = await Promise.all([import(`${url}0/pagefind.js`), fetch(`${url}parts.json`)]);
    const { parts } = await answer.json();
    await loaded.init();
    const others = Array.from({ length: parts - 1 }, (_, place) => `${url.pathname}${place + 1}/`);
    await Promise.all(others.map((path) => loaded.mergeIndex(path)));
    offer((await loaded.filters()).tag ?? {});
    pagefind = loaded;
    await search();
  } catch {
    say(words.failed, true);
  }
}

function offer(counts) {
  const names = Object.keys(counts).sort((a, b) => a.localeCompare(b, dialog.lang));
  const options = names.map((name) => make("option", { value: name }, `${name} (${counts[name]})`));
  tags.replaceChildren(make("option", { value: "" }, words.all_tags), ...options);
  tags.hidden = !names.length;
}

function say(text, leads = false) {
  status.replaceChildren(text);
  if (leads) status.append(" ", make("a", { href: archive }, words.archive));
}

async function search() {
  const mine = ++round;
  const query = input.value.trim();
  if (!pagefind) return;
  if (!query && !tags.value) {
    found = [];
    list.replaceChildren();
    more.hidden = true;
    return say("");
  }
  try {
    const answer = await pagefind.search(query || null, tags.value ? { filters: { tag: tags.value } } : {});
    if (mine !== round) return;
    found = answer.results;
    await show(mine, true);
    if (mine !== round) return;
    if (found.length) say(filled(words.results, { count: found.length.toLocaleString(dialog.lang) }));
    else say(filled(words.none, { query: query || tags.value }), true);
  } catch {
    if (mine === round) say(words.failed, true);
  }
}

async function show(mine, isNew = false) {
  const shown = isNew ? 0 : list.children.length;
  const pages = await Promise.all(found.slice(shown, shown + AT_ONCE).map((result) => result.data()));
  if (mine !== round) return;
  if (isNew) list.replaceChildren();
  list.append(...pages.map(result));
  more.hidden = list.children.length >= found.length;
}

function result({ meta, excerpt, filters }) {
  const link = make("a", { href: meta.url, dir: "auto" }, meta.title);
  const small = [meta.date, ...(filters.tag ?? [])].filter(Boolean).map((text) => make("span", { dir: "auto" }, text));
  const item = make("li", {}, link, make("p", { dir: "auto" }, "… ", ...marked(excerpt), " …"), make("p", { class: "meta" }, ...small));
  if (meta.image) item.prepend(make("img", { src: meta.image, alt: "", width: 96, height: 54, loading: "lazy" }));
  return item;
}

// An excerpt is text with marks in it. It is never read as HTML: what a post says of tags stays text.
function marked(excerpt) {
  const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  return excerpt.split(/<\/?mark>/).map((text, place) => (place % 2 ? make("mark", {}, plain(text)) : plain(text)));
}
