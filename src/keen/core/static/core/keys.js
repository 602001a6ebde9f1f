// Shortcuts. Anything with data-key="g p" answers to it; what is on the page goes before what is in the palette.
// Single keys rest while one types, and are off where body[data-keys=off] (WCAG 2.1.4).

const { find, all, openDialog, closeMenus } = window.keen;
const TYPING = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable=true]";
const PAUSE = 1200;

let begun = "";
let timer = 0;

const dialogOpen = () => Boolean(find("dialog[open]:modal"));
const name = (key) => (key === " " ? "space" : key.length === 1 ? key.toLowerCase() : key);

function shown(element) {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}

/** Elements with this shortcut: seen on the page first, then the navigation, then shut menus and the palette. */
function holders(combination) {
  const found = all(`[data-key="${CSS.escape(combination)}"]`).filter((element) => !element.disabled && !element.closest("[inert]"));
  const rank = (element) => (shown(element) ? (element.closest("main,#peek,[data-peek-open]") ? 0 : 1) : element.closest("dialog") ? 3 : 2);
  return found.sort((one, other) => rank(one) - rank(other));
}

function act(element) {
  if (element.matches("summary")) {
    const menu = element.parentElement;
    menu.open = !menu.open;
    if (menu.open) find("a[href],button", menu.lastElementChild)?.focus();
    return;
  }
  if (element.matches("[role=option]")) return window.keen.follow(element);
  closeMenus();
  element.click();
}

/** What a key does when nothing on the page claims it. True when something was done. */
const OWN = {
  "/"() {
    const box = all("[data-search]").find(shown);
    if (box) { box.focus(); box.select(); } else openDialog(find("#palette"));
    return true;
  },
  "?": () => { openDialog(find("#keys-help")); return true; },
  e: () => press(all("[data-edit-open]").find(shown)),
  n: () => press(find("a[rel=next]")),
  l: () => { window.keen.openPalette("log"); return true; },
};

function press(element) {
  element?.click();
  return Boolean(element);
}

function handle(combination) {
  const holder = holders(combination)[0];
  if (holder) { act(holder); return true; }
  return OWN[combination]?.() ?? false;
}

function remember(combination) {
  clearTimeout(timer);
  begun = all("[data-key]").some((element) => element.dataset.key.startsWith(`${combination} `)) ? combination : "";
  if (begun) timer = setTimeout(() => { begun = ""; }, PAUSE);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    const palette = find("#palette");
    if (palette?.open) palette.close(); else openDialog(palette);
    return;
  }
  if (command && event.key === "Enter" && event.target.matches?.("textarea,.form input")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
    return;
  }
  if (event.key === "Enter" && !event.shiftKey && !event.altKey && event.target.matches?.("textarea[data-enter-saves]")) {
    event.preventDefault();
    event.target.form.requestSubmit(find("[type=submit]", event.target.form));
    return;
  }
  if (command || event.altKey || dialogOpen() || event.target.matches?.(TYPING)) return;
  if (document.body.dataset.keys === "off") return;
  const key = name(event.key);
  if (window.keen.rowKey?.(key, event)) { event.preventDefault(); return; }
  if (key.length > 1) return;
  const whole = begun ? `${begun} ${key}` : key;
  const done = handle(whole) || (begun && handle(key));
  if (done) document.dispatchEvent(new CustomEvent("keen:key", { detail: whole }));
  if (done) event.preventDefault();
  remember(done && begun ? "" : whole);
});
