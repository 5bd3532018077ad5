/** The toasts of the page. One place for all of it, so that code outside of components can show one. */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import type { OwnNotification } from "../../contract/notifications.ts";
import type { RunOutcome, StartedOperation } from "../../contract/runs.ts";
import { ApprovalWaits } from "../../client/approval-waits.ts";
import { describeProblem } from "../api/problem.ts";
import { AppLink } from "../components/app-link.tsx";
import { counted, digits } from "../components/digits.ts";
import { startedWords } from "../runs/started-words.ts";

export interface Toast {
  id?: string;
  title: string;
  description?: ReactNode;
  variant?: "info" | "success" | "warning" | "error";
  /** Milliseconds until it goes by itself; Kumo's own where it is left out. */
  timeout?: number;
}

/** Those that nothing shows yet, oldest first. */
const waiting: Toast[] = [];
let show: ((toast: Toast) => void) | null = null;
let wantHost: () => void = () => {};

/** Takes toasts at any time: what shows them is loaded with the first, or after the first page. */
export const toastManager = {
  add: (toast: Toast): void => {
    if (show !== null) return show(toast);
    waiting.push(toast);
    wantHost();
  },
};

/** Shows what waits, and all that come, until the function that it gives back is called. */
export function showToasts(next: (toast: Toast) => void): () => void {
  show = next;
  for (const toast of waiting.splice(0)) next(toast);
  return () => {
    show = null;
  };
}

/** Loads what shows toasts, so that it is there in an outage. */
export function prepareToasts(): void {
  wantHost();
}

/** Where the page's toasts are shown. Its code not coming takes nothing from the page: the next toast asks for it again. */
export function Toasts() {
  const [Host, setHost] = useState<ComponentType | null>(null);
  useEffect(() => {
    wantHost = () => {
      import("./toast-host.tsx").then(
        ({ ToastHost }) => setHost(() => ToastHost),
        () => {
          // They wait.
        },
      );
    };
    if (waiting.length > 0) wantHost();
    return () => {
      wantHost = () => {};
    };
  }, []);
  return Host === null ? null : <Host />;
}

export const RESULT_MS = 10_000;

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

export function toastNotification(notification: OwnNotification): void {
  toastManager.add({
    id: `notification-${notification.id}`,
    title: notification.title,
    description: (
      <>
        {notification.body}{" "}
        <AppLink href={notification.href}>{notification.runId === null ? "Open" : "View run"}</AppLink>
      </>
    ),
    variant: VARIANTS[notification.outcome],
    timeout: RESULT_MS,
  });
}

/** One message for results that come close after each other; the next one takes its place. */
export function toastMoreResults(more: { finished: number; withFailures: number }, href: string): void {
  toastManager.add({
    id: "more-results",
    title: `${counted(more.finished, "more operation", "more operations")} finished${
      more.withFailures === 0 ? "" : `, ${digits(more.withFailures)} with failures`
    }`,
    description: <AppLink href={href}>See all operations</AppLink>,
    variant: more.withFailures === 0 ? "info" : "warning",
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
