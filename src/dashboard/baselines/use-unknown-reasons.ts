import { useQueries, useQuery } from "@tanstack/react-query";
import type { Finding } from "../../contract/baselines.ts";
import { familiesQuery } from "../inventory/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { comparisonQuery } from "./queries.ts";
import { unknownAdvice } from "./unknown-advice.ts";

const NONE: Finding[] = [];

/**
 * What to do about findings of kind `unknown`, by finding. A finding tells its reason in words alone; the code is with the
 * comparison that found it, and there is one such comparison for each baseline as a rule.
 */
export function useUnknownAdvice(findings: readonly Finding[] | undefined): ReadonlyMap<string, string> {
  const tenant = useTenant();
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- Advice is for what is listed.
  const unknown = findings === undefined ? NONE : findings.filter(({ kind }) => kind === "unknown");
  const comparisonIds = [...new Set(unknown.map(({ lastComparisonId }) => lastComparisonId))];
  const comparisons = useQueries({ queries: comparisonIds.map((id) => comparisonQuery(tenant, id)) });
  const states = useQuery({ ...familiesQuery(tenant), enabled: unknown.length > 0 }).data?.items;
  return new Map(
    unknown.flatMap(({ id, family, lastComparisonId }) => {
      const compared = comparisons[comparisonIds.indexOf(lastComparisonId)]?.data?.families;
      const reason = compared?.find(({ key }) => key === family)?.unknown;
      if (!reason) return [];
      const permission = states?.find(({ key }) => key === family)?.readPermission ?? null;
      return [[id, unknownAdvice(reason.code, permission)]];
    }),
  );
}
