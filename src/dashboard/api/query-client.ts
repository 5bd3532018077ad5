/** What the console has read, and how it reads again. One for the whole console: pages and routes read by it. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { meQuery } from "../shell/queries.ts";
import { ApiProblem, isSignedOut, isUnreachable } from "../../client/problem.ts";

const UNREACHABLE_RETRY_MS = 5_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The product may be on this very machine, which then needs no network: what the browser says of it decides nothing.
      networkMode: "always",
      staleTime: 5_000,
      // An outage ends without anybody's telling; what it has left unread is read then, without a click.
      refetchInterval: ({ state }) => (isUnreachable(state.error) ? UNREACHABLE_RETRY_MS : false),
      // A refusal stays a refusal; only what may pass by itself is tried again. What has used up its time has been tried long enough.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiProblem && (error.code === "network_unreachable" || error.status >= 500),
    },
    mutations: { networkMode: "always" },
  },
  queryCache: new QueryCache({
    // A session ends for the whole console: who is there is asked again, and that answer decides what is shown.
    onError: (error, { queryKey }) => {
      if (isSignedOut(error) && queryKey[0] !== meQuery.queryKey[0]) {
        void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      }
    },
  }),
  mutationCache: new MutationCache({
    // A refused action may mean that the role has changed since the page was loaded.
    onError: (error) => {
      if (error instanceof ApiProblem && [401, 403, 404].includes(error.status)) {
        void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      }
    },
  }),
});
