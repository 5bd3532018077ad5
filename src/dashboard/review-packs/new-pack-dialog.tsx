/** The choices for a new pack, and what each adds. */
import { PackageIcon } from "@phosphor-icons/react/Package";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { PACK_PARTS, type PackInclude, type PackPart, type ReviewPackOptions } from "../../contract/review-packs.ts";
import { choosableItems } from "../api/listed-items.ts";
import { DialogBody, DialogButtons, DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { NotLoaded } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { snapshotsQuery } from "../evidence/queries.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { EVERYTHING, fileCountText, leavesNothing, PART_WORDS, partFilesText } from "./pack-words.ts";
import { packOptionsQuery } from "./queries.ts";
import { digits } from "../components/digits.ts";

export function NewPackButton() {
  const allowed = useCan("review-pack.generate");
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton
        variant="primary"
        icon={PackageIcon}
        refusal={allowed ? null : "Your role may download packs, not make them"}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        New review pack
      </GuardedButton>
      <FormDialog open={open} onOpenChange={setOpen} title="New review pack">
        <PackChoices onStarted={() => setOpen(false)} />
      </FormDialog>
    </>
  );
}

function PackChoices({ onStarted }: { onStarted: () => void }) {
  const tenant = useTenant();
  const [snapshotId, setSnapshotId] = useState<string | null>(null);
  const options = useQuery(packOptionsQuery(tenant, snapshotId));
  const snapshots = useInfiniteQuery(snapshotsQuery(tenant));
  if (options.data === undefined) {
    return (
      <DialogBody>
        <NotLoaded lines={8} error={options.error} onRetry={() => void options.refetch()} />
      </DialogBody>
    );
  }
  if (options.data.snapshot === null) return <NoSnapshot />;
  const complete = choosableItems(snapshots).filter(({ status }) => status === "complete");
  return (
    <Choices
      options={options.data}
      snapshotId={options.data.snapshot.id}
      snapshots={complete}
      onSnapshot={setSnapshotId}
      onStarted={onStarted}
    />
  );
}

function NoSnapshot() {
  const tenant = useTenant();
  return (
    <>
      <DialogBody>
        <p className="text-kumo-subtle">
          A pack is made of a complete evidence snapshot, and this tenant has none yet.
        </p>
      </DialogBody>
      <DialogButtons cancel="Close">
        <Link
          to={PAGES.evidence}
          params={{ slug: tenant.slug }}
          className="font-medium text-kumo-link underline underline-offset-2"
        >
          Take a snapshot
        </Link>
      </DialogButtons>
    </>
  );
}

interface ChoicesProps {
  options: ReviewPackOptions;
  snapshotId: string;
  snapshots: readonly EvidenceSnapshot[];
  onSnapshot: (snapshotId: string) => void;
  onStarted: () => void;
}

function Choices({ options, snapshotId, snapshots, onSnapshot, onStarted }: ChoicesProps) {
  const tenant = useTenant();
  const [include, setInclude] = useState<PackInclude>(EVERYTHING);
  const start = useStartOperation(tenant);
  const nothing = leavesNothing(include);
  const submit = () =>
    start.mutate(
      { type: "review-pack.generate", input: { evidenceSnapshotId: snapshotId, include }, key: crypto.randomUUID() },
      { onSuccess: onStarted },
    );
  return (
    <DialogForm action="Make the pack" pending={start.isPending} disabled={nothing} onSubmit={submit}>
      <div className="flex flex-col items-start gap-1.5">
        <span aria-hidden className="font-medium">
          Snapshot
        </span>
        <SelectFilter
          label="Snapshot"
          value={snapshotId}
          options={snapshotOptions(snapshots, options)}
          onChange={onSnapshot}
          wide
        />
      </div>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium">Include</legend>
        {PACK_PARTS.map((part) => (
          <PartChoice
            key={part}
            part={part}
            files={options.parts[part]}
            checked={include[part]}
            onChange={(checked) => setInclude({ ...include, [part]: checked })}
          />
        ))}
      </fieldset>
      <p role="status" className="min-h-10 text-kumo-subtle">
        {nothing
          ? "Include at least one part: without any there is nothing to put into the pack."
          : `${fileCountText(options, include)} in all, with the index, the manifest and the inventory table. Kept for ${digits(options.retentionDays)} days.`}
      </p>
    </DialogForm>
  );
}

function snapshotOptions(snapshots: readonly EvidenceSnapshot[], { snapshot }: ReviewPackOptions) {
  const listed = snapshots.map(({ id, takenAt }, at) => ({
    value: id,
    label: `${absoluteText(takenAt)}${at === 0 ? " (newest)" : ""}`,
  }));
  if (snapshot === null || listed.some(({ value }) => value === snapshot.id)) return listed;
  return [{ value: snapshot.id, label: absoluteText(snapshot.takenAt) }, ...listed];
}

interface PartChoiceProps {
  part: PackPart;
  files: number;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function PartChoice({ part, files, checked, onChange }: PartChoiceProps) {
  const { label, description } = PART_WORDS[part];
  const id = useId();
  return (
    <div className="relative flex items-start gap-3 rounded-md px-2 py-2 hover:bg-kumo-tint">
      <input
        id={id}
        type="checkbox"
        aria-describedby={`${id}-description`}
        className="relative z-10 mt-0.5 size-4 shrink-0 accent-(--bar-fill)"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-3">
          {/* The label's reach is the whole row. */}
          <label htmlFor={id} className="cursor-pointer font-medium after:absolute after:inset-0">
            {label}
          </label>
          <span className="text-xs whitespace-nowrap text-kumo-subtle tabular">{partFilesText(files)}</span>
        </div>
        <p id={`${id}-description`} className="text-xs text-kumo-subtle">
          {description}
        </p>
      </div>
    </div>
  );
}
