/**
 * Whether each policy family is one file of `src/graph/families/` and one line of `src/graph/families.ts`, and whether the simulated
 * Graph has it in the same place. That no key stands twice in the list, the compiler sees.
 */
import { globSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Verdict } from "./verdict.ts";

const LIST = "src/graph/families.ts";
const FOLDER = "src/graph/families";
/** What a family is; beside it, the folder has families only. */
const SHAPE = "family.ts";
const SIMULATED = "simulator/src/families.ts";

const placeSchema = z.object({ key: z.string(), path: z.string() });
export type FamilyPlace = z.infer<typeof placeSchema>;

/** What the modules export is parsed, since these scripts are typed for Node and the product for the Worker. */
const listSchema = z.object({ FAMILIES: z.array(placeSchema) });

export async function judgeFamilies(root: string): Promise<Verdict> {
  try {
    const read = async (file: string): Promise<FamilyPlace[]> => {
      const module: unknown = await import(pathToFileURL(path.join(root, file)).href);
      return listSchema.parse(module).FAMILIES;
    };
    const faults = familyFaults({
      files: globSync("*.ts", { cwd: path.join(root, FOLDER) }).sort(),
      listed: await read(LIST),
      simulated: await read(SIMULATED),
    });
    return { passed: faults.length === 0, output: faults.join("\n") };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}

/** `files` are the names in `src/graph/families/`. */
export function familyFaults(all: {
  files: readonly string[];
  listed: readonly FamilyPlace[];
  simulated: readonly FamilyPlace[];
}): string[] {
  const { files, listed, simulated } = all;
  const places = new Map(simulated.map((family) => [family.key, family.path]));
  const expected = new Set(listed.map(({ key }) => fileOf(key)));
  return [
    ...files
      .filter((file) => file !== SHAPE && !expected.has(file))
      .map((file) => `${FOLDER} has ${file}, which is no family that ${LIST} lists.`),
    ...listed.flatMap((family): string[] => {
      const file = fileOf(family.key);
      const place = places.get(family.key);
      return [
        ...(files.includes(file) ? [] : [`The family ${family.key} has no file of its own: ${FOLDER}/${file}.`]),
        ...(place === undefined ? [`${SIMULATED} lacks the family ${family.key}.`] : []),
        ...(place === undefined || `/${place}` === family.path
          ? []
          : [`${SIMULATED} has the family ${family.key} at /${place}; the product reads it at ${family.path}.`]),
      ];
    }),
    ...simulated
      .filter(({ key }) => !listed.some((family) => family.key === key))
      .map(({ key }) => `${SIMULATED} has a family ${key} that ${LIST} does not list.`),
  ];
}

/** "settingsCatalog" is in "settings-catalog.ts". */
function fileOf(key: string): string {
  return `${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
}
