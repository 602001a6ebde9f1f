// What no request shows: hesitations, dead ends, slow pages, forms left unsent. Names of Keen's own pages, controls and
// fields, never what is typed and never which record. /me/usage/ shows people all of it; domain/catalogue.py declares it.

const { find } = window.keen;
const { usage: address, csrf } = document.body.dataset;
const MOST = 40;
const BATCHES_A_MINUTE = 12;
const PAUSE = 8000;
const SLOW = 1000;

const queue = [];
const sent = [];
let timer = 0;

function note(name, told = {}) {
  if (queue.length >= MOST) return;
  queue.push({ name, ...told });
  clearTimeout(timer);
  timer = setTimeout(send, PAUSE);
}

function send() {
  clearTimeout(timer);
  const now = Date.now();
  while (sent.length && now - sent[0] > 60000) sent.shift();
  if (!queue.length || !navigator.onLine || sent.length >= BATCHES_A_MINUTE) return;
  sent.push(now);
  navigator.sendBeacon(address, new URLSearchParams({ csrfmiddlewaretoken: csrf, events: JSON.stringify(queue.splice(0)) }));
}

// Controls ---------------------------------------------------------------------------------------

const CONTROLS = "a[href],button,summary,[role=option],[role=tab],tr[data-href],input,select,textarea";
const SORTS = [["a", "link"], ["summary", "menu"], ["[role=option]", "option"], ["[role=tab]", "tab"], ["tr", "row"], ["button", "button"]];
const OPENS = [["[data-edit-open]", "edit"], ["[data-copy-text]", "copy"], ["[data-call-open]", "call"]];
const pathOf = (href) => { try { return new URL(href, location.href).pathname; } catch { return ""; } };
const target = (form) => pathOf(form.getAttribute("action") || location.href);

/** What a control is and what it is for: where it leads is told as an address, of which the server keeps the page's name. */
function describe(element) {
  const sort = SORTS.find(([selector]) => element.matches(selector))?.[1] ?? "field";
  if (sort === "field") return { sort, field: element.name };
  const opens = element.dataset.opens ?? OPENS.find(([selector]) => element.matches(selector))?.[1];
  const href = element.getAttribute("href") ?? element.dataset.href;
  const to = href ? pathOf(href) : element.form?.method === "post" && element.type === "submit" ? target(element.form) : "";
  return { sort, opens, to };
}

// Clicks that come to nothing --------------------------------------------------------------------

const NEAR = 30;
const WITHIN = 1000;
const LIFE = ["submit", "focusin", "toggle", "copy", "htmx:before:request", "keen:follow"];
let clicks = [];

document.addEventListener("click", (event) => {
  const element = event.target.closest?.(CONTROLS);
  if (!element || !event.detail) return; // a key, or a script
  const { clientX: x, clientY: y, timeStamp: at } = event;
  clicks = clicks.filter((one) => at - one.at <= WITHIN && Math.hypot(one.x - x, one.y - y) <= NEAR);
  clicks.push({ x, y, at });
  const control = describe(element);
  if (control.sort === "field") return; // three clicks choose the words in it
  if (clicks.length >= 3) {
    clicks = [];
    note("rage_click", { control });
  }
  const elsewhere = element.matches("a[href]") && !/^https?:$/.test(new URL(element.href).protocol);
  if (!elsewhere && !event.defaultPrevented) expectLife(control);
}, true);

/** Waits for any sign that the click did something. */
function expectLife(control) {
  let over = false;
  const end = () => {
    over = true;
    seen.disconnect();
    LIFE.forEach((name) => document.removeEventListener(name, end, true));
    ["pagehide", "beforeunload", "blur", "hashchange"].forEach((name) => removeEventListener(name, end));
  };
  const seen = new MutationObserver(end);
  seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  LIFE.forEach((name) => document.addEventListener(name, end, true));
  ["pagehide", "beforeunload", "blur", "hashchange"].forEach((name) => addEventListener(name, end));
  setTimeout(() => { if (!over) { end(); note("dead_click", { control }); } }, WITHIN);
}

// Forms that are left unsent ---------------------------------------------------------------------

const edited = new Map();

document.addEventListener("input", ({ target: field, timeStamp: at }) => {
  const form = field.form;
  if (!form || !field.name || form.method !== "post") return;
  const touched = edited.get(form) ?? { first: at, names: new Set() };
  touched.last = at;
  touched.names.add(field.name);
  edited.set(form, touched);
});
document.addEventListener("submit", ({ target: form }) => edited.delete(form), true);
document.addEventListener("reset", ({ target: form }) => edited.delete(form), true);

function leave() {
  for (const [form, { first, last, names }] of edited) {
    note("form_abandoned", { form: target(form), fields: [...names], seconds: Math.round((last - first) / 1000) });
  }
  edited.clear();
  send();
}
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });

// What was chosen --------------------------------------------------------------------------------

document.addEventListener("click", ({ target: element }) => {
  const receipt = element.closest?.("[data-receipt]");
  const item = receipt && element.closest("a,button");
  if (!item) return;
  const acts = find(".acts", receipt);
  const last = receipt.dataset.next !== "none" && acts?.lastElementChild?.contains(item);
  const choice = item.closest("[data-undo-form]") ? "undo" : item.closest(".steps-on") ? "step" : last ? "next" : acts?.contains(item) ? "alternative" : "object";
  note("receipt_followed", { choice });
}, true);

document.addEventListener("keen:follow", ({ detail: option }) => {
  const group = [["[data-palette-recent]", "recent"], ["[data-palette-found]", "found"], ["[data-palette-commands]", "command"]].find(([selector]) => option.closest(selector))?.[1] ?? "other";
  const to = pathOf(option.dataset.href);
  note("command_used", { to, group });
  if (group === "found" && !option.hasAttribute("data-post")) note("search_result_opened", { to, place: "palette" });
});
document.addEventListener("keen:key", ({ detail: key }) => note("key_used", { key }));
find("#keys-help")?.addEventListener("keen:open", () => note("help_opened", { place: "keys" }));

// Network and speed ------------------------------------------------------------------------------

let away = 0;
addEventListener("offline", () => { away = Date.now(); });
addEventListener("online", () => {
  if (away) note("network_changed", { outcome: "online", seconds: Math.round((Date.now() - away) / 1000) });
  away = 0;
});

function timing() {
  const [page] = performance.getEntriesByType("navigation");
  const [client_ms, server_ms] = [page.loadEventEnd - page.startTime, page.responseStart - page.requestStart].map(Math.round);
  if (client_ms > SLOW) note("page_slow", { client_ms, server_ms });
}
if (document.readyState === "complete") setTimeout(timing); else addEventListener("load", () => setTimeout(timing));
