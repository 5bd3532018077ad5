/** Reads and changes of the person's schedules over tenants. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { newPortfolioScheduleSchema, PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { portfolioScheduleRoutes as routes } from "../../contract/routes/portfolio-schedules.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { toastProblem } from "../shell/toasts.tsx";

const KEY = ["portfolio-schedules"] as const;
/** The sweep moves schedules on by itself: what is shown is asked for again. */
const AGAIN_MS = 30_000;

export const portfolioSchedulesQuery = queryOptions({
  queryKey: [...KEY, "all"],
  queryFn: ({ signal }) => call(routes.list, { params: {}, signal }),
  refetchInterval: AGAIN_MS,
});

export function portfolioScheduleQuery(scheduleId: string) {
  return queryOptions({
    queryKey: [...KEY, "one", scheduleId],
    queryFn: ({ signal }) => call(routes.show, { params: { scheduleId }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

/** Newest first. */
export function portfolioOccurrencesQuery(scheduleId: string) {
  return {
    ...pagedQuery([...KEY, "one", scheduleId, "occurrences"], (cursor, signal) =>
      call(routes.occurrences, { params: { scheduleId }, query: { cursor }, signal }),
    ),
    refetchInterval: AGAIN_MS,
  };
}

/** What a pattern means; an error says what is wrong with it. */
export function portfolioTimesQuery(chosen: { pattern: string; timeZone: string }) {
  return queryOptions({
    queryKey: ["portfolio-schedule-times", chosen.pattern, chosen.timeZone],
    queryFn: ({ signal }) => call(routes.times, { params: {}, query: chosen, signal }),
    enabled: chosen.pattern.trim() !== "" && chosen.timeZone !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useRenew() {
  const queryClient = useQueryClient();
  return async (saved: PortfolioSchedule | null) => {
    if (saved !== null) queryClient.setQueryData(portfolioScheduleQuery(saved.id).queryKey, saved);
    await queryClient.invalidateQueries({ queryKey: KEY });
  };
}

/** Makes a schedule, or changes the one that the person has seen. */
export function useSavePortfolioSchedule(seen: PortfolioSchedule | null) {
  const renew = useRenew();
  return useMutation({
    mutationFn: (chosen: z.input<typeof newPortfolioScheduleSchema>) =>
      seen === null
        ? call(routes.create, { params: {}, body: chosen })
        : call(routes.change, { params: { scheduleId: seen.id }, body: { ...chosen, version: seen.version } }),
    onSuccess: renew,
  });
}

export function usePausePortfolioSchedule({ id }: PortfolioSchedule) {
  const renew = useRenew();
  return useMutation({
    mutationFn: (reason: string) => call(routes.pause, { params: { scheduleId: id }, body: { reason } }),
    onSuccess: renew,
  });
}

/** Resuming, and starting by hand. */
export function usePortfolioScheduleAct({ id }: PortfolioSchedule, act: "resume" | "run") {
  const renew = useRenew();
  return useMutation({
    mutationFn: () => call(routes[act], { params: { scheduleId: id } }),
    onSuccess: renew,
    onError: toastProblem,
  });
}

export function useRemovePortfolioSchedule({ id }: PortfolioSchedule) {
  const renew = useRenew();
  return useMutation({
    mutationFn: () => call(routes.remove, { params: { scheduleId: id } }),
    onSuccess: () => renew(null),
    onError: toastProblem,
  });
}
