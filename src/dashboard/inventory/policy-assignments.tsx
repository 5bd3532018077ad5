/** To whom a policy is given. */
import type { ReadableAssignment } from "../../contract/readable-policy.ts";
import { RequestId } from "../components/request-id.tsx";
import { EmptyState } from "../components/states.tsx";

const TARGET_WORDS: Record<ReadableAssignment["target"], string> = {
  group: "Group",
  excludedGroup: "Excluded group",
  allDevices: "All devices",
  allUsers: "All users",
  other: "Other target",
};

export function PolicyAssignments({ assignments }: { assignments: readonly ReadableAssignment[] | null }) {
  if (assignments === null) {
    return (
      <EmptyState title="No assignments are told">
        Policies of this family are not assigned, or this version does not hold their assignments. Whom it applies to
        may be among its settings.
      </EmptyState>
    );
  }
  if (assignments.length === 0) {
    return <EmptyState title="Assigned to nobody">This version of the policy applies to no group.</EmptyState>;
  }
  return (
    <ul
      aria-label="Assignments"
      tabIndex={0}
      className="min-h-0 flex-1 divide-y divide-kumo-line overflow-y-auto focus-visible:-outline-offset-2"
    >
      {assignments.map((assignment, at) => (
        <li key={at} className="px-4 py-2.5">
          <Assignment assignment={assignment} />
        </li>
      ))}
    </ul>
  );
}

function Assignment({ assignment: { target, targetType, group, filter, intent } }: { assignment: ReadableAssignment }) {
  return (
    <>
      <p className="[overflow-wrap:anywhere]">
        <span className="font-medium">{TARGET_WORDS[target]}</span>
        {target === "other" && targetType !== "" ? <code className="ml-1 font-mono text-xs">{targetType}</code> : null}
        {intent === null ? null : <span className="text-kumo-subtle"> · {intent}</span>}
      </p>
      {group === null ? null : <Thing thing={group} />}
      {filter === null ? null : (
        <div className="mt-1">
          <p className="text-xs text-kumo-subtle">
            Filter
            {filter.mode === null
              ? ""
              : filter.mode === "exclude"
                ? ", devices that match are left out"
                : ", only devices that match"}
          </p>
          <Thing thing={filter} />
        </div>
      )}
    </>
  );
}

function Thing({ thing: { id, name } }: { thing: { id: string; name: string | null } }) {
  return (
    <>
      <p className="[overflow-wrap:anywhere]">
        {name ?? <span className="text-kumo-subtle">Its name was not read</span>}
      </p>
      <p className="text-xs text-kumo-subtle">
        <RequestId id={id} what="id" />
      </p>
    </>
  );
}
