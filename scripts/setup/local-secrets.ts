import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { isSecretsKey } from "../../src/secrets/secret-box.ts";
import { StartError } from "../start-error.ts";

export interface LocalSecrets {
  /** Base64 of 32 bytes: what stored secrets are sealed with. */
  secretsKey: string;
}

const FILE_NAME = ".dev.vars";

/** The secrets of this checkout, from `.dev.vars`, which is made with fresh ones where it is missing. Readable by its owner only. */
export function readLocalSecrets(root: string): LocalSecrets {
  const file = path.join(root, FILE_NAME);
  if (!existsSync(file)) {
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
    const lines = [
      "# Made by npm start for this checkout alone; never deployed, never committed.",
      "TENANTATLAS_LOCAL_MODE=1",
      `TENANTATLAS_SECRETS_KEY=${key}`,
    ];
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  }
  chmodSync(file, 0o600);
  const { TENANTATLAS_SECRETS_KEY: secretsKey = "" } = parseEnv(readFileSync(file, "utf8"));
  if (!isSecretsKey(secretsKey)) {
    throw new StartError(`${FILE_NAME} holds no usable TENANTATLAS_SECRETS_KEY: remove the file to get a new one.`);
  }
  return { secretsKey };
}
