/** What a person is told of their runs and schedules over tenants, each run as the person may see it now. D1 alone. */
import { PAGES, pageAddress, portfolioRunAddress } from "../../contract/console-addresses.ts";
import type { OwnNotification } from "../../contract/notifications.ts";
import type { PortfolioNoticeRow } from "../../database/portfolio/portfolio-notices.ts";
import { isoTime, isoTimeOrNull } from "../../database/sql/time.ts";
import { terminalNotification } from "../facts/terminal-notification.ts";
import { type PortfolioReader, readPortfolioRuns } from "./portfolio-runs.ts";

type Env = Parameters<typeof readPortfolioRuns>[0];

/** In their order. Two queries. Of a run of which the person may see nothing any more, it is told that it ended. */
export async function presentNotices(
  env: Env,
  reader: PortfolioReader,
  rows: readonly PortfolioNoticeRow[],
): Promise<OwnNotification[]> {
  const runs = await readPortfolioRuns(
    env,
    reader,
    rows.flatMap(({ runId }) => (runId === null ? [] : [runId])),
  );
  return rows.map(({ id, runId, scheduleId, title, body, createdAt, seenAt }) => {
    const run = runId === null ? undefined : runs.get(runId);
    const told =
      title !== "" || run === undefined
        ? { title: title === "" ? "An operation over tenants has ended" : title, body }
        : terminalNotification(run);
    return {
      id,
      runId: run === undefined ? null : run.id,
      outcome: run?.outcome ?? "failed",
      title: told.title,
      body: told.body,
      href: hrefOf(run === undefined ? null : run.id, scheduleId),
      createdAt: isoTime(createdAt),
      seenAt: isoTimeOrNull(seenAt),
    };
  });
}

function hrefOf(runId: string | null, scheduleId: string | null): string {
  if (runId !== null) return portfolioRunAddress(runId);
  return scheduleId === null
    ? pageAddress(PAGES.portfolioRuns, {})
    : pageAddress(PAGES.portfolioSchedule, { scheduleId });
}
