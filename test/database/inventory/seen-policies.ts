/** Readings of families, as the sync would make them. */
import type { SeenPolicy } from "../../../src/database/inventory/inventory-merge.ts";

export function seen(graphId: string, name: string, content = "1", more: Partial<SeenPolicy> = {}): SeenPolicy {
  return {
    graphId,
    name,
    description: null,
    platform: "windows",
    odataType: null,
    assignmentCount: 0,
    lastModifiedAt: null,
    comparableHash: `comparable-${content}`,
    contentHash: `content-${content}`,
    requestId: null,
    contentBytes: content.length,
    ...more,
  };
}
