// What pages can do beyond links and forms: follow what runs, show times in the reader's zone, copy, keys. Every page works without it.
"use strict";
(() => {
  const own = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const short = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });

  // Times are written in UTC; here they become the reader's, with UTC as their title.
  const localize = (root) => {
    for (const time of root.querySelectorAll("time:not([data-ago]):not([title])")) {
      time.title = time.textContent;
      time.textContent = ("short" in time.dataset ? short : own).format(new Date(time.dateTime));
    }
  };

  // A button beside whatever can be copied. The text can be selected too, where a browser forbids this.
  const copies = (root) => {
    for (const text of root.querySelectorAll("[data-copy]:not([data-copied])")) {
      text.dataset.copied = "";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(text.textContent);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(text);
          button.textContent = "Selected: press Ctrl-C";
        }
      });
      text.after(button);
    }
  };

  // The page is asked for again, and the regions marked as live are exchanged where they differ. Nothing moves under somebody who
  // selects, types or has ticked something.
  const busy = (region) =>
    region.contains(document.activeElement) && document.activeElement !== region ||
    region.querySelector("input:checked") !== null ||
    String(getSelection()) !== "";

  const swap = (region, fresh) => {
    const open = [...region.querySelectorAll("details")].map((one) => one.open);
    const place = [...region.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
    region.replaceChildren(...fresh.childNodes);
    region.querySelectorAll("details").forEach((one, n) => { one.open = open[n] ?? one.open; });
    region.querySelectorAll(".scroll").forEach((one, n) => { one.scrollLeft = place[n] ?? 0; });
    region.dataset.was = region.innerHTML;
    localize(region);
    copies(region);
  };

  let wait = 3000;
  const refresh = async () => {
    const regions = [...document.querySelectorAll("[data-live][id]")];
    if (!document.hidden && regions.length > 0) {
      try {
        const answer = await fetch(location.href, { headers: { accept: "text/html" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const region of regions) {
          const fresh = page.getElementById(region.id);
          if (fresh && !busy(region) && region.dataset.was !== fresh.innerHTML) swap(region, fresh);
        }
        const runs = document.querySelector("main .status.busy, main .status.wait") !== null;
        wait = runs ? 2000 : 10000;
      } catch {
        wait = Math.min(wait * 2, 60000);
      }
    }
    setTimeout(refresh, wait);
  };

  // Keys, for who wants them: / finds, g and a letter goes, r loads again, ? tells.
  const pages = { o: "overview", t: "tasks", d: "dead-letters", s: "schedules", r: "runs", e: "endpoints", k: "kinds", m: "metrics" };
  let go = false;
  const root = document.querySelector(".brand")?.getAttribute("href").replace(/overview$/, "") ?? "";
  const tell = () => {
    const known = document.querySelector(".keys");
    if (known) return known.remove();
    const box = document.createElement("div");
    box.className = "keys";
    box.setAttribute("role", "status");
    box.textContent = "/ find · g then o t d s r e k m: overview, tasks, dead letters, schedules, runs, endpoints, kinds, metrics · ? close";
    document.body.append(box);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (go && event.key in pages) location.href = root + pages[event.key];
    go = event.key === "g";
    if (event.key === "/") { event.preventDefault(); document.getElementById("find")?.focus(); }
    if (event.key === "?") tell();
  });

  for (const region of document.querySelectorAll("[data-live][id]")) region.dataset.was = region.innerHTML;
  localize(document);
  copies(document);
  if (document.querySelector("[data-live]")) setTimeout(refresh, wait);
})();
