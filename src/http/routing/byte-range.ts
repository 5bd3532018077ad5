/** The `Range` of a request (RFC 9110, section 14), as far as one range can be asked for. Pure. */

export type ByteRange =
  /** Everything: no range, one that is not understood, or several, which may be answered so. */
  { kind: "whole" } | { kind: "part"; offset: number; length: number } | { kind: "unsatisfiable" };

/** `ifRange` asks for the whole unless it is the entity tag of what is there; a date never is. */
export function readByteRange(
  headers: { range: string | undefined; ifRange: string | undefined },
  content: { bytes: number; etag: string },
): ByteRange {
  const { range, ifRange } = headers;
  if (range === undefined || (ifRange !== undefined && ifRange !== content.etag)) return { kind: "whole" };
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim());
  const [first = "", last = ""] = asked?.slice(1) ?? [];
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), content.bytes);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", offset: content.bytes - length, length };
  }
  const offset = Number(first);
  if (offset >= content.bytes) return { kind: "unsatisfiable" };
  if (last !== "" && Number(last) < offset) return { kind: "whole" };
  const end = last === "" ? content.bytes - 1 : Math.min(Number(last), content.bytes - 1);
  return { kind: "part", offset, length: end - offset + 1 };
}
