import { beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { MAX_BODY_BYTES } from "../../src/http/routing/requests.ts";
import { ORIGIN, post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const OPERATIONS = "/api/tenants/contoso/operations";

beforeAll(seedDemoData);

describe("what a request must be", () => {
  it("names the field of a query parameter that is malformed", async () => {
    const problem = await problemOf(await request(`${OPERATIONS}?limit=0`));
    expect(problem).toMatchObject({ status: 400, code: "invalid_input", fields: [{ path: "limit" }] });
  });

  it.each(["limit=201", "limit=1e2", "limit=-1", "limit=", "limit=5&limit=6", "state=open", "stat=active", "cursor="])(
    "refuses the query ?%s",
    async (query) => {
      expect(await problemOf(await request(`${OPERATIONS}?${query}`))).toMatchObject({
        status: 400,
        code: "invalid_input",
      });
    },
  );

  it.each(["operations", "members", "audit-events", "notifications", "inventory/policies"])(
    "refuses a cursor that the list of %s has not given out",
    async (list) => {
      for (const cursor of ["nonsense", btoa("[]"), btoa('["a","b","c","d"]'), "%F0%9F%A6%84"]) {
        const problem = await problemOf(await request(`/api/tenants/contoso/${list}?cursor=${cursor}`));
        expect(problem).toMatchObject({ status: 400, code: "invalid_input", fields: [{ path: "cursor" }] });
      }
    },
  );

  it("takes up to 1,000 policies at a time and 200 of anything else", async () => {
    expect((await request("/api/tenants/contoso/inventory/policies?limit=1000")).status).toBe(200);
    expect((await request("/api/tenants/contoso/inventory/policies?limit=1001")).status).toBe(400);
    expect((await request("/api/tenants/contoso/members?limit=200")).status).toBe(200);
  });

  it("tells malformed JSON from JSON that is not what it should be", async () => {
    const malformed = await problemOf(await post(OPERATIONS, '{"type": '));
    expect(malformed.fields).toEqual([{ path: "", message: "is not well-formed JSON" }]);
    const wrong = await problemOf(await post(OPERATIONS, { type: 7, extra: true }));
    expect(wrong).toMatchObject({ status: 400, code: "invalid_input" });
    expect(wrong.fields?.map(({ path }) => path).sort()).toEqual(["extra", "type"]);
  });

  it("names the input's field that an operation does not understand", async () => {
    const problem = await problemOf(await post(OPERATIONS, { type: "inventory.sync", input: { families: ["nope"] } }));
    expect(problem).toMatchObject({ status: 400, code: "invalid_input" });
    expect(problem.fields?.[0]?.path).toMatch(/^input\.families/);
  });

  it("refuses an operation type that does not exist", async () => {
    const problem = await problemOf(await post(OPERATIONS, { type: "no.such" }));
    expect(problem).toMatchObject({ status: 400, code: "invalid_input", fields: [{ path: "type" }] });
  });

  it("takes JSON only", async () => {
    const response = await post(OPERATIONS, "type=inventory.sync", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(await problemOf(response)).toMatchObject({ status: 415, code: "unsupported_media_type" });
  });

  it("refuses a body over the limit, also one that does not announce its size", async () => {
    const body = JSON.stringify({ type: "inventory.sync", input: { padding: "x".repeat(MAX_BODY_BYTES) } });
    expect(await problemOf(await post(OPERATIONS, body))).toMatchObject({ status: 413, code: "payload_too_large" });
    const streamed = await request(OPERATIONS, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Response(body).body?.pipeThrough(new TransformStream()) ?? null,
    });
    expect(await problemOf(streamed)).toMatchObject({ status: 413, code: "payload_too_large" });
  });

  it("refuses a body that breaks off, as the caller's fault", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"type":')),
      pull: (controller) => controller.error(new Error("Network connection lost.")),
    });
    const headers = { "content-type": "application/json" };
    // Straight into the product: on the way through the runtime a body that breaks off becomes one that ends.
    const sent = new Request(new URL(OPERATIONS, ORIGIN), { method: "POST", headers, body: broken });
    const answer = await createApp(allServed()).fetch(sent, env);
    expect(await problemOf(answer)).toMatchObject({
      status: 400,
      fields: [{ message: "could not be read to its end" }],
    });
  });

  it("refuses an Idempotency-Key that is none", async () => {
    const response = await post(OPERATIONS, { type: "inventory.sync" }, { headers: { "idempotency-key": "a b" } });
    expect(await problemOf(response)).toMatchObject({ status: 400, fields: [{ path: "Idempotency-Key" }] });
  });

  it("answers an address that does not exist with a problem of 404", async () => {
    for (const path of [
      "/api/nothing",
      "/api",
      "/api/tenants/contoso/nothing",
      "/api/tenants/contoso/operations/none",
    ]) {
      expect(await problemOf(await request(path))).toMatchObject({ status: 404, code: "not_found" });
    }
  });
});

describe("where a request may come from", () => {
  it.each([
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:3000" },
    { origin: "https://localhost:8787" },
    { "sec-fetch-site": "cross-site" },
  ])("refuses a change that another site's page sends: %o", async (headers) => {
    const response = await post(OPERATIONS, { type: "inventory.sync" }, { headers });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden_origin" });
  });

  it("refuses a socket that another site's page opens", async () => {
    const headers = { upgrade: "websocket", origin: "http://evil.example" };
    const response = await request("/api/tenants/contoso/activity/live", { headers });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden_origin" });
  });

  it("takes a change from its own pages", async () => {
    const headers = { origin: ORIGIN, "sec-fetch-site": "same-origin" };
    const response = await post(OPERATIONS, { type: "no.such" }, { headers });
    expect((await problemOf(response)).code).toBe("invalid_input");
  });
});

describe("what an answer says", () => {
  it("carries a request id, and headers that keep it out of caches, frames and guesses", async () => {
    const { headers } = await request("/api/me");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  it("tells nothing of a bug but the request's id, and logs it under that id", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    try {
      const broken = { ...env, DATABASE: null };
      const response = await createApp(allServed()).fetch(new Request(`${ORIGIN}/api/me`), broken);
      const problem = await problemOf(response);
      expect(problem).toEqual({
        type: "about:blank",
        title: "Something went wrong on our side",
        status: 500,
        code: "internal_error",
        requestId: response.headers.get("x-request-id"),
      });
      expect(logged.mock.calls.flat().join()).toContain(`"requestId":"${problem.requestId}"`);
    } finally {
      logged.mockRestore();
    }
  });

  it("answers the health check while D1 answers, and tells that it does not otherwise", async () => {
    expect((await request("/healthz")).status).toBe(200);
    const silenced = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await createApp(allServed()).fetch(new Request(`${ORIGIN}/healthz`), { ...env, DATABASE: null });
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
    silenced.mockRestore();
  });

  it("answers the readiness check when every part is there, and names those that are not", async () => {
    expect(await (await request("/readyz")).json()).toEqual({ status: "ready", version: expect.any(String) });
    const silenced = vi.spyOn(console, "error").mockImplementation(() => {});
    const ask = async (changed: object) =>
      problemOf(await createApp(allServed()).fetch(new Request(`${ORIGIN}/readyz`), { ...env, ...changed }));
    const off = { TENANTATLAS_LOCAL_MODE: "0" };
    expect(await ask(off)).toMatchObject({ status: 503, code: "unavailable", detail: "Not ready: settings" });
    expect(await ask({ TENANTATLAS_SECRETS_KEY: "short" })).toMatchObject({ detail: "Not ready: settings" });
    expect(await ask({ DATABASE: null, ARTIFACTS: null, RUN_UNITS: null })).toMatchObject({
      detail: "Not ready: database, storage, queue",
    });
    for (const queue of ["RUN_UNITS_QUICK", "GRAPH_UNITS", "GRAPH_UNITS_QUICK"]) {
      expect(await ask({ [queue]: null }), queue).toMatchObject({ detail: "Not ready: queue" });
    }
    expect(silenced.mock.calls.flat().join()).toContain("Set TENANTATLAS_IDENTITY to entra or to access");
    silenced.mockRestore();
  });

  it("answers 404 for a file of another build of the console, and never with the page", async () => {
    const ASSETS = {
      fetch: (asked: Request) =>
        asked.url.endsWith("/there.js")
          ? new Response("1", { headers: { "content-type": "text/javascript" } })
          : new Response("<!doctype html>", { headers: { "content-type": "text/html; charset=utf-8" } }),
    };
    const ask = (path: string) => createApp(allServed()).fetch(new Request(`${ORIGIN}${path}`), { ...env, ASSETS });
    expect(await (await ask("/assets/there.js")).text()).toBe("1");
    const gone = await ask("/assets/gone-123.js");
    expect([gone.status, gone.headers.get("cache-control")]).toEqual([404, "no-store"]);
    expect((await ask("/t/contoso")).status).toBe(200);
  });
});
