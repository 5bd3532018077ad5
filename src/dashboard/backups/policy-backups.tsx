/** Which backup sets hold a policy, on demand: each leads to the item and its differences. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { policyBackupsQuery } from "./queries.ts";

export function PolicyBackups({ policyId }: { policyId: string }) {
  const [open, setOpen] = useState(false);
  if (!useCan("backup.read")) return null;
  return (
    <details className="mt-2 text-xs" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Backups</summary>
      {open ? <Backups policyId={policyId} /> : null}
    </details>
  );
}

function Backups({ policyId }: { policyId: string }) {
  const tenant = useTenant();
  const query = useInfiniteQuery(policyBackupsQuery(tenant, policyId));
  const backups = listedItems(query);
  if (backups === undefined) {
    return <NotLoaded lines={2} error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (backups.length === 0) return <p className="mt-1.5">No backup set holds this policy.</p>;
  return (
    <>
      <ul className="mt-1.5 flex flex-col gap-1">
        {backups.map((backup) => (
          <li key={backup.id} className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to={PAGES.backupItem}
              params={{ slug: tenant.slug, setId: backup.backupSet.id, itemId: backup.id }}
              className="min-w-0 break-words text-kumo-link underline underline-offset-2"
            >
              {backup.backupSet.name}
            </Link>
            <span className="text-kumo-subtle">
              Taken <Time at={backup.capturedAt} />
              {backup.backupSet.state === "archived" ? " · Archived set" : ""}
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={query} label="Load older backups" />
    </>
  );
}
