/** Something that the person who typed the command can mend: shown as its message alone. */
export class StartError extends Error {
  override name = "StartError";
}
