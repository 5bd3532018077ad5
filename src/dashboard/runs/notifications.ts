/**
 * Terminal notifications: the server stores one per run for its initiator; this shows each once. A lock that all tabs of
 * the browser share spans reading, showing and marking, so a second tab finds nothing left to show.
 */
import { type Tenant } from "../../contract/access.ts";
import { PAGES, pageAddress } from "../../contract/console-addresses.ts";
import type { OwnNotification } from "../../contract/notifications.ts";
import { notificationRoutes } from "../../contract/routes/notifications.ts";
import { call } from "../api/client.ts";
import { RESULT_MS, toastMoreResults, toastNotification } from "../shell/toasts.tsx";
import { NO_BURST, withResult } from "./result-burst.ts";

/** Shown here already. Marking one as seen may fail; showing it again because of that would be a lie. */
const shown = new Set<string>();

/** Shows what is unseen of a tenant, oldest first. A hidden page leaves it for the one that is looked at. Never throws. */
export function showUnseenNotifications(tenant: Tenant, signal: AbortSignal): Promise<void> {
  const tenantId = tenant.slug;
  return showUnseen(signal, {
    list: () => call(notificationRoutes.list, { params: { tenantId }, query: { unseen: true }, signal }),
    mark: (notificationId) => call(notificationRoutes.markSeen, { params: { tenantId, notificationId } }),
    tell: (notification) => tell(notification, pageAddress(PAGES.operations, { slug: tenant.slug })),
  });
}

/** Follows what a person is told over tenants, by code that is not of the first page. Gives what ends it. */
export function followOwn(): () => void {
  const abort = new AbortController();
  void import("./own-notifications.ts").then(
    ({ followOwnNotifications }) => followOwnNotifications(abort.signal),
    () => {
      // The code did not come: what is unseen is found when the next page is opened.
    },
  );
  return () => abort.abort();
}

interface Bell<Told> {
  list: () => Promise<{ items: Told[] }>;
  mark: (id: string) => Promise<unknown>;
  tell: (notification: Told) => void;
}

/** Shows what is unseen, oldest first. Never throws. */
export async function showUnseen<Told extends OwnNotification>(
  signal: AbortSignal,
  { list, mark, tell: show }: Bell<Told>,
): Promise<void> {
  if (document.visibilityState !== "visible") return;
  try {
    await withSharedLock(signal, async () => {
      const { items } = await list();
      const oldestFirst = items.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
      for (const notification of oldestFirst) {
        if (notification.seenAt === null && !shown.has(notification.id)) {
          shown.add(notification.id);
          show(notification);
        }
        await mark(notification.id);
      }
    });
  } catch {
    // They stay unseen on the server, and the next check finds them.
  }
}

let burst = NO_BURST;

/** Shows a notification; of a burst, one for all. `all` is where all of them are. */
export function tell(notification: OwnNotification, all: string): void {
  // News is no result of a run: the words for many results would not be true of it.
  if (notification.runId === null) {
    toastNotification(notification);
    return;
  }
  const result = withResult(burst, notification.outcome, Date.now(), RESULT_MS);
  burst = result.burst;
  if (result.each) toastNotification(notification);
  else toastMoreResults(burst.together, all);
}

/** Without the Web Locks API (a page that is not a secure context) tabs may both show one. */
async function withSharedLock(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return work();
  await navigator.locks.request("tenantatlas.notifications", { signal }, work);
}
