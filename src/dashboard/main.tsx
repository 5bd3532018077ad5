import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepAsking } from "./api/ask-server.ts";
import { ApiProblem, isSignedOut, isUnreachable } from "./api/problem.ts";
import { reachability } from "./api/reachability.ts";
import { preloadParts } from "./components/on-demand.ts";
import { prepareToasts } from "./shell/toasts.tsx";
import { meQuery } from "./shell/queries.ts";
import { keepOffline } from "./offline/keep-offline.ts";
import { preloadPages, router } from "./router.ts";
import "./styles.css";
import { watchTheme } from "./theme.ts";

const UNREACHABLE_RETRY_MS = 5_000;

const queryClient = new QueryClient({
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

watchTheme();
keepAsking();

// Whatever is shown may have changed while nothing was heard.
reachability.subscribe(() => {
  if (reachability.getState().state === "connected") void queryClient.invalidateQueries();
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

// After what the first page needs.
setTimeout(() => {
  keepOffline();
  preloadPages();
  preloadParts();
  prepareToasts();
}, 2_000);
