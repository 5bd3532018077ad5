/** Lets tests remove all audit logs, which the database gives up behind a cut only. */
export function cutAllAuditLogs(database: D1Database): D1PreparedStatement {
  return database.prepare(
    `insert into audit_cuts (tenant_id, through_seq, hash, at)
     select tenant_id, max(seq), '', 0 from audit_events where true group by tenant_id on conflict do nothing`,
  );
}
