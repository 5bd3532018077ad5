/** What comes next of a write that waits for another administrator's approval (decisions/113-a-restore-waits-for-approval.md). */
import { nextLookSeconds, type Refusal } from "../../restore/approval-times.ts";
import type { Family } from "../../families/family.ts";
import type { GraphClient } from "../client.ts";
import { readApproval } from "./approval-requests.ts";
import type { AttemptOutcome, RecordedAttempt } from "./journal.ts";
import { approvalRequired, deferred, fails, readingStop, type RestoreStop } from "./outcome.ts";

export type ParkedOutcome = AttemptOutcome & { kind: "parked" };

export type ParkedNext =
  /** With its code, or null: another approval has to be asked for. */
  | { kind: "send"; code: string | null }
  /** Sent with its code by an execution whose word never came: looked for like any lost answer. */
  | { kind: "look" }
  | { kind: "decline"; how: Refusal }
  | { kind: "stop"; stop: RestoreStop };

/** One request to Graph. `now` in milliseconds since the epoch. */
export async function nextOfParked(
  client: GraphClient,
  now: number,
  family: Family,
  parked: RecordedAttempt & { outcome: ParkedOutcome },
): Promise<ParkedNext> {
  const { code, justification } = parked.outcome;
  const seconds = nextLookSeconds(now - parked.startedAt);
  const state = await readApproval(client, code);
  switch (state.kind) {
    case "approved":
      return { kind: "send", code };
    case "used":
      return { kind: "look" };
    case "pending":
      return waitOn(seconds, 0, parked);
    case "refused":
      return refused(state.how, parked);
    case "unreadable":
      // The person who retries has seen that it was approved.
      if (parked.ofEarlierRun) return { kind: "send", code };
      return { kind: "stop", stop: fails(approvalRequired(code, justification)) };
    case "unanswered": {
      const stop = readingStop(state.failure, family);
      if (stop.kind === "failed" || stop.reason === "interrupted") return { kind: "stop", stop };
      return waitOn(seconds, stop.retryAfterSeconds ?? 0, parked);
    }
  }
}

function waitOn(seconds: number | null, atLeast: number, parked: RecordedAttempt): ParkedNext {
  if (seconds === null) return refused("expired", parked);
  return { kind: "stop", stop: deferred("waiting_for_approval", Math.max(seconds, atLeast)) };
}

/** A retry asks anew for what nobody decided in time. */
function refused(how: Refusal, { ofEarlierRun }: RecordedAttempt): ParkedNext {
  return how === "expired" && ofEarlierRun ? { kind: "send", code: null } : { kind: "decline", how };
}
