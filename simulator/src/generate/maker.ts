import type { Doc } from "../json.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** A policy's own content. The generator adds id, name, description, tags, dates and assignments where it says nothing. */
export interface Made {
  type: string;
  doc: Doc;
  parts?: Record<string, Doc[]>;
}

/** Makes the n-th policy of a family; `n` counts from 0 and the first ones may be the service's own. */
export type Maker = (random: Random, world: World, n: number) => Made;
