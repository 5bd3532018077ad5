/** What was chosen, before it is added: how much of which family, or which filter. */
import { Button } from "@cloudflare/kumo/components/button";
import type { Policy } from "../../contract/inventory.ts";
import { groupDigits } from "../../contract/progress.ts";
import { isSelected, type Selection, selectionText } from "./selection.ts";
import { Section } from "../components/page.tsx";
import {
  countByFamily,
  isFiltered,
  matchingPolicies,
  POLICY_NOUN,
  policyFilterText,
  type PolicySelectionFilter,
} from "./policy-selection.ts";
import { compareNames } from "../components/compare-names.ts";
import { digits } from "../components/digits.ts";
import { useState } from "react";

interface SelectionReviewProps {
  policies: readonly Policy[];
  /** The whole inventory is loaded, so that a count of it is one of all. */
  complete: boolean;
  filter: PolicySelectionFilter;
  selection: Selection;
  pending: boolean;
  onBack: () => void;
  onAdd: () => void;
}

export function SelectionReview(props: SelectionReviewProps) {
  const { policies, complete, filter, selection, pending, onBack, onAdd } = props;
  const byFilter = selection.kind === "matches";
  const concerned = byFilter
    ? matchingPolicies(policies, filter)
    : policies.filter(({ id }) => isSelected(selection, id));
  const familyLabel = (key: string) => policies.find(({ family }) => family === key)?.familyLabel ?? key;
  const families = byFilter && !complete ? [] : countByFamily(concerned);
  return (
    <>
      <Section title={groupDigits(selectionText(selection, POLICY_NOUN, isFiltered(filter)))} id="selection-review">
        {byFilter ? (
          <div className="mb-4 flex flex-col gap-1">
            <p className="font-medium">{policyFilterText(filter, familyLabel)}</p>
            <p className="text-kumo-subtle">
              The filter is applied once, when the operation starts.{" "}
              {complete
                ? groupDigits(
                    `In the inventory as last synced it matches ${concerned.length === 1 ? "1 policy" : `${concerned.length} policies`}.`,
                  )
                : "The inventory is still being loaded, so what it matches now is not counted yet."}
            </p>
          </div>
        ) : null}
        <ul className="flex flex-col gap-1">
          {families.map(({ label, count }) => (
            <FamilyNames
              key={label}
              label={label}
              count={count}
              names={concerned.filter(({ familyLabel: own }) => own === label).map(({ name }) => name)}
              startsOpen={concerned.length <= NAMES_AT_ONCE}
            />
          ))}
        </ul>
        <p className="mt-4 text-kumo-subtle">
          Each policy is read afresh and completely from Microsoft Graph. One that is as the set's newest item of it is
          skipped, so that nothing is stored twice.
        </p>
      </Section>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>Back</Button>
        <Button variant="primary" loading={pending} onClick={onAdd}>
          Add to the set
        </Button>
      </div>
    </>
  );
}

/** As many names as are looked over without asking for them. */
const NAMES_AT_ONCE = 30;

interface FamilyNamesProps {
  label: string;
  count: number;
  names: readonly string[];
  startsOpen: boolean;
}

/** A family, and the policies of it that were chosen, by name. */
function FamilyNames({ label, count, names, startsOpen }: FamilyNamesProps) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="cursor-pointer py-1">
          {label} <span className="text-kumo-subtle tabular">{digits(count)}</span>
        </summary>
        {open ? (
          <ul className="ml-4 columns-1 gap-x-8 pb-2 text-kumo-subtle sm:columns-2">
            {names.toSorted(compareNames).map((name, at) => (
              <li key={at} className="py-0.5 [overflow-wrap:anywhere]">
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        ) : null}
      </details>
    </li>
  );
}
