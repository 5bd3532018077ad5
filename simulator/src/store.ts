/**
 * The tenant's stored state in SQLite. A policy is one row for what lists show, one for what only GET by id answers, and
 * one per sub-resource, so that a page of a list reads a page of rows whatever the tenant's size.
 */
import { type Doc, parseDoc, parseDocs } from "./json.ts";
import { type Family } from "./family.ts";

export interface StoredPolicy {
  seq: number;
  id: string;
  family: string;
  doc: Doc;
}

/** A whole policy: the document with what lists omit, and the sub-resources by name. */
export interface Policy {
  doc: Doc;
  parts: Record<string, Doc[]>;
}

type PolicyRow = { seq: number; id: string; family: string; doc: string };

const SCHEMA = `
CREATE TABLE IF NOT EXISTS policies (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, family TEXT NOT NULL, doc TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS policies_by_id ON policies (family, id);
CREATE INDEX IF NOT EXISTS policies_by_family ON policies (family, seq);
CREATE TABLE IF NOT EXISTS details (family TEXT, id TEXT, doc TEXT NOT NULL, PRIMARY KEY (family, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (family TEXT, id TEXT, name TEXT, items TEXT NOT NULL, PRIMARY KEY (family, id, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS resources (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS resources_by_id ON resources (kind, id);
CREATE INDEX IF NOT EXISTS resources_by_kind ON resources (kind, seq);
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

/** Kinds of things that are not policies. */
export type ResourceKind =
  | "users"
  | "servicePrincipals"
  | "templates"
  | "directoryRoles"
  | "auditEvents"
  | "directoryAudits"
  | "approvals"
  | "organization";

export class Store {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    for (const statement of SCHEMA.split(";\n")) if (statement.trim() !== "") sql.exec(statement);
  }

  /** Forgets everything. */
  clear(): void {
    for (const table of ["policies", "details", "parts", "resources", "settings"])
      this.#sql.exec(`DELETE FROM ${table}`);
  }

  readSetting(key: string): string | null {
    return (
      this.#sql.exec<{ value: string }>("SELECT value FROM settings WHERE key = ?", key).toArray()[0]?.value ?? null
    );
  }

  writeSetting(key: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, value);
  }

  /** Stores a new policy, or replaces the one of the same id in its place. The caller has set the id. */
  putPolicy(family: Family, id: string, policy: Policy): void {
    const listed: Doc = {};
    const detail: Doc = {};
    for (const [name, value] of Object.entries(policy.doc))
      (family.byIdOnly.includes(name) ? detail : listed)[name] = value;
    this.#sql.exec(
      "INSERT INTO policies (id, family, doc) VALUES (?, ?, ?) ON CONFLICT (family, id) DO UPDATE SET doc = excluded.doc",
      id,
      family.key,
      JSON.stringify(listed),
    );
    if (family.byIdOnly.length > 0) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO details (family, id, doc) VALUES (?, ?, ?)",
        family.key,
        id,
        JSON.stringify(detail),
      );
    }
    for (const [name, items] of Object.entries(policy.parts)) this.putPart(family, id, name, items);
  }

  putPart(family: Family, id: string, name: string, items: readonly Doc[]): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO parts (family, id, name, items) VALUES (?, ?, ?, ?)",
      family.key,
      id,
      name,
      JSON.stringify(items),
    );
  }

  readPart(family: Family, id: string, name: string): Doc[] {
    const row = this.#sql
      .exec<{ items: string }>("SELECT items FROM parts WHERE family = ? AND id = ? AND name = ?", family.key, id, name)
      .toArray()[0];
    return row === undefined ? [] : parseDocs(row.items);
  }

  /** The document with what only GET by id answers; null when there is none. */
  readDoc(family: Family, id: string): Doc | null {
    const row = this.#sql
      .exec<{ doc: string }>("SELECT doc FROM policies WHERE family = ? AND id = ?", family.key, id)
      .toArray()[0];
    if (row === undefined) return null;
    if (family.byIdOnly.length === 0) return parseDoc(row.doc);
    const detail = this.#sql
      .exec<{ doc: string }>("SELECT doc FROM details WHERE family = ? AND id = ?", family.key, id)
      .toArray()[0];
    return { ...parseDoc(row.doc), ...(detail === undefined ? {} : parseDoc(detail.doc)) };
  }

  /** The whole policy, null when there is none. */
  readPolicy(family: Family, id: string): Policy | null {
    const doc = this.readDoc(family, id);
    if (doc === null) return null;
    const parts: Record<string, Doc[]> = {};
    for (const part of this.#sql.exec<{ name: string; items: string }>(
      "SELECT name, items FROM parts WHERE family = ? AND id = ?",
      family.key,
      id,
    )) {
      parts[part.name] = parseDocs(part.items);
    }
    return { doc, parts };
  }

  hasPolicy(family: Family, id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM policies WHERE family = ? AND id = ?", family.key, id).toArray().length > 0;
  }

  deletePolicy(family: Family, id: string): boolean {
    const existed = this.hasPolicy(family, id);
    for (const table of ["policies", "details", "parts"])
      this.#sql.exec(`DELETE FROM ${table} WHERE family = ? AND id = ?`, family.key, id);
    return existed;
  }

  /** Policies of a family after a position, as lists show them, read row by row as far as the caller goes. */
  *listPolicies(family: Family, after: number): Generator<StoredPolicy> {
    let position = after;
    for (;;) {
      const rows = this.#sql
        .exec<PolicyRow>(
          "SELECT seq, id, family, doc FROM policies WHERE family = ? AND seq > ? ORDER BY seq LIMIT 101",
          family.key,
          position,
        )
        .toArray();
      for (const row of rows) yield { seq: row.seq, id: row.id, family: row.family, doc: parseDoc(row.doc) };
      const last = rows.at(-1);
      if (last === undefined || rows.length < 101) return;
      position = last.seq;
    }
  }

  /** Of groups, those with a rule. */
  countPolicies(): Record<string, number> {
    const rows = this.#sql
      .exec<{ family: string; count: number }>(
        `SELECT family, COUNT(*) AS count FROM policies
          WHERE family <> 'groups' OR instr(doc, '"DynamicMembership"') > 0 GROUP BY family`,
      )
      .toArray();
    return Object.fromEntries(rows.map((row) => [row.family, row.count]));
  }

  putResource(kind: ResourceKind, id: string, doc: Doc): void {
    this.#sql.exec(
      "INSERT INTO resources (kind, id, doc) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET doc = excluded.doc",
      kind,
      id,
      JSON.stringify(doc),
    );
  }

  deleteResource(kind: ResourceKind, id: string): void {
    this.#sql.exec("DELETE FROM resources WHERE kind = ? AND id = ?", kind, id);
  }

  readResource(kind: ResourceKind, id: string): Doc | null {
    const row = this.#sql
      .exec<{ doc: string }>("SELECT doc FROM resources WHERE kind = ? AND id = ?", kind, id)
      .toArray()[0];
    return row === undefined ? null : parseDoc(row.doc);
  }

  *listResources(kind: ResourceKind, after: number): Generator<{ seq: number; doc: Doc }> {
    const rows = this.#sql.exec<{ seq: number; doc: string }>(
      "SELECT seq, doc FROM resources WHERE kind = ? AND seq > ? ORDER BY seq",
      kind,
      after,
    );
    for (const row of rows) yield { seq: row.seq, doc: parseDoc(row.doc) };
  }
}
