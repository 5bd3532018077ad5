/** Keeps runs live while a tenant is open, and lets what depends on them know. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import { queryKeys } from "../api/query-keys.ts";
import { announce } from "../shell/announcer.tsx";
import { meQuery } from "../shell/queries.ts";
import { useCan, useTenantScope } from "../shell/tenant-context.ts";
import { ActivityConnection } from "./activity-connection.ts";
import { isChangedBy } from "./changed-by-runs.ts";
import { onRunEnqueued } from "./enqueued-event.ts";
import { followOwn, showUnseenNotifications } from "./notifications.ts";
import { runStore } from "./run-store.ts";
import type { ConnectionNews } from "./told-activity.ts";

const CONNECTING: ConnectionNews = { state: "connecting", toldAt: null };
const ConnectionContext = createContext(CONNECTING);

/** How the tenant's activity is followed. */
export function useConnectionNews(): ConnectionNews {
  return useContext(ConnectionContext);
}

export function ActivityProvider({ children }: { children: ReactNode }) {
  const { tenant, me } = useTenantScope();
  const mayFollow = useCan("operations.read");
  const queryClient = useQueryClient();
  const [news, setNews] = useState(CONNECTING);

  useEffect(() => {
    const abort = new AbortController();
    const connection = new ActivityConnection(tenant, runStore, {
      news: setNews,
      accessChanged: () => void queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
    });
    const check = () => void showUnseenNotifications(tenant, abort.signal);
    const stopOwn = followOwn();
    const stopEvents = onRunEnqueued((enqueued) => {
      if (enqueued.tenantId === tenant.id) void connection.refresh();
    });
    const stopTransitions = runStore.onTransition(({ kind, run }) => {
      if (run.tenantId !== tenant.id) return;
      const mine = run.initiator?.id === me.user.id;
      void queryClient.invalidateQueries({ queryKey: queryKeys.operations(tenant) });
      if (kind === "finished") {
        void queryClient.invalidateQueries({
          queryKey: queryKeys.tenant(tenant),
          predicate: ({ queryKey }) => isChangedBy(run.type, queryKey),
        });
        void queryClient.invalidateQueries({ queryKey: queryKeys.units(tenant, run.id) });
        if (mine) check();
      }
      // One's own runs are told by toasts, which are spoken too.
      if (mine) return;
      announce(
        kind === "started" ? `${run.label} started` : `${run.label} finished. ${groupDigits(run.progress.text)}`,
      );
    });
    document.addEventListener("visibilitychange", check);
    if (mayFollow) {
      connection.open();
      check();
    }
    return () => {
      abort.abort();
      stopOwn();
      stopEvents();
      stopTransitions();
      document.removeEventListener("visibilitychange", check);
      connection.close();
    };
    // A refetch that brings an equal tenant keeps its identity (query's structural sharing), so the connection survives it.
  }, [tenant, me.user.id, mayFollow, queryClient]);

  return <ConnectionContext value={news}>{children}</ConnectionContext>;
}
