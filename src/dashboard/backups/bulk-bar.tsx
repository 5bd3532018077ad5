/** The line above the rows: the box for all of them, what is selected, and what can be done with it. Its height never changes. */
import { Button } from "../components/button.tsx";
import { useRef, useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import { LinkButton } from "../components/link-button.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { AskForAction } from "./ask-for-action.tsx";
import type { SetListFilter } from "./backup-filters.ts";
import {
  ALL_MATCHES,
  isEmpty,
  listedState,
  NOTHING,
  offersMatches,
  type Selection,
  selectionText,
  toggleListed,
} from "./selection.ts";
import { ACTION_FACTS, SET_ACTIONS, SET_NOUN, type SetAction } from "./set-actions.ts";
import { Tick } from "./tick.tsx";

interface BulkBarProps {
  listed: readonly string[];
  /** Of the listed sets, by id. */
  names: ReadonlyMap<string, string>;
  filter: SetListFilter;
  selection: Selection;
  onSelect: (selection: Selection) => void;
}

export function BulkBar({ listed, names, filter, selection, onSelect }: BulkBarProps) {
  const { capabilities } = useTenant();
  const [asked, setAsked] = useState<SetAction | null>(null);
  const status = useRef<HTMLParagraphElement>(null);
  const filtered = filter.query !== undefined || filter.state !== undefined;
  const allowed = SET_ACTIONS.filter((action) => capabilities.includes(ACTION_FACTS[action].capability));
  const state = listedState(selection, listed);
  // What cleared the selection goes with it: focus stays on what says so.
  const clear = () => {
    onSelect(NOTHING);
    status.current?.focus();
  };
  return (
    <div className="border-b border-kumo-line">
      <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 py-1 pr-4 pl-2">
        <Tick
          label={state === "all" ? "Clear the selection of all listed" : "Select all listed"}
          state={state}
          onChange={() => onSelect(toggleListed(selection, listed))}
        />
        <p
          ref={status}
          tabIndex={-1}
          role="status"
          className={`tabular outline-none ${isEmpty(selection) ? "text-kumo-subtle" : "font-medium"}`}
        >
          {isEmpty(selection)
            ? "Select to act on several"
            : groupDigits(`${selectionText(selection, SET_NOUN, filtered)} selected`)}
        </p>
        {isEmpty(selection) ? null : (
          <div role="group" aria-label="With the selected" className="flex flex-wrap gap-1.5 sm:ml-auto">
            {allowed.map((action) => (
              <Button
                key={action}
                size="sm"
                variant={action === "remove" ? "secondary-destructive" : "secondary"}
                onClick={() => setAsked(action)}
              >
                {ACTION_FACTS[action].label}
              </Button>
            ))}
          </div>
        )}
      </div>
      <Offer {...{ listed, filtered, selection, onSelect }} onClear={clear} />
      {allowed.map((action) => (
        <AskForAction
          key={action}
          {...{ action, filter, filtered, selection, names }}
          open={asked === action}
          onOpenChange={(open) => setAsked(open ? action : null)}
          onStarted={clear}
        />
      ))}
    </div>
  );
}

type OfferProps = Omit<BulkBarProps, "filter" | "names"> & { filtered: boolean; onClear: () => void };

/** All that is listed is not all that matches: said where the difference is made (F28). */
function Offer({ listed, filtered, selection, onSelect, onClear }: OfferProps) {
  if (selection.kind === "matches") {
    return (
      <p className="bg-kumo-recessed px-4 py-2 text-xs text-kumo-subtle">
        Also those that are not listed here. Which they are is decided once, when the operation starts.{" "}
        <LinkButton onClick={onClear}>Clear the selection</LinkButton>
      </p>
    );
  }
  if (!offersMatches(selection, listed)) return null;
  return (
    <p className="bg-kumo-recessed px-4 py-2 text-xs text-kumo-subtle">
      {groupDigits(
        listed.length === 1 ? "The 1 listed set is selected." : `The ${listed.length} listed sets are selected.`,
      )}{" "}
      <LinkButton onClick={() => onSelect(ALL_MATCHES)}>
        {filtered ? "Select all sets that match this filter" : "Select all sets of this tenant"}
      </LinkButton>
    </p>
  );
}
