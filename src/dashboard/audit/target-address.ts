/** Where the thing of an event is seen. Pure. */
import type { AuditEvent } from "../../contract/audit-events.ts";
import {
  backupSetAddress,
  findingAddress,
  pageAddress,
  PAGES,
  reviewPackAddress,
  runAddress,
  tenantExportAddress,
} from "../../contract/console-addresses.ts";

type AddressOf = (slug: string, id: string) => string;

const BY_KIND: Readonly<Record<string, AddressOf>> = {
  operation: runAddress,
  policy: (slug, policyId) => pageAddress(PAGES.policy, { slug, policyId }),
  "backup-set": backupSetAddress,
  finding: findingAddress,
  "review-pack": reviewPackAddress,
  "tenant-export": tenantExportAddress,
  schedule: (slug, scheduleId) => pageAddress(PAGES.schedule, { slug, scheduleId }),
  // These have no page of their own: the one that lists them.
  "approval-request": (slug) => pageAddress(PAGES.approvals, { slug }),
  member: (slug) => pageAddress(PAGES.members, { slug }),
  invitation: (slug) => pageAddress(PAGES.members, { slug }),
  role: (slug) => pageAddress(PAGES.roles, { slug }),
  "api-token": (slug) => pageAddress(PAGES.apiTokens, { slug }),
  connection: (slug) => pageAddress(PAGES.connection, { slug }),
  "legal-hold": (slug) => pageAddress(PAGES.legalHolds, { slug }),
  retention: (slug) => pageAddress(PAGES.retention, { slug }),
  "news-channel": (slug) => pageAddress(PAGES.news, { slug }),
  "news-rule": (slug) => pageAddress(PAGES.news, { slug }),
  "news-message": (slug) => pageAddress(PAGES.news, { slug }),
  settings: (slug) => pageAddress(PAGES.settings, { slug }),
};

/** Events after which the thing is gone. */
const GONE: ReadonlySet<string> = new Set(["backup-set.force-delete", "schedule.remove"]);

/** The page of what an event was done to; null where there is none, or not any more. */
export function targetAddress(slug: string, { action, target }: Pick<AuditEvent, "action" | "target">): string | null {
  if (target.id === "" || GONE.has(action) || !Object.hasOwn(BY_KIND, target.kind)) return null;
  return BY_KIND[target.kind]?.(slug, target.id) ?? null;
}
