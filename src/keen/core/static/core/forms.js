// Forms: sent once, never lost, edited in place; who is known already; how a call went.

const { find, all, say, token, when, store, focus, openDialog, arrivedWithReceipt } = window.keen;
const csrf = document.body.dataset.csrf;

// Sending ----------------------------------------------------------------------------------------

const posts = (form) => form.method === "post" && form.method !== "dialog";
const swaps = (form) => form.hasAttribute("hx-post") || form.hasAttribute("hx-put") || form.hasAttribute("hx-patch");

function hidden(form, name, value) {
  if (form.elements[name]) return;
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  form.append(input);
}

function busy(form, submitter, on) {
  if (on) form.dataset.sending = ""; else delete form.dataset.sending;
  const button = submitter ?? find("[type=submit]", form);
  if (on) button?.setAttribute("aria-busy", "true");
  else all("[aria-busy]", form).concat(all(`[form="${form.id}"][aria-busy]`)).forEach((one) => one.removeAttribute("aria-busy"));
}

// In the capture phase, so that the token is in the form before htmx reads it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!posts(form) || form.matches("[data-theme-form]")) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (window.keen.keeps?.(event)) return;
  if (csrf && new URL(form.action).origin === location.origin) hidden(form, "csrfmiddlewaretoken", csrf);
  hidden(form, "_once", token());
  if (form.matches("[data-sign-out]")) return forgetAll();
  if (swaps(form)) return;
  busy(form, event.submitter, true);
  setTimeout(() => busy(form, null, false), 10000);
  if (form.dataset.draft) {
    keep(form);
    store.write("sent", { key: form.dataset.draft, at: Date.now() });
  }
}, true);

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (form.matches?.("form")) busy(form, ctx.request.submitter, true);
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.request.form ?? ctx.sourceElement;
  if (!form?.matches?.("form")) return;
  busy(form, ctx.request.submitter, false);
  if (!ctx.response?.raw.ok || ctx.request.method === "GET") return;
  form.elements._once?.remove();
  if (form.dataset.draft) forget(form.dataset.draft);
  if (form.matches("[data-reset],.composer") && form.isConnected) form.reset();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) all("form[data-sending]").forEach((form) => busy(form, null, false));
});

// Drafts -----------------------------------------------------------------------------------------

const LIFE = 30 * 86400000;
const NEVER = new Set(["csrfmiddlewaretoken", "_once", "version", "next"]);
const timers = new WeakMap();

const fields = (form) => [...form.elements].filter((field) => field.name && !NEVER.has(field.name) && !["password", "file", "hidden", "submit", "button", "fieldset"].includes(field.type) && field.autocomplete !== "one-time-code");
const ticks = (field) => field.type === "checkbox" || field.type === "radio";

function value(field) {
  if (ticks(field)) return field.checked;
  return field.multiple && field.options ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

function first(field) {
  if (ticks(field)) return field.defaultChecked;
  if (!field.options) return field.defaultValue;
  const chosen = [...field.options].filter((option) => option.defaultSelected).map((option) => option.value);
  return field.multiple ? chosen : chosen[0] ?? field.options[0]?.value ?? "";
}

function put(field, kept) {
  if (ticks(field)) field.checked = kept;
  else if (Array.isArray(kept)) [...field.options].forEach((option) => { option.selected = kept.includes(option.value); });
  else field.value = kept;
}

/** Tells fields of one name apart: boxes by their value, others by their place. */
function labels(form) {
  const seen = {};
  return fields(form).map((field) => {
    const base = ticks(field) ? `${field.name}=${field.value}` : field.name;
    seen[base] = (seen[base] ?? 0) + 1;
    return [`${base}#${seen[base]}`, field];
  });
}

function keep(form) {
  const changed = labels(form).filter(([, field]) => String(value(field)) !== String(first(field)));
  if (!changed.length) return forget(form.dataset.draft);
  store.write(`draft:${form.dataset.draft}`, { at: Date.now(), fields: Object.fromEntries(changed.map(([label, field]) => [label, value(field)])) });
}

const forget = (key) => store.drop(`draft:${key}`);
const forgetAll = () => store.keys("").forEach((key) => store.drop(key));

function restore(form) {
  if (form.dataset.restored || form.closest("[data-call-sheet]")) return;
  form.dataset.restored = "";
  const draft = store.read(`draft:${form.dataset.draft}`);
  if (!draft) return;
  const known = new Map(labels(form));
  const differing = Object.entries(draft.fields).filter(([label, kept]) => known.has(label) && String(value(known.get(label))) !== String(kept));
  if (!differing.length) return;
  differing.forEach(([label, kept]) => put(known.get(label), kept));
  const note = find("#t-draft").content.firstElementChild.cloneNode(true);
  find("[data-time]", note).textContent = when(draft.at);
  find("button", note).addEventListener("click", () => {
    forget(form.dataset.draft);
    form.reset();
    note.remove();
    find("input:not([type=hidden]),textarea,select", form)?.focus();
  });
  form.prepend(note);
}

function draftsOn(root) {
  const forms = all("form[data-draft]", root);
  if (root.matches?.("form[data-draft]")) forms.push(root);
  forms.forEach(restore);
}

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => { if (form.isConnected && !("sending" in form.dataset)) keep(form); }, 300));
});
addEventListener("pagehide", () => {
  all("form[data-draft][data-restored]:not([data-sending])").forEach((form) => { if (timers.has(form)) keep(form); });
});

/** What was sent and came back as a receipt needs no draft any more. */
function clearDrafts() {
  const sent = store.read("sent");
  if (sent) {
    store.drop("sent");
    const saved = arrivedWithReceipt || find("#receipt [data-outcome=saved],#receipt [data-outcome=gap]");
    const cameBack = all("form[data-draft]").some((form) => form.dataset.draft === sent.key && find("[aria-invalid=true]", form));
    if (saved && !cameBack) forget(sent.key);
  }
  all("[data-clears-draft]").forEach((element) => forget(element.dataset.clearsDraft));
  store.keys("draft:").forEach((key) => { if (Date.now() - (store.read(key)?.at ?? 0) > LIFE) store.drop(key); });
}

// Facts edited in place --------------------------------------------------------------------------

const before = new WeakMap();

async function edit(dd) {
  const fact = dd.closest(".fact");
  const copy = fact.cloneNode(true);
  const place = fact.parentElement;
  const at = [...place.children].indexOf(fact);
  const ahead = typedAhead();
  await window.htmx.ajax("GET", dd.dataset.edit, { target: fact, swap: "outerHTML", source: fact }).finally(ahead.stop);
  const made = place.children[at];
  const form = made && find("[data-edit-form]", made);
  if (!form) return;
  before.set(form, copy);
  const field = find("input:not([type=hidden]),textarea,select", form);
  field?.focus();
  field?.select?.();
  if (ahead.text && "selectionStart" in (field ?? {})) document.execCommand("insertText", false, ahead.text);
  if (ahead.done === "Enter") form.requestSubmit();
  if (ahead.done === "Escape") cancel(form);
}

/** Keeps what is typed while the field is on its way, so that fast hands lose nothing and press no shortcut. */
function typedAhead() {
  const ahead = { text: "", done: "", stop: () => removeEventListener("keydown", hear, true) };
  const hear = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && !/^(Enter|Escape|Backspace)$/.test(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (ahead.done) return;
    if (event.key === "Backspace") ahead.text = ahead.text.slice(0, -1);
    else if (event.key.length > 1) ahead.done = event.key;
    else ahead.text += event.key;
  };
  addEventListener("keydown", hear, true);
  return ahead;
}

function cancel(form) {
  const copy = before.get(form);
  if (!copy) return false;
  form.closest(".fact").replaceWith(copy);
  window.htmx.process(copy);
  find("[data-edit-open]", copy)?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const stop = event.target.closest("[data-edit-cancel]");
  if (stop && cancel(stop.closest("form"))) return event.preventDefault();
  const dd = event.target.closest("[data-edit]");
  const other = event.target.closest("a,button,input,select,textarea,label");
  if (!dd || (other && !other.matches("[data-edit-open]")) || String(getSelection())) return;
  event.preventDefault();
  edit(dd);
});
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest?.("[data-edit-form]");
  if (form && cancel(form)) event.preventDefault();
});
// A form that came back with an error keeps the way to what was there before.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const form = ctx.sourceElement;
  const copy = before.get(form);
  if (!copy || ctx.response?.status !== 422) return;
  const arrived = tasks.find((task) => task.type === "main")?.fragment.querySelector("[data-edit-form]");
  if (arrived) before.set(arrived, copy);
});

// Who is known already ---------------------------------------------------------------------------

const asking = new WeakMap();

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-duplicates]")) return;
  const last = asking.get(target);
  clearTimeout(last?.timer);
  last?.stop.abort();
  const stop = new AbortController();
  asking.set(target, { stop, timer: setTimeout(() => lookUp(target, stop.signal), 250) });
});

async function lookUp(input, signal) {
  const place = find(input.dataset.target || input.form?.dataset.duplicatesTarget || "#duplicates");
  const text = input.value.trim();
  if (!place) return;
  if (text.length < 3) return place.replaceChildren();
  const asked = new URLSearchParams({ q: text, field: input.name });
  fields(input.form).filter((other) => !ticks(other) && other.value.trim()).forEach((other) => asked.append(other.name, other.value.trim()));
  try {
    const answer = await fetch(`${input.dataset.duplicates}?${asked}`, { signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    place.innerHTML = (await answer.text()).trim();
    window.htmx?.process(place);
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren();
  }
}

// Looking up one record for a field: a combobox whose answer is the server's options -------------

const WITH_LIST = new WeakMap();
let lists = 0;

function listOf(input) {
  if (WITH_LIST.has(input)) return WITH_LIST.get(input);
  const list = document.createElement("div");
  Object.assign(list, { id: `lookup-${++lists}`, className: "lookup-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "Found");
  const wiring = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id };
  Object.entries(wiring).forEach(([name, value]) => input.setAttribute(name, value));
  input.after(list);
  WITH_LIST.set(input, list);
  return list;
}

function shut(input) {
  const list = listOf(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function point(input, option) {
  const list = listOf(input);
  find("[aria-selected=true]", list)?.setAttribute("aria-selected", "false");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function take(input, option) {
  input.value = option.dataset.text || option.textContent.trim();
  find("[data-lookup-value]", input.closest("[data-lookup]")).value = option.dataset.value;
  shut(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function offer(input, signal) {
  const text = input.value.trim();
  if (!text) return shut(input);
  try {
    const answer = await fetch(`${input.closest("[data-lookup]").dataset.lookup}?${new URLSearchParams({ q: text })}`, { signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return shut(input);
    const list = listOf(input);
    list.innerHTML = await answer.text();
    const found = all("[role=option]", list);
    found.forEach((option, at) => { option.id = `${list.id}-${at}`; });
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    say(found.length ? `${found.length} found` : "None found; a new one will be made");
  } catch (error) {
    if (error.name !== "AbortError") shut(input);
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-lookup-text]")) return;
  find("[data-lookup-value]", target.closest("[data-lookup]")).value = "";
  const last = asking.get(target);
  clearTimeout(last?.timer);
  last?.stop.abort();
  const stop = new AbortController();
  asking.set(target, { stop, timer: setTimeout(() => offer(target, stop.signal), 150) });
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-lookup-text]") || listOf(input).hidden) return;
  const found = all("[role=option]", listOf(input));
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const go = { ArrowDown: at + 1, ArrowUp: at < 0 ? found.length - 1 : at - 1 }[event.key];
  if (go !== undefined) point(input, found[(go + found.length) % found.length]);
  else if (event.key === "Enter" && at >= 0) take(input, found[at]);
  else if (event.key === "Escape") shut(input);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
// Before the field loses the focus, so that the choice is made by the press.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest(".lookup-list [role=option]");
  if (!option) return;
  event.preventDefault();
  take(find("[data-lookup-text]", option.closest("[data-lookup]")), option);
});
document.addEventListener("focusout", ({ target }) => { if (target.matches?.("[data-lookup-text]")) shut(target); });

// How a call went --------------------------------------------------------------------------------

const sheet = find("[data-call-sheet]");
const AWAY = 2 * 3600000;
let left = false;

const callOf = ({ dataset: of }) => ({ kind: of.callKind ?? of.logKind, id: of.callId ?? of.logId, name: of.callName || of.logName || find("h1")?.textContent.trim() || "", at: Date.now(), next: location.pathname });

function askAbout(call) {
  if (!sheet || sheet.open) return;
  const form = find("form[method=post]", sheet);
  find("[data-call-name]", sheet).textContent = call.name ? ` with ${call.name}` : "";
  form.elements.kind.value = call.kind;
  form.elements.id.value = call.id;
  form.elements.next.value = call.next || location.pathname;
  const key = `call:${call.kind}:${call.id}`;
  if (form.dataset.draft !== key) {
    find("#call-asked", sheet).replaceChildren();
    form.elements.note.value = store.read(`draft:${key}`)?.fields["note#1"] ?? "";
    form.dataset.draft = key;
  }
  openDialog(sheet);
  if (!matchMedia("(hover:hover)").matches) focus(find("[name=outcome]", sheet)); // a keyboard on the glass would hide the choices
}

function returned() {
  const call = store.read("call");
  if (!call || document.visibilityState !== "visible" || !left) return;
  store.drop("call");
  left = false;
  if (Date.now() - call.at < AWAY) askAbout(call);
}

document.addEventListener("click", (event) => {
  const phone = event.target.closest('a[href^="tel:"][data-call-id]');
  if (phone) { left = false; store.write("call", callOf(phone)); }
  const opener = event.target.closest("[data-call-open],[data-log-id]");
  if (opener && sheet) { event.preventDefault(); askAbout(callOf(opener)); }
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") left = true; else returned(); });
addEventListener("blur", () => { left = true; });
addEventListener("focus", returned);

// Start ------------------------------------------------------------------------------------------

clearDrafts();
draftsOn(document);
all("[data-duplicates]").filter((input) => input.value.trim()).slice(0, 1).forEach((input) => lookUp(input, AbortSignal.timeout(9000))); // of a form that came filled
document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => (newContent ?? []).forEach((node) => node instanceof Element && draftsOn(node)));
// The phone may have thrown the page away during the call: then a fresh page finds the intent.
if (store.read("call")) { left = true; returned(); }
