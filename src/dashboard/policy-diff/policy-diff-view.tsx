/**
 * The differences of two states of a policy, to be reviewed one by one: where, what before, what after; what the policy is
 * called, what it does and to whom it is given apart from each other.
 */
import { Breakable } from "../components/breakable.tsx";
import { Button } from "../components/button.tsx";
import { ArrowsDownUpIcon } from "@phosphor-icons/react/ArrowsDownUp";
import { MinusIcon } from "@phosphor-icons/react/Minus";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { Fragment, useId, useState } from "react";
import { POLICY_AREAS, type PathStep, type PolicyArea, type ServedChange } from "../../contract/policy-diff.ts";
import { ChangeValues, type SideLabels } from "./change-values.tsx";
import { shownPath } from "./shown-value.ts";

const AREA_TITLES: Record<PolicyArea, string> = { name: "Name", content: "Content", assignments: "Assignments" };

const KINDS: Record<ServedChange["kind"], { word: string; icon: typeof PlusIcon; color: string }> = {
  added: { word: "Added", icon: PlusIcon, color: "diff-added" },
  removed: { word: "Removed", icon: MinusIcon, color: "diff-removed" },
  changed: { word: "Changed", icon: PencilSimpleIcon, color: "bg-kumo-fill" },
  moved: { word: "Reordered", icon: ArrowsDownUpIcon, color: "bg-kumo-fill" },
};

/** More are rendered when they are asked for: a policy may have thousands. */
const PAGE_SIZE = 100;

interface PolicyDiffViewProps {
  changes: readonly ServedChange[];
  labels: SideLabels;
}

export function PolicyDiffView({ changes, labels }: PolicyDiffViewProps) {
  const [limit, setLimit] = useState(PAGE_SIZE);
  if (changes.length === 0) return <NoDifferences labels={labels} />;
  const visible = changes.slice(0, limit);
  const rest = changes.length - visible.length;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-xs text-kumo-subtle tabular">{summary(changes)}</p>
      {POLICY_AREAS.map((area) => (
        <AreaChanges
          key={area}
          area={area}
          changes={visible.filter((change) => change.area === area)}
          labels={labels}
        />
      ))}
      {rest === 0 ? null : (
        <Button size="sm" className="self-start" onClick={() => setLimit(limit + PAGE_SIZE)}>
          {rest > PAGE_SIZE
            ? `Show ${PAGE_SIZE} more changes`
            : rest === 1
              ? "Show 1 more change"
              : `Show ${rest} more changes`}
        </Button>
      )}
    </div>
  );
}

function NoDifferences({ labels }: { labels: SideLabels }) {
  return (
    <div className="px-4 py-6 text-center">
      <p className="font-medium">No differences</p>
      <p className="mx-auto mt-1 max-w-md text-kumo-subtle">
        {labels.before} and {labels.after} say the same. What the service keeps by itself, empty values and the order of
        sets are not compared.
      </p>
    </div>
  );
}

function AreaChanges({ area, changes, labels }: PolicyDiffViewProps & { area: PolicyArea }) {
  const id = useId();
  if (changes.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 text-sm font-semibold">
        {AREA_TITLES[area]}
      </h3>
      <ul className="divide-y divide-kumo-line rounded-lg bg-kumo-base ring ring-kumo-line">
        {changes.map((change, at) => (
          <li key={at} className="px-3 py-3 sm:px-4">
            <ChangeHeader change={change} />
            <ChangeValues change={change} labels={labels} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ChangeHeader({ change }: { change: ServedChange }) {
  const { word, icon: Icon, color } = KINDS[change.kind];
  const value = change.kind === "added" ? change.after : change.kind === "removed" ? change.before : null;
  return (
    <div className="mb-2 flex flex-col gap-1.5 sm:flex-row sm:items-start sm:gap-3">
      <span
        className={`flex w-fit shrink-0 items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium sm:min-w-22 ${color}`}
      >
        <Icon size={12} weight="bold" aria-hidden />
        {word}
      </span>
      <PathText path={shownPath(change.path, value)} />
    </div>
  );
}

/** The path with its telling parts, elements by name, standing out from the structure around them. */
function PathText({ path }: { path: readonly PathStep[] }) {
  return (
    <p className="min-w-0 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
      {path.map((step, at) => (
        <Fragment key={at}>
          {at === 0 ? null : (
            <>
              <span aria-hidden className="text-kumo-subtle">
                {" › "}
              </span>
              <span className="sr-only">, </span>
            </>
          )}
          <Step step={step} last={at === path.length - 1} />
        </Fragment>
      ))}
    </p>
  );
}

function Step({ step, last }: { step: PathStep; last: boolean }) {
  if (step.kind === "property") return <span className={last ? "font-semibold" : "text-kumo-subtle"}>{step.name}</span>;
  const name = step.label ?? step.key;
  return (
    <span className="font-semibold">
      {name === null ? "element" : <Breakable text={name} />}
      {name === null || step.number > 1 ? ` no. ${step.number}` : ""}
    </span>
  );
}

function summary(changes: readonly ServedChange[]): string {
  const counts = Object.entries(KINDS).flatMap(([kind, { word }]) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${word.toLowerCase()}`];
  });
  return [changes.length === 1 ? "1 change" : `${changes.length} changes`, ...(counts.length > 1 ? counts : [])].join(
    " · ",
  );
}
