/** The restore plans of a set, on demand. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { planSummary } from "./plan-words.ts";
import { plansQuery } from "./queries.ts";

export function PlanList({ setId }: { setId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="border-t border-kumo-line px-4 py-2.5" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Restore plans</summary>
      {open ? <Plans setId={setId} /> : null}
    </details>
  );
}

function Plans({ setId }: { setId: string }) {
  const query = useInfiniteQuery(plansQuery(useTenant(), setId));
  const plans = listedItems(query);
  if (plans === undefined) {
    return <NotLoaded lines={2} error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (plans.length === 0) {
    return (
      <p className="py-2 text-kumo-subtle">None yet. “Restore to tenant” makes one; it changes nothing by itself.</p>
    );
  }
  return (
    <>
      <Rows className="mt-1 divide-y divide-kumo-line">
        {plans.map((plan) => (
          <PlanRow key={plan.id} plan={plan} />
        ))}
      </Rows>
      <LoadMore query={query} label="Load older plans" />
    </>
  );
}

function PlanRow({ plan }: { plan: RestorePlan }) {
  const tenant = useTenant();
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
      <TextLink to={PAGES.restorePlan} params={{ slug: tenant.slug, planId: plan.id }}>
        {plan.options.mode === "create" ? "Copies" : "Update in place"}, <Time at={plan.createdAt} />
      </TextLink>
      <span className="text-xs text-kumo-subtle tabular">{groupDigits(planSummary(plan))}</span>
    </li>
  );
}
