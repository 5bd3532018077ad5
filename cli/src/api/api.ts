/** The calls of the command line: routes of the contract, with a token. */
import type { z } from "zod";
import { answerOf, problemOf } from "../../../src/client/answer.ts";
import { addressOf, type AnyPlace, type Place, type WithBody } from "../../../src/client/place.ts";
import { ApiProblem } from "../../../src/client/problem.ts";
import type { Route } from "../../../src/contract/routes/route.ts";
import { Interrupted } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import type { Server } from "./servers.ts";

/** A request may take so long; a download has no limit. */
const LIMIT_MS = 60_000;

interface AnyCall extends AnyPlace {
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export class Api {
  readonly server: Server;
  readonly #terminal: Terminal;

  constructor(server: Server, terminal: Terminal) {
    this.server = server;
    this.#terminal = terminal;
  }

  /** Calls a route and parses its answer. @throws ApiProblem, ApprovalWaits where the change waits, Interrupted */
  async call<
    Params extends z.ZodObject,
    Query extends z.ZodType,
    Headers extends z.ZodObject,
    Body extends z.ZodType,
    Answer extends z.ZodType,
  >(
    route: Route<Params, Query, Headers, Body, Answer>,
    request: Place<Params, Query> & { headers?: z.input<Headers> } & WithBody<Body>,
  ): Promise<z.output<Answer>>;
  async call(route: Route, request: AnyCall): Promise<unknown> {
    const { response, text } = await this.#send(route, request);
    return answerOf(route, { response, text });
  }

  /** All items of a list, page by page. */
  async *all<Item>(page: (cursor: string | null) => Promise<Page<Item>>): AsyncGenerator<Item> {
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: Page<Item> = await page(cursor);
      yield* items;
      cursor = nextCursor;
    } while (cursor !== null);
  }

  /** The answer of a route that is no JSON of ours, as it comes. @throws ApiProblem, Interrupted */
  async open<Params extends z.ZodObject, Query extends z.ZodType>(
    route: Route<Params, Query>,
    place: Place<Params, Query>,
  ): Promise<Response> {
    const response = await this.#fetch(addressOf(route, place), { headers: this.#headers({}) }, null);
    if (response.ok) return response;
    throw problemOf({ response, text: await response.text() });
  }

  /** An address of the console, for people to open. */
  page(href: string): string {
    return `${this.server.origin}${href}`;
  }

  async #send(route: Route, request: AnyCall): Promise<{ response: Response; text: string }> {
    const isRead = route.method === "GET";
    const init: RequestInit = {
      method: route.method,
      headers: this.#headers({
        ...request.headers,
        accept: "application/json",
        ...(isRead ? {} : { "content-type": "application/json" }),
      }),
      ...(isRead ? {} : { body: JSON.stringify(request.body ?? {}) }),
    };
    const response = await this.#fetch(addressOf(route, request), init, LIMIT_MS);
    const text = await this.#guarded(() => response.text());
    if (!response.ok) throw problemOf({ response, text });
    return { response, text };
  }

  #headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    const { token } = this.server;
    return { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  }

  async #fetch(address: string, init: RequestInit, limitMs: number | null): Promise<Response> {
    const { signal } = this.#terminal;
    // A token is for this server alone: what leads elsewhere is not followed.
    return this.#guarded(() =>
      this.#terminal.fetch(`${this.server.origin}${address}`, {
        ...init,
        redirect: "manual",
        signal: limitMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
      }),
    );
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (result instanceof Response && isRedirect(result)) {
        throw new ApiProblem({
          code: "led_elsewhere",
          status: 401,
          title: "Something before the server asks to sign in",
        });
      }
      return result;
    } catch (error) {
      if (error instanceof ApiProblem) throw error;
      if (this.#terminal.signal.aborted) throw new Interrupted();
      if (error instanceof DOMException && error.name === "TimeoutError") {
        throw new ApiProblem({ code: "no_answer_in_time", status: 0, title: "No answer came in time" });
      }
      throw new ApiProblem({ code: "network_unreachable", status: 0, title: `${this.server.origin} does not answer` });
    }
  }
}

/** The product leads programs nowhere: what does so stands before it. */
function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400;
}
