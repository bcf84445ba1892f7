// Shows the comments of an article in a frame of giscus.app: at a click, or on the way back from signing in there.
{
const section = document.querySelector(".article > .ending > .comments");
const host = "https://giscus.app", kept = "giscus-session";
const here = new URL(location.href), returned = here.searchParams.get("giscus");
here.searchParams.delete("giscus");
here.hash = "";

function session() {
  try {
    if (returned) localStorage.setItem(kept, JSON.stringify(returned));
    return returned || JSON.parse(localStorage.getItem(kept)) || "";
  } catch {
    return returned || "";
  }
}

const theme = () => getComputedStyle(document.documentElement).colorScheme === "dark"
  || (getComputedStyle(document.documentElement).colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  ? "dark" : "light";

function show() {
  const frame = document.createElement("iframe"), url = new URL(section.dataset.frame);
  for (const [name, value] of Object.entries({ origin: here, backLink: here, session: session(), theme: theme() })) url.searchParams.set(name, value);
  frame.sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
  frame.title = section.getAttribute("aria-label");
  frame.src = url;
  section.lastElementChild.replaceWith(frame);
  const say = setConfig => frame.contentWindow.postMessage({ giscus: { setConfig } }, host);
  const follow = () => say({ theme: theme() });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);
  new MutationObserver(follow).observe(document.documentElement, { attributes: true });
  addEventListener("message", ({ origin, source, data }) => {
    const said = origin === host && source === frame.contentWindow && data.giscus;
    if (!said) return;
    if (said.resizeHeight > 0) frame.height = Math.min(said.resizeHeight, 50000);
    if (said.signOut) {
      localStorage.removeItem(kept);
      url.searchParams.set("session", "");
      frame.src = url;
    }
  });
}

const button = document.createElement("button");
button.type = "button";
button.textContent = section.dataset.show;
button.addEventListener("click", show);
section.querySelector("p").prepend(button);
if (returned) {
  history.replaceState(null, "", here);
  show();
}
}
