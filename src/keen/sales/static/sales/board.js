// The board: cards that are moved by pointer, touch, keys and menu; shown at once, put back with a reason when the server says no.

const { find, all, say, token, notSaved, openDialog, reveal } = window.keen;
const HOLD = 250, SLIP = 8, EDGE = 48;
const home = new WeakMap();
const board = () => find("[data-board]");
const columns = () => all(".col", board());
const columnOf = (key) => columns().find((column) => column.dataset.stage === key);
const cards = (column) => all(".kard:not(.ghost)", column).filter((card) => card.offsetParent || card === lifted?.card);
const moves = () => board()?.hasAttribute("data-moves");
const name = (card) => find(".t", card).textContent;
let lifted = null;
let chosen = null;

/** Puts the card where its need for attention places it; the ghost goes where nothing was and comes where nothing is. */
function place(card, column) {
  const from = card.closest(".col");
  const list = find(".kards", column);
  const after = all(".kard:not(.ghost)", list).find((other) => other !== card && Number(other.dataset.need) >= Number(card.dataset.need));
  list.insertBefore(card, after ?? null);
  find(".ghost", column)?.toggleAttribute("hidden", true);
  if (from && from !== column) find(".ghost", from)?.toggleAttribute("hidden", cards(from).length > 0);
}

/** Shows one column on a phone. */
function show(key) {
  columns().forEach((column) => column.classList.toggle("on", column.dataset.stage === key));
  all("[data-tab]").forEach((tab) => { if (tab.dataset.tab === key) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current"); });
}

function back(card) {
  const was = home.get(card);
  if (was) was.list.insertBefore(card, was.next?.isConnected ? was.next : null);
  home.delete(card);
  card.classList.remove("sending");
  find("[data-ask]", card)?.remove();
}

async function send(card, stage, fields) {
  const asked = new FormData();
  for (const [key, value] of Object.entries({ stage, was: home.get(card)?.stage ?? "", _once: token(), _query: board().dataset.query })) asked.set(key, value);
  fields?.forEach((value, key) => asked.append(key, value));
  card.classList.add("sending");
  const id = card.id;
  const held = card.contains(document.activeElement);
  let answer, text;
  try {
    answer = await fetch(`/opportunities/${id.slice(1)}/move/`, { method: "POST", body: asked, headers: { "HX-Request": "true", "X-CSRFToken": document.body.dataset.csrf } });
    text = await answer.text();
  } catch {
    back(card);
    return notSaved("No network, so the deal stays where it was. Move it again when you are back.");
  }
  if (!text.includes(`id="${id}"`)) {
    back(card);
    const reason = new DOMParser().parseFromString(text, "text/html").querySelector("[data-receipt] p")?.textContent ?? "The deal stays where it was. Look at it again, then move it.";
    return notSaved(reason.replace(/^\s*Not saved\.\s*/, ""));
  }
  const was = home.get(card);
  await window.htmx.swap({ text, target: card, swap: "outerHTML", sourceElement: card });
  const fresh = document.getElementById(id);
  const column = columnOf(stage);
  if (column && fresh.closest(".col") !== column) place(fresh, column);
  if (fresh.hasAttribute("data-waits")) home.set(fresh, was);
  roving(fresh);
  const ask = find("[data-ask] input:not([type=hidden]),[data-ask] select,[data-ask] button", fresh);
  if (ask) ask.focus({ preventScroll: true });
  else if (held) find(".t", fresh).focus({ preventScroll: true });
  reveal(fresh);
  if (fresh.hasAttribute("data-waits")) return say(`${name(fresh)} waits: ${column.dataset.name} needs an answer first.`, true);
  const there = cards(column);
  say(`${name(fresh)} moved to ${column.dataset.name}, ${there.indexOf(fresh) + 1} of ${find("[data-count]", column).textContent}`);
}

function move(card, key) {
  const column = columnOf(key);
  const from = card.closest(".col");
  if (!column || column === from || card.classList.contains("sending")) return;
  home.set(card, { list: card.parentElement, next: card.nextElementSibling, stage: from.dataset.stage });
  const held = card.contains(document.activeElement);
  place(card, column);
  if (getComputedStyle(from).display === "none" || getComputedStyle(column).display === "none") show(key);
  if (held) find(".t", card).focus({ preventScroll: true });
  send(card, key);
}

// Pointer and touch: a mouse lifts by moving, a finger by resting, so that the page still scrolls.

function under(x, y) {
  const at = document.elementFromPoint(x, y)?.closest(".col,[data-tab]");
  return at?.dataset.stage ?? at?.dataset.tab ?? "";
}

function mark(key) {
  columns().forEach((column) => column.classList.toggle("over", column.dataset.stage === key));
  all("[data-tab]").forEach((tab) => tab.classList.toggle("drop", tab.dataset.tab === key));
}

function lift() {
  lifted.up = true;
  lifted.card.classList.add("lifted");
  if (lifted.touch) navigator.vibrate?.(10);
}

function drop(done) {
  if (!lifted) return;
  const { card, timer, up, x, y } = lifted;
  clearTimeout(timer);
  card.classList.remove("lifted");
  card.style.translate = "";
  mark("");
  const key = up && done ? under(x, y) : "";
  lifted = up ? { gone: true } : null;
  setTimeout(() => { lifted = null; }, 0); // the click that follows opens nothing
  if (key) move(card, key);
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.(".kard:not(.ghost)");
  if (!card || !moves() || event.button || event.target.closest(".menu,[data-ask]")) return;
  const touch = event.pointerType === "touch";
  lifted = { card, touch, x: event.clientX, y: event.clientY, from: [event.clientX, event.clientY], up: false, timer: touch ? setTimeout(() => lifted && lift(), HOLD) : 0 };
});
document.addEventListener("pointermove", (event) => {
  if (!lifted?.card) return;
  const [dx, dy] = [event.clientX - lifted.from[0], event.clientY - lifted.from[1]];
  if (!lifted.up && Math.hypot(dx, dy) > SLIP) { if (lifted.touch) return drop(false); lift(); }
  if (!lifted.up) return;
  [lifted.x, lifted.y] = [event.clientX, event.clientY];
  lifted.card.style.translate = `${dx}px ${dy}px`;
  mark(under(lifted.x, lifted.y));
  const box = board().getBoundingClientRect();
  board().scrollLeft += lifted.x > box.right - EDGE ? 12 : lifted.x < box.left + EDGE ? -12 : 0;
});
document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));
document.addEventListener("touchmove", (event) => { if (lifted?.up && event.cancelable) event.preventDefault(); }, { passive: false });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".kard")) event.preventDefault(); });
document.addEventListener("contextmenu", (event) => { if (lifted?.touch) event.preventDefault(); });

// Clicks: the menu of a card, its stages, the questions on it, the tabs of a phone.

function menu(card) {
  chosen = card;
  find("#move-to-h").textContent = `Move ${name(card)} to`;
  const here = card.closest(".col").dataset.stage;
  all("[data-to]").forEach((button) => { button.disabled = button.dataset.to === here; });
  openDialog(find("#move-to"));
  find("[data-to]:not(:disabled)")?.focus();
}

document.addEventListener("click", (event) => {
  if (lifted?.gone) { event.preventDefault(); event.stopPropagation(); return; }
  const at = event.target.closest(".kard .menu,[data-to],[data-later],[data-unmove],[data-tab]");
  if (!at || event.ctrlKey || event.metaKey) return;
  const card = at.closest(".kard");
  if (at.matches(".menu") && moves()) { event.preventDefault(); menu(card); }
  if (at.matches("[data-to]")) { find("#move-to").close(); move(chosen, at.dataset.to); }
  if (at.matches("[data-later]")) { at.closest("[data-ask]").remove(); find(".t", card).focus(); }
  if (at.matches("[data-unmove]")) { back(card); card.removeAttribute("data-waits"); find(".t", card).focus(); }
  if (at.matches("[data-tab]")) { event.preventDefault(); show(at.dataset.tab); }
}, true);
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-ask]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const card = event.target.closest(".kard");
  const fields = new FormData(event.target, event.submitter);
  const stage = fields.get("stage");
  fields.delete("stage");
  send(card, stage, fields);
}, true);

// Keys: arrows walk, shift and arrows move one stage, M opens the menu.

function roving(to = null) {
  const titles = all(".kard .t", board());
  const one = to ? find(".t", to) : titles.find((title) => title.tabIndex === 0) ?? titles[0];
  titles.forEach((title) => { title.tabIndex = title === one ? 0 : -1; });
  all(".kard .menu", board()).forEach((link) => { link.tabIndex = -1; });
}

function walk(card, key) {
  const shown = columns().filter((column) => getComputedStyle(column).display !== "none");
  const at = shown.indexOf(card.closest(".col"));
  const index = cards(shown[at]).indexOf(card);
  const across = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!across) return cards(shown[at])[index + (key === "ArrowDown" ? 1 : -1)];
  for (let next = at + across; shown[next]; next += across) {
    const there = cards(shown[next]);
    if (there.length) return there[Math.min(index, there.length - 1)];
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  const card = event.target.matches?.(".kard .t") && event.target.closest(".kard");
  if (event.key === "Escape" && lifted?.card) return drop(false);
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (across && event.shiftKey && moves()) {
    event.preventDefault();
    const next = columns()[columns().indexOf(card.closest(".col")) + across];
    if (next) move(card, next.dataset.stage);
  } else if (event.key.startsWith("Arrow") && !event.shiftKey) {
    event.preventDefault();
    const to = walk(card, event.key);
    if (to) { roving(to); find(".t", to).focus(); }
  } else if (event.key.toLowerCase() === "m" && moves() && document.body.dataset.keys !== "off") {
    event.preventDefault();
    menu(card);
  }
}, true);

if (board()) roving();
