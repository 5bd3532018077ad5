/** Reads and changes of schedules. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Tenant } from "../../contract/access.ts";
import { scheduleRoutes } from "../../contract/routes/schedules.ts";
import type { newScheduleSchema, Schedule } from "../../contract/schedules.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";

/** The sweep moves schedules on by itself: what is shown is asked for again. */
const AGAIN_MS = 30_000;

function keyOf(tenant: Tenant) {
  return [...queryKeys.records(tenant), "schedules"] as const;
}

export function schedulesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...keyOf(tenant), "all"],
    queryFn: ({ signal }) => call(scheduleRoutes.list, { params: { tenantId: tenant.slug }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function scheduleQuery(tenant: Tenant, scheduleId: string) {
  return queryOptions({
    queryKey: [...keyOf(tenant), scheduleId],
    queryFn: ({ signal }) => call(scheduleRoutes.show, { params: { tenantId: tenant.slug, scheduleId }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

/** Newest first. */
export function occurrencesQuery(tenant: Tenant, scheduleId: string) {
  return {
    ...pagedQuery([...keyOf(tenant), scheduleId, "occurrences"], (cursor, signal) =>
      call(scheduleRoutes.occurrences, {
        params: { tenantId: tenant.slug, scheduleId },
        query: { cursor },
        signal,
      }),
    ),
    refetchInterval: AGAIN_MS,
  };
}

/** What a pattern means; an error says what is wrong with it. */
export function timesQuery(tenant: Tenant, chosen: { pattern: string; timeZone: string }) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "schedule-times", chosen.pattern, chosen.timeZone],
    queryFn: ({ signal }) => call(scheduleRoutes.times, { params: { tenantId: tenant.slug }, query: chosen, signal }),
    enabled: chosen.pattern.trim() !== "" && chosen.timeZone !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useRenewed() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return {
    tenantId: tenant.slug,
    renew: async (saved: Schedule | null) => {
      if (saved !== null) queryClient.setQueryData(scheduleQuery(tenant, saved.id).queryKey, saved);
      await queryClient.invalidateQueries({ queryKey: keyOf(tenant) });
    },
  };
}

/** Makes a schedule, or changes the one that the person has seen. */
export function useSaveSchedule(seen: Schedule | null) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: (chosen: z.input<typeof newScheduleSchema>) =>
      seen === null
        ? call(scheduleRoutes.create, { params: { tenantId }, body: chosen })
        : call(scheduleRoutes.change, {
            params: { tenantId, scheduleId: seen.id },
            body: { ...chosen, version: seen.version },
          }),
    onSuccess: renew,
  });
}

export function usePauseSchedule({ id }: Schedule) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: (reason: string) =>
      call(scheduleRoutes.pause, { params: { tenantId, scheduleId: id }, body: { reason } }),
    onSuccess: renew,
  });
}

/** Resuming, and starting by hand. */
export function useScheduleAct({ id }: Schedule, act: "resume" | "run") {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(scheduleRoutes[act], { params: { tenantId, scheduleId: id } }),
    onSuccess: renew,
  });
}

export function useRemoveSchedule({ id }: Schedule) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(scheduleRoutes.remove, { params: { tenantId, scheduleId: id } }),
    onSuccess: () => renew(null),
  });
}
