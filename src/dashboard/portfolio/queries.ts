/** Reads and changes of runs over tenants. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { NewPortfolioRun, PortfolioRun, PortfolioState } from "../../contract/portfolio.ts";
import { portfolioRoutes } from "../../contract/routes/portfolio.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { toastProblem } from "../shell/toasts.tsx";

const KEY = ["portfolio-runs"] as const;

/** Each person sees other tenants of a run, so there are no frames of it: while one is under way, it is asked for. */
const AGAIN_MS = 1_500;
/** Where nothing is under way, as far as is known. */
const SELDOM_MS = 20_000;
const TENANTS_SHOWN = 100;

function isActive({ status }: PortfolioRun): boolean {
  return status !== "completed";
}

/** Newest first. */
export const portfolioRunsQuery = {
  ...pagedQuery([...KEY, "all"], (cursor, signal) =>
    call(portfolioRoutes.list, { params: {}, query: { cursor, limit: 25 }, signal }),
  ),
  refetchInterval: AGAIN_MS * 2,
};

/** Those that are under way. */
export const activePortfolioQuery = queryOptions({
  queryKey: [...KEY, "active"],
  queryFn: ({ signal }) => call(portfolioRoutes.list, { params: {}, query: { state: "active", limit: 10 }, signal }),
  refetchInterval: ({ state: { data } }) => (data?.items.some(isActive) === true ? AGAIN_MS : SELDOM_MS),
});

export function portfolioRunQuery(runId: string) {
  return queryOptions({
    queryKey: [...KEY, runId],
    queryFn: ({ signal }) => call(portfolioRoutes.show, { params: { runId }, signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined || isActive(data) ? AGAIN_MS : false),
  });
}

/**
 * The tenants of a run in the order of its list. `endSeenAt`: when it was seen that the run has ended, in milliseconds since the epoch; null before.
 * The list is asked for once more after that: what was read before may be older than the end.
 */
export function portfolioTenantsQuery(runId: string, state: PortfolioState | null, endSeenAt: number | null) {
  return {
    ...pagedQuery([...KEY, runId, "tenants", state], (cursor, signal) =>
      call(portfolioRoutes.tenants, { params: { runId }, query: { cursor, limit: TENANTS_SHOWN, state }, signal }),
    ),
    refetchInterval: ({ state: { dataUpdatedAt } }: { state: { dataUpdatedAt: number } }) =>
      endSeenAt !== null && dataUpdatedAt > endSeenAt + AGAIN_MS ? (false as const) : AGAIN_MS * 2,
  };
}

function useRenew() {
  const queryClient = useQueryClient();
  return async (run: PortfolioRun) => {
    queryClient.setQueryData(portfolioRunQuery(run.id).queryKey, run);
    await queryClient.invalidateQueries({ queryKey: KEY });
  };
}

/** Each attempt that was not answered is the same request. */
export function useStartPortfolioRun() {
  const renew = useRenew();
  return useMutation({
    mutationFn: ({ key, ...body }: NewPortfolioRun & { key: string }) =>
      call(portfolioRoutes.start, { params: {}, headers: { "Idempotency-Key": key }, body }),
    onSuccess: ({ run }) => renew(run),
  });
}

export function useChangePortfolioRun({ id }: PortfolioRun) {
  const renew = useRenew();
  return useMutation({
    mutationFn: (act: "cancel" | "pause" | "resume") => call(portfolioRoutes[act], { params: { runId: id } }),
    onSuccess: renew,
    onError: toastProblem,
  });
}

export function useRetryPortfolioRun({ id }: PortfolioRun) {
  const renew = useRenew();
  return useMutation({
    mutationFn: () => call(portfolioRoutes.retry, { params: { runId: id } }),
    onSuccess: ({ run }) => renew(run),
    onError: toastProblem,
  });
}
