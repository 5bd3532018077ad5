/** Reads of the audit log. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { auditEventRoutes } from "../../contract/routes/audit-events.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { beginningOf, endOf } from "./days.ts";

/** As the page's address has it. */
export interface AuditSearch {
  action?: string | undefined;
  /** The person's id. */
  person?: string | undefined;
  /** The id of what it was done to. */
  thing?: string | undefined;
  /** The first and the last day, as `2026-11-29`, by the person's own clock. */
  from?: string | undefined;
  until?: string | undefined;
}

/** The filter as the API takes it. */
export function filterOf({ action, person, thing, from, until }: AuditSearch) {
  return { action, actorId: person, targetId: thing, from: beginningOf(from), until: endOf(until) };
}

export function auditEventsQuery(tenant: Tenant, search: AuditSearch) {
  const filter = filterOf(search);
  return pagedQuery([...queryKeys.tenant(tenant), "audit-events", filter], (cursor, signal) =>
    call(auditEventRoutes.list, { params: { tenantId: tenant.slug }, query: { ...filter, cursor }, signal }),
  );
}

export function auditHeadQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "audit-head"],
    queryFn: ({ signal }) => call(auditEventRoutes.head, { params: { tenantId: tenant.slug }, signal }),
  });
}
