/** The person behind a user's id, for a row that says who did something. Null when the product itself did it. */
export function personOf(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? "Former member" };
}
