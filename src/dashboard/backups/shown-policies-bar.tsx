import { useRef } from "react";
import { groupDigits } from "../../contract/progress.ts";
import { LinkButton } from "../components/link-button.tsx";
import { ALL_MATCHES, listedState, NOTHING, offersMatches, type Selection, toggleListed } from "./selection.ts";
import { Tick } from "./tick.tsx";

interface ShownPoliciesBarProps {
  shown: readonly string[];
  /** The whole inventory is loaded: what is shown is all that matches now. */
  complete: boolean;
  filtered: boolean;
  selection: Selection;
  onSelect: (selection: Selection) => void;
}

/** The box for all that is shown, and the offer of all that matches: what is there now, or what is there when the run is planned. */
export function ShownPoliciesBar({ shown, complete, filtered, selection, onSelect }: ShownPoliciesBarProps) {
  const status = useRef<HTMLParagraphElement>(null);
  const state = listedState(selection, shown);
  // What cleared the selection goes with it: focus stays beside it.
  const clear = () => {
    onSelect(NOTHING);
    status.current?.focus();
  };
  const count = groupDigits(shown.length === 1 ? "1 policy" : `${shown.length} policies`);
  return (
    <div className="border-b border-kumo-line">
      <div className="flex min-h-11 items-center pr-4 pl-1">
        <Tick
          label={state === "all" ? "Clear the selection of all shown" : "Select all shown"}
          state={state}
          onChange={() => onSelect(toggleListed(selection, shown))}
        />
        <p ref={status} tabIndex={-1} role="status" className="pl-1 text-xs text-kumo-subtle tabular outline-none">
          {complete ? `${count} shown` : `${count} shown so far, loading more`}
        </p>
      </div>
      {selection.kind === "matches" ? (
        <p className="bg-kumo-recessed px-4 py-2 text-xs text-kumo-subtle">
          {filtered ? "All policies that match this filter are selected" : "All policies of this tenant are selected"}:
          the filter is applied once, when the operation starts.{" "}
          <LinkButton onClick={clear}>Clear the selection</LinkButton>
        </p>
      ) : offersMatches(selection, shown) ? (
        <p className="bg-kumo-recessed px-4 py-2 text-xs text-kumo-subtle">
          {shown.length === 1 ? "The policy shown is selected." : `The ${count} shown are selected.`}{" "}
          <LinkButton onClick={() => onSelect(ALL_MATCHES)}>
            {filtered ? "Select all policies that match this filter" : "Select all policies of this tenant"}
          </LinkButton>
        </p>
      ) : null}
    </div>
  );
}
