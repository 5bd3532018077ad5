/** A request: what, by whom, why, what exactly changes, and what the person may do about it. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { type ReactNode, useId } from "react";
import type { ApprovalRequest, ApprovalState } from "../../contract/approvals.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { requestTitle, STATE_WORDS } from "./approval-words.ts";
import { DecisionButtons } from "./decision-buttons.tsx";
import { RequestChange } from "./request-change.tsx";

const VARIANTS: Readonly<Record<ApprovalState, "primary" | "success" | "warning" | "error" | "secondary">> = {
  waiting: "primary",
  carried_out: "success",
  failed: "error",
  rejected: "warning",
  withdrawn: "secondary",
  expired: "secondary",
};

export function RequestCard({ request }: { request: ApprovalRequest }) {
  const { slug } = useTenant();
  const title = useId();
  const { state, requester, reason, askedAt, endsAt, own, runId } = request;
  return (
    <article aria-labelledby={title} className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h3 id={title} className="font-medium [overflow-wrap:anywhere]">
          <bdi>{requestTitle(request)}</bdi>
        </h3>
        <Badge variant={VARIANTS[state]}>{STATE_WORDS[state]}</Badge>
      </div>
      <p className="[overflow-wrap:anywhere]">
        {own ? "You" : <bdi>{requester.name}</bdi>} asked <Time at={askedAt} />: “<bdi>{reason}</bdi>”
      </p>
      <RequestChange change={request.change} />
      {state === "waiting" ? (
        <p className="text-kumo-subtle">Waits until {absoluteText(endsAt)}.</p>
      ) : (
        <Outcome request={request} />
      )}
      {runId === null ? null : (
        <p>
          <TextLink to={PAGES.run} params={{ slug, runId }}>
            View the operation
          </TextLink>
        </p>
      )}
      <DecisionButtons request={request} />
    </article>
  );
}

function Outcome({ request }: { request: ApprovalRequest }): ReactNode {
  const { state, decider, decidedAt, decisionReason, failure } = request;
  const at = decidedAt === null ? null : <Time at={decidedAt} />;
  const verb = state === "rejected" ? "rejected" : "approved";
  return (
    <div className="flex flex-col gap-1 text-kumo-subtle [overflow-wrap:anywhere]">
      {decider === null ? null : (
        <p>
          <bdi>{decider.name}</bdi> {verb} it {at}
          {decisionReason === null ? "." : ": “"}
          {decisionReason === null ? null : (
            <>
              <bdi>{decisionReason}</bdi>”
            </>
          )}
        </p>
      )}
      {decider === null && state === "withdrawn" ? <p>It was withdrawn {at}.</p> : null}
      {state === "expired" ? (
        <p>No one decided in time, and nothing has changed. Ask again if it is still wanted.</p>
      ) : null}
      {failure === null ? null : (
        <p className="text-kumo-danger">
          <bdi>{failure.message}</bdi> Nothing was changed.
        </p>
      )}
    </div>
  );
}
