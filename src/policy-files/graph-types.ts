/**
 * What of Graph's types the reading of files needs. `graph-kinds.ts` has it as text, a line for each. Of KINDS: a type, with an exclamation mark
 * where nothing is of the type itself, and those that derive from it. Of DECLARED: a member's name, and the types that its values have by
 * declaration.
 */
import { DECLARED, KINDS } from "./graph-kinds.ts";

interface Kinds {
  isAbstract: boolean;
  below: ReadonlySet<string>;
}

const kinds = new Map<string, Kinds>();
for (const line of KINDS.trim().split("\n")) {
  const [head = "", ...below] = line.split(" ");
  kinds.set(head.replace("!", ""), { isAbstract: head.startsWith("!"), below: new Set(below) });
}

const declared = new Map<string, ReadonlySet<string>>();
for (const line of DECLARED.trim().split("\n")) {
  const [member = "", ...types] = line.split(" ");
  declared.set(member, new Set(types));
}

/** `#microsoft.graph.webApp` to `webApp`. */
export function bareType(type: string): string {
  return type.replace(/^#?microsoft\.graph\./, "");
}

/** Whether something of the type `root` has to say of which kind it is. */
export function hasKinds(root: string): boolean {
  return kinds.get(root)?.isAbstract === true;
}

/** All types that a thing of the type `root` may be of: bare names. */
export function kindsOf(root: string): string[] {
  const { isAbstract = false, below = [] } = kinds.get(root) ?? {};
  return [...(isAbstract ? [] : [root]), ...below];
}

/** Whether a value of the member has the type by declaration, so that Graph leaves it out where it is not asked for all metadata. */
export function isDeclared(member: string, type: string): boolean {
  return declared.get(member)?.has(bareType(type)) === true;
}
