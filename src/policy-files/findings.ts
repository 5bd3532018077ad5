/** What was found of the files of a folder; stored beside the upload until its import has ended. */
import { z } from "zod";

const foundPolicySchema = z.object({
  /** Its place among the documents of the file. */
  at: z.int().min(0),
  family: z.string(),
  /** The id that it has in the tenant it comes from, or one that was made up for its place. */
  graphId: z.string(),
  name: z.string(),
});
export type FoundPolicy = z.infer<typeof foundPolicySchema>;

const path = z.string();
const why = { reasonCode: z.string(), reason: z.string() };

export const fileFindingSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("policy"),
    path,
    policies: z.array(foundPolicySchema).min(1),
    /** Files whose content went into it. */
    parts: z.array(path),
    /** Names of groups that stand among its policies. */
    names: z.int().min(0),
    /** Documents of the file that were not taken. */
    unread: z.array(z.object({ at: z.int().min(0), reason: z.string() })),
    notices: z.array(z.string()),
  }),
  z.object({ kind: z.literal("part"), path, of: path }),
  z.object({ kind: z.literal("reference"), path, names: z.int().min(0) }),
  z.object({ kind: z.literal("copy"), path, of: path }),
  z.object({ kind: z.literal("other_model"), path, ...why }),
  z.object({ kind: z.literal("skipped"), path, ...why }),
  z.object({ kind: z.literal("not_understood"), path, ...why }),
]);
export type FileFinding = z.infer<typeof fileFindingSchema>;
export const fileFindingsSchema = z.array(fileFindingSchema);
