/**
 * Keeps the console's files, so that a reload without a connection shows the console, which says what is wrong, and not the browser's own
 * error page. It keeps nothing of any tenant: no answer of the API comes by here.
 */
declare const self: ServiceWorkerGlobalScope;

const FILES = "console-files";
const PAGE = "/";
/** Without the ending: its full name is answered with a redirect, which cannot stand for another address. */
const OFFLINE_PAGE = "/offline";
/** Loaded by the console's page under names that stay. */
const NAMED = [OFFLINE_PAGE, "/ask-early.js", "/before-modules.js", "/favicon.svg"];
const HASHED = "/assets/";
/** Only the console's page has it. */
const MARK = '<div id="root">';
/** What the Worker answers itself, and pages that are no part of the console. */
const OTHERS = /^\/(?:api|auth)\/|^\/(?:healthz|readyz|api-reference)/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepFirst().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOf(event, url));
  else if (url.pathname.startsWith(HASHED)) event.respondWith(hashedFile(request));
  else if (NAMED.includes(url.pathname)) event.respondWith(namedFile(request, url));
});

async function keepFirst(): Promise<void> {
  const answer = await fetch(PAGE, { cache: "no-cache" });
  if (!(await keepConsole(answer))) throw new Error("the console's page did not come");
}

/**
 * Keeps the console's page and what it loads before anything else. Rejects when a part does not come: what was kept before then stays as it
 * was. False when the answer is not the console's page.
 */
async function keepConsole(answer: Response): Promise<boolean> {
  const text = await answer.text();
  if (!answer.ok || !text.includes(MARK)) return false;
  const files = await caches.open(FILES);
  const before = await files.match(PAGE);
  if ((await before?.text()) === text) return true;
  const loaded = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  await files.addAll([...loaded, ...NAMED]);
  // Not the answer itself: one that came by a redirect cannot stand for another address.
  await files.put(PAGE, new Response(text, { headers: answer.headers }));
  // Of builds before. A page of theirs that is still open has its code in memory, or asks the server.
  for (const request of await files.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(HASHED) && !loaded.includes(pathname)) await files.delete(request);
  }
  return true;
}

async function pageOf(event: FetchEvent, { pathname }: URL): Promise<Response> {
  const others = OTHERS.test(pathname);
  try {
    const answer = await fetch(event.request);
    if (!others) event.waitUntil(keepConsole(answer.clone()).catch(() => false));
    return answer;
  } catch (error) {
    const files = await caches.open(FILES);
    const kept = await files.match(others ? OFFLINE_PAGE : PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Its name has the hash of its contents: what is kept is right for ever. */
async function hashedFile(request: Request): Promise<Response> {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await files.put(request, answer.clone());
  return answer;
}

async function namedFile(request: Request, { pathname }: URL): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const files = await caches.open(FILES);
    const kept = await files.match(pathname);
    if (kept === undefined) throw error;
    return kept;
  }
}
