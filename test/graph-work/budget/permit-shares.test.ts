import { describe, expect, it } from "vitest";
import { PermitShares, TenantPermits } from "../../../src/graph-work/budget/permit-shares.ts";
import { MAX_PATIENCE_MS, TenantBuckets } from "../../../src/graph-work/budget/tenant-buckets.ts";

describe("the permits that an isolate holds", () => {
  it("are waited for no longer than the object may grant, when a clock was set back", async () => {
    let now = 1_000_000;
    const buckets = new TenantBuckets(new Map(), now);
    const permits = new TenantPermits({
      tenantId: "tenant",
      object: {
        take: (request) => Promise.resolve(buckets.take(request, now)),
        refused: (report) => Promise.resolve(buckets.refused(report, now)),
      },
      now: () => now,
      interactive: false,
      onUnreachable: (error) => {
        throw error;
      },
      shares: new PermitShares(),
    });
    await permits.take("intune-read", 1, 1_000);
    await permits.settled();
    now -= 90_000;
    const permission = await permits.take("intune-read", 1, 1_000);
    expect(permission.kind).toBe("granted");
    expect(permission.waitMs).toBeLessThanOrEqual(MAX_PATIENCE_MS);
  });
});
