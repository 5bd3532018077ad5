/** What the next version of a standard is made of, which parts are in it, and what each tenant gives. Loaded when its dialog opens. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { newVersionSchema, type StandardDetail } from "../../contract/standards.ts";
import { listedItems } from "../api/listed-items.ts";
import { describeProblem } from "../api/problem.ts";
import { backupSetsQuery } from "../backups/queries.ts";
import { baselinesQuery } from "../baselines/queries.ts";
import { Button } from "../components/button.tsx";
import { Choices } from "../components/choices.tsx";
import { DialogForm } from "../components/form-dialog.tsx";
import { InputArea } from "../components/input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { TickChoice } from "../components/tick-choice.tsx";
import { useTried } from "../components/use-tried.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { faultOf } from "./field-faults.ts";
import { draftsOf, ParameterRows, type ParameterDraft, parameterOf } from "./parameter-rows.tsx";
import { useAddVersion } from "./queries.ts";

type SourceKind = "baseline" | "backup-set";

export interface VersionFormProps {
  standard: StandardDetail;
  onDone: () => void;
}

export function VersionForm({ standard, onDone }: VersionFormProps) {
  const [newest] = standard.versions;
  const [kind, setKind] = useState<SourceKind>(newest?.source.kind ?? "baseline");
  const [sourceId, setSourceId] = useState("");
  const [names, setNames] = useState(newest?.names ?? false);
  const [assignments, setAssignments] = useState(newest?.assignments ?? false);
  const [drafts, setDrafts] = useState<readonly ParameterDraft[]>(() => draftsOf(newest));
  const [note, setNote] = useState("");
  const add = useAddVersion(standard);
  const parsed = newVersionSchema.safeParse({
    source: { kind, id: sourceId },
    names,
    assignments,
    parameters: drafts.map(parameterOf),
    note,
  });
  const { tried, setTried, isWrong } = useTried(parsed);
  const submit = () => {
    setTried();
    if (parsed.success) add.mutate(parsed.data, { onSuccess: onDone });
  };
  const sourceFault = isWrong("source") ? "Choose what it is made of." : faultOf(add.error, "source.id");
  return (
    <DialogForm action="Make the version" pending={add.isPending} error={add.error} onSubmit={submit}>
      <Choices
        legend="Made of"
        value={kind}
        onChange={(chosen) => {
          setKind(chosen);
          setSourceId("");
        }}
        options={[
          { value: "baseline", label: "A baseline", description: "All that a sealed baseline of this tenant holds." },
          { value: "backup-set", label: "A backup set", description: "The newest item of each policy in the set." },
        ]}
      />
      {kind === "baseline" ? (
        <BaselineChoice value={sourceId} onChange={setSourceId} />
      ) : (
        <SetChoice value={sourceId} onChange={setSourceId} />
      )}
      {sourceFault === undefined ? null : (
        <p role="alert" className="text-kumo-danger">
          {sourceFault}
        </p>
      )}
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium">Part of it</legend>
        <TickChoice
          label="Names and descriptions"
          checked={names}
          onChange={setNames}
          description="Where this is not ticked, a tenant’s policy keeps its own name and description."
        />
        <TickChoice
          label="Assignments and scope tags"
          checked={assignments}
          onChange={setAssignments}
          description="Where this is not ticked, a tenant’s policy stays assigned as it is."
        />
      </fieldset>
      <ParameterRows drafts={drafts} onChange={setDrafts} tried={tried} error={add.error} />
      <InputArea
        label="Note"
        required={false}
        value={note}
        maxLength={2_000}
        rows={2}
        onChange={(event) => setNote(event.target.value)}
        description="What is new in it, for those who follow it."
      />
    </DialogForm>
  );
}

interface SourceChoiceProps {
  value: string;
  onChange: (id: string) => void;
}

/** Baselines that were captured here: a standard that this tenant follows is no source of another. */
function BaselineChoice(props: SourceChoiceProps) {
  const query = useInfiniteQuery(baselinesQuery(useTenant()));
  const items = listedItems(query)?.filter(({ status, isStandard }) => status === "sealed" && !isStandard);
  return (
    <SourceChoice
      {...props}
      label="Baseline"
      none="There is no sealed baseline yet. Capture one first."
      items={items}
      query={query}
    />
  );
}

function SetChoice(props: SourceChoiceProps) {
  const query = useInfiniteQuery(backupSetsQuery(useTenant(), { state: "active", query: undefined }));
  const items = listedItems(query)?.filter(({ itemCount }) => itemCount > 0);
  return (
    <SourceChoice
      {...props}
      label="Backup set"
      none="No backup set holds a policy yet. Back some up first."
      items={items}
      query={query}
    />
  );
}

interface SourcesProps extends SourceChoiceProps {
  label: string;
  none: string;
  items: readonly { id: string; name: string }[] | undefined;
  query: {
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
}

function SourceChoice({ label, none, items, query, value, onChange }: SourcesProps) {
  if (items === undefined) {
    return (
      <p role="status" className="px-2 text-xs text-kumo-subtle" data-unknown>
        {query.error === null ? "Reading them" : describeProblem(query.error).title}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2 px-2">
      {items.length === 0 && !query.hasNextPage ? (
        <p className="text-xs text-kumo-warning">{none}</p>
      ) : (
        <SelectFilter
          label={label}
          wide
          value={value}
          options={[
            { value: "", label: `Choose a ${label.toLowerCase()}` },
            ...items.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={onChange}
        />
      )}
      {query.hasNextPage ? (
        <Button size="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load older ones
        </Button>
      ) : null}
    </div>
  );
}
