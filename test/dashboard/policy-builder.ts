import { type Policy, policySchema } from "../../src/contract/inventory.ts";

/** A policy of the inventory as the API would tell it, with what a test cares about. */
export function buildPolicy(facts: Partial<Policy> & { id: string }): Policy {
  return policySchema.parse({
    family: "settingsCatalog",
    familyLabel: "Settings catalog",
    graphId: `7d1f0c52-0000-4000-8000-${facts.id.padStart(12, "0")}`,
    name: "Policy",
    description: null,
    platform: null,
    odataType: null,
    assignmentCount: null,
    versionNumber: 1,
    contentHash: "00",
    contentBytes: 2,
    lastModifiedAt: null,
    firstSeenAt: "2026-11-01T08:00:00.000Z",
    lastSeenAt: "2026-11-01T08:00:00.000Z",
    removedAt: null,
    unread: null,
    ...facts,
  });
}
