import { OF_TENANT, type ScheduleNames } from "./schedule-names.ts";

/** SQL of how many occurrences of a schedule have failed since the last that did not. `schedule` is the SQL of its id. */
export function failuresInARow(schedule: string, { occurrences }: ScheduleNames = OF_TENANT): string {
  return `(select count(*) from ${occurrences} f
            where f.schedule_id = ${schedule} and f.state = 'failed'
              and f.due_at > coalesce((select max(due_at) from ${occurrences} g
                                        where g.schedule_id = f.schedule_id
                                          and g.state in ('succeeded', 'partially_succeeded')), -1))`;
}
