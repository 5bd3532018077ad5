/** Whether an example has the shape of a real answer: the same members with values of the same kind, down to the leaves. */

/** Of these, the members are data: counts of a type or by table, a document. */
const FREE = new Set(["summaryCounts", "rows", "json", "body"]);

/** Where the two differ, in words; null when they do not. What is null or empty on one side says nothing of the other. */
export function shapeFault(example: unknown, answer: unknown, place = ""): string | null {
  if (example === null || answer === null) return null;
  if (Array.isArray(example) && Array.isArray(answer)) return listFault(example, answer, place);
  if (typeof example !== "object" || typeof answer !== "object") {
    return typeof example === typeof answer ? null : `${place} is a ${typeof example}, not a ${typeof answer}`;
  }
  const [shown, real] = [new Map(Object.entries(example)), new Map(Object.entries(answer))];
  const [kind, realKind] = [shown.get("kind"), real.get("kind")];
  // Variants of a union have members of their own; that each is one of the union, the schema says.
  if (kind !== realKind && typeof kind === "string") return null;
  const missing = [...real.keys()].find((key) => !shown.has(key));
  if (missing !== undefined) return `${place} lacks ${missing}`;
  for (const [key, value] of shown) {
    if (!real.has(key)) return `${place} has ${key}, which the answer lacks`;
    const fault = FREE.has(key) ? null : shapeFault(value, real.get(key), `${place}.${key}`);
    if (fault !== null) return fault;
  }
  return null;
}

/** Each item of the example is like one of the answer's. */
function listFault(example: readonly unknown[], answer: readonly unknown[], place: string): string | null {
  if (answer.length === 0) return null;
  for (const item of example) {
    const faults = answer.map((real) => shapeFault(item, real, `${place}[]`));
    if (!faults.includes(null)) return faults[0] ?? null;
  }
  return null;
}
