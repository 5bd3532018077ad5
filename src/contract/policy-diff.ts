/** The differences of two states of a policy, as the API serves them and the console shows them. */
import { z } from "zod";

/** The parts of a policy that a reader tells apart: what it is called, what it does, to whom it is given. */
export const POLICY_AREAS = ["name", "content", "assignments"] as const;
export const policyAreaSchema = z.enum(POLICY_AREAS);
export type PolicyArea = z.infer<typeof policyAreaSchema>;

/** A step from a document's root to a place in it. */
export const pathStepSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("property"), name: z.string() }),
  z.object({
    kind: z.literal("element"),
    /** What names the element of the list: a setting's definition id, an OMA URI, a group's id, a plain value. */
    key: z.string().nullable(),
    /** Among those of the same key, from 1. */
    number: z.int().min(1),
    /** What people call the element, where the document tells. */
    label: z.string().nullable(),
  }),
]);
export type PathStep = z.infer<typeof pathStepSchema>;

/** Any JSON value. */
export const jsonValueSchema = z.json();

/** Longer values are served as an excerpt of their text. */
export const MAX_VALUE_CHARACTERS = 4_096;

/** A value at a place. `text` is a string of several lines, a decoded script, or what is too long to be served whole. */
export const changeValueSchema = z.discriminatedUnion("form", [
  z.object({ form: z.literal("json"), json: jsonValueSchema }),
  z.object({
    form: z.literal("text"),
    text: z.string(),
    /** Characters of the whole text that were left out before and after the excerpt; 0 and 0 when it is whole. */
    omittedBefore: z.int().min(0),
    omittedAfter: z.int().min(0),
    /** The document holds it as base64. */
    decoded: z.boolean(),
  }),
]);
export type ChangeValue = z.infer<typeof changeValueSchema>;

const place = {
  area: policyAreaSchema,
  path: z.array(pathStepSchema),
  /** The path for people: `settings[…].settingInstance.simpleSettingValue.value`. Not unique: `path` is. */
  pathText: z.string(),
};
/** `moved`: the same elements in another order, where order means something; the values are the lists of what names them. */
export const servedChangeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("added"), ...place, after: changeValueSchema }),
  z.object({ kind: z.literal("removed"), ...place, before: changeValueSchema }),
  z.object({ kind: z.literal("changed"), ...place, before: changeValueSchema, after: changeValueSchema }),
  z.object({ kind: z.literal("moved"), ...place, before: changeValueSchema, after: changeValueSchema }),
]);
export type ServedChange = z.infer<typeof servedChangeSchema>;
