/** Backup sets: found, made, and acted on, one or many. */
import { FolderOpenIcon } from "@phosphor-icons/react/FolderOpen";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { backupSetStateSchema } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { onDemand } from "../components/on-demand.ts";
import { Page } from "../components/page.tsx";
import { SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCreateSet } from "./backup-commands.ts";
import type { SetListFilter } from "./backup-filters.ts";
import { BackupStandingFacts } from "./backup-standing.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { backupSetsQuery } from "./queries.ts";
import { LegalHoldBanner } from "../retention/legal-hold-banner.tsx";
import { BACKUP_SET_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { RunsUnderWay } from "./runs-under-way.tsx";
import { NOTHING, type Selection } from "./selection.ts";
import { ACTION_FACTS, SET_ACTIONS } from "./set-actions.ts";
import { SetFormDialog } from "./set-form-dialog.tsx";
import { SetRows } from "./set-rows.tsx";

const importDialog = onDemand(async () => (await import("./import-dialog.tsx")).ImportDialog);

const STATES = [
  { value: "", label: "Active and archived" },
  { value: "active", label: "Active" },
  { value: "archived", label: "Archived" },
];
const TYPES = [...SET_ACTIONS.map((action) => ACTION_FACTS[action].type), "backup-set.import"];

export function BackupSetsPage() {
  const tenant = useTenant();
  const { query: inAddress, state } = useSearch({ from: PAGES.backupSets });
  const setFilter: (change: SetListFilter) => void = useSetSearch();
  const [query, setQuery] = useQueryText(inAddress, (text) => setFilter({ query: text.trim() || undefined }));
  return (
    <Page
      title="Backups"
      documentTitle={`${tenant.name} backups`}
      description={
        <p className="max-w-2xl">A backup set keeps policies completely, to compare them and to put them back.</p>
      }
      actions={
        <>
          <ImportButton />
          <NewSetButton />
        </>
      }
    >
      <LegalHoldBanner />
      <section aria-label="Newest whole backup" className="rounded-lg bg-kumo-base px-4 py-3 ring ring-kumo-line">
        <h2 className="text-xs font-medium text-kumo-subtle">Newest whole backup</h2>
        <BackupStandingFacts />
      </section>
      <RunsUnderWay types={TYPES} />
      <SearchBar
        narrow
        label="Search backup sets"
        placeholder="Search by name"
        value={query}
        maxLength={200}
        onChange={setQuery}
      >
        <SelectFilter
          label="State"
          value={state ?? ""}
          options={STATES}
          onChange={(value) => setFilter({ state: backupSetStateSchema.safeParse(value).data })}
        />
        <SaveList
          name="backup-sets"
          noun={["backup set", "backup sets"]}
          readPage={backupSetsQuery(tenant, { query: inAddress, state }).readPage}
          keyOf={({ id }) => id}
          columns={BACKUP_SET_FILE}
        />
      </SearchBar>
      {/* Another filter is another list: what was selected in the old one is not carried along unseen. */}
      <SetList key={`${state ?? ""}/${inAddress ?? ""}`} filter={{ query: inAddress, state }} />
    </Page>
  );
}

function SetList({ filter }: { filter: SetListFilter }) {
  const tenant = useTenant();
  const query = useInfiniteQuery(backupSetsQuery(tenant, filter));
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const mayAct = useCan("backup.write");
  const sets = listedItems(query);
  const filtered = filter.query !== undefined || filter.state !== undefined;
  return (
    <div className="overflow-hidden rounded-lg bg-kumo-base ring ring-kumo-line">
      {sets === undefined ? (
        <NotLoaded lines={6} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />
      ) : sets.length === 0 ? (
        filtered ? (
          <EmptyState title="No backup set matches">Use a shorter part of the name, or another state.</EmptyState>
        ) : (
          <EmptyState title="No backup set yet">
            Press “New backup set”, then add policies to it. What they are like then can be compared and put back later.
          </EmptyState>
        )
      ) : (
        <>
          {mayAct ? (
            <BulkBar
              listed={sets.map(({ id }) => id)}
              names={new Map(sets.map(({ id, name }) => [id, name]))}
              filter={filter}
              selection={selection}
              onSelect={setSelection}
            />
          ) : null}
          <SetRows sets={sets} selection={selection} {...(mayAct ? { onSelect: setSelection } : {})} />
        </>
      )}
      <LoadMore query={query} label="Load more backup sets" />
    </div>
  );
}

function ImportButton() {
  const tenant = useTenant();
  const navigate = useNavigate();
  const start = useStartOperation(tenant);
  const [open, setOpen] = useState(false);
  // Stays once it was open, so that it can close in its own time.
  const [wanted, setWanted] = useState(false);
  const allowed = useCan("backup.write");
  return (
    <>
      <GuardedButton
        icon={FolderOpenIcon}
        refusal={allowed ? null : "Your role may read backups, not make them"}
        aria-haspopup="dialog"
        onClick={() => {
          setWanted(true);
          setOpen(true);
        }}
      >
        Import files
      </GuardedButton>
      {wanted ? (
        <Suspense>
          <importDialog.Part
            open={open}
            onOpenChange={setOpen}
            importing={start.isPending}
            onImport={(input) =>
              start.mutate(
                { type: "backup-set.import", input, key: crypto.randomUUID() },
                {
                  onSuccess: ({ run }) => {
                    setOpen(false);
                    void navigate({ to: PAGES.run, params: { slug: tenant.slug, runId: run.id } });
                  },
                },
              )
            }
          />
        </Suspense>
      ) : null}
    </>
  );
}

function NewSetButton() {
  const tenant = useTenant();
  const navigate = useNavigate();
  const create = useCreateSet(tenant);
  const [open, setOpen] = useState(false);
  const allowed = useCan("backup.write");
  return (
    <>
      <GuardedButton
        variant="primary"
        icon={PlusIcon}
        refusal={allowed ? null : "Your role may read backups, not make them"}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        New backup set
      </GuardedButton>
      <SetFormDialog
        open={open}
        onOpenChange={setOpen}
        title="New backup set"
        submitLabel="Create"
        initial={{ name: "", description: "" }}
        pending={create.isPending}
        onSubmit={(values) =>
          create.mutate(values, {
            onSuccess: (set) => {
              setOpen(false);
              void navigate({ to: PAGES.backupSet, params: { slug: tenant.slug, setId: set.id } });
            },
          })
        }
      />
    </>
  );
}
