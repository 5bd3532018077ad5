/** Who made a change, in one line; or that it is unknown, and why. */
import type { Change, KnownChange } from "../../contract/changes.ts";
import { AbsoluteTime } from "./time.tsx";

export function ChangeLine({ change, className = "" }: { change: Change; className?: string }) {
  if ("unknown" in change) {
    return (
      <p className={`[overflow-wrap:anywhere] ${className}`}>
        <span className="font-medium">Unknown who changed it:</span> {change.unknown.message}
      </p>
    );
  }
  const { known } = change;
  return (
    <div className={`[overflow-wrap:anywhere] ${className}`}>
      <p>
        <span className="font-medium">{verb(known)}</span> {actorText(known)}, <AbsoluteTime at={known.at} />
        {known.earlierChanges === 0 ? "" : `, after ${earlierText(known.earlierChanges)}`}
      </p>
      <Properties change={known} />
    </div>
  );
}

function verb({ operation, ours }: KnownChange): string {
  if (ours) return "Restored by";
  return operation === "create" ? "Created by" : operation === "delete" ? "Removed by" : "Changed by";
}

function actorText({ actor, application, ours }: KnownChange): string {
  if (ours) return "TenantAtlas";
  if (actor.kind === "unknown") return "an account that the log does not name";
  return actor.kind === "user" && application !== null ? `${actor.name} with ${application.name}` : actor.name;
}

function earlierText(count: number): string {
  return count === 1 ? "1 earlier change" : `${count} earlier changes`;
}

function Properties({ change: { properties, propertiesCut } }: { change: KnownChange }) {
  if (properties.length === 0) return null;
  return (
    <details className="mt-1">
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Old and new values</summary>
      <dl className="mt-1 flex flex-col gap-1">
        {properties.map(({ name, oldValue, newValue }) => (
          <div key={name}>
            <dt className="text-kumo-subtle">{name}</dt>
            <dd>
              <Value label="Old value" value={oldValue} /> <span aria-hidden>→</span>{" "}
              <Value label="New value" value={newValue} />
            </dd>
          </div>
        ))}
      </dl>
      {propertiesCut ? <p className="mt-1 text-kumo-subtle">The audit log tells more than is kept here.</p> : null}
    </details>
  );
}

function Value({ label, value }: { label: string; value: string | null }) {
  return (
    <>
      <span className="sr-only">{label}: </span>
      {value === null || value === "" ? <span className="text-kumo-subtle">none</span> : <code>{value}</code>}
    </>
  );
}
