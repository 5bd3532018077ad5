/** Inventory syncs of many tenants at once: each is a start of its own, and its result is told. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import type { StartedOperation } from "../../contract/runs.ts";
import { ApprovalWaits } from "../api/approval-waits.ts";
import { call } from "../api/client.ts";
import { describeProblem } from "../api/problem.ts";
import { AppLink } from "../components/app-link.tsx";
import { counted } from "../components/digits.ts";
import { Section } from "../components/page.tsx";
import { startedWords } from "../runs/started-words.ts";
import { activeEverywhereQuery, standingsQuery } from "./queries.ts";
import { startInEach, type StartResult } from "./start-in-each.ts";

interface AskedTenant {
  tenant: Pick<Tenant, "id" | "slug" | "name">;
  /** Null until the answer is there. */
  result: StartResult<StartedOperation> | null;
}

export function useBulkSync() {
  const queryClient = useQueryClient();
  const [results, setResults] = useState<readonly AskedTenant[]>([]);
  const [pending, setPending] = useState(false);
  const sync = async (tenants: readonly AskedTenant["tenant"][]) => {
    setPending(true);
    setResults(tenants.map((tenant) => ({ tenant, result: null })));
    await startInEach(
      tenants,
      ({ slug }) =>
        call(operationRoutes.start, {
          params: { tenantId: slug },
          headers: { "Idempotency-Key": crypto.randomUUID() },
          body: { type: "inventory.sync", input: {} },
        }),
      (tenant, result) =>
        setResults((before) => before.map((each) => (each.tenant.id === tenant.id ? { tenant, result } : each))),
    );
    setPending(false);
    for (const { queryKey } of [standingsQuery, activeEverywhereQuery])
      void queryClient.invalidateQueries({ queryKey });
  };
  return { results, pending, sync };
}

/** Nothing until a sync was asked for. */
export function BulkResults({ results }: { results: readonly AskedTenant[] }) {
  if (results.length === 0) return null;
  const refused = results.filter(({ result }) => result?.state === "refused").length;
  const waiting = results.some(({ result }) => result === null);
  return (
    <Section title="Inventory sync" id="bulk-sync" flush>
      <p role="status" className="border-b border-kumo-line px-4 py-2.5">
        {waiting
          ? `Asking ${counted(results.length, "tenant", "tenants")} for it.`
          : refused === 0
            ? `It is under way in ${counted(results.length, "tenant", "tenants")}.`
            : `${counted(results.length, "tenant was", "tenants were")} asked for it; it did not start in ${counted(refused, "tenant", "tenants")}.`}
      </p>
      <ul className="max-h-64 divide-y divide-kumo-line overflow-y-auto">
        {results.map(({ tenant, result }) => (
          <li key={tenant.id} className="px-4 py-2 [overflow-wrap:anywhere]">
            <bdi className="font-medium">{tenant.name}</bdi>: <Result result={result} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Result({ result }: { result: AskedTenant["result"] }) {
  if (result === null) return <span className="text-kumo-subtle">waiting for the answer</span>;
  if (result.state === "refused") return <span className="text-kumo-danger">{refusalText(result.error)}</span>;
  const { title, link } = startedWords(result.started);
  return (
    <>
      {title}. <AppLink href={result.started.run.href}>{link}</AppLink>
    </>
  );
}

function refusalText(error: unknown): string {
  if (error instanceof ApprovalWaits) return error.message;
  const { title, advice } = describeProblem(error);
  return `${title}. ${advice}`;
}
