// Lists: walking with J and K, ticking rows, and a peek at a record beside its list.

const { find, all, say } = window.keen;
const WIDE = matchMedia("(min-width: 60rem)");
const peek = find("#peek");
let anchor = null;

// Rows -------------------------------------------------------------------------------------------

const rows = () => all("[data-row]").filter((row) => row.checkVisibility?.() ?? row.offsetParent !== null);
const link = (row) => find(".name a[href], a.t[href], a[href]", row);
const address = (row) => row?.dataset.href || link(row)?.getAttribute("href") || "";

function mark(row) {
  all("[data-at]").forEach((other) => other !== row && other.removeAttribute("data-at"));
  row?.setAttribute("data-at", "");
}

function walk(step) {
  const shown = rows();
  if (!shown.length) return false;
  const at = shown.findIndex((row) => row.hasAttribute("data-at"));
  const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
  mark(next);
  const target = link(next) ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (!peek.hidden) show(address(next), true);
  return true;
}

/** What a key does in a list; keys.js asks here first. */
window.keen.rowKey = (key, event) => {
  if (key === "Escape" && peek && !peek.hidden) { hide(); return true; }
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const row = find("[data-row][data-at]");
  const free = event.target === document.body || event.target.closest?.("[data-row]") === row;
  if (!row || !free) return false;
  if (key === "x") { const box = find("[data-check]", row); box?.click(); return Boolean(box); }
  if (event.target.matches?.("input,button,summary")) return false;
  if (key === "Enter" && !event.target.matches?.("a[href]")) { const href = address(row); if (href) location.assign(href); return Boolean(href); }
  if (key === "space" && WIDE.matches) { const href = address(row); if (href) peek.hidden ? show(href) : hide(); return Boolean(href); }
  return false;
};

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row) mark(row);
});

// Ticking ----------------------------------------------------------------------------------------

const boxes = (form) => all("[data-check]").filter((box) => box.form === form);

function count(form) {
  const mine = boxes(form);
  const ticked = mine.filter((box) => box.checked);
  for (const box of mine) {
    const row = box.closest("[data-row]");
    if (box.checked) row?.setAttribute("aria-selected", "true"); else row?.removeAttribute("aria-selected");
  }
  const head = all("[data-check-all]").find((box) => mine[0] && box.closest("table")?.contains(mine[0]));
  if (head) { head.checked = ticked.length > 0 && ticked.length === mine.length; head.indeterminate = ticked.length > 0 && ticked.length < mine.length; }
  const label = form && find("[data-bulk-count]", form);
  const text = `${ticked.length} selected`;
  if (label && label.textContent !== text) label.textContent = text;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-check]");
  if (!box) return;
  const mine = boxes(box.form);
  const [from, to] = [mine.indexOf(anchor), mine.indexOf(box)].sort((one, other) => one - other);
  if (event.shiftKey && anchor && from >= 0) mine.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
  anchor = box;
  count(box.form);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-check]")) return count(event.target.form);
  if (!event.target.matches?.("[data-check-all]")) return;
  const table = event.target.closest("table");
  all("[data-check]", table).forEach((box) => { box.checked = event.target.checked; });
  count(find("[data-check]", table)?.form);
});
document.addEventListener("reset", (event) => {
  if (!event.target.matches("[data-bulk]")) return;
  event.preventDefault();
  boxes(event.target).forEach((box) => { box.checked = false; });
  count(event.target);
  (find("[data-row][data-at] a") ?? find("[data-check-all]"))?.focus();
});
const recount = () => all("[data-bulk]").forEach(count);
document.addEventListener("htmx:after:settle", recount);
addEventListener("pageshow", recount);

// Peek -------------------------------------------------------------------------------------------

let back = "";
let asked = null;

async function show(href, moved = false) {
  asked?.abort();
  asked = new AbortController();
  let page;
  try {
    const answer = await fetch(href, { signal: asked.signal });
    if (!answer.ok || answer.redirected) return location.assign(href);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(href);
    return;
  }
  const content = find("#main > .wrap", page);
  if (!content) return location.assign(href);
  find("#receipt", content)?.remove();
  all("[id]", content).forEach((element) => { if (document.getElementById(element.id) && !peek.contains(document.getElementById(element.id))) element.removeAttribute("id"); });
  const bar = find("#t-peek").content.cloneNode(true);
  find("a", bar).href = href;
  if (peek.hidden && !moved) back = location.href;
  history[peek.hidden ? "pushState" : "replaceState"]({ peek: true }, "", href);
  peek.replaceChildren(bar, ...content.childNodes);
  peek.hidden = false;
  peek.scrollTop = 0;
  window.htmx?.process(peek);
  say(`Beside the list: ${find("h1", peek)?.textContent.trim() ?? ""}`);
}

function hide(popped = false) {
  if (!peek || peek.hidden) return;
  peek.hidden = true;
  peek.replaceChildren();
  const row = find("[data-row][data-at]");
  // After the browser has put the focus back to the page, as it does on every way back.
  if (row) setTimeout(() => (link(row) ?? row).focus({ preventScroll: true }), 80);
  if (!popped && history.state?.peek) history.back();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-peek-open]");
  if (opener && WIDE.matches && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    mark(opener.closest("[data-row]"));
    show(opener.getAttribute("href") ?? opener.dataset.peekOpen);
  }
  if (event.target.closest("[data-peek-close]")) hide();
});
addEventListener("popstate", () => {
  if (!history.state?.peek) { if (back && location.href !== back && !peek?.hidden) return location.reload(); return hide(true); }
  show(location.pathname + location.search, true);
});
