// What was written down without a network, for the page and for the service worker: kept on the device, sent in order.
// Each has a name from the moment it is written, under which the server grants it once, however often it is sent.

self.outbox = (() => {
  const TRIES = 5; // of what makes the server stumble, before it is put aside for what comes after it
  const PATIENCE = 20000;
  const HTMX = { "HX-Request": "true" };
  let opened;

  const open = () => (opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("keen", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "n", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => { opened = null; fail(asked.error); };
  }));

  /** What was asked for, when it is on the disk. */
  async function within(act) {
    const work = (await open()).transaction("waiting", "readwrite", { durability: "strict" });
    const asked = act(work.objectStore("waiting"));
    return new Promise((done, fail) => {
      work.oncomplete = () => done(asked.result);
      work.onabort = () => fail(work.error);
    });
  }
  const all = async (user) => (await within((rows) => rows.getAll())).filter((one) => one.user === user);
  const add = (one) => within((rows) => rows.add(one));
  const drop = (n) => within((rows) => rows.delete(n));
  const change = (n, values) => within((rows) => {
    const asked = rows.get(n);
    asked.onsuccess = () => { if (asked.result) rows.put({ ...asked.result, ...values }); };
    return asked;
  });

  /** What the server says of it; null when it refused, false when nobody is signed in any more. Throws when it did not answer. */
  async function sendOne(one, { user, csrf }) {
    const ago = Math.max(0, Math.round((Date.now() - one.at) / 1000));
    const body = new URLSearchParams([...one.fields, ["_of", one.of], ["_once", one.id], ["_user", user], ["_ago", ago]]);
    await change(one.n, { tried: true }); // from here on the server may have it
    const answer = await fetch("/kept/", { method: "POST", body, headers: { ...HTMX, "X-CSRFToken": csrf }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 401) return false;
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok && told.outcome) return drop(one.n).then(() => ({ ...one, ...told }));
    const again = answer.ok || answer.status >= 500 || answer.status === 429;
    const fails = (one.fails ?? 0) + 1;
    const state = again && fails < TRIES ? "" : "refused";
    await change(one.n, { fails, state, tried: again, message: told.message ?? "The server did not take it. Try again later." });
    if (!state) throw new Error(String(answer.status));
    return null;
  }

  /** Sends what its own writer may send now. Answers with who has signed in, and what came of it; throws without a network. */
  async function send() {
    const answer = await fetch("/here/", { headers: HTMX, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok && answer.status !== 401) throw new Error(String(answer.status));
    const here = answer.ok ? await answer.json() : { user: "" };
    const sent = [];
    for (const seen = new Set(); here.user;) {
      const one = (await all(here.user)).find(({ n, state }) => !state && !seen.has(n));
      if (!one) break;
      seen.add(one.n);
      const told = await sendOne(one, here);
      if (told) sent.push(told); else if (told === false) here.user = "";
    }
    return { user: here.user, sent };
  }

  // One at a time among all open pages, where browsers can do that; elsewhere the names see to it.
  const alone = () => (navigator.locks ? navigator.locks.request("keen-outbox", { ifAvailable: true }, (held) => held && send()) : send());
  return { all, add, change, drop, send: alone };
})();
