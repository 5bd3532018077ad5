/** Changes that the tenant makes to policies of a followed standard: a value of its own at one place of a policy, or nothing there. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { jsonValueSchema } from "../../contract/policy-diff.ts";
import { type FollowedPolicy, type Following, type Overlay, overlaySchema } from "../../contract/standards.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { Button } from "../components/button.tsx";
import { Choices } from "../components/choices.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input, InputArea } from "../components/input.tsx";
import { Section } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { Rows } from "../keys/rows.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { faultOf } from "./field-faults.ts";
import { followedPoliciesQuery, useChangeFollowing } from "./queries.ts";

function asTheyAre(policies: readonly FollowedPolicy[]): FollowedPolicy[] {
  return [...policies];
}

export function OverlaySection({ following }: { following: Following }) {
  const { items: policies } = useWholeList(
    useInfiniteQuery(followedPoliciesQuery(useTenant(), following.id)),
    asTheyAre,
  );
  const mayChange = useCan("baseline.capture") && following.version !== null;
  const { overlays } = following;
  return (
    <Section
      title="Changes for this tenant"
      id="standard-overlays"
      flush
      actions={mayChange ? <OverlayDialog following={following} policies={policies} /> : null}
    >
      {overlays.length === 0 ? (
        <p className="p-4 text-kumo-subtle">
          None. A change puts another value at one place of a policy of the standard, for this tenant alone.
        </p>
      ) : (
        <Rows aria-label="Changes for this tenant" className="divide-y divide-kumo-line">
          {overlays.map((overlay, at) => (
            <OverlayRow
              key={`${overlay.policy} ${overlay.pointer} ${JSON.stringify(overlay.value)}`}
              overlay={overlay}
              name={policies.find(({ key }) => key === overlay.policy)?.name ?? overlay.policy}
              following={following}
              at={at}
              mayChange={mayChange}
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}

interface OverlayRowProps {
  overlay: Overlay;
  /** Of the policy. */
  name: string;
  following: Following;
  at: number;
  mayChange: boolean;
}

function OverlayRow({ overlay: { pointer, value }, name, following, at, mayChange }: OverlayRowProps) {
  const change = useChangeFollowing(following.id);
  return (
    <li className="flex items-start justify-between gap-3 px-4 py-2.5">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{name}</p>
        <p className="text-xs">
          <code>{pointer}</code>{" "}
          {value === undefined ? (
            <span className="text-kumo-subtle">is left out</span>
          ) : (
            <>
              <span className="text-kumo-subtle">is</span> <code>{JSON.stringify(value)}</code>
            </>
          )}
        </p>
      </div>
      {mayChange ? (
        <Button
          size="sm"
          aria-label={`Remove the change of ${name} at ${pointer}`}
          loading={change.isPending}
          onClick={() => change.mutate({ overlays: following.overlays.toSpliced(at, 1) }, { onError: toastProblem })}
        >
          Remove
        </Button>
      ) : null}
    </li>
  );
}

interface OverlayDialogProps {
  following: Following;
  policies: readonly FollowedPolicy[];
}

function OverlayDialog(props: OverlayDialogProps) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="Add a change for this tenant"
      description="The next comparison and the next deployment go by it. Nothing is written to the tenant by this."
      trigger={<Button size="sm">Add a change</Button>}
    >
      <OverlayForm {...props} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

type What = "value" | "nothing";

function OverlayForm({ following, policies, onDone }: OverlayDialogProps & { onDone: () => void }) {
  const [policy, setPolicy] = useState("");
  const [pointer, setPointer] = useState("");
  const [what, setWhat] = useState<What>("value");
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const change = useChangeFollowing(following.id);
  const value = what === "value" ? jsonOf(text) : undefined;
  const isNoJson = what === "value" && value === undefined;
  const parsed = overlaySchema.safeParse({ policy, pointer, ...(value === undefined ? {} : { value }) });
  const isWrong = (field: string) => tried && (parsed.error?.issues.some(({ path }) => path[0] === field) ?? false);
  const submit = () => {
    setTried(true);
    if (!parsed.success || isNoJson) return;
    change.mutate({ overlays: [...following.overlays, parsed.data] }, { onSuccess: onDone });
  };
  const saidOf = (field: string) => faultOf(change.error, `overlays.${following.overlays.length}.${field}`);
  const policyFault = isWrong("policy") ? "Choose a policy." : saidOf("policy");
  return (
    <DialogForm action="Add" pending={change.isPending} error={change.error} onSubmit={submit}>
      <div className="grid gap-1">
        <p className="font-medium" aria-hidden>
          Policy
        </p>
        <SelectFilter
          label="Policy"
          wide
          value={policy}
          options={[
            { value: "", label: "Choose a policy" },
            ...policies.map(({ key, name, familyLabel }) => ({ value: key, label: `${name} (${familyLabel})` })),
          ]}
          onChange={setPolicy}
        />
        {policyFault === undefined ? null : (
          <p role="alert" className="text-sm text-kumo-danger">
            {policyFault}
          </p>
        )}
      </div>
      <Input
        label="Place in the policy"
        value={pointer}
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setPointer(event.target.value)}
        description="A JSON pointer (RFC 6901): /description, or /settings/0/settingInstance/choiceSettingValue/value."
        error={
          isWrong("pointer") ? "Enter a JSON pointer: it begins with a slash, as /description does." : saidOf("pointer")
        }
      />
      <Choices
        legend="What stands there"
        value={what}
        onChange={setWhat}
        options={[
          { value: "value", label: "A value of this tenant" },
          { value: "nothing", label: "Nothing: what the standard has there is left out" },
        ]}
      />
      {what === "nothing" ? null : (
        <InputArea
          label="Value, as JSON"
          value={text}
          rows={3}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          description={'A text stands in quotes: "contoso". Numbers, true and false do not.'}
          error={tried && isNoJson ? 'This is not JSON. A text stands in quotes: "contoso".' : saidOf("value")}
        />
      )}
    </DialogForm>
  );
}

/** Undefined where the text is no JSON. */
function jsonOf(text: string): Overlay["value"] {
  try {
    return jsonValueSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
