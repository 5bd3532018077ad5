/** Reads and changes of what is told to whom. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Tenant } from "../../contract/access.ts";
import type { Channel, Message, NewChannel, newRuleSchema, Rule } from "../../contract/news.ts";
import { newsRoutes } from "../../contract/routes/news.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";

/** Receivers are tried without the console: what is shown is asked for again. */
const AGAIN_MS = 10_000;

function keyOf(tenant: Tenant) {
  return [...queryKeys.records(tenant), "news"] as const;
}

export function channelsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...keyOf(tenant), "channels"],
    queryFn: ({ signal }) => call(newsRoutes.channels, { params: { tenantId: tenant.slug }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

export function rulesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...keyOf(tenant), "rules"],
    queryFn: ({ signal }) => call(newsRoutes.rules, { params: { tenantId: tenant.slug }, signal }),
  });
}

/** Newest first. */
export function messagesQuery(tenant: Tenant, channelId: string) {
  return {
    ...pagedQuery([...keyOf(tenant), "messages", channelId], (cursor, signal) =>
      call(newsRoutes.messages, {
        params: { tenantId: tenant.slug },
        query: { cursor, limit: 20, ...(channelId === "" ? {} : { channelId }) },
        signal,
      }),
    ),
    refetchInterval: AGAIN_MS,
  };
}

export function messageQuery(tenant: Tenant, messageId: string) {
  return queryOptions({
    queryKey: [...keyOf(tenant), "message", messageId],
    queryFn: ({ signal }) => call(newsRoutes.message, { params: { tenantId: tenant.slug, messageId }, signal }),
    refetchInterval: AGAIN_MS,
  });
}

function useRenewed() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return { tenantId: tenant.slug, renew: () => queryClient.invalidateQueries({ queryKey: keyOf(tenant) }) };
}

/** Makes a channel. Its answer is the only one that has a secret. */
export function useAddChannel() {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: (body: NewChannel) => call(newsRoutes.addChannel, { params: { tenantId }, body }),
    onSuccess: renew,
  });
}

export function useChangeChannel({ id, version }: Channel) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: (change: { name?: string; url?: string; recipients?: string[] }) =>
      call(newsRoutes.changeChannel, { params: { tenantId, channelId: id }, body: { ...change, version } }),
    onSuccess: renew,
  });
}

export function useRotateSecret({ id }: Channel) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(newsRoutes.rotateSecret, { params: { tenantId, channelId: id } }),
    onSuccess: renew,
  });
}

export function useTestChannel({ id }: Channel) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(newsRoutes.testChannel, { params: { tenantId, channelId: id } }),
    onSuccess: renew,
  });
}

export function useSwitch({ id, off }: Channel) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () =>
      call(off === null ? newsRoutes.switchOff : newsRoutes.switchOn, { params: { tenantId, channelId: id } }),
    onSuccess: renew,
  });
}

export function useRemoveChannel({ id }: Channel) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(newsRoutes.removeChannel, { params: { tenantId, channelId: id } }),
    onSuccess: renew,
  });
}

/** Makes a rule, or changes the one that the person has seen. */
export function useSaveRule(seen: Rule | null) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: (chosen: z.input<typeof newRuleSchema>) =>
      seen === null
        ? call(newsRoutes.addRule, { params: { tenantId }, body: chosen })
        : call(newsRoutes.changeRule, {
            params: { tenantId, ruleId: seen.id },
            body: { ...chosen, version: seen.version },
          }),
    onSuccess: renew,
  });
}

export function useRemoveRule({ id }: Rule) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(newsRoutes.removeRule, { params: { tenantId, ruleId: id } }),
    onSuccess: renew,
  });
}

export function useReplay({ id }: Message) {
  const { tenantId, renew } = useRenewed();
  return useMutation({
    mutationFn: () => call(newsRoutes.replay, { params: { tenantId, messageId: id } }),
    onSuccess: renew,
  });
}
