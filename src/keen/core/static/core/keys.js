// Shortcuts and the command palette. Anything with data-key="g p" answers to it; what is on the page goes before what is in the palette.
// Single keys rest while one types, and are off where body[data-keys=off] (WCAG 2.1.4).

const { find, all, store, say, post, openDialog, closeMenus } = window.keen;
const TYPING = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable=true]";
const TYPING_TEXT = "input:not([type=checkbox],[type=radio]),textarea";
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
  e: () => press(find("[data-edit-open]", document.activeElement.closest(".fact") ?? find(".fact:hover") ?? document.createElement("i")) ?? all("[data-edit-open]").find(shown)),
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
  if (event.key === "Enter" && !event.shiftKey && !event.altKey && event.target.matches?.("[data-enter-saves]")) {
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

// The palette: a combobox (ARIA APG) over commands that are in the page and records that the server finds.

const dialog = find("#palette");
const WAIT = 120;
const KEPT = 40;
const SHOWN = 6;

if (dialog) {
  const input = find("#palette-q", dialog);
  const list = find("#palette-list", dialog);
  const groups = { recent: find("[data-palette-recent]", dialog), found: find("[data-palette-found]", dialog), commands: find("[data-palette-commands]", dialog) };
  const line = find("[data-line]", dialog);
  const status = find("[data-palette-status]", dialog);
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let asked = null;
  let timer = 0;
  let made = 0;

  const options = () => all("[role=option]", list).filter((option) => !option.hidden && !option.parentElement.hidden);
  const chosen = () => find("[aria-selected=true]", list);

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.id ||= `palette-o${++made}`;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** The places a person comes back to: often and lately first. */
  function visits() {
    const now = Date.now();
    return (store.read("visits") ?? []).sort((one, other) => weight(other, now) - weight(one, now));
  }
  const weight = (visit, now) => visit.n / (1 + (now - visit.at) / 86400000);

  function remember(label, href) {
    const kept = (store.read("visits") ?? []).filter((visit) => visit.href !== href);
    const before = (store.read("visits") ?? []).find((visit) => visit.href === href);
    store.write("visits", [{ label, href, n: (before?.n ?? 0) + 1, at: Date.now() }, ...kept].slice(0, KEPT));
  }

  function showRecent(term) {
    all("[role=option]", groups.recent).forEach((option) => option.remove());
    const here = location.pathname + location.search;
    const shown = visits().filter((visit) => visit.href !== here && (!term || fold(visit.label).includes(term))).slice(0, term ? 3 : SHOWN);
    for (const visit of shown) {
      const option = find("#t-recent").content.firstElementChild.cloneNode(true);
      option.dataset.href = visit.href;
      find("span", option).textContent = visit.label;
      groups.recent.append(option);
    }
    groups.recent.hidden = !shown.length;
  }

  function showCommands(term) {
    const words = term.split(/\s+/).filter(Boolean);
    for (const option of all("[role=option]", groups.commands)) {
      const label = fold(find("span", option).textContent);
      option.hidden = !words.every((word) => label.includes(word));
    }
    groups.commands.hidden = !all("[role=option]:not([hidden])", groups.commands).length;
  }

  /** A sentence is offered to be logged: before all else when it has the length of one, or a number or a sign in it. */
  function showLine(text) {
    const words = text.split(/\s+/).length;
    const said = /\p{L}{2}/u.test(text); // a phone number with blanks is none
    const sentence = said && (words > 3 || text.includes("\n") || (words > 2 && /\d|[,;:.] /.test(text)));
    if (!line) return false;
    line.parentElement.hidden = words < 2;
    find("[data-line-text]", line).textContent = text;
    const on = /^\/[a-z]+\/\d+\/$/.test(location.pathname) ? location.pathname : "";
    line.dataset.href = `${line.dataset.line}?${new URLSearchParams({ text, on, next: location.pathname + location.search })}`;
    return sentence;
  }

  /** Reads the sentence into a sheet over the page; without an answer it stays in the palette, and on this device. */
  async function readLine() {
    store.write("line", input.value);
    find("#quick-sheet")?.remove();
    try {
      const answer = await fetch(line.dataset.href, { headers: { "HX-Request": "true" } });
      const html = answer.ok && !answer.redirected ? await answer.text() : "";
      if (!html) throw new Error(String(answer.status));
      dialog.close();
      document.body.insertAdjacentHTML("beforeend", html);
      const sheet = find("#quick-sheet");
      window.htmx.process(sheet);
      openDialog(sheet);
      find("[data-focus]", sheet).focus();
      sheet.addEventListener("close", () => sheet.remove());
    } catch (error) {
      if (error instanceof TypeError && await window.keen.wait?.("line", "Line", [["text", input.value.trim()], ["on", new URL(line.dataset.href, location).searchParams.get("on")]])) {
        store.drop("line");
        return dialog.close();
      }
      status.textContent = "It could not be read now. It is kept here; press Enter to try again.";
    }
  }

  async function ask(text) {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${dialog.dataset.palette}?${new URLSearchParams({ q: text })}`, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const body = answer.redirected ? "" : await answer.text();
      const html = /^\s*<!doctype/i.test(body) ? "" : body;
      if (input.value.trim() !== text) return;
      groups.found.innerHTML = html;
      if (!text) withoutTwins();
      tell(text);
    } catch (error) {
      if (error.name === "AbortError") return;
      groups.found.replaceChildren();
      status.textContent = navigator.onLine ? "The search did not answer. Commands still work." : "No network. Commands still work.";
    }
    if (!chosen()?.isConnected || chosen().hidden || (chosen() === line && !showLine(text))) choose(options().find((option) => option !== line) ?? options()[0]);
  }

  /** What this device remembers stands already; the server's own list adds the rest. */
  function withoutTwins() {
    const known = new Set(all("[role=option]", groups.recent).map((option) => option.dataset.href));
    all("[role=option]", groups.found).forEach((option) => { if (known.has(option.dataset.href)) option.remove(); });
  }

  function tell(text) {
    const count = options().length;
    status.textContent = count ? (text ? `${count} found` : "") : `Nothing found for “${text}”`;
  }

  function refresh() {
    const text = input.value.trim();
    clearTimeout(timer);
    asked?.abort();
    showRecent(fold(text));
    showCommands(fold(text));
    if (!text) groups.found.replaceChildren();
    const sentence = showLine(text);
    choose(sentence ? line : options().find((option) => option !== line) ?? options()[0]);
    tell(text);
    if (text) timer = setTimeout(() => ask(text), WAIT); else ask("");
  }

  /** Goes where an option points, in a new tab when asked. */
  function follow(option, apart = false) {
    const { href } = option.dataset;
    if (!href) return;
    if (option === line && !apart) return readLine();
    document.dispatchEvent(new CustomEvent("keen:follow", { detail: option }));
    if (option.hasAttribute("data-post")) { dialog.close(); return post(href); }
    remember(find("span", option).textContent.trim(), href);
    if (apart) return window.open(href, "_blank", "noopener");
    dialog.close();
    location.assign(href);
  }

  function openPalette(text = "") {
    dialog.dataset.only = text;
    openDialog(dialog);
  }

  Object.assign(window.keen, { follow, openPalette });

  dialog.addEventListener("keen:open", () => {
    input.value = dialog.dataset.only || (store.read("line") ?? "");
    store.drop("line");
    delete dialog.dataset.only;
    refresh();
    input.focus();
    input.select();
  });
  // Cards and tables have lines, which this field does not: they are read as they were pasted.
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").trim();
    if (!line || !text.includes("\n") || text.length > 6000) return;
    event.preventDefault();
    showLine(text);
    readLine();
  });
  dialog.addEventListener("close", () => { asked?.abort(); clearTimeout(timer); });
  input.addEventListener("input", refresh);
  input.addEventListener("keydown", (event) => {
    const shown = options();
    const at = shown.indexOf(chosen());
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, shown.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
    if (go !== undefined && shown.length) {
      event.preventDefault();
      choose(shown[(go + shown.length) % shown.length]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (chosen()) follow(chosen(), event.ctrlKey || event.metaKey);
      else if (input.value.trim()) say("Nothing found");
    }
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option, event.ctrlKey || event.metaKey);
  });

  // Saved, a sentence is forgotten. The number of a guess takes its next choice.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.response?.raw.ok && ctx.request.method !== "GET" && ctx.sourceElement?.closest?.("#quick-sheet")) store.drop("line");
  });
  document.addEventListener("keydown", (event) => {
    const guess = /^[1-9]$/.test(event.key) && !event.target.matches?.(TYPING_TEXT) && find(`#quick-sheet[open] [data-guess="${event.key}"], .quick-page [data-guess="${event.key}"]`);
    if (!guess || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    guess.selectedIndex = (guess.selectedIndex + 1) % guess.options.length;
    guess.dispatchEvent(new Event("change", { bubbles: true }));
    say(`${guess.labels[0].innerText}: ${guess.selectedOptions[0].text}`);
  });

  // Records that were opened are worth coming back to; a page says so with data-remember="its name".
  const seen = find("[data-remember]");
  if (seen) remember(seen.dataset.remember, location.pathname);
}
