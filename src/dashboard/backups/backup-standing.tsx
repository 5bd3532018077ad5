/** How old the newest whole backup is, and what the last check of a restore came to. Unknown is told as unknown. */
import { useQuery } from "@tanstack/react-query";
import type { BackupStanding } from "../../contract/backup-standing.ts";
import { PAGES, restorePlanAddress, runAddress } from "../../contract/console-addresses.ts";
import { UNKNOWN_WORDS } from "../api/told.ts";
import { useTold } from "../api/use-told.ts";
import { AppLink } from "../components/app-link.tsx";
import { Badge } from "../components/badge.tsx";
import { clockText } from "../components/clock.ts";
import { counted } from "../components/digits.ts";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { backupStandingQuery } from "./standing-query.ts";

export function BackupStandingFacts() {
  const told = useTold(useQuery(backupStandingQuery(useTenant())));
  switch (told.state) {
    case "loading":
      return (
        <>
          <span className="sr-only">Loading</span>
          <span aria-hidden className="skeleton-block mt-1 h-6 w-24" />
        </>
      );
    case "unknown":
      return told.last !== null && told.since !== null ? (
        <div className="text-kumo-subtle" data-unknown>
          <Newest standing={told.last} />
          <p className="text-xs">as of {clockText(told.since)}</p>
        </div>
      ) : (
        <p className="text-kumo-subtle" data-unknown>
          {UNKNOWN_WORDS[told.reason]}.
        </p>
      );
    case "told":
      return <Facts standing={told.value} />;
  }
}

function Facts({ standing }: { standing: BackupStanding }) {
  const { slug } = useTenant();
  return (
    <>
      <Newest standing={standing} />
      <Check checked={standing.checked} failedCheck={standing.failedCheck} slug={slug} />
    </>
  );
}

function Newest({ standing: { newest, isOld, ageLimitDays } }: { standing: BackupStanding }) {
  const { slug } = useTenant();
  if (newest === null) {
    return (
      <p className="text-kumo-subtle">
        None yet.{" "}
        <TextLink to={PAGES.schedules} params={{ slug }}>
          Schedule backups
        </TextLink>
      </p>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-2">
      <TextLink to={PAGES.backupSet} params={{ slug, setId: newest.backupSet.id }} className="font-semibold">
        <Time at={newest.at} />
      </TextLink>
      {isOld === true && ageLimitDays !== null ? (
        <Badge variant="warning">Older than {counted(ageLimitDays, "day", "days")}</Badge>
      ) : null}
    </p>
  );
}

function Check({ checked, failedCheck, slug }: Pick<BackupStanding, "checked" | "failedCheck"> & { slug: string }) {
  return (
    <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
      {checked === null ? (
        "No restore was checked yet."
      ) : (
        <>
          <AppLink href={restorePlanAddress(slug, checked.planId)}>Last verified</AppLink> <Time at={checked.at} />:{" "}
          {checkText(checked)}
        </>
      )}
      {failedCheck === null ? null : (
        <>
          {" "}
          <AppLink href={runAddress(slug, failedCheck.runId)} className="text-kumo-danger underline">
            A check failed
          </AppLink>{" "}
          <Time at={failedCheck.at} />.
        </>
      )}
    </p>
  );
}

function checkText({
  couldReturn,
  couldNot,
  itemsMissingReferences,
  isWhole,
}: NonNullable<BackupStanding["checked"]>): string {
  const parts = [
    `${counted(couldReturn, "policy", "policies")} could be put back`,
    ...(couldNot > 0 ? [`${counted(couldNot, "policy", "policies")} could not`] : []),
    ...(itemsMissingReferences > 0
      ? [`${counted(itemsMissingReferences, "policy refers", "policies refer")} to what is gone`]
      : []),
    ...(isWhole ? [] : ["some families could not be read"]),
  ];
  return `${parts.join(", ")}.`;
}
