/** The policies of a followed standard: what of each was found in the tenant, and which do not hold here. */
import { DotsThreeIcon } from "@phosphor-icons/react/DotsThree";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { FollowedPolicy, Following } from "../../contract/standards.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { counted } from "../components/digits.ts";
import { Menu } from "../components/menu.tsx";
import { Section } from "../components/page.tsx";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { fold, foldedWords } from "../components/words.ts";
import { Rows } from "../keys/rows.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { followedPoliciesQuery, useChangeFollowing } from "./queries.ts";
import { FOUND_FILTERS, FOUND_WORDS, type FoundFilter, foundOf, isFoundFilter, MATCH_WORDS } from "./standard-words.ts";

/** Rows that are drawn before a person asks for more. */
const ROWS_AT_ONCE = 100;

function toSearchable(policies: readonly FollowedPolicy[]) {
  return policies.map((policy) => ({
    policy,
    haystack: fold([policy.name, policy.familyLabel, policy.match?.policy?.name ?? ""].join("\n")),
  }));
}

export function FollowedPolicies({ following }: { following: Following }) {
  const list = useInfiniteQuery(followedPoliciesQuery(useTenant(), following.id));
  const { items, loaded, complete, error, retry } = useWholeList(list, toSearchable);
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<FoundFilter>("all");
  const [drawn, setDrawn] = useState(ROWS_AT_ONCE);
  const deferred = useDeferredValue(query);
  const shown = useMemo(() => {
    const words = foldedWords(deferred);
    return items
      .filter(({ policy }) => found === "all" || foundOf(policy) === found)
      .filter(({ haystack }) => words.every((word) => haystack.includes(word)))
      .map(({ policy }) => policy);
  }, [items, deferred, found]);
  const mayChange = useCan("baseline.capture");
  return (
    <Section
      title="Policies"
      id="followed-policies"
      flush
      actions={
        <p className="text-xs text-kumo-subtle">
          {following.matchedAt === null ? (
            "Not looked for in the tenant yet: compare first"
          ) : (
            <>
              Looked for in the tenant <Time at={following.matchedAt} />
            </>
          )}
        </p>
      }
    >
      <div className="flex flex-col gap-2 border-b border-kumo-line px-4 pt-3 pb-2">
        <SearchBar label="Search policies" placeholder="Search by name or family" value={query} onChange={setQuery}>
          <SelectFilter
            label="What was found"
            value={found}
            options={FOUND_FILTERS.map((value) => ({ value, label: FOUND_WORDS[value] }))}
            onChange={(value) => setFound(isFoundFilter(value) ? value : "all")}
          />
        </SearchBar>
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
        <Rows aria-label="Policies" className="divide-y divide-kumo-line">
          {shown.slice(0, drawn).map((policy) => (
            <PolicyRow key={policy.key} policy={policy} following={following} mayChange={mayChange} />
          ))}
        </Rows>
      ) : (
        <EmptyState title={complete ? "No policy matches" : "No policy matches so far"}>
          Use fewer words, or show all policies.
        </EmptyState>
      )}
      {shown.length > drawn ? (
        <div className="flex justify-center p-3">
          <Button size="sm" onClick={() => setDrawn(drawn + ROWS_AT_ONCE)}>
            Show more policies
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

interface PolicyRowProps {
  policy: FollowedPolicy;
  following: Following;
  mayChange: boolean;
}

function PolicyRow({ policy, following, mayChange }: PolicyRowProps) {
  return (
    <li className="flex items-start gap-2 py-2.5 pr-2 pl-4">
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="min-w-0 [overflow-wrap:anywhere]">
          <p className="font-medium">{policy.name}</p>
          <p className="text-xs text-kumo-subtle">
            {policy.familyLabel}
            {policy.platform === null ? "" : ` · ${policy.platform}`}
          </p>
        </div>
        <div className="min-w-0 [overflow-wrap:anywhere]">
          <Found policy={policy} />
        </div>
      </div>
      {mayChange ? <PolicyMenu policy={policy} following={following} /> : null}
    </li>
  );
}

function Found({ policy: { skipped, match } }: { policy: FollowedPolicy }) {
  if (skipped) return <Badge variant="secondary">Does not hold here</Badge>;
  if (match === null) {
    return (
      <p className="text-xs text-kumo-subtle" data-unknown>
        Not compared yet
      </p>
    );
  }
  return (
    <>
      <Badge variant={match.policy === null ? "warning" : "outline"}>{MATCH_WORDS[match.kind]}</Badge>
      {match.policy === null ? null : <PolicyLink policy={match.policy} />}
      {match.candidates.length === 0 ? null : (
        <ul className="mt-1">
          {match.candidates.map((candidate) => (
            <li key={candidate.id}>
              <PolicyLink policy={candidate} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The tenant's policy, as the inventory has it. */
function PolicyLink({ policy }: { policy: { id: string; name: string } }) {
  const tenant = useTenant();
  return (
    <TextLink
      to={PAGES.policy}
      params={{ slug: tenant.slug, policyId: policy.id }}
      preload={false}
      className="ml-1 text-xs"
    >
      {policy.name}
    </TextLink>
  );
}

function PolicyMenu({ policy, following }: { policy: FollowedPolicy; following: Following }) {
  const change = useChangeFollowing(following.id);
  const skip = () =>
    change.mutate(
      {
        skipped: policy.skipped
          ? following.skipped.filter((key) => key !== policy.key)
          : [...following.skipped, policy.key],
      },
      { onError: toastProblem },
    );
  return (
    <Menu
      align="end"
      className="min-w-44"
      trigger={
        <Button
          variant="ghost"
          size="sm"
          shape="square"
          icon={<DotsThreeIcon size={20} weight="bold" />}
          aria-label={`Actions for ${policy.name}`}
          loading={change.isPending}
        />
      }
      groups={[{ items: [{ label: policy.skipped ? "Holds here again" : "Does not hold here", onSelect: skip }] }]}
    />
  );
}
