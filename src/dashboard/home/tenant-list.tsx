/** The person's tenants, one row each: found by name, ticked, and taken together. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { TenantStanding } from "../../contract/standing.ts";
import { hasTag, tagsOfAll } from "../../contract/tags.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { Tick } from "../backups/tick.tsx";
import { Button } from "../components/button.tsx";
import { clockText } from "../components/clock.ts";
import { compareNames } from "../components/compare-names.ts";
import { counted, digits } from "../components/digits.ts";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { fold, foldedWords } from "../components/words.ts";
import { Rows } from "../keys/rows.tsx";
import { StartDialog, type StartDialogProps } from "../portfolio/start-dialog.tsx";
import { standingsQuery } from "./queries.ts";
import { type Standing, worstFirst } from "./standing-order.ts";
import { ROW_GRID, FACTS_GRID, TenantRow } from "./tenant-row.tsx";

const COLUMNS = [
  "Failed operations",
  "Critical findings",
  "Last sync",
  "Last whole backup",
  "Connection",
  "Running now",
];

const asRead = (items: readonly TenantStanding[]): TenantStanding[] => [...items];

export function TenantList({ tenants }: { tenants: readonly Tenant[] }) {
  const query = useInfiniteQuery(standingsQuery);
  const { items, loaded, complete, error, retry } = useWholeList(query, asRead);
  const settled = complete || error !== null;
  const readAtMs = query.dataUpdatedAt;
  const rows = useMemo(() => {
    const read = new Map(items.map(({ tenant, facts }) => [tenant.id, facts]));
    const standingOf = (id: string): Standing => read.get(id) ?? (read.has(id) || settled ? "unread" : "waiting");
    return worstFirst(
      tenants.map((tenant) => ({ ...tenant, standing: standingOf(tenant.id) })),
      readAtMs,
    );
  }, [tenants, items, settled, readAtMs]);

  const { q, tag } = useSearch({ from: PAGES.home });
  const navigate = useNavigate({ from: PAGES.home });
  const store = useCallback(
    (text: string) =>
      void navigate({
        search: (before) => ({ ...before, q: text === "" ? undefined : text }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const storeTag = (chosen: string) =>
    void navigate({
      search: (before) => ({ ...before, tag: chosen === "" ? undefined : chosen }),
      replace: true,
      resetScroll: false,
    });
  const tags = useMemo(() => tagsOfAll(tenants).toSorted((one, other) => compareNames(one.tag, other.tag)), [tenants]);
  const [text, setText] = useQueryText(q, store);
  const shown = useMemo(() => {
    const words = foldedWords(text);
    return rows.filter(
      ({ name, slug, tags: own }) =>
        (tag === undefined || hasTag(own, tag)) &&
        words.every((word) =>
          fold(`${name}
${slug}`).includes(word),
        ),
    );
  }, [rows, text, tag]);

  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const chosenShown = shown.filter(({ id }) => ticked.has(id)).length;
  const tick = (id: string) =>
    setTicked((before) => new Set(before.has(id) ? [...before].filter((other) => other !== id) : [...before, id]));
  const tickShown = () => {
    const ids = shown.map(({ id }) => id);
    const others = [...ticked].filter((id) => !ids.includes(id));
    setTicked(new Set(chosenShown === shown.length ? others : [...others, ...ids]));
  };

  return (
    <>
      <SearchBar label="Find a tenant" placeholder="Name of a tenant" value={text} narrow onChange={setText}>
        {tags.length === 0 && tag === undefined ? null : (
          <SelectFilter
            label="Tag"
            value={tag === undefined ? "" : (known(tag) ?? tag)}
            options={[
              { value: "", label: "All tags" },
              ...tags.map((each) => ({ value: each.tag, label: `${each.tag} (${digits(each.tenants)})` })),
              ...(tag === undefined || known(tag) !== undefined ? [] : [{ value: tag, label: tag }]),
            ]}
            onChange={storeTag}
          />
        )}
        <StartDialog
          {...started()}
          trigger={
            <Button variant="primary" size="sm" disabled={shown.length === 0 && chosen.length === 0}>
              {startWords()}
            </Button>
          }
        />
        <Button size="sm" loading={query.isRefetching} onClick={() => void query.refetch()}>
          Read again
        </Button>
      </SearchBar>
      <ListStatus text={statusText()} onRetry={error === null ? undefined : retry} />
      <section aria-label="Tenants" className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {shown.length === 0 ? (
          <EmptyState title={tag === undefined ? "No tenant of that name" : "No tenant with that tag and name"}>
            You are a member of {counted(rows.length, "tenant", "tenants")}.
          </EmptyState>
        ) : (
          <>
            <div className={`${ROW_GRID} border-b border-kumo-line text-xs font-medium text-kumo-subtle`}>
              <Tick
                label={text.trim() === "" && tag === undefined ? "Tick all tenants" : "Tick all tenants shown"}
                state={chosenShown === 0 ? "none" : chosenShown === shown.length ? "all" : "some"}
                onChange={tickShown}
              />
              <span>{chosen.length === 0 ? "Tenant" : tickedText()}</span>
              <div aria-hidden className={`hidden lg:grid ${FACTS_GRID}`}>
                {COLUMNS.map((column) => (
                  <span key={column}>{column}</span>
                ))}
              </div>
            </div>
            <Rows className="divide-y divide-kumo-line">
              {shown.map((row) => (
                <TenantRow
                  key={row.id}
                  row={row}
                  columns={COLUMNS}
                  nowMs={readAtMs}
                  ticked={ticked.has(row.id)}
                  onTick={() => tick(row.id)}
                />
              ))}
            </Rows>
          </>
        )}
      </section>
    </>
  );

  /** The tag as it is written, for one that a tenant has. */
  function known(wanted: string): string | undefined {
    return tags.find((each) => hasTag([each.tag], wanted))?.tag;
  }

  /** What an operation is started in: the ticked ones; without any, those that the list shows. */
  function started(): Pick<StartDialogProps, "tenants" | "chosen"> {
    if (chosen.length > 0) return { tenants: chosen, chosen: { kind: "list" } };
    if (text.trim() !== "") return { tenants: shown, chosen: { kind: "list" } };
    return tag === undefined
      ? { tenants, chosen: { kind: "all" } }
      : { tenants: shown, chosen: { kind: "tag", tag: known(tag) ?? tag } };
  }

  function startWords(): string {
    const { tenants: those, chosen: how } = started();
    if (how.kind === "all") return "Start in all tenants";
    const words = `Start in ${counted(those.length, "tenant", "tenants")}`;
    return chosen.length > 0 ? words : `${words} shown`;
  }

  function tickedText(): string {
    const hidden = chosen.length - chosenShown;
    return hidden === 0
      ? `${digits(chosen.length)} ticked`
      : `${digits(chosen.length)} ticked, ${digits(hidden)} of them not shown`;
  }

  function statusText(): string {
    const all = counted(rows.length, "tenant", "tenants");
    const found = shown.length === rows.length ? all : `${all}, ${digits(shown.length)} shown`;
    if (!loaded)
      return error === null ? `${found}. Reading how they stand` : `${found}. How they stand could not be read`;
    const read = `read at ${clockText(readAtMs)}`;
    if (complete) return `${found}, ${read}`;
    return `${found}; ${digits(items.length)} ${read} so far: the order is that of these`;
  }
}
