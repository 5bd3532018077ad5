import { useState } from "react";
import { FormDialog } from "../components/form-dialog.tsx";
import { keysAreOn, setKeysOn } from "../shell/keys.ts";

const KEYS: readonly { keys: string; what: string }[] = [
  { keys: "Ctrl K, or ⌘ K", what: "Go to a page, a tenant, a policy or a saved view, or do something" },
  { keys: "/", what: "Go to the search of the page" },
  { keys: "?", what: "Show these keys" },
  { keys: "↑ ↓", what: "In a list: the row before, the row behind" },
  { keys: "Home End, Page ↑ ↓", what: "In a list: the first or last row, a screen further" },
  { keys: "← →", what: "In a row: its further controls" },
  { keys: "Enter", what: "Open the record" },
  { keys: "Space", what: "Select the row" },
  { keys: "Escape", what: "Close the panel, back to its row" },
];

/** The keys, and whether signs are among them. */
export function KeyTable({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [on, setOn] = useState(keysAreOn);
  return (
    <FormDialog title="Keys" open={open} onOpenChange={onOpenChange}>
      <div className="overflow-y-auto px-6 pb-6">
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-2">
          {KEYS.map(({ keys, what }) => (
            <div key={keys} className="contents">
              <dt className="font-medium">{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label className="mt-5 flex items-start gap-2.5">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              setKeysOn(event.target.checked);
              setOn(event.target.checked);
            }}
            className="mt-0.5 size-4 accent-(--bar-fill)"
          />
          <span>
            “/” and “?” are keys
            <span className="block text-xs text-kumo-subtle">
              Turn them off if you speak or type with a tool that sends signs. Kept in this browser.
            </span>
          </span>
        </label>
      </div>
    </FormDialog>
  );
}
