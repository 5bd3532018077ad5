/**
 * Where each policy of a tenant lies in a folder: `<family>/<name>.json`, the same in each reading and on each system. Two names that some
 * system takes for one get the beginning of their ids. Pure.
 */
import { folderName, readableName } from "../../../src/archives/file-names.ts";

export interface TreePolicy {
  /** Opaque, unique in the tenant. */
  id: string;
  family: string;
  /** The id that Microsoft Graph knows it by. */
  graphId: string;
  name: string;
}

/** Characters of an id that tell two policies of one name apart. */
const ID_LENGTH = 8;

/** The file of each policy, by the policy's id: a path with slashes, relative to the tenant's folder. */
export function treeFiles(policies: readonly TreePolicy[]): Map<string, string> {
  const files = new Map<string, string>();
  const byPath = Map.groupBy(policies, ({ family, name }) => asOne(`${folderName(family)}/${readableName(name)}`));
  for (const sharing of byPath.values()) {
    const short = new Set(sharing.map(({ graphId }) => asOne(shortId(graphId))));
    for (const { id, family, graphId, name } of sharing) {
      const suffix =
        sharing.length === 1 ? "" : `~${short.size === sharing.length ? shortId(graphId) : readableName(graphId)}`;
      files.set(id, `${folderName(family)}/${readableName(name)}${suffix}.json`);
    }
  }
  return files;
}

function shortId(graphId: string): string {
  return readableName(graphId).slice(0, ID_LENGTH);
}

/** Names that are equal for a system that does not tell cases apart are equal. */
function asOne(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
