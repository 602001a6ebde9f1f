// What every page shares: saying things, receipts, focus after a swap, dialogs, menus, copying.
// Behaviour hangs on data- attributes. The other files use window.keen.

const body = document.body;
const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const user = body.dataset.user || "anyone";

/** Reads a sentence out; "alert" interrupts. */
function say(text, urgent = false) {
  const region = find(urgent ? "[data-alert]" : "[data-say]");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
}

/** A random name for one sending of a form. crypto.randomUUID is missing on plain http. */
function token() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Things kept on this device for this person; a full or forbidden store is no reason to stop. */
const store = {
  name: (key) => `keen:${user}:${key}`,
  read(key) {
    try { return JSON.parse(localStorage.getItem(this.name(key))); } catch { return null; }
  },
  write(key, value) {
    try { localStorage.setItem(this.name(key), JSON.stringify(value)); return true; } catch { return false; }
  },
  drop(key) {
    try { localStorage.removeItem(this.name(key)); } catch { /* nothing was kept */ }
  },
  keys(prefix) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(this.name(prefix))).map((key) => key.slice(this.name("").length)); } catch { return []; }
  },
};

/** Posts to an address like a one-button form, so that the answer is a page. */
function post(href, fields = {}) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = href;
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: body.dataset.csrf, ...fields })) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  body.append(form);
  form.requestSubmit();
}

// Receipts ---------------------------------------------------------------------------------------

/** Shows one of the server's own templates in the receipt region, with these words. */
function tell(name, text, href = "") {
  const template = find(`#t-${name}`);
  const region = find("#receipt");
  if (!template || !region) return;
  const made = template.content.cloneNode(true);
  find("[data-text]", made).textContent = text;
  const link = find("[data-link]", made);
  if (link && href) link.href = href; else link?.remove();
  region.replaceChildren(made);
  say(text, name === "not-saved");
  reveal(region);
}

/** Says that nothing was saved; with a way to sign in and back to an address. */
const notSaved = (text, again = "") => tell("not-saved", text, again);

/** Brings something into view if it is out of it. */
function reveal(element) {
  const box = element.getBoundingClientRect();
  if (box.top < 56 || box.bottom > innerHeight) element.scrollIntoView({ block: "center" });
}

function announceReceipt() {
  const receipt = find("#receipt [data-receipt]");
  if (receipt) say(find("div", receipt).textContent.trim());
  const address = new URL(location.href);
  if (!address.searchParams.has("r")) return;
  address.searchParams.delete("r");
  history.replaceState(history.state, "", address);
}

// Focus and errors around htmx -------------------------------------------------------------------

const running = new Set();
let lost = false;

function focus(element) {
  if (!element.matches("a[href],button,input,select,textarea,summary,[tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  reveal(element);
}

function settle(event) {
  const { task, newContent } = event.detail;
  for (const node of newContent ?? []) {
    if (!(node instanceof Element) || !node.isConnected) continue; // a morph leaves the node that it copied from
    all("dialog[data-open]", node).concat(node.matches("dialog[data-open]") ? [node] : []).forEach(openDialog);
    const wanted = node.matches("[data-focus]") ? node : find("[data-focus]", node);
    if (wanted) { lost = false; return focus(wanted); }
  }
  const target = task?.target;
  if (target?.id === "receipt") reveal(target);
  if (lost && document.activeElement === body && target?.isConnected) {
    lost = false;
    focus(find("[data-edit-open],h1,h2,h3,a[href],button", target) ?? target);
  }
}

const REASONS = {
  401: "You were signed out. Sign in again; what you typed is kept here.",
  403: "You may not do this. Somebody with more rights can.",
  404: "This is no longer here. Somebody may have deleted it.",
  429: "That was too often. Wait a moment, then try again.",
};

function started(event) {
  const { ctx } = event.detail;
  running.add(ctx);
  body.dataset.busy = "";
  ctx.target?.setAttribute?.("aria-busy", "true");
}

function finished(event) {
  const { ctx } = event.detail;
  running.delete(ctx);
  ctx.target?.removeAttribute?.("aria-busy");
  if (!running.size) delete body.dataset.busy;
}

function answered(event) {
  const { ctx } = event.detail;
  const raw = ctx.response.raw;
  const whole = /^\s*<!doctype html/i.test(ctx.text);
  if (raw.redirected && whole && ctx.target !== body && !ctx.select) {
    event.preventDefault();
    location.assign(raw.url);
    return;
  }
  const reason = REASONS[raw.status] ?? (raw.status >= 500 ? "Something broke on our side. Nothing was changed; try again in a moment." : "");
  if (reason && !ctx.text.includes("data-receipt")) notSaved(reason, raw.status === 401 ? location.href : "");
  const dialog = ctx.sourceElement?.closest?.("dialog[open]");
  if (raw.ok && ctx.request.method !== "GET" && dialog && !dialog.hasAttribute("data-stay")) dialog.close();
}

/** After an undo the page shows what is true again; the receipt of the undo stays. */
async function refresh(event) {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches?.("[data-undo-form]") || !ctx.response?.raw.ok) return;
  let answer;
  try { answer = await fetch(location.href); } catch { return; }
  if (!answer.ok || answer.redirected) return;
  const fresh = find("#main", new DOMParser().parseFromString(await answer.text(), "text/html"));
  const region = fresh && find("#receipt", fresh);
  if (!region) return;
  region.replaceChildren(...find("#receipt").cloneNode(true).childNodes);
  const main = find("#main");
  await window.htmx.swap({ text: fresh.outerHTML, target: main, swap: "outerMorph", sourceElement: main });
}

function failed(event) {
  const { ctx, error } = event.detail;
  if (!ctx || ctx.response || ctx.sourceElement?.matches?.("[hx-trigger=load]")) return; // a panel that comes later saves nothing
  notSaved(error?.name === "AbortError" ? "The server took too long to answer. Try again." : "No network. What you typed is kept here; try again when you are back.");
}

document.addEventListener("htmx:before:request", started);
document.addEventListener("htmx:finally:request", finished);
document.addEventListener("htmx:after:request", answered);
document.addEventListener("htmx:finally:request", refresh);
document.addEventListener("htmx:error", failed);
document.addEventListener("htmx:before:swap", () => { lost = document.activeElement !== body; });
document.addEventListener("htmx:after:settle", settle);

// Dialogs ----------------------------------------------------------------------------------------

function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  find("[autofocus],.body input:not([type=hidden]),.body select,.body textarea", dialog)?.focus();
  dialog.dispatchEvent(new CustomEvent("keen:open"));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    opener.closest("dialog[open]")?.close();
    const log = opener.dataset.paletteOnly === "log" && find("main [data-call-open]");
    if (log) return log.click();
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      dialog.dataset.only = opener.dataset.paletteOnly ?? "";
      openDialog(dialog);
    }
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.closest("[data-reload]")) { event.preventDefault(); location.reload(); }
});

// A press and a release on the backdrop close; text that is selected out of the dialog does not.
let pressed = null;
const outside = (dialog, { clientX: x, clientY: y }) => {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
};
document.addEventListener("pointerdown", (event) => {
  pressed = event.target.matches?.("dialog[data-modal]") && outside(event.target, event) ? event.target : null;
});
document.addEventListener("pointerup", (event) => {
  if (pressed && event.target === pressed && outside(pressed, event)) pressed.close();
  pressed = null;
});

// Menus ------------------------------------------------------------------------------------------

const openMenus = () => all("details[data-menu][open]");
const menuItems = (menu) => all("a[href],button:not(:disabled),input,select", menu.lastElementChild);

function closeMenus(except = null) {
  openMenus().filter((menu) => !menu.contains(except)).forEach((menu) => { menu.open = false; });
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details[data-menu]") || !menu.open) return;
  closeMenus(menu);
  delete menu.dataset.flip;
  const box = menu.lastElementChild.getBoundingClientRect();
  if (box.right > innerWidth - 8) menu.dataset.flip = "end";
  else if (box.left < 8) menu.dataset.flip = "start";
}, true);

document.addEventListener("pointerdown", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-list:not(.free) a, .menu-list:not(.free) > button");
  if (item) closeMenus();
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    find("summary", menu).focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input,select,textarea")) return;
  event.preventDefault();
  const items = menuItems(menu);
  const at = items.indexOf(document.activeElement);
  items.at((at + step + (at < 0 && step < 0 ? 1 : 0)) % items.length)?.focus();
});

// Dropped files ----------------------------------------------------------------------------------

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = find("input[type=file]", zone);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", ({ target }) => {
  const zone = target.matches("input[type=file]") && target.closest("[data-drop]");
  if (zone && target.files.length) say(`Chosen: ${target.files[0].name}`);
});

// Look, copying, network -------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  if (chosen) document.documentElement.dataset.theme = chosen; else delete document.documentElement.dataset.theme;
  all("[name=theme]", form).forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
    if (answer.status >= 400) notSaved("The look holds for this page only; the server did not keep it.");
  } catch {
    notSaved("No network. The look holds for this page only.");
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-text]");
  if (!button) return;
  const { copyText: text, copyHtml: html, copyHref: href } = button.dataset;
  const address = href ? new URL(href, location.href).href : "";
  const plain = address ? `${text}\n${address}` : text;
  const label = find("[data-copy-label]", button);
  let done = true;
  try {
    await writeClipboard(plain, html || (address ? richLink(text, address) : ""));
  } catch {
    done = false;
  }
  const told = done ? "Copied" : "The browser does not allow copying";
  const menu = button.closest("details[data-menu]")?.firstElementChild;
  if (menu) return tellOn(menu, told); // which shuts with the choice
  if (!label) return tellOn(button, told);
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  label.textContent = told;
  setTimeout(() => { label.textContent = before; }, 2000);
});

/** Says for a moment on the button of a menu what came of the choice in it. */
function tellOn(button, text) {
  say(text);
  find("[data-told]", button)?.remove();
  const made = Object.assign(document.createElement("span"), { textContent: text });
  made.dataset.told = "";
  const square = button.classList.contains("icon");
  button.classList.remove("icon");
  button.append(made);
  setTimeout(() => { made.remove(); button.classList.toggle("icon", square); }, 2000);
}

function richLink(text, address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link.outerHTML;
}

async function writeClipboard(plain, html) {
  if (navigator.clipboard?.write && html && window.ClipboardItem) {
    const part = (text, type) => new Blob([text], { type });
    return navigator.clipboard.write([new ClipboardItem({ "text/plain": part(plain, "text/plain"), "text/html": part(html, "text/html") })]);
  }
  if (navigator.clipboard) return navigator.clipboard.writeText(plain);
  // Plain http has no clipboard interface: a copy event still carries both kinds.
  const carry = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", plain);
    if (html) event.clipboardData.setData("text/html", html);
  };
  document.addEventListener("copy", carry, { once: true });
  if (!document.execCommand("copy")) throw new Error("copying is not allowed");
}

// What scrolls sideways can be reached by keys when nothing in it can.
const wide = new ResizeObserver((boxes) => {
  for (const { target } of boxes) {
    const needed = target.scrollWidth > target.clientWidth && !find("a[href],button,input,select", target);
    if (needed) Object.assign(target, { tabIndex: 0, role: "group", ariaLabel: find("caption", target)?.textContent ?? "Table" });
    else if (target.tabIndex === 0 && target.role === "group") target.removeAttribute("tabindex");
  }
});
all(".scroll-x").forEach((box) => wide.observe(box));

/** The time of a moment, with its day when that is over. */
function when(moment) {
  const at = new Date(moment);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) all("[data-mod]").forEach((cap) => { cap.textContent = "⌘"; });

window.keen = { find, all, say, tell, when, token, store, post, notSaved, reveal, focus, openDialog, closeMenus, openMenus, arrivedWithReceipt: new URL(location.href).searchParams.has("r") };
// What is of use without a network does not keep the page waiting.
addEventListener("load", async () => {
  try { for (const file of body.dataset.scripts?.split(" ") ?? []) await import(file); } catch { say("No network."); }
});
addEventListener("beforeinstallprompt", (event) => {
  const button = find("[data-install]");
  button?.addEventListener("click", () => event.prompt());
  if (button) button.hidden = false;
});
all("dialog[data-open]").forEach(openDialog);
announceReceipt();
const first = find("[data-focus]");
if (first) focus(first);
