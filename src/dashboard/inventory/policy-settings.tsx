/** A policy's settings as label and value. */
import { Button } from "../components/button.tsx";
import { useState } from "react";
import type { ReadablePolicy } from "../../contract/readable-policy.ts";
import { counted, digits } from "../components/digits.ts";
import { SearchBar } from "../components/search-bar.tsx";
import { EmptyState } from "../components/states.tsx";
import { SettingRow } from "./setting-row.tsx";
import { unsetCount, visibleRows } from "./setting-rows.ts";

/** More are rendered when they are asked for: a policy may have thousands. */
const PAGE_SIZE = 200;

export function PolicySettings({ readable, name }: { readable: ReadablePolicy; name: string }) {
  const [query, setQuery] = useState("");
  const [withUnset, setWithUnset] = useState(false);
  const [limit, setLimit] = useState(PAGE_SIZE);
  const { rows, rowsOmitted } = readable;
  const unset = unsetCount(rows);
  const visible = visibleRows(rows, query, withUnset);
  const shown = visible.slice(0, limit);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="shrink-0 border-b border-kumo-line px-3 py-2">
        <SearchBar
          label="Find a setting"
          placeholder="Find a setting, its name or its value"
          value={query}
          onChange={setQuery}
        >
          {unset === 0 ? null : (
            <Button size="sm" aria-pressed={withUnset} onClick={() => setWithUnset(!withUnset)}>
              {withUnset ? "Hide what is not set" : `Show ${digits(unset)} not set`}
            </Button>
          )}
        </SearchBar>
        <p role="status" className="sr-only">
          {query === "" ? "" : counted(visible.length, "row matches", "rows match")}
        </p>
      </div>
      <div
        role="region"
        aria-label={`Settings of ${name}`}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        {visible.length === 0 ? (
          <Nothing none={rows.length === 0} searched={query.trim() !== ""} />
        ) : (
          <dl className="divide-y divide-kumo-line">
            {shown.map((row, at) => (
              <SettingRow key={at} row={row} />
            ))}
          </dl>
        )}
        {visible.length === shown.length ? null : (
          <div className="flex justify-center p-3">
            <Button size="sm" onClick={() => setLimit(limit + PAGE_SIZE)}>
              Show more of {counted(visible.length, "row", "rows")}
            </Button>
          </div>
        )}
        {rowsOmitted === 0 ? null : (
          <p className="px-4 py-3 text-kumo-subtle">
            {counted(rowsOmitted, "more row is", "more rows are")} in the JSON alone: this list ends at the first{" "}
            {digits(rows.length)}.
          </p>
        )}
      </div>
    </div>
  );
}

function Nothing({ none, searched }: { none: boolean; searched: boolean }) {
  if (none)
    return <EmptyState title="No settings">This policy holds nothing beside its name and assignments.</EmptyState>;
  if (searched) return <EmptyState title="No setting matches">Search for another label, name or value.</EmptyState>;
  return <EmptyState title="Nothing is set">Every setting of this policy is left to its default.</EmptyState>;
}
