/** What moves with a tenant: its tables in the order in which they are copied, and how a page of their rows is found. */
import { getTableColumns } from "drizzle-orm";
import {
  bytesOf,
  keyOf,
  nameOf,
  TENANT_TABLES,
  type TenantTable,
  tenantColumn,
  tenantRows,
} from "../exports/tenant-tables.ts";
import { offboardings } from "../offboarding/tables.ts";

/** Requests for the tenant's end, which outlive it, are where the tenant is. */
const OFFBOARDINGS: TenantTable = { table: offboardings, exported: { leftOut: "What outlives the tenant." } };

/**
 * The tables of a shard that move. Of those that refer to others first, as they are removed. The tenant's own row is not among them: the
 * control database decides what it says, and who moves the tenant writes it first and removes it last.
 */
export const MOVED_TABLES: readonly TenantTable[] = [
  OFFBOARDINGS,
  ...TENANT_TABLES.filter((entry) => entry.control !== true && nameOf(entry) !== "tenants"),
];

/** Rows that are found in one way. */
export interface MovedPart {
  /** For people. */
  name: string;
  table: string;
  columns: readonly string[];
  bytes: readonly string[];
  key: readonly string[];
  /** SQL; `?1` is the tenant's id. */
  condition: string;
  /** Those of the columns that name people of the product. */
  people: readonly string[];
}

/** Columns that name people of the product, in all tables but this one: what it says of people comes from Microsoft's log. */
const PERSON = /_by$|^(?:actor|initiator|requester|decider|user)_id$/;
const OF_MICROSOFT = "policy_changes";

function partsOf(entry: TenantTable): MovedPart[] {
  const table = nameOf(entry);
  const columns = Object.values(getTableColumns(entry.table)).flatMap((column) =>
    column.generated === undefined ? [column.name] : [],
  );
  const part = {
    name: table,
    table,
    columns,
    bytes: bytesOf(entry.table),
    key: keyOf(entry.table),
    people: table === OF_MICROSOFT ? [] : columns.filter((column) => PERSON.test(column)),
  };
  const found = { ...part, condition: tenantRows(entry) };
  const own = tenantColumn(entry);
  if (entry.through === undefined || own === null) return [found];
  // Rows whose parents have gone before them are the tenant's as well.
  const { column } = entry.through;
  const orphans = {
    ...part,
    name: `${table} without what they belong to`,
    condition: `${own} = ?1 and not (${tenantRows(entry)})`,
  };
  return column === own ? [found] : [found, orphans];
}

/** In the order of removal: rows that refer to others come before them. */
export const MOVED_PARTS: readonly MovedPart[] = MOVED_TABLES.flatMap(partsOf);
