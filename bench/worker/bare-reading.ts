/**
 * The yardstick of an inventory sync: the requests that it makes for the policies of a tenant, sent again with six at a time, and nothing
 * done with the answers but parsing them.
 */
import { readFamily } from "../../src/graph/calls/family-reader.ts";
import { FAMILIES } from "../../src/graph/families.ts";
import { connectTenant } from "../../src/graph-work/connect.ts";
import { enter, envOfTenant } from "../../src/database/databases.ts";

const CONNECTIONS = 6;

interface Sent {
  url: string;
  init: RequestInit;
}

export interface BareReading {
  milliseconds: number;
  requests: number;
}

/** Reads the tenant once to learn the requests, then times them. */
export async function readBare(env: Env, tenantId: string): Promise<BareReading> {
  const families: Sent[][] = [];
  for (const family of FAMILIES) families.push(await requestsOf(env, tenantId, family));
  const startedAt = Date.now();
  await sendAgain(families);
  return { milliseconds: Date.now() - startedAt, requests: families.flat().length };
}

/** The requests to Graph that reading the family takes, in their order; tokens' are left out. */
async function requestsOf(env: Env, tenantId: string, family: (typeof FAMILIES)[number]): Promise<Sent[]> {
  const sent: Sent[] = [];
  const context = {
    env: await envOfTenant(enter(env), tenantId),
    now: () => Date.now(),
    signal: new AbortController().signal,
  };
  const connecting = await connectTenant(tenantId, context);
  if (connecting.kind !== "connected") throw new Error(`${tenantId} is ${connecting.kind}`);
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (typeof input === "string" && init !== undefined && !input.includes("/oauth2/")) {
      // Not its signal: that is of the reading that is over by then.
      const { signal: _signal, ...again } = init;
      sent.push({ url: input, init: again });
    }
    return send(input, init);
  };
  try {
    for await (const portion of readFamily(connecting.client, context.now, family)) {
      if (portion.kind !== "ok") throw new Error(`${family.key}: ${portion.kind}`);
    }
  } finally {
    globalThis.fetch = send;
  }
  return sent;
}

/** Pages follow one another; a batch needs the page before it alone. Families go side by side. */
async function sendAgain(families: readonly Sent[][]): Promise<void> {
  let open = 0;
  const waiting: (() => void)[] = [];
  const answered = async ({ url, init }: Sent): Promise<void> => {
    if (open >= CONNECTIONS) await new Promise<void>((resolve) => waiting.push(resolve));
    else open += 1;
    try {
      const response = await fetch(url, init);
      JSON.parse(await response.text());
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
    } finally {
      const next = waiting.shift();
      if (next === undefined) open -= 1;
      else next();
    }
  };
  await Promise.all(
    families.map(async (requests) => {
      const batches: Promise<void>[] = [];
      for (const request of requests) {
        if (request.init.method === "GET") await answered(request);
        else batches.push(answered(request));
      }
      await Promise.all(batches);
    }),
  );
}
