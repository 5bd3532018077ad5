import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepAsking } from "./api/ask-server.ts";
import { queryClient } from "./api/query-client.ts";
import { reachability } from "./api/reachability.ts";
import { preloadParts } from "./components/on-demand.ts";
import { prepareToasts } from "./shell/toasts.tsx";
import { keepOffline } from "./offline/keep-offline.ts";
import { preloadPages, router } from "./router.ts";
import "./styles.css";
import { watchTheme } from "./theme.ts";

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
