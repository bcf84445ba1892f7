// Keeps a page of the preview what its notebook is, while its reader stays where they are.
(() => {
  const script = document.currentScript;
  const known = script.dataset;
  const events = new URL("events", script.src);
  const kept = "publisher-preview";
  let style = known.style;
  let waiting;

  // What a reader has done to the page: how far they are, by what they see, and which folds are open.
  const folds = () => [...document.querySelectorAll("details")].map((fold, number, all) => {
    const name = fold.querySelector("summary")?.textContent.trim() ?? "";
    const before = all.slice(0, number).filter((other) => (other.querySelector("summary")?.textContent.trim() ?? "") === name);
    return [fold, `${name}#${before.length}`];
  });
  const anchor = () => {
    const all = [...document.querySelectorAll("main [id]")].map((each) => [each.id, each.getBoundingClientRect().top]);
    const seen = all.find(([, top]) => top >= 0 && top < innerHeight) ?? all.filter(([, top]) => top < 0).pop();
    return scrollY > 0 ? seen : null;
  };
  const keep = () => sessionStorage.setItem(kept, JSON.stringify({
    path: location.pathname, x: scrollX, y: scrollY, anchor: anchor(),
    folds: Object.fromEntries(folds().map(([fold, name]) => [name, fold.open])),
  }));
  const scroll = ({ x, y, anchor }) => {
    const seen = anchor && document.getElementById(anchor[0]);
    const top = seen ? seen.getBoundingClientRect().top + scrollY - anchor[1] : y;
    scrollTo({ left: x, top, behavior: "instant" });
  };
  const restore = () => {
    const text = sessionStorage.getItem(kept);
    sessionStorage.removeItem(kept);
    const state = text && JSON.parse(text);
    if (!state || state.path !== location.pathname) return;
    for (const [fold, name] of folds()) if (name in state.folds) fold.open = state.folds[name];
    history.scrollRestoration = "manual";
    scroll(state);
    if (document.readyState !== "complete") addEventListener("load", () => scroll(state), { once: true });
  };
  addEventListener("pagehide", () => { history.scrollRestoration = "auto"; });

  const reload = () => {
    waiting?.abort();
    keep();
    location.reload();
  };

  const exchange = (wanted) => {
    const old = document.querySelector(`link[rel=stylesheet][href="${CSS.escape(style)}"]`);
    style = wanted;
    if (!old) return;
    const sheet = old.cloneNode();
    sheet.href = wanted;
    sheet.onload = () => old.remove(); // so that the page is never bare
    old.after(sheet);
  };

  // Why the page is not what its sources are.
  let overlay;
  let told = "";
  const line = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
  const tell = (problems) => {
    const wanted = JSON.stringify(problems);
    if (wanted === told) return;
    told = wanted;
    overlay?.remove();
    overlay = undefined;
    if (!problems.length) return;
    overlay = Object.assign(document.createElement("aside"), { id: "publisher-problems", role: "alert", lang: "en", dir: "ltr" });
    const shadow = overlay.attachShadow({ mode: "open" });
    const box = document.createElement("div");
    const close = line("button", known.close);
    close.onclick = () => overlay.remove();
    box.append(close, line("p", known.failed));
    for (const { place, message, source, hint } of problems) {
      box.append(line("h2", place), line("p", message));
      if (source) box.append(line("pre", source));
      if (hint) box.append(line("p", `→ ${hint}`));
    }
    const look = line("style", `
      div { position: fixed; inset: auto 0 0; z-index: 99; max-height: 60vh; overflow: auto; padding: 1rem 1.5rem; box-sizing: border-box;
        background: #2b1113; color: #fbeaea; border-top: 4px solid #e5484d; font: 15px/1.5 system-ui, sans-serif; }
      h2 { margin: .8rem 0 0; font: 600 15px/1.5 ui-monospace, monospace; color: #ffb3b5; overflow-wrap: anywhere; }
      p, pre { margin: .2rem 0; overflow-wrap: anywhere; white-space: pre-wrap; }
      button { float: inline-end; font: inherit; padding: .2rem .8rem; color: inherit; background: none; border: 1px solid; border-radius: 3px; }
      @media print { div { display: none; } }`);
    shadow.append(look, box);
    document.documentElement.append(overlay);
  };

  const take = ({ version, style: wanted, problems, follow }) => {
    if (follow && follow !== location.pathname) return location.assign(follow);
    if (version !== known.version) return reload();
    if (wanted !== style) exchange(wanted);
    tell(problems);
  };

  // EventSource would not say who asks; with POST browsers do. Pages that nobody sees hold no connection: browsers
  // open only six to a server.
  const listen = async () => {
    waiting = new AbortController();
    const answer = await fetch(events, { method: "POST", body: location.pathname, signal: waiting.signal });
    if (!answer.ok) return reload(); // another preview, which has another token
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (text + value).split("\n\n");
      text = parts.pop();
      for (const part of parts) if (part.startsWith("data: ")) take(JSON.parse(part.slice(6)));
    }
  };
  const stay = async () => {
    for (; ;) {
      if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
      else {
        await listen().catch(() => {});
        await new Promise((later) => setTimeout(later, 1000));
      }
    }
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) waiting?.abort(); });

  restore();
  stay();
})();
