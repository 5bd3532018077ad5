/** What a set holds, in numbers, and what keeps it from being used. */
import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { KeyFact } from "../components/fact.tsx";
import { Time } from "../components/time.tsx";
import { PlanList } from "../restore/plan-list.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { digits } from "../components/digits.ts";
import { onDemand } from "../components/on-demand.ts";

const madeFrom = onDemand(async () => (await import("./made-from.tsx")).MadeFrom);

export function SetFacts({ set }: { set: BackupSetDetail }) {
  return (
    <>
      {set.state === "archived" ? <Archived at={set.archivedAt} /> : null}
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 p-4 sm:grid-cols-4">
          <KeyFact term="Policies">{digits(set.policyCount)}</KeyFact>
          <KeyFact term="Items">{digits(set.itemCount)}</KeyFact>
          <KeyFact term="Policy families">{set.families.length}</KeyFact>
          <KeyFact term="Newest item">
            {set.lastCapturedAt === null ? "None yet" : <Time at={set.lastCapturedAt} />}
          </KeyFact>
        </dl>
        {(set.schedule || set.origin === "import") && (
          <Suspense>
            <madeFrom.Part set={set} />
          </Suspense>
        )}
        {set.families.length === 0 ? null : <Families set={set} />}
        <PlanList setId={set.id} />
      </div>
    </>
  );
}

function Archived({ at }: { at: string | null }) {
  return (
    <p className="flex items-start gap-2 rounded-lg bg-kumo-recessed px-4 py-3">
      <ArchiveIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-subtle" />
      <span>
        Archived {at === null ? null : <Time at={at} />}. Its items can be read and compared. Unarchive it to add
        policies to it or to restore from it.
      </span>
    </p>
  );
}

function Families({ set }: { set: BackupSetDetail }) {
  const tenant = useTenant();
  return (
    <details className="border-t border-kumo-line px-4 py-2.5">
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">By policy family</summary>
      <ul className="mt-2 grid gap-x-8 sm:grid-cols-2 lg:grid-cols-3">
        {set.families.map(({ key, label, policyCount }) => (
          <li key={key} className="flex min-w-0 items-baseline justify-between gap-3 py-1">
            <Link
              to={PAGES.backupSet}
              params={{ slug: tenant.slug, setId: set.id }}
              search={(before) => ({ ...before, family: key })}
              resetScroll={false}
              className="truncate text-kumo-link underline underline-offset-2"
            >
              {label}
            </Link>
            <span className="shrink-0 text-kumo-subtle tabular">{digits(policyCount)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
