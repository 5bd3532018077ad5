/**
 * Logs: one JSON object a line, with an event name. Fields are scalars, so neither a policy's content nor a whole request
 * can slip in; fields that are named like a credential are redacted whatever they hold.
 */
import { meter } from "./meter.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** What is measured of an event: its warnings and errors are counted, and some say a number of their own. */
function measureEvent(level: LogLevel, name: string, fields: LogFields): void {
  if (level === "warn" || level === "error") meter.add("event", 1, { level, event: name });
  switch (name) {
    case "run_completed":
      meter.add("run_ended", numberIn(fields, "durationMs"), {
        type: textIn(fields, "type"),
        outcome: textIn(fields, "outcome"),
      });
      return;
    case "run_healing":
      meter.add("units_healed", numberIn(fields, "units"), {});
      return;
    case "dead_letters_settled":
      meter.add("dead_letters", numberIn(fields, "messages"), {});
      return;
  }
}

function numberIn(fields: LogFields, name: string): number {
  const value = fields[name];
  return typeof value === "number" ? value : 0;
}

function textIn(fields: LogFields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

const CREDENTIAL_NAMES = /secret|token|authorization|password|cookie|credential|api-?key/i;
const MAX_TEXT_LENGTH = 500;

/** Writes one event. `name` is stable and in snake case; ids and durations (`…Ms`) go into `fields`. */
export function logEvent(level: LogLevel, name: string, fields: LogFields = {}): void {
  measureEvent(level, name, fields);
  const line: Record<string, unknown> = { level, event: name };
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) line[key] = CREDENTIAL_NAMES.test(key) ? "[redacted]" : shorten(value);
  }
  console[level](JSON.stringify(line));
}

/**
 * What a log may say of an error: its class, its stable `code` where it has one, its message cut to 500 characters, and
 * where it was thrown. Own properties (a request, a body, a cause's content) are left out.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  return {
    errorName: error.name,
    errorCode: "code" in error && typeof error.code === "string" ? error.code : undefined,
    errorMessage: error.message,
    errorAt: error.stack
      ?.split("\n")
      .find((line) => line.trimStart().startsWith("at "))
      ?.trim(),
  };
}

function shorten(value: LogFields[string]): LogFields[string] {
  return typeof value === "string" && value.length > MAX_TEXT_LENGTH ? `${value.slice(0, MAX_TEXT_LENGTH)}…` : value;
}
