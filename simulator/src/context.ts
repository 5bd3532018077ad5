/** What a handler of one Graph call has at hand, and what it answers. */
import type { GraphRequest } from "./graph-reply.ts";
import type { Doc } from "./json.ts";
import type { Query } from "./odata/query.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

export interface Context {
  store: Store;
  settings: Settings;
  request: GraphRequest;
  query: Query;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Answer {
  status: number;
  body: Doc | null;
  headers?: Record<string, string>;
}

export function ok(body: Doc): Answer {
  return { status: 200, body };
}

export const NO_CONTENT: Answer = { status: 204, body: null };
