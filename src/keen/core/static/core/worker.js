// The service worker: the shell from the device, pages from the network, and without one the last copies of those that the server
// marks. The server puts SHELL and outbox.js before this.

const FILES = `keen-files-${SHELL.version}`;
const COPIES = "keen-copies-";
const MOST = 40;
const PATIENCE = 8000;
const path = (request) => new URL(request.url).pathname;
const isOld = (found) => Date.now() - Number(found.headers.get("At")) > SHELL.days * 86400000;
const discard = async (start, kept = "") => Promise.all((await caches.keys()).filter((name) => name.startsWith(start) && name !== kept).map((name) => caches.delete(name)));
let turn = 0; // what was asked for before the copies were thrown away is not kept

addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await files.addAll([...SHELL.files, SHELL.offline].map((address) => new Request(address, { cache: "reload" })));
  await skipWaiting();
})()));
addEventListener("activate", (event) => event.waitUntil(discard("keen-files-", FILES).then(() => clients.claim())));

function forget() {
  turn += 1;
  return discard(COPIES);
}

async function keep(request, answer, asked) {
  if (path(request) === SHELL.enter) return forget(); // nobody is signed in
  const user = answer.headers.get("Keen-Copy-For");
  if (!user || answer.status !== 200) return;
  const html = await answer.text();
  if (asked !== turn) return;
  await discard(COPIES, COPIES + user); // of who was here before
  const copies = await caches.open(COPIES + user);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": answer.headers.get("Content-Security-Policy") ?? "", At: Date.now() };
  await copies.put(path(request), new Response(html, { headers }));
  const kept = await copies.keys();
  for (const [at, other] of kept.entries()) if (isOld(await copies.match(other)) || (at < kept.length - MOST && path(other) !== "/")) await copies.delete(other);
  if (asked !== turn) await discard(COPIES);
}

/** The copy of a page, which says when it was made; null where there is none, or an old one. */
async function copyOf(request) {
  const name = request.method === "GET" && (await caches.keys()).find((one) => one.startsWith(COPIES));
  const found = name && await (await caches.open(name)).match(path(request));
  if (!found || isOld(found)) return null;
  return new Response((await found.text()).replace("<body ", `<body data-copy="${found.headers.get("At")}" `), { headers: found.headers });
}

function page(event) {
  const { request } = event;
  const asked = turn;
  const late = new Promise((done) => setTimeout(() => copyOf(request).then((copy) => copy && done(copy)), PATIENCE));
  const live = fetch(request).then((answer) => {
    event.waitUntil(keep(request, answer.clone(), asked));
    return answer;
  }).catch(async () => (await copyOf(request)) ?? caches.match(SHELL.offline, { ignoreVary: true }));
  return Promise.race([live, late]);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (new URL(request.url).origin !== location.origin) return;
  if (request.method === "POST" && path(request) === SHELL.leave) event.waitUntil(forget());
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (SHELL.files.includes(path(request))) event.respondWith(caches.match(request, { cacheName: FILES, ignoreVary: true }).then((found) => found ?? fetch(request)));
});

// Where browsers wake the worker when the network is back. Others send when a page is opened or seen again.
addEventListener("sync", (event) => event.waitUntil(self.outbox.send().then(async (came) => (await clients.matchAll()).forEach((one) => one.postMessage(came?.sent ?? [])))));
