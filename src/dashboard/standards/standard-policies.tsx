/** The policies of a version: loaded whole, and searched here. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import type { StandardPolicy } from "../../contract/standards.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { counted } from "../components/digits.ts";
import { Section } from "../components/page.tsx";
import { rootPixels } from "../components/root-pixels.ts";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { WindowRows } from "../components/window-rows.tsx";
import { fold, foldedWords } from "../components/words.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { standardPoliciesQuery } from "./queries.ts";

const ROW_PIXELS = 54;

/** With the text that a search looks through, folded once and not per keystroke. */
function toSearchable(policies: readonly StandardPolicy[]) {
  return policies.map((policy) => ({
    id: policy.key,
    policy,
    haystack: fold([policy.name, policy.familyLabel].join("\n")),
  }));
}

export function StandardPolicies({ standardId, number }: { standardId: string; number: number }) {
  const tenant = useTenant();
  const list = useInfiniteQuery(standardPoliciesQuery(tenant, standardId, number));
  const { items, loaded, complete, error, retry } = useWholeList(list, toSearchable);
  const [query, setQuery] = useState("");
  const deferred = useDeferredValue(query);
  const shown = useMemo(() => {
    const words = foldedWords(deferred);
    return items.filter(({ haystack }) => words.every((word) => haystack.includes(word)));
  }, [items, deferred]);
  return (
    <Section title={`Policies of version ${number}`} id="standard-policies" flush>
      <div className="flex flex-col gap-2 border-b border-kumo-line px-4 pt-3 pb-2">
        <SearchBar label="Search policies" placeholder="Search by name or family" value={query} onChange={setQuery} />
        <ListStatus
          text={
            loaded
              ? `${counted(shown.length, "policy", "policies")} shown${complete ? "" : groupDigits(` · ${items.length} loaded so far, loading more`)}`
              : "Loading policies"
          }
          onRetry={loaded && error !== null ? retry : undefined}
        />
      </div>
      {!loaded ? (
        <NotLoaded lines={8} lineHeight="h-9" error={error} onRetry={retry} />
      ) : shown.length > 0 ? (
        <WindowRows
          label="Policies"
          items={shown}
          rowPixels={rootPixels(ROW_PIXELS)}
          filterKey={deferred}
          rowClassName={() => ""}
        >
          {({ policy: { name, familyLabel, platform } }) => (
            <div className="flex h-full flex-col justify-center px-4">
              <p className="truncate font-medium" title={name}>
                {name}
              </p>
              <p className="truncate text-xs text-kumo-subtle">
                {familyLabel}
                {platform === null ? "" : ` · ${platform}`}
              </p>
            </div>
          )}
        </WindowRows>
      ) : (
        <EmptyState title={complete ? "No policy matches" : "No policy matches so far"}>Use fewer words.</EmptyState>
      )}
    </Section>
  );
}
