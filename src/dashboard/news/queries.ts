/** Reads and changes of what is told to whom. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Channel, Message, NewChannel } from "../../contract/news.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { type ChosenRule, keyOf, newsApi, type NewsPlace, type ShownRule, useNewsPlace } from "./news-place.ts";

/** Receivers are tried without the console: what is shown is asked for again. */
const AGAIN_MS = 10_000;

export function channelsQuery(place: NewsPlace) {
  return queryOptions({
    queryKey: [...keyOf(place), "channels"],
    queryFn: ({ signal }) => newsApi(place).channels(signal),
    refetchInterval: AGAIN_MS,
  });
}

export function rulesQuery(place: NewsPlace) {
  return queryOptions({
    queryKey: [...keyOf(place), "rules"],
    queryFn: ({ signal }) => newsApi(place).rules(signal),
  });
}

/** Newest first. */
export function messagesQuery(place: NewsPlace, channelId: string) {
  return {
    ...pagedQuery([...keyOf(place), "messages", channelId], (cursor, signal) =>
      newsApi(place).messages({ cursor, limit: 20, ...(channelId === "" ? {} : { channelId }) }, signal),
    ),
    refetchInterval: AGAIN_MS,
  };
}

export function messageQuery(place: NewsPlace, messageId: string) {
  return queryOptions({
    queryKey: [...keyOf(place), "message", messageId],
    queryFn: ({ signal }) => newsApi(place).message(messageId, signal),
    refetchInterval: AGAIN_MS,
  });
}

function useRenewed() {
  const place = useNewsPlace();
  const queryClient = useQueryClient();
  return { api: newsApi(place), renew: () => queryClient.invalidateQueries({ queryKey: keyOf(place) }) };
}

/** Makes a channel. Its answer is the only one that has a secret. */
export function useAddChannel() {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: (body: NewChannel) => api.addChannel(body), onSuccess: renew });
}

export function useChangeChannel({ id, version }: Channel) {
  const { api, renew } = useRenewed();
  return useMutation({
    mutationFn: (change: { name?: string; url?: string; recipients?: string[] }) =>
      api.changeChannel(id, { ...change, version }),
    onSuccess: renew,
  });
}

export function useRotateSecret({ id }: Channel) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.rotateSecret(id), onSuccess: renew });
}

export function useTestChannel({ id }: Channel) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.testChannel(id), onSuccess: renew });
}

export function useSwitch({ id, off }: Channel) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.switchTo(id, off !== null), onSuccess: renew });
}

export function useRemoveChannel({ id }: Channel) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.removeChannel(id), onSuccess: renew });
}

/** Makes a rule, or changes the one that the person has seen. */
export function useSaveRule(seen: ShownRule | null) {
  const { api, renew } = useRenewed();
  return useMutation({
    mutationFn: (chosen: ChosenRule) =>
      seen === null ? api.addRule(chosen) : api.changeRule(seen.id, { ...chosen, version: seen.version }),
    onSuccess: renew,
  });
}

export function useRemoveRule({ id }: ShownRule) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.removeRule(id), onSuccess: renew });
}

export function useReplay({ id }: Message) {
  const { api, renew } = useRenewed();
  return useMutation({ mutationFn: () => api.replay(id), onSuccess: renew });
}
