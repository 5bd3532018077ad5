/** Policies of all families as the simulator generates them, as whole documents, without a simulator running. */
import { z } from "zod";
import { type Destination, generate } from "../../simulator/src/generate/generate.ts";
import type { ReleasedPolicy } from "./older-release.ts";

export function generatedRelease(seed: string, policies: number): ReleasedPolicy[] {
  const release: ReleasedPolicy[] = [];
  const store: Destination = {
    putResource: () => undefined,
    putPolicy: (family, id, { doc, parts }) => {
      // Groups without a rule are no policies.
      if (family.key === "groups" && doc["membershipRule"] === null) return;
      const { secrets: _secrets, ...collections } = parts;
      const text = JSON.stringify({ ...doc, ...collections, id });
      release.push({ id, family: family.key, document: z.record(z.string(), z.json()).parse(JSON.parse(text)) });
    },
  };
  generate(store, { tenant: seed, seed, policies, from: 0, upTo: policies });
  return release;
}
