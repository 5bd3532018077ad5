/** The way back from a restore: what undoes it, once it has ended, and what it undoes itself. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { RestoreUndo } from "../../contract/restore.ts";
import type { Run } from "../../contract/runs.ts";
import { Panel, Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { FollowedPreview } from "./followed-preview.tsx";
import { RestoreUndone } from "./restore-undone.tsx";
import { UndoButton } from "./undo-button.tsx";
import { restoreUndoQuery } from "./undo-query.ts";
import { undoText } from "./undo-words.ts";

/** Nothing for a run that has written nothing and undoes nothing. */
export function UndoRestore({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(restoreUndoQuery(useTenant(), run.id));
  if (data === undefined) {
    return error === null ? null : (
      <Panel>
        <NotLoaded lines={1} error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return (
    <>
      {data.undoes === null ? null : (
        <p role="note" className="rounded-lg bg-kumo-base px-4 py-3 ring ring-kumo-line">
          This run undoes <RestoreUndone undoes={data.undoes} />.
        </p>
      )}
      {data.undo === null || run.status !== "completed" ? null : <Undo undo={data.undo} />}
    </>
  );
}

function Undo({ undo }: { undo: NonNullable<RestoreUndo["undo"]> }) {
  const tenant = useTenant();
  const { backupSet } = undo;
  // Followed here: a page that has to be loaded first may come after the preview's end, and then leads nowhere.
  const [preview, setPreview] = useState<string | null>(null);
  return (
    <Section title="Undo" id="restore-undo">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex max-w-2xl flex-col gap-1">
          <p>{groupDigits(undoText(undo))}</p>
          <p className="text-kumo-subtle">
            A preview comes first, and nothing is written before its plan is approved. What somebody has changed since
            is left alone. Kept in{" "}
            <TextLink to={PAGES.backupSet} params={{ slug: tenant.slug, setId: backupSet.id }}>
              {backupSet.name}
            </TextLink>
            {backupSet.state === "archived" ? ", which is archived: bring it back into service first." : "."}
          </p>
        </div>
        {backupSet.state === "archived" ? null : <UndoButton undo={undo} onStarted={({ id }) => setPreview(id)} />}
      </div>
      {preview === null ? null : <FollowedPreview runId={preview} onDismiss={() => setPreview(null)} />}
    </Section>
  );
}
