/** That a policy could not be read: since when, why, of when what is shown is, and who acknowledged it. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import type { Unread } from "../../contract/inventory.ts";
import { dayText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { Acknowledgment } from "./acknowledgment.tsx";
import { acknowledgedText, isAcknowledged } from "./unread-words.ts";

interface UnreadNoticeProps {
  /** `lastSeenAt` is null when the policy was never read. */
  policy: { id: string; name: string; lastSeenAt: string | null };
  unread: Unread;
}

export function UnreadNotice({ policy, unread }: UnreadNoticeProps) {
  const { acknowledgment } = unread;
  const tint = isAcknowledged(unread, Date.now()) ? "bg-kumo-recessed" : "bg-kumo-warning-tint";
  return (
    <div className={`flex items-start gap-2 rounded-md px-3 py-2 ${tint}`}>
      <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
      <div className="flex min-w-0 flex-1 flex-col gap-2 [overflow-wrap:anywhere]">
        <p>
          Could not be read since <Time at={unread.since} />: {unread.reason.message}{" "}
          {policy.lastSeenAt === null ? (
            "It was never read, so nothing else is known of it."
          ) : (
            <>
              What is shown is as of <Time at={policy.lastSeenAt} />.
            </>
          )}
        </p>
        {acknowledgment === null ? null : (
          <p>
            {acknowledgedText(unread, Date.now())} by {acknowledgment.by?.name ?? "a former member"}{" "}
            <Time at={acknowledgment.at} />, until {dayText(acknowledgment.until)}: {acknowledgment.reason}
          </p>
        )}
        <Acknowledgment policy={policy} unread={unread} />
      </div>
    </div>
  );
}
