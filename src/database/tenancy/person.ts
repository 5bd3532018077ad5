/** Stands for the name of a person whom the product does not know any more. */
export const FORMER_MEMBER = "Former member";

/** The person behind a user's id, for a row that says who did something. Null when the product itself did it. */
export function personOf(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? FORMER_MEMBER };
}
