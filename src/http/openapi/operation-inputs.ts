/**
 * What a start takes, by operation type. The server parses `input` by what the operation attaches to its type, which this room cannot
 * import; the operations build on the same schemas of the contract, and a test holds the two together.
 */
import { z } from "zod";
import { addPoliciesRequestSchema, backupSetSelectionSchema } from "../../contract/backup-sets.ts";
import { baselineCaptureRequestSchema, baselineCompareRequestSchema } from "../../contract/baselines.ts";
import { evidenceSnapshotRequestSchema } from "../../contract/evidence.ts";
import { inventorySyncRequestSchema } from "../../contract/inventory.ts";
import { OPERATION_TYPES, type StartableType, startableTypes } from "../../contract/operation-types.ts";
import { restorePreviewRequestSchema, restoreRequestSchema } from "../../contract/restore.ts";
import { matchingRunsRequestSchema } from "../../contract/run-filter.ts";
import { packInputSchema } from "../../contract/review-packs.ts";
import { importRequestSchema } from "../../contract/policy-files.ts";
import { tenantExportRequestSchema } from "../../contract/tenant-exports.ts";
import { FAMILY_KEYS } from "../../graph/families.ts";

/** The input of each type that can be asked for. One that is missing does not compile. */
export const OPERATION_INPUTS: Readonly<Record<StartableType, z.ZodType>> = {
  "inventory.sync": inventorySyncRequestSchema(FAMILY_KEYS),
  "backup-set.add-policies": addPoliciesRequestSchema,
  "backup-set.import": importRequestSchema,
  "backup-set.restore": backupSetSelectionSchema,
  "backup-set.delete": backupSetSelectionSchema,
  "backup-set.force-delete": backupSetSelectionSchema,
  "policy.restore-preview": restorePreviewRequestSchema,
  "policy.restore": restoreRequestSchema,
  "baseline.capture": baselineCaptureRequestSchema(FAMILY_KEYS),
  "baseline.compare": baselineCompareRequestSchema,
  "evidence.snapshot": evidenceSnapshotRequestSchema,
  "review-pack.generate": packInputSchema,
  "operations.cancel": matchingRunsRequestSchema,
  "operations.retry": matchingRunsRequestSchema,
  "tenant.export": tenantExportRequestSchema,
};

const bodies = startableTypes().map((type) => {
  const input = OPERATION_INPUTS[type];
  // A start without `input` has an empty one.
  const optional = input.safeParse({}).success;
  const schema = z.strictObject({ type: z.literal(type), input: optional ? input.optional() : input }).meta({
    description: `${OPERATION_TYPES[type].label}. Takes the capability \`${OPERATION_TYPES[type].capability}\`.`,
  });
  return { name: `Start${pascalCase(type)}`, schema };
});

/** The body of each type's start, by its name in the document. */
export const startBodies: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  bodies.map(({ name, schema }) => [name, schema]),
);

/** The body of `POST …/operations`, told apart by `type`. */
export const startBodySchema = z.discriminatedUnion("type", atLeastOne(bodies.map(({ schema }) => schema)));

function atLeastOne<T>([first, ...others]: readonly T[]): [T, ...T[]] {
  if (first === undefined) throw new Error("There is no operation type.");
  return [first, ...others];
}

/** "backup-set.add-policies" is "BackupSetAddPolicies". */
function pascalCase(type: string): string {
  return type.replace(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
