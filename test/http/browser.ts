/** A browser as far as signing in is concerned: follows redirects between the product and a provider, and keeps each one's cookies. */
import type { Hono } from "hono";
import type { AppEnvironment } from "../../src/http/routing/context.ts";
import { ORIGIN } from "./demo.ts";

const MOST_STEPS = 12;

export class Browser {
  readonly #app: Hono<AppEnvironment>;
  readonly #env: object;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(app: Hono<AppEnvironment>, env: object) {
    this.#app = app;
    this.#env = env;
  }

  /** One request, with the cookies of its origin. Redirects are not followed. */
  async send(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, ORIGIN);
    const headers = new Headers(init.headers);
    const cookies = [...this.cookiesOf(url.origin)].map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
    const request = new Request(url, { ...init, headers, redirect: "manual" });
    const response = url.origin === ORIGIN ? await this.#app.fetch(request, this.#env) : await fetch(request);
    for (const cookie of response.headers.getSetCookie()) this.#keep(url.origin, cookie);
    return response;
  }

  /** A request of the console's own page. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("sec-fetch-site", "same-origin");
    if (init.body !== undefined) headers.set("content-type", "application/json");
    return this.send(path, { ...init, headers });
  }

  /**
   * Goes where redirects lead, and stops before the first address that `stop` names, or at a page of the console. Returns where it
   * stands.
   */
  async follow(address: string, stop: (url: URL) => boolean = () => false): Promise<string> {
    let url = new URL(address, ORIGIN);
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (stop(url)) return url.href;
      if (url.origin === ORIGIN && !url.pathname.startsWith("/auth/")) return url.href;
      const response = await this.send(url.href);
      const location = response.headers.get("location");
      if (location === null) throw new Error(`${url.href} answers ${response.status} ${await response.text()}`);
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw new Error("It leads on and on");
  }

  cookiesOf(origin: string): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  #keep(origin: string, cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(";").map((part) => part.trim());
    const [name = "", ...value] = pair.split("=");
    const jar = this.cookiesOf(origin);
    const ends = attributes.some((each) => each.toLowerCase() === "max-age=0") || value.join("=") === "";
    if (ends) jar.delete(name);
    else jar.set(name, value.join("="));
  }
}
