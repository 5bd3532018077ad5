/** The caller's tenants, and how they stand. */
import { meRoutes, STANDINGS_PAGE_SIZE } from "../../../src/contract/routes/session.ts";
import type { StandingFacts, TenantStanding } from "../../../src/contract/standing.ts";
import type { Context, Result } from "../context.ts";
import { shownTable } from "../output/list-result.ts";
import { EXIT } from "../exit-codes.ts";
import { when } from "../output/times.ts";

export async function tenants(context: Context): Promise<Result> {
  const { api, terminal } = context;
  const items: TenantStanding[] = [];
  let unread = 0;
  const standings = api.all(async (cursor) => {
    const page = await api.call(meRoutes.standings, { params: {}, query: { cursor, limit: STANDINGS_PAGE_SIZE } });
    unread += page.tenantsUnread;
    return page;
  });
  for await (const standing of standings) items.push(standing);
  if (unread > 0)
    terminal.tell(
      `The database of ${unread === 1 ? "one tenant" : `${unread} tenants`} does not answer: they may be missing.`,
    );
  const of =
    (cell: (facts: StandingFacts) => string | number | null) =>
    ({ facts }: TenantStanding): string | number | null =>
      facts === null ? null : cell(facts);
  return {
    code: unread > 0 ? EXIT.later : EXIT.succeeded,
    json: { items, tenantsUnread: unread },
    lines: shownTable(
      context,
      [
        { title: "Tenant", cell: ({ tenant }) => tenant.slug },
        { title: "Name", cell: ({ tenant }) => tenant.name },
        {
          title: "Failed",
          cell: of(({ failures }) => (failures === null ? null : `${failures.uncured}${failures.more ? "+" : ""}`)),
          right: true,
        },
        { title: "Critical", cell: of(({ criticalFindings }) => criticalFindings), right: true },
        { title: "Running", cell: of(({ running }) => running), right: true },
        { title: "Synced", cell: of(({ sync }) => (sync === null ? null : when(sync.at))) },
        { title: "Backed up", cell: of(({ backup }) => (backup === null ? null : when(backup.at))) },
        { title: "Connection", cell: of(connectionOf) },
      ],
      items,
    ),
  };
}

function connectionOf({ connection }: StandingFacts): string {
  if (!connection.connected) return "none";
  return connection.refused ? "refused" : "ok";
}
