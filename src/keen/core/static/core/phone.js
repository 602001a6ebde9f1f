// Without a network: forms that say data-keeps wait on this device (outbox.js), the strip counts them, a sheet shows them.

const { find, all, say, tell, when, token, store, notSaved } = window.keen;
const { outbox } = self;
const { body } = document;
const DAY = 86400000;
const COPIES = "keen-copies-";
// The page that stands for a missing one names nobody: it shows what waits of whom the copies on this device belong to.
const user = body.dataset.user ?? (await self.caches?.keys())?.find((name) => name.startsWith(COPIES))?.slice(COPIES.length) ?? "";
const copy = Number(body.dataset.copy ?? 0);
let [waiting, out, timer, pause] = [[], false, 0, 5000];

const those = (state) => waiting.filter((one) => one.state === state).length;
const count = (number, one, more) => `${number} ${number === 1 ? `item ${one}` : `items ${more}`}`;
const goingOut = () => `${count(those(""), "waits", "wait")} and will go out by ${those("") === 1 ? "itself" : "themselves"}.`;
const words = (one) => one.fields.find(([name, value]) => ["note", "text", "subject"].includes(name) && value);

function stripText() {
  const parts = [navigator.onLine ? "" : "No network.", copy ? `This is the copy of ${when(copy)}.` : ""];
  if (those("")) parts.push(out ? `${count(those(""), "waits", "wait")} until you sign in again.` : goingOut());
  if (those("refused")) parts.push(`${count(those("refused"), "needs", "need")} you.`);
  const said = parts.filter(Boolean).join(" ");
  return said === "No network." ? `${said} Calls, notes and tasks are kept here and go out by themselves.` : said;
}

function lineOf(one) {
  const line = find("#t-waiting").content.firstElementChild.cloneNode(true);
  const text = words(one)?.[1] ?? "";
  Object.assign(line.dataset, { n: one.n, state: one.state || (one.tried ? "tried" : "waiting") });
  for (const [name, said] of Object.entries({ title: one.title, said: text, at: when(one.at), told: one.message ?? "" })) find(`[data-${name}]`, line).textContent = said;
  find("textarea", line).value = text;
  return line;
}

async function show() {
  const old = ({ gone }) => gone < Date.now() - DAY;
  const kept = user ? await outbox.all(user) : [];
  kept.filter(old).forEach(({ n }) => outbox.drop(n));
  waiting = kept.filter((one) => !old(one));
  find("[data-waiting]").replaceChildren(...waiting.map(lineOf));
  const strip = find("[data-offline]");
  const said = stripText();
  if (find("p", strip).textContent !== said) find("p", strip).textContent = said;
  for (const [name, on] of Object.entries({ opens: waiting.length, enter: out, reload: copy && navigator.onLine })) find(`[data-${name}]`, strip).hidden = !on;
  strip.hidden = !said;
}

async function send() {
  clearTimeout(timer);
  try {
    const came = user && those("") && navigator.onLine ? await outbox.send() : { user, sent: [] };
    if (!came) throw new Error("another page sends");
    out = came.user !== user;
    pause = 5000;
    arrived(came.sent.filter((one) => one.user === user));
  } catch {
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, 300000);
  }
  await show();
}

function arrived(sent) {
  if (!sent.length) return;
  tell("arrived", sent.length === 1 ? sent[0].text : `${sent.length} items that waited here are saved.`, sent.length === 1 ? sent[0].object?.href : "");
  body.dispatchEvent(new Event("keen-changed"));
}

/** Whether it is kept. Its name is made here, unless it was sent under one already. */
async function wait(of, title, fields, id = token()) {
  try {
    await outbox.add({ user, of, title, fields, id, at: Date.now(), state: "" });
  } catch {
    notSaved("No network, and this browser keeps nothing. Leave the page open and try again when the network is back.");
    return false;
  }
  await show();
  tell("kept", `${navigator.onLine ? "The server does not answer." : "No network."} ${goingOut()}`);
  navigator.storage?.persist?.();
  navigator.serviceWorker?.getRegistration().then((found) => found?.sync?.register("outbox")).catch(() => { /* sent when a page is seen again */ });
  timer = setTimeout(send, pause);
  return true;
}

async function waitForm(form, submitter) {
  if ("keeping" in form.dataset) return;
  form.dataset.keeping = "";
  const fields = [...new FormData(form, submitter)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "_once", "next"].includes(name));
  const [kind, id] = form.dataset.about?.split(" ") ?? []; // not fields: a form with a field named id has no id of its own
  if (kind) fields.push(["kind", kind], ["id", id]);
  const title = form.dataset.keepsTitle || `Call${find("#call-sheet [data-call-name]").textContent}`;
  const what = submitter?.value === "task" ? title.replace(/^Note/, "Task") : title;
  const outcome = submitter?.name === "outcome" ? `: ${submitter.textContent.trim().toLowerCase()}` : "";
  if (await wait(form.dataset.keeps, what + outcome, fields, form.elements._once?.value)) {
    form.elements._once?.remove();
    form.reset();
    store.drop(`draft:${form.dataset.draft}`);
    form.closest("dialog")?.close();
  }
  delete form.dataset.keeping;
}

/** True when the form waits here instead of being sent; forms.js asks. */
function keeps(event) {
  if (navigator.onLine || !user || !event.target.dataset.keeps) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  waitForm(event.target, event.submitter);
  return true;
}

// Sent, and no answer came: the server may have it, so it waits under the name that it was sent under.
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.sourceElement?.dataset?.keeps || ctx.response || !user) return;
  event.stopImmediatePropagation();
  waitForm(ctx.sourceElement, ctx.request.submitter);
}, true);

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-do]");
  const line = button?.closest("[data-n]");
  const one = line && waiting.find(({ n }) => n === Number(line.dataset.n));
  if (!one) return;
  const at = one.fields.indexOf(words(one));
  const fields = one.fields.map(([name, value], place) => [name, place === at ? find("textarea", line).value : value]);
  const acts = { discard: { state: "gone", gone: Date.now() }, undo: { state: one.message ? "refused" : "", gone: undefined }, save: { state: "", fails: 0, fields } };
  await outbox.change(one.n, acts[button.dataset.do]);
  if (button.dataset.do === "discard") await show(); else await send();
  find(`[data-n="${one.n}"] [data-do]:not(details *)`)?.focus();
});

addEventListener("online", () => { say("The network is back."); pause = 5000; send(); });
addEventListener("offline", show);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
navigator.serviceWorker?.addEventListener("message", ({ data }) => { arrived(data.filter((one) => one.user === user)); show(); });
navigator.serviceWorker?.register("/sw.js").catch(() => { /* a browser that keeps nothing works with the network alone */ });
await show();
Object.assign(window.keen, { keeps, wait });
send();
