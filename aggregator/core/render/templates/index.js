(() => {
  "use strict";

  // Buttons that copy addresses: made here, so that who has no script sees none that do nothing.
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const copy = async (button, code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      select(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  const furnish = (root) => {
    for (const code of root.querySelectorAll("code[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy " + code.dataset.copy);
      button.addEventListener("click", () => copy(button, code));
      code.after(" ", button);
    }
  };
  furnish(document);

  // What is live: the server says when a poll ended; then the parts that changed are fetched, but for those in use.
  const line = document.getElementById("now");
  if (!line || !window.EventSource) return;
  const used = (part) => part.contains(document.activeElement) || part.querySelector("details[open]");
  let waiting = false;
  const renew = async () => {
    waiting = false;
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = fresh.getElementById(part.id);
      if (other && other.innerHTML !== part.dataset.came && !used(part)) {
        const came = other.innerHTML;
        part.replaceChildren(...other.childNodes);
        part.dataset.came = came;
        furnish(part);
      }
    }
  };
  for (const part of document.querySelectorAll("[data-part]")) part.dataset.came = "";
  const words = { updated: "brought a document", not_modified: "has nothing new", failed: "failed" };
  const stream = new EventSource("live");
  stream.addEventListener("poll", (event) => {
    const poll = JSON.parse(event.data);
    const brought = poll.new ? `brought ${poll.new} new` : words[poll.outcome];
    line.textContent = `Live. Last poll: ${poll.source} ${brought}, ${poll.at}.`;
  });
  stream.addEventListener("news", () => {
    if (!waiting) setTimeout(() => renew().catch(() => {}), 2000);
    waiting = true;
  });
  stream.onopen = () => { line.textContent = "Live."; };
  stream.onerror = () => { line.textContent = "Not live now; the page shows how things were."; };
})();
