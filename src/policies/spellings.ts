/**
 * The spellings that Microsoft Graph has for one value (docs/design/graph.md). The service takes any of them and answers with the one that it
 * likes: a date with or without fractions of a second, a GUID in either case, flags in any order.
 */
import { compareCodeUnits } from "./canonical-json.ts";

/** Members whose text people or devices read: Graph keeps it letter by letter. */
const VERBATIM =
  /^(name|displayName|description|value|values|subject|messageTemplate|omaUri|rule|publisher|developer|owner|notes)$/;
/** Members that hold bytes as base64. */
const BYTES = /Content(Base64)?$|^payload(Json)?$|^encodedSettingXml$|^trustedRootCertificate$/;

const DATE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)$/;
/** How Graph says "no time" where a date cannot be null. */
const NO_DATE = /^0001-01-01T00:00:00(\.0+)?(Z|\+00:00)$/;
const TIME_OF_DAY = /^(\d\d:\d\d:\d\d)\.0+$/;
const DURATION = /^(-?)P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;
const GUID = /^[\dA-Fa-f]{8}(-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}$/;
const FLAGS = /^[a-z][A-Za-z\d]*(\s*,\s*[a-z][A-Za-z\d]*)+$/;
const BASE64_LINES = /^[\w+/\-\r\n]+={0,2}[\r\n]*$/;

/** The empty text, in a member of this name, says as much as an absent one. The value of a setting is a value, also when it is empty. */
export function emptyTextSaysNothing(name: string): boolean {
  return name !== "value" && name !== "values";
}

/** The one spelling of a text that is a member of this name, or an element of a list that is. Null for one that says "none". Idempotent. */
export function spelling(name: string, text: string): string | null {
  if (name === "@odata.type") return text.replace(/^microsoft\.graph\./, "#microsoft.graph.");
  // Language tags have no case (RFC 5646).
  if (name === "locale") return text.toLowerCase();
  if (BYTES.test(name)) return bytesSpelling(text);
  return VERBATIM.test(name) ? text : plainSpelling(text);
}

function plainSpelling(text: string): string | null {
  if (GUID.test(text)) return text.toLowerCase();
  if (NO_DATE.test(text)) return null;
  if (FLAGS.test(text))
    return text
      .split(/\s*,\s*/)
      .toSorted(compareCodeUnits)
      .join(",");
  const time = TIME_OF_DAY.exec(text);
  if (time?.[1] !== undefined) return time[1];
  return dateSpelling(text) ?? durationSpelling(text) ?? text;
}

/** In UTC, with as many digits of the second as there are. Null for anything else. */
function dateSpelling(text: string): string | null {
  const [, minute, second = "00", fraction = "", zone] = DATE.exec(text) ?? [];
  if (minute === undefined) return null;
  const at = Date.parse(`${minute}:${second}${zone}`);
  if (Number.isNaN(at)) return null;
  const digits = fraction.replace(/0+$/, "");
  return new Date(at).toISOString().replace(/\.000Z$/, digits === "" ? "Z" : `.${digits}Z`);
}

/** In the largest units: `PT90M` and `PT1H30M` are one. Null for anything else. */
function durationSpelling(text: string): string | null {
  const found = DURATION.exec(text);
  if (found === null) return null;
  const [days, hours, minutes, seconds] = found.slice(2, 6).map((part) => BigInt(part ?? 0));
  const digits = (found[6] ?? "").replace(/0+$/, "");
  const total = (((days ?? 0n) * 24n + (hours ?? 0n)) * 60n + (minutes ?? 0n)) * 60n + (seconds ?? 0n);
  const unit = (count: bigint, letter: string): string => (count === 0n ? "" : `${count}${letter}`);
  const d = unit(total / 86_400n, "D");
  const h = unit((total / 3_600n) % 24n, "H");
  const m = unit((total / 60n) % 60n, "M");
  const rest = total % 60n;
  const s = rest === 0n && digits === "" ? "" : `${rest}${digits === "" ? "" : `.${digits}`}S`;
  const time = `${h}${m}${s}`;
  if (d === "" && time === "") return "PT0S";
  return `${found[1]}P${d}${time === "" ? "" : `T${time}`}`;
}

/** Base64 without line breaks, of the ordinary alphabet, padded. Any other text as it is. */
function bytesSpelling(text: string): string {
  if (!BASE64_LINES.test(text)) return text;
  const digits = text
    .replaceAll(/[\r\n=]/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  return digits.length % 4 === 1 ? text : digits.padEnd(Math.ceil(digits.length / 4) * 4, "=");
}
