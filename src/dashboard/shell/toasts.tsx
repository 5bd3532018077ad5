/** The toasts of the page. One manager for all of it, so that code outside of components can show one. */
import { createKumoToastManager } from "@cloudflare/kumo/components/toast";
import type { Notification } from "../../contract/notifications.ts";
import type { RunOutcome, StartedOperation } from "../../contract/runs.ts";
import { ApprovalWaits } from "../api/approval-waits.ts";
import { describeProblem } from "../api/problem.ts";
import { AppLink } from "../components/app-link.tsx";
import { startedWords } from "../runs/started-words.ts";

export const toastManager = createKumoToastManager();

const RESULT_MS = 10_000;

/** Answers a start. */
export function toastStarted(started: StartedOperation): void {
  const { title, link } = startedWords(started);
  toastManager.add({
    title,
    description: <AppLink href={started.run.href}>{link}</AppLink>,
    variant: "info",
    timeout: 6_000,
  });
}

export function toastNotification(notification: Notification): void {
  toastManager.add({
    id: `notification-${notification.id}`,
    title: notification.title,
    description: (
      <>
        {notification.body} <AppLink href={notification.href}>View run</AppLink>
      </>
    ),
    variant: VARIANTS[notification.outcome],
    timeout: RESULT_MS,
  });
}

/** Answers a change that was made. */
export function toastDone(title: string): void {
  toastManager.add({ title, variant: "success", timeout: 4_000 });
}

export function toastProblem(error: unknown): void {
  if (error instanceof ApprovalWaits) {
    toastManager.add({
      title: "Your request waits for another person's approval",
      description: (
        <>
          Nothing has changed yet. <AppLink href={error.asked.href}>See it under Approvals</AppLink>
        </>
      ),
      variant: "info",
      timeout: RESULT_MS,
    });
    return;
  }
  const words = describeProblem(error);
  toastManager.add({ title: words.title, description: words.advice, variant: "error", timeout: RESULT_MS });
}

const VARIANTS: Record<RunOutcome, "success" | "warning" | "error" | "info"> = {
  pending: "info",
  succeeded: "success",
  partially_succeeded: "warning",
  failed: "error",
  canceled: "info",
};
