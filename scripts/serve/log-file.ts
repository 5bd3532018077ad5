import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";

const MAX_BYTES = 20 * 1024 * 1024;

/** Writes one line. Synchronous, so that a hard kill loses nothing that was logged. */
export type WriteLog = (source: string, level: string, message: string) => void;

/** The log of local starts; it grows over several of them and keeps one predecessor. */
export function openLog(directory: string): WriteLog {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, "tenantatlas.log");
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(file, `${file}.1`);
  return (source, level, message) => {
    appendFileSync(file, `${new Date().toISOString()} ${source} ${level} ${message.trimEnd()}\n`);
    if (level === "error") process.stderr.write(`${source}: ${message.trimEnd()}\n`);
  };
}
