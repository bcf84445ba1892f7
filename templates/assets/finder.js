// Opens the search from its link or with "/", and fetches it only then. Where that fails, the link leads to the archive.
{
  const link = document.querySelector("a[data-search]");
  const open = (event) => {
    event.preventDefault();
    import(link.dataset.search).then((search) => search.open(link)).catch(() => location.assign(link.href));
  };
  link.addEventListener("click", (event) => {
    if (!event.metaKey && !event.ctrlKey && !event.shiftKey) open(event);
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
    if (event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && !isTyping) open(event);
  });
}
