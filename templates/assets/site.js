// What helps reading where scripts run; every page is whole without it. Its words are on its element.
(() => {
  const words = document.currentScript.dataset;
  const root = document.documentElement;
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const make = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children);
    return made;
  };
  const said = make("p", { class: "unseen", role: "status" });
  document.body.append(said);

  // Light or dark: the next choice is always one that can be seen.
  const KEY = "publisher-scheme";
  const button = document.querySelector(".masthead > .scheme");
  const schemes = matchMedia("(prefers-color-scheme: dark)").matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  const show = (scheme) => {
    root.dataset.scheme = schemes.includes(scheme) ? scheme : "auto";
    if (button) button.ariaLabel = button.title = button.dataset[root.dataset.scheme];
  };
  const remembered = () => {
    try { return localStorage.getItem(KEY); } catch { return root.dataset.scheme; }
  };
  show(remembered());
  button?.addEventListener("click", () => {
    show(schemes[(schemes.indexOf(root.dataset.scheme) + 1) % 3]);
    try { localStorage.setItem(KEY, root.dataset.scheme); } catch {}
    said.textContent = button.title;
  });
  addEventListener("storage", (event) => event.key === KEY && show(event.newValue));
  addEventListener("pageshow", (event) => event.persisted && show(remembered()));

  // Code: a session is copied without its prompts and without what was printed.
  const PROMPT = /^(?:>>>|\.\.\.|\$|In \[\d+\]:|\s+\.{3,}:)(?: |$)/;
  const copied = (text) => {
    if (!/^(?:>>> |\$ |In \[)/.test(text)) return text;
    return text.split("\n").filter((line) => PROMPT.test(line)).map((line) => line.replace(PROMPT, "")).join("\n");
  };
  const fitted = new ResizeObserver((entries) => entries.forEach(({ target: pre }) => {
    const wrap = pre.parentElement.querySelector("[aria-pressed]");
    wrap.hidden = wrap.ariaPressed === "false" && pre.scrollWidth <= pre.clientWidth + 1;
  }));
  all("pre.code", (pre) => {
    if (!pre.parentElement.matches(".source")) {
      const box = make("div", { class: "source" });
      pre.replaceWith(box);
      box.append(pre);
    }
    const wrap = make("button", { type: "button", "aria-pressed": "false" }, words.wrap);
    wrap.onclick = () => { wrap.ariaPressed = String(pre.classList.toggle("wrapped")); };
    const tools = make("div", { class: "tools" }, wrap);
    if (navigator.clipboard) {
      const copy = make("button", { type: "button" }, words.copy);
      copy.onclick = () => navigator.clipboard.writeText(copied(pre.textContent.replace(/\n$/, ""))).then(() => {
        said.textContent = "";
        copy.textContent = said.textContent = words.copied;
        setTimeout(() => { copy.textContent = words.copy; said.textContent = ""; }, 2000);
      }, () => getSelection().selectAllChildren(pre));
      tools.append(copy);
    }
    pre.after(tools);
    fitted.observe(pre);
  });

  // Contents follow the scroll by style alone where a browser can.
  const links = [...document.querySelectorAll(".article > .contents.beside a")];
  if (links.length && !CSS.supports("scroll-target-group: auto")) {
    const headings = links.map((link) => document.getElementById(link.getAttribute("href").slice(1)));
    const watch = new IntersectionObserver(() => {
      const passed = headings.map((heading) => heading?.getBoundingClientRect().top < innerHeight / 4);
      const current = passed.lastIndexOf(true);
      links.forEach((link, at) => at === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
    }, { rootMargin: "99999px 0px -75%" });
    headings.forEach((heading) => heading && watch.observe(heading));
  }

  // Images that are larger than shown open large.
  let dialog, shown;
  const open = (image) => {
    shown = image;
    if (!dialog) {
      const close = make("button", { type: "button" }, words.close);
      dialog = make("dialog", { class: "lightbox" }, make("img", {}), make("p", {}), close);
      dialog.onclick = ({ target }) => target.localName === "img" ? dialog.classList.toggle("natural") : dialog.close();
      dialog.onclose = () => shown.focus();
      dialog.onkeydown = ({ key }) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
        const images = [...document.querySelectorAll(".enlarge")];
        const next = images[images.indexOf(shown) + step];
        if (next && dialog.scrollWidth <= dialog.clientWidth) open(next);
      };
      document.body.append(dialog);
    }
    const [large, caption] = dialog.children;
    large.src = image.src;
    large.alt = image.alt;
    caption.textContent = image.closest("figure")?.querySelector("figcaption")?.textContent ?? "";
    dialog.ariaLabel = image.alt || words.enlarge;
    dialog.classList.toggle("natural", image.clientWidth * 1.15 > innerWidth);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTo(0, 0);
  };
  const judge = (image) => {
    const widths = [image.naturalWidth, ...(image.srcset.match(/ \d+w/g) ?? []).map((width) => parseInt(width))];
    const isLarger = image.clientWidth > 0 && Math.max(...widths) > image.clientWidth * 1.15;
    if (isLarger === image.matches(".enlarge")) return;
    image.classList.toggle("enlarge", isLarger);
    const attributes = { role: "button", tabindex: "0", "aria-label": [words.enlarge, image.alt].filter(Boolean).join(": "), "aria-haspopup": "dialog" };
    for (const name in attributes) isLarger ? image.setAttribute(name, attributes[name]) : image.removeAttribute(name);
  };
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => judge(target)));
  all(".body img, .lead img", (image) => {
    if (image.closest("a, button, summary, .card")) return;
    resized.observe(image);
    image.addEventListener("load", () => judge(image));
    image.addEventListener("click", () => image.matches(".enlarge") && open(image));
    image.addEventListener("keydown", (event) => {
      if (!image.matches(".enlarge") || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      open(image);
    });
  });
})();
