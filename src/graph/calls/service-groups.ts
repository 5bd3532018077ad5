/**
 * Microsoft Graph limits requests by the service behind an address, for each application in each tenant. A group is what shares one limit.
 * Sources: docs/design/graph.md, section 2, and https://learn.microsoft.com/graph/throttling-limits. The numbers change without notice, so
 * they are only where learning begins (decisions/156-one-graph-budget-a-tenant.md).
 */
export const SERVICE_GROUPS = {
  /** 1,000 requests in 20 seconds. */
  "intune-read": { perSecond: 50, words: "readings of Intune" },
  /** 100 in 20 seconds. */
  "intune-write": { perSecond: 5, words: "changes in Intune" },
  "conditional-access": { perSecond: 1, words: "conditional access" },
  /** Audit logs: 5 requests in 10 seconds. */
  reports: { perSecond: 0.5, words: "audit logs" },
  /** Directory objects and the rest are counted in resource units: 3,500 in 10 seconds for the smallest tenants, most readings 1 to 3. */
  directory: { perSecond: 100, words: "the directory" },
} as const satisfies Record<string, { perSecond: number; words: string }>;

export type ServiceGroup = keyof typeof SERVICE_GROUPS;

const VERSIONED = /\/(?:v1\.0|beta)(?=\/)/;

/** The group of a request by its method and its address, or its path below the version. */
export function serviceGroupOf(method: string, address: string): ServiceGroup {
  const version = VERSIONED.exec(address);
  const path = version === null ? address : address.slice(version.index + version[0].length);
  const [, service = "", part = ""] = path.split(/[/?]/);
  switch (service) {
    case "deviceManagement":
    case "deviceAppManagement":
      return method === "GET" ? "intune-read" : "intune-write";
    case "identity":
      return part === "conditionalAccess" ? "conditional-access" : "directory";
    case "auditLogs":
      return "reports";
    default:
      return "directory";
  }
}
