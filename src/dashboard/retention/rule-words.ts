/** Rules of retention in a form, and in words. */
import {
  RETENTION_KEYS,
  RETENTION_KINDS,
  type RetentionKey,
  type RetentionKind,
  type RetentionPreview,
  type RetentionRules,
  retentionRulesSchema,
} from "../../contract/retention.ts";

/** What a person has entered for a kind. */
export interface RuleChoice {
  days: string;
  forever: boolean;
}

export type RuleChoices = Readonly<Record<string, RuleChoice>>;

/** The rules as the form begins. A kind that is kept for ever has its standard for when that is taken back. */
export function choicesOf(rules: RetentionRules): RuleChoices {
  return Object.fromEntries(
    RETENTION_KEYS.map((kind) => {
      const days = rules[kind];
      const { standard, lowest }: RetentionKind = RETENTION_KINDS[kind];
      return [kind, { days: String(days ?? standard ?? lowest), forever: days === null }];
    }),
  );
}

/** The rules that were entered; null when some of them cannot be. */
export function rulesOf(choices: RuleChoices): RetentionRules | null {
  const entered = RETENTION_KEYS.map((kind) => [kind, daysOf(choices[kind])] as const);
  const parsed = retentionRulesSchema.safeParse(Object.fromEntries(entered));
  return parsed.success ? parsed.data : null;
}

function daysOf(choice: RuleChoice | undefined): number | null | undefined {
  if (choice === undefined) return undefined;
  if (choice.forever) return null;
  return /^\d+$/.test(choice.days.trim()) ? Number(choice.days) : undefined;
}

/** What is wrong with what was entered for a kind; null when nothing is. */
export function faultOf(kind: RetentionKey, choice: RuleChoice): string | null {
  const { lowest, highest } = RETENTION_KINDS[kind];
  const days = daysOf(choice);
  if (days === null || (days !== undefined && days >= lowest && days <= highest)) return null;
  return `Enter a whole number from ${lowest} to ${highest}.`;
}

export function isChanged(rules: RetentionRules, entered: RetentionRules): boolean {
  return RETENTION_KEYS.some((kind) => rules[kind] !== entered[kind]);
}

/** "400 days", "1 day", "For ever". */
export function keptText(days: number | null): string {
  if (days === null) return "For ever";
  return days === 1 ? "1 day" : `${days} days`;
}

/** How many things of a kind go, exactly; of packs, whose files end by a date of their own, that none does. */
export function removesText({ kind, removes }: RetentionPreview["kinds"][number]): string {
  if (kind === "reviewPacks") return "None: holds for packs that are completed from now on";
  return removes === 0 ? "None" : String(removes);
}
