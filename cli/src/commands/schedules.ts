/** Schedules, as far as programs may: they read them. People make and change them in the console, in whose name they work. */
import { scheduleRoutes } from "../../../src/contract/routes/schedules.ts";
import type { Context, Result } from "../context.ts";
import { shownTable } from "../output/list-result.ts";
import { EXIT } from "../exit-codes.ts";
import { facts, table } from "../output/table.ts";
import { when } from "../output/times.ts";

export async function listSchedules(context: Context, tenantId: string): Promise<Result> {
  const { items } = await context.api.call(scheduleRoutes.list, { params: { tenantId } });
  return {
    code: EXIT.succeeded,
    json: { items },
    lines: shownTable(
      context,
      [
        { title: "Id", cell: ({ id }) => id },
        { title: "Name", cell: ({ name }) => name },
        { title: "When", cell: ({ words, timeZone }) => `${words} (${timeZone})` },
        { title: "Next", cell: ({ next, pause }) => (pause === null ? when(next[0] ?? null) : "paused") },
        { title: "Last", cell: ({ last }) => (last === null ? "never" : last.state.replaceAll("_", " ")) },
        { title: "Failed in a row", cell: ({ failuresInARow }) => failuresInARow, right: true },
      ],
      items,
    ),
  };
}

export async function showSchedule(context: Context, tenantId: string, scheduleId: string): Promise<Result> {
  const { api } = context;
  const params = { tenantId, scheduleId };
  const schedule = await api.call(scheduleRoutes.show, { params });
  const { items } = await api.call(scheduleRoutes.occurrences, { params, query: { limit: 10 } });
  return {
    code: EXIT.succeeded,
    json: { schedule, occurrences: items },
    lines: [
      ...facts([
        ["Name", schedule.name],
        ["When", `${schedule.words} (${schedule.timeZone})`],
        ["Steps", schedule.steps.map(({ type }) => type).join(", ")],
        ["Works for", schedule.owner?.name ?? null],
        ["State", schedule.pause === null ? "at work" : `paused: ${schedule.pause.note}`],
        ["Next", schedule.next.length === 0 ? "none" : schedule.next.map(when).join(", ")],
      ]),
      "",
      ...table(
        [
          { title: "Due", cell: ({ dueAt }) => when(dueAt) },
          { title: "Came to", cell: ({ state }) => state.replaceAll("_", " ") },
          { title: "", cell: ({ reason }) => reason ?? "" },
        ],
        items,
      ),
    ],
  };
}
