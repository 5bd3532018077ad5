/** What a person is told of their runs and schedules over tenants: shown once, on whatever page they are. */
import { PAGES, pageAddress } from "../../contract/console-addresses.ts";
import { ownNotificationRoutes } from "../../contract/routes/own-notifications.ts";
import { call } from "../api/client.ts";
import { showUnseen, tell } from "./notifications.ts";

/** No frame tells of what is over tenants: it is asked for, seldom. */
const AGAIN_MS = 30_000;

/** Shows what is new at once, from time to time, and when the page is looked at again; until the signal. */
export function followOwnNotifications(signal: AbortSignal): void {
  if (signal.aborted) return;
  const check = () =>
    void showUnseen(signal, {
      list: () => call(ownNotificationRoutes.list, { params: {}, query: { unseen: true }, signal }),
      mark: (notificationId) => call(ownNotificationRoutes.markSeen, { params: { notificationId } }),
      tell: (notification) => tell(notification, pageAddress(PAGES.portfolioRuns, {})),
    });
  const timer = setInterval(check, AGAIN_MS);
  document.addEventListener("visibilitychange", check, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
  check();
}
