/** How a finding is put right: by the backup that holds its policy as the baseline has it, or why there is none and what to do. */
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { FindingDetail, FindingRemedy } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { FormDialog, DialogForm } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { FollowedPreview } from "../restore/followed-preview.tsx";
import { AssignmentsChoice, type ConditionalAccess, ConditionalAccessChoice } from "../restore/restore-choices.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { noRemedyText } from "./finding-words.ts";
import { findingRemedyQuery } from "./queries.ts";

type Backup = NonNullable<FindingRemedy["backup"]>;

/** Nothing where there is nothing to put right, or the person may not read backups. */
export function FindingRemedySection({ finding }: { finding: FindingDetail }) {
  const allowed = useCan("backup.read");
  if (!allowed || finding.status === "resolved" || finding.kind === "unknown") return null;
  return (
    <Section title="Putting it right" id="finding-remedy">
      {finding.isOfStandard ? (
        <Deployment finding={finding} />
      ) : finding.kind === "added" ? (
        <NoBackup finding={finding} />
      ) : (
        <Remedy finding={finding} />
      )}
    </Section>
  );
}

function Remedy({ finding }: { finding: FindingDetail }) {
  const { data, error, refetch } = useQuery(findingRemedyQuery(useTenant(), finding.id));
  const { run: runId } = useSearch({ from: PAGES.finding });
  const navigate = useNavigate({ from: PAGES.finding });
  if (data === undefined) return <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />;
  return (
    <div className="flex flex-col gap-3">
      {data.backup === null ? <NoBackup finding={finding} /> : <FromBackup finding={finding} backup={data.backup} />}
      {runId === undefined ? null : (
        <FollowedPreview
          runId={runId}
          onDismiss={() =>
            void navigate({ search: (before) => ({ ...before, run: undefined }), replace: true, resetScroll: false })
          }
        />
      )}
    </div>
  );
}

/** A standard is in no backup of the tenant: its deployment puts its policies right, all at once. */
function Deployment({ finding }: { finding: FindingDetail }) {
  const tenant = useTenant();
  return (
    <p className="max-w-3xl text-kumo-subtle">
      Prepare the deployment of{" "}
      <TextLink
        to={PAGES.followedStandard}
        params={{ slug: tenant.slug, followingId: finding.baseline.id }}
        preload={false}
      >
        {finding.baseline.name}
      </TextLink>
      : its plan shows what is written for this policy. Where the difference is meant, accept it for a time, or add a
      change for this tenant there.
    </p>
  );
}

function NoBackup({ finding }: { finding: FindingDetail }) {
  const tenant = useTenant();
  return (
    <p className="max-w-3xl text-kumo-subtle">
      {noRemedyText(finding.kind)}{" "}
      {finding.kind === "added" ? null : (
        <TextLink to={PAGES.backupSets} params={{ slug: tenant.slug }}>
          Go to the backups
        </TextLink>
      )}
    </p>
  );
}

function FromBackup({ finding, backup }: { finding: FindingDetail; backup: Backup }) {
  const tenant = useTenant();
  const [open, setOpen] = useState(false);
  const allowed = useCan("restore.preview");
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <p className="max-w-xl min-w-0 text-kumo-subtle [overflow-wrap:anywhere]">
        The backup of <Time at={backup.capturedAt} /> in{" "}
        <TextLink to={PAGES.backupSet} params={{ slug: tenant.slug, setId: backup.backupSetId }}>
          {backup.backupSetName}
        </TextLink>{" "}
        holds this policy as the baseline has it.
      </p>
      <GuardedButton
        icon={ClockCounterClockwiseIcon}
        aria-haspopup="dialog"
        refusal={allowed ? null : "Your role may read backups, not restore from them"}
        onClick={() => setOpen(true)}
      >
        Restore from this backup
      </GuardedButton>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title="Restore from a backup that equals the baseline"
        description="First a preview: it reads the tenant and makes a plan to review. Nothing is written before the plan is approved."
      >
        <PreviewForm finding={finding} backup={backup} onStarted={() => setOpen(false)} />
      </FormDialog>
    </div>
  );
}

interface PreviewFormProps {
  finding: FindingDetail;
  backup: Backup;
  onStarted: () => void;
}

function PreviewForm({ finding, backup, onStarted }: PreviewFormProps) {
  const navigate = useNavigate({ from: PAGES.finding });
  const start = useStartOperation(useTenant());
  const [assignments, setAssignments] = useState(finding.kind === "assignments");
  const [conditionalAccess, setConditionalAccess] = useState<ConditionalAccess>("report-only");
  const submit = () =>
    start.mutate(
      {
        type: "policy.restore-preview",
        input: {
          backupSetId: backup.backupSetId,
          itemIds: [backup.itemId],
          mode: "update",
          assignments,
          conditionalAccess,
        },
        key: crypto.randomUUID(),
      },
      {
        onSuccess: ({ run }) => {
          onStarted();
          void navigate({ search: (before) => ({ ...before, run: run.id }), replace: true, resetScroll: false });
        },
      },
    );
  return (
    <DialogForm action="Preview" pending={start.isPending} onSubmit={submit}>
      <AssignmentsChoice value={assignments} onChange={setAssignments} />
      {finding.family === "conditionalAccess" ? (
        <ConditionalAccessChoice value={conditionalAccess} onChange={setConditionalAccess} />
      ) : null}
    </DialogForm>
  );
}
