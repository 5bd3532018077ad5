/** SQL of how many occurrences of a schedule have failed since the last that did not. `schedule` is the SQL of its id. */
export function failuresInARow(schedule: string): string {
  return `(select count(*) from schedule_occurrences f
            where f.schedule_id = ${schedule} and f.state = 'failed'
              and f.due_at > coalesce((select max(due_at) from schedule_occurrences g
                                        where g.schedule_id = f.schedule_id
                                          and g.state in ('succeeded', 'partially_succeeded')), -1))`;
}
