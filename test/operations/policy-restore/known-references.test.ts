import { describe, expect, it } from "vitest";
import { KnownReferences } from "../../../src/operations/policy-restore/known-references.ts";
import { restoreBench } from "../../graph/restore/simulated-restore.ts";

/** R2 as far as the look-ups keep what they found in it. */
function memoryBucket(): R2Bucket {
  const stored = new Map<string, string>();
  const bucket = {
    get: async (key: string) => {
      const text = stored.get(key);
      return text === undefined ? null : { json: async (): Promise<unknown> => JSON.parse(text) };
    },
    put: async (key: string, text: string) => {
      stored.set(key, text);
    },
  };
  return bucket as unknown as R2Bucket;
}

const TEMPLATE = { kind: "settingsTemplate", id: "22222222-2222-4222-8222-222222222222" } as const;
const PERSON = { kind: "user", id: "33333333-3333-4333-8333-333333333333" } as const;
const LEFT = { kind: "user", id: "44444444-4444-4444-8444-444444444444" } as const;
const CONTEXT = { kind: "authContext", id: "c9" } as const;
const PLAN = { tenantId: "t", planId: "p" };
const EXCHANGE = { kind: "application", id: "00000002-0000-0ff1-ce00-000000000000" } as const;
const GONE = { kind: "application", id: "11111111-1111-4111-8111-111111111111" } as const;
const ROLE = { kind: "directoryRole", id: "62e90394-69f5-4237-9190-012177145e10" } as const;

describe("What conditional access names besides groups", () => {
  it("is looked up where the application may, kept for the next step, and never taken for missing where it may not", async () => {
    const bench = await restoreBench(0);
    const bucket = memoryBucket();
    const known = await KnownReferences.load(bucket, PLAN);
    await bench.control.addThing(bench.tenant, "users", { id: PERSON.id, displayName: "Break Glass" });
    await bench.control.addThing(bench.tenant, "templates", { id: TEMPLATE.id, displayName: "BitLocker" });
    const wanted = [EXCHANGE, GONE, ROLE, PERSON, LEFT, TEMPLATE, CONTEXT];
    expect(await known.lookUp(bench.client(), bench.now, wanted)).toBeNull();
    await known.save(bucket, PLAN);
    const again = await KnownReferences.load(bucket, PLAN);
    expect(again.presence(EXCHANGE.kind, EXCHANGE.id)).toEqual({ kind: "found", name: "Office 365 Exchange Online" });
    expect(again.presence(GONE.kind, GONE.id)).toEqual({ kind: "missing" });
    expect(again.presence(PERSON.kind, PERSON.id)).toEqual({ kind: "found", name: "Break Glass" });
    expect(again.presence(LEFT.kind, LEFT.id)).toEqual({ kind: "missing" });
    expect(again.presence(TEMPLATE.kind, TEMPLATE.id)).toEqual({ kind: "found", name: "BitLocker" });
    expect(again.presence(CONTEXT.kind, CONTEXT.id)).toEqual({ kind: "missing" });
    // Graph refuses the look-up, as it does without the permission for roles.
    expect(again.presence(ROLE.kind, ROLE.id)).toEqual({ kind: "unchecked" });

    await bench.control.removePermissions(bench.tenant, "Application.Read.All");
    const unable = await KnownReferences.load(memoryBucket(), PLAN);
    expect(await unable.lookUp(bench.client(), bench.now, [EXCHANGE])).toBeNull();
    expect(unable.presence(EXCHANGE.kind, EXCHANGE.id)).toEqual({ kind: "unchecked" });
  });
});
