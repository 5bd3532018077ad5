/** Where sweeps are that go round everything, a piece at each turn. */
import type { ControlDatabase } from "../databases.ts";

/** Empty at the beginning of a round. */
export async function readSweepCursor(control: ControlDatabase, name: string): Promise<string> {
  const row = await control
    .prepare("select position from sweep_cursors where name = ?1")
    .bind(name)
    .first<{ position: string }>();
  return row?.position ?? "";
}

export async function writeSweepCursor(control: ControlDatabase, name: string, position: string): Promise<void> {
  await control
    .prepare(
      "insert into sweep_cursors (name, position) values (?1, ?2) on conflict (name) do update set position = ?2",
    )
    .bind(name, position)
    .run();
}
