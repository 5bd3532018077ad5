/** What is asked before the console's code is there. That it is what the pages ask is seen in a browser (test/e2e/baselines.test.ts). */
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { earlyScript } from "../../scripts/setup/early-requests.ts";
import { earlyAnswer } from "../../src/dashboard/api/early.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What the script asks at an address, with what the browser has kept. */
function askedAt(address: string, kept: Record<string, string> = {}): string[] {
  const asked: string[] = [];
  const { pathname, search } = new URL(address, "http://console.test");
  runInNewContext(earlyScript(), {
    location: { pathname, search },
    localStorage: { getItem: (key: string) => kept[key] ?? null },
    fetch: (wanted: string) => {
      asked.push(wanted);
      return Promise.reject(new TypeError("not sent"));
    },
  });
  return asked;
}

describe("the script", () => {
  it("asks with the parts of the address in the holes", () => {
    const asked = askedAt("/t/contoso/baselines/bsl_1");
    expect(asked).toContain("/api/tenants/contoso/baselines/bsl_1");
    expect(asked).toContain("/api/tenants/contoso/baseline-comparisons?baselineId=bsl_1&limit=20");
    expect(asked.join()).not.toContain("$");
  });

  it("asks no newcomer's questions where the first steps are known to be done", () => {
    expect(askedAt("/t/contoso")).toContain("/api/tenants/contoso/evidence-snapshots");
    const asked = askedAt("/t/contoso", { "tenantatlas.first-steps.contoso": "done" });
    expect(asked).toContain("/api/tenants/contoso/inventory/families");
    expect(asked).not.toContain("/api/tenants/contoso/evidence-snapshots");
  });

  it("asks only who is there on other pages, and for lists that are filtered; nothing of one who has signed out", () => {
    expect(askedAt("/t/contoso/members")).toEqual(["/api/me"]);
    expect(askedAt("/t/contoso/findings?severity=high")).toEqual(["/api/me"]);
    expect(askedAt("/signed-out")).toEqual([]);
  });
});

describe("an early answer", () => {
  const never = new AbortController().signal;
  const answer = { response: new Response("{}"), text: "{}" };
  const keep = (promise: Promise<typeof answer>, askedAt = Date.now()) =>
    vi.stubGlobal("tenantAtlasEarly", new Map([["/api/me", { answer: promise, askedAt }]]));

  it("is taken once", async () => {
    keep(Promise.resolve(answer));
    expect(await earlyAnswer("/api/me", never)).toBe(answer);
    expect(await earlyAnswer("/api/me", never)).toBeNull();
    expect(await earlyAnswer("/api/other", never)).toBeNull();
  });

  it("that failed or is old is asked for again", async () => {
    keep(Promise.reject(new TypeError("no network")));
    expect(await earlyAnswer("/api/me", never)).toBeNull();
    keep(Promise.resolve(answer), Date.now() - 11_000);
    expect(await earlyAnswer("/api/me", never)).toBeNull();
  });

  it("is not waited for longer than the caller's time", async () => {
    keep(new Promise(() => {}));
    const caller = new AbortController();
    const waiting = earlyAnswer("/api/me", caller.signal);
    caller.abort(new DOMException("over", "TimeoutError"));
    await expect(waiting).rejects.toThrow("over");
  });
});
