/** One backup set: what can be done with it, what it holds, and one of its items beside the list. */
import { useQuery } from "@tanstack/react-query";
import { useMatch, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { ListAndPanel } from "../components/detail-panel.tsx";
import { PageHeader, Panel } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { FollowedPreview } from "../restore/followed-preview.tsx";
import { LegalHoldBanner } from "../retention/legal-hold-banner.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { BackupItemList } from "./backup-item-list.tsx";
import { NO_ITEMS } from "./chosen-items.ts";
import { backupSetQuery } from "./queries.ts";
import { SetFacts } from "./set-facts.tsx";
import { SetActions } from "./set-page-actions.tsx";

export function BackupSetPage() {
  const tenant = useTenant();
  const { setId } = useParams({ from: PAGES.backupSet });
  const { data: set, error, refetch } = useQuery(backupSetQuery(tenant, setId));
  const itemOpen = useMatch({ from: PAGES.backupItem, shouldThrow: false }) !== undefined;
  const [chosen, setChosen] = useState(NO_ITEMS);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-5 md:px-8 md:py-7">
      {itemOpen ? <h1 className="sr-only lg:hidden">Backup set</h1> : null}
      <div className={`flex-col gap-5 ${itemOpen ? "hidden lg:flex" : "flex"}`}>
        <PageHeader
          title={set?.name ?? "Backup set"}
          description={
            <>
              <p>
                <TextLink to={PAGES.backupSets} params={{ slug: tenant.slug }}>
                  Backups
                </TextLink>
                {set === undefined ? null : <Origin set={set} />}
              </p>
              {set === undefined || set.description === "" ? null : (
                <p className="mt-1 max-w-3xl break-words whitespace-pre-line">{set.description}</p>
              )}
            </>
          }
          actions={set === undefined ? null : <SetActions set={set} chosen={chosen} />}
        />
        <LegalHoldBanner />
        <Followed />
        {set === undefined ? (
          <Panel>
            <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
          </Panel>
        ) : (
          <SetFacts set={set} />
        )}
      </div>
      {set === undefined ? null : (
        <ListAndPanel open={itemOpen}>
          <BackupItemList set={set} chosen={chosen} onChoose={setChosen} />
        </ListAndPanel>
      )}
    </div>
  );
}

function Origin({ set }: { set: BackupSetDetail }) {
  return (
    <>
      <span aria-hidden> / </span>
      {set.origin === "undo" ? "What a restore replaced and made, for undoing it. " : null}
      {set.origin === "standard" ? "What one deployment of a gold standard writes. " : null}
      Made by {set.createdBy === null ? "a former member" : set.createdBy.name} <Time at={set.createdAt} />
    </>
  );
}

/** The run that was started from here. */
function Followed() {
  const { run: runId } = useSearch({ from: PAGES.backupSet });
  const navigate = useNavigate({ from: PAGES.backupSet });
  if (runId === undefined) return null;
  return (
    <FollowedPreview
      runId={runId}
      onDismiss={() =>
        void navigate({ search: (before) => ({ ...before, run: undefined }), replace: true, resetScroll: false })
      }
    />
  );
}
