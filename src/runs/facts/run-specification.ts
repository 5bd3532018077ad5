/** What a run is, fixed when it is created. */
export interface RunSpecification {
  runId: string;
  tenantId: string;
  tenantSlug: string;
  type: string;
  /** Normalized input. */
  input: unknown;
  /** What the run is about, by names that were known at its start. */
  subject: string | null;
  initiator: { id: string; name: string } | null;
  retryOf: string | null;
  /** The version of the product that began the run; null in runs of versions that did not note it. */
  workerVersion: string | null;
  createdAt: number;
  /** The unit of a run over tenants that it was started for; null or absent for all others. It is a hint: the parent looks by itself as well. */
  parent?: ParentUnit | null;
}

/** A unit of another run. */
export interface ParentUnit {
  runId: string;
  ordinal: number;
}
