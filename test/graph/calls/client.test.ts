import { MAX_BODY_BYTES } from "../../../src/graph/calls/exchange.ts";
import { describe, expect, it } from "vitest";
import { GRAPH, graphError, json, ScriptedGraph } from "./scripted-graph.ts";

const URL_OF_LIST = `${GRAPH}/beta/deviceManagement/configurationPolicies`;

describe("A request to Graph", () => {
  it("carries the token and an id of its own, and keeps Graph's", async () => {
    const graph = new ScriptedGraph(() => json({ value: [] }, 200, { "request-id": "r-1" }));
    const result = await graph.client().get(URL_OF_LIST);
    expect(result).toEqual({ kind: "ok", value: { value: [] }, requestId: "r-1" });
    expect(graph.requests[0]?.headers.get("authorization")).toBe("Bearer token-1");
    expect(graph.requests[0]?.headers.get("client-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("looks for permissions in the beginning of a message alone, however long a hostile one is", async () => {
    const hostile = `${"Aa-".repeat(300_000)} DeviceManagementApps.Read.All`;
    const named = `Needs DeviceManagementApps.Read.All. ${"Aa-".repeat(300_000)}`;
    const tell = (message: string) =>
      new ScriptedGraph(() => graphError(403, "Forbidden", message)).client().get(URL_OF_LIST);
    expect(await tell(hostile)).toMatchObject({ kind: "permission_missing", named: [] });
    expect(await tell(named)).toMatchObject({ kind: "permission_missing", named: ["DeviceManagementApps.Read.All"] });
  });

  it("F39: waits a fractional Retry-After and then succeeds", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index === 0 ? graphError(429, "TooManyRequests", "slow down", { "retry-after": "0.25" }) : json({ ok: true }),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
    expect(graph.sleeps).toEqual([250]);
  });

  it("F39: backs off exponentially when Retry-After is missing", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index < 3 ? graphError(429, "TooManyRequests", "") : json({}),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
    expect(graph.sleeps).toEqual([250, 500, 1_000]);
  });

  it("F39: gives up a constant 429 within its budget, and says how long to stay away", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", ""));
    const result = await graph.client({ maxRetries: 4 }).get(URL_OF_LIST);
    expect(graph.requests).toHaveLength(5);
    expect(result).toMatchObject({ kind: "throttled", retryAfterSeconds: 4 });
  });

  it("F39: gives up a 429 that always names the same short time", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", "", { "retry-after": "1" }));
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({ kind: "throttled", retryAfterSeconds: 1 });
    expect(graph.requests).toHaveLength(7);
  });

  it("does not sleep through a long Retry-After: the unit is to come back then", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", "", { "retry-after": "37" }));
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({ kind: "throttled", retryAfterSeconds: 37 });
    expect(graph.sleeps).toEqual([]);
  });

  it("does not ask again for what is not implemented", async () => {
    const graph = new ScriptedGraph(() => graphError(501, "NotImplemented", ""));
    expect(await graph.client().get(`${GRAPH}/v1.0/things`)).toMatchObject({ kind: "rejected", status: 501 });
    expect(graph.requests).toHaveLength(1);
  });

  it.each([408, 424, 500, 502, 503, 504, 507])("tries again after %i", async (status) => {
    const graph = new ScriptedGraph((_request, index) =>
      index === 0 ? graphError(status, "x", "y") : json({ done: true }),
    );
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({ kind: "ok", value: { done: true } });
  });

  it("tries again when the connection drops", async () => {
    const graph = new ScriptedGraph((_request, index) => {
      if (index === 0) throw new TypeError("fetch failed");
      return json({ done: true });
    });
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
  });

  it("tells a lasting outage as transient after its retries", async () => {
    const graph = new ScriptedGraph(() => graphError(503, "ServiceUnavailable", ""));
    expect(await graph.client({ maxRetries: 2 }).get(URL_OF_LIST)).toMatchObject({ kind: "transient" });
    expect(graph.requests).toHaveLength(3);
  });

  it("takes cut-off JSON for malformed, at once", async () => {
    const graph = new ScriptedGraph(() => new Response('{"value":[{"id":"a"'));
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("malformed");
    expect(graph.requests).toHaveLength(1);
  });

  it("refuses an answer that is larger than the memory it may take", async () => {
    const graph = new ScriptedGraph(() => new Response("x".repeat(MAX_BODY_BYTES + 1)));
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("too_large");
  });

  it("does not follow a redirect with the token", async () => {
    const graph = new ScriptedGraph(
      () => new Response(null, { status: 302, headers: { location: "https://elsewhere.test/" } }),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("malformed");
    expect(graph.requests).toHaveLength(1);
  });

  it("names the permissions that a 403 names", async () => {
    const message =
      "Application is not authorized to perform this operation. Application must have one of the following scopes: DeviceManagementScripts.Read.All, DeviceManagementScripts.ReadWrite.All - Operation ID (for customer support): 0000";
    const graph = new ScriptedGraph(() => graphError(403, "Forbidden", message));
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({
      kind: "permission_missing",
      named: ["DeviceManagementScripts.Read.All", "DeviceManagementScripts.ReadWrite.All"],
    });
  });

  it("does not take a missing licence for a missing permission", async () => {
    const graph = new ScriptedGraph(() =>
      graphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "no licence"),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("rejected");
  });

  it.each([
    [
      400,
      "BadRequest",
      { _version: 3, Message: "Request not applicable to target tenant. - Operation ID (for customer support): 0" },
    ],
    [401, "UnknownError", { ErrorCode: "Unauthorized", Message: "An error has occurred" }],
    [403, "Forbidden", { ErrorCode: "Forbidden", Message: "An error has occurred" }],
  ])(
    "tells a tenant without Intune (%i) in Graph's own sentence, and renews no token for it",
    async (status, code, said) => {
      const graph = new ScriptedGraph(() => graphError(status, code, JSON.stringify(said)));
      const answer = await graph.client().get(URL_OF_LIST);
      expect(answer).toMatchObject({ kind: "not_licensed", message: said.Message.split(" - ")[0] });
      expect(graph.tokensIssued).toBe(1);
    },
  );

  it("tells any other refusal with Graph's code", async () => {
    const graph = new ScriptedGraph(() => graphError(400, "BadRequest", "no"));
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({ kind: "rejected", status: 400, code: "BadRequest" });
  });

  it("stops at once when its unit is stopped", async () => {
    const graph = new ScriptedGraph(() => {
      graph.controller.abort();
      return graphError(429, "TooManyRequests", "", { "retry-after": "1" });
    });
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("aborted");
    expect(graph.requests).toHaveLength(1);
  });

  it("ends when its requests are spent", async () => {
    const graph = new ScriptedGraph(() => json({}));
    const client = graph.client({ maxRequests: 2 });
    expect((await client.get(URL_OF_LIST)).kind).toBe("ok");
    expect((await client.get(URL_OF_LIST)).kind).toBe("over_budget");
  });
});

describe("The token", () => {
  it.each(["two words", "line\nbreak", "line\r\nbreak", "ümlaut", "\u0000", "x".repeat(16_385)])(
    "is refused, and not kept, when no header can carry it (%j)",
    async (token) => {
      const graph = new ScriptedGraph(() => json({ value: [] }));
      graph.tokenAnswer = () => json({ access_token: token, expires_in: 3600 });
      expect(await graph.client().get(URL_OF_LIST)).toMatchObject({
        kind: "malformed",
        detail: "The token endpoint's token holds characters that no header can carry",
      });
      graph.tokenAnswer = () => json({ access_token: "good", expires_in: 3600 });
      expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
      expect(graph.requests).toHaveLength(1);
    },
  );

  it("is asked for once by requests that start together", async () => {
    const graph = new ScriptedGraph(() => json({}));
    await Promise.all([1, 2, 3].map(() => graph.client().get(URL_OF_LIST)));
    expect(graph.tokensIssued).toBe(1);
  });

  it("is kept until shortly before it expires", async () => {
    const graph = new ScriptedGraph(() => json({}));
    await graph.client().get(URL_OF_LIST);
    graph.nowMs += 3_479_000;
    await graph.client().get(URL_OF_LIST);
    expect(graph.tokensIssued).toBe(1);
    graph.nowMs += 1_000;
    await graph.client().get(URL_OF_LIST);
    expect(graph.tokensIssued).toBe(2);
  });

  it("is kept for a day at most, whatever is said of its life", async () => {
    const graph = new ScriptedGraph(() => json({}));
    graph.tokenAnswer = () => json({ access_token: "for ever", expires_in: 1e308 });
    await graph.client().get(URL_OF_LIST);
    graph.nowMs += 86_400_000;
    await graph.client().get(URL_OF_LIST);
    expect(graph.tokensIssued).toBe(2);
  });

  it("is renewed once when Graph refuses it", async () => {
    const graph = new ScriptedGraph((request) =>
      request.headers.get("authorization") === "Bearer token-1"
        ? graphError(401, "InvalidAuthenticationToken", "expired")
        : json({}),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
    expect(graph.tokensIssued).toBe(2);
  });

  it("is not renewed again and again", async () => {
    const graph = new ScriptedGraph(() => graphError(401, "InvalidAuthenticationToken", "no"));
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({
      kind: "unauthorized",
      code: "InvalidAuthenticationToken",
    });
    expect(graph.tokensIssued).toBe(2);
  });

  it.each([400, 401])("is told as refused credentials when its endpoint answers %i", async (status) => {
    const graph = new ScriptedGraph(() => json({}));
    graph.tokenAnswer = () => json({ error: "invalid_client", error_description: "AADSTS7000215" }, status);
    expect(await graph.client().get(URL_OF_LIST)).toMatchObject({ kind: "unauthorized", code: "invalid_client" });
    expect(graph.requests).toHaveLength(0);
  });

  it("is waited for when its endpoint is throttled", async () => {
    const graph = new ScriptedGraph(() => json({}));
    graph.tokenAnswer = () =>
      graph.tokensIssued === 1
        ? json({ error: "temporarily_unavailable" }, 429, { "retry-after": "1" })
        : json({ access_token: "t", expires_in: "3600" });
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
    expect(graph.sleeps).toEqual([1_000]);
  });

  it("is fetched anew when whoever was fetching it never comes back", async () => {
    const graph = new ScriptedGraph(() => json({}));
    const stuck = graph.tokens.get(
      "one",
      graph.now,
      () => new Promise(() => undefined),
      () => Promise.resolve(),
    );
    expect((await graph.client().get(URL_OF_LIST)).kind).toBe("ok");
    expect(graph.sleeps).toEqual([5_000]);
    expect(stuck).toBeInstanceOf(Promise);
  });
});
