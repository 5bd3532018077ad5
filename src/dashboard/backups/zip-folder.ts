/** Makes one ZIP archive of the files of a folder that a person has chosen. Comes with the library when it is first used. */
import { BlobReader, BlobWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";

export interface ChosenFile {
  /** With slashes, from the chosen folder on. */
  path: string;
  file: File;
}

export async function zipFolder(files: readonly ChosenFile[], signal: AbortSignal): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter("application/zip"), { useWebWorkers: false, signal });
  for (const { path, file } of files) await zip.add(path, new BlobReader(file));
  return zip.close();
}
