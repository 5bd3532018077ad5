/** What needs another person's approval in this tenant, and for how long a request waits. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import {
  APPROVAL_SUBJECT_WORDS,
  APPROVAL_SUBJECTS,
  approvalSettingsSchema,
  type ApprovalSubject,
  OWNERS_FOR_APPROVALS,
  REQUEST_HOURS,
  type ShownApprovalSettings,
} from "../../contract/approvals.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { TickChoice } from "../components/tick-choice.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { useApprovalReason } from "./approval-reason.tsx";
import { approvalSettingsQuery, useSaveApprovalSettings } from "./queries.ts";

export function ApprovalSettings() {
  const { data, error, refetch } = useQuery(approvalSettingsQuery(useTenant()));
  return data === undefined ? (
    <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
  ) : (
    // Anew where the settings are others than before.
    <SettingsForm key={`${data.subjects.join()} ${data.requestHours}`} settings={data} />
  );
}

function SettingsForm({ settings }: { settings: ShownApprovalSettings }) {
  const allowed = useCan("members.manage");
  const [subjects, setSubjects] = useState<readonly ApprovalSubject[]>(settings.subjects);
  const [hours, setHours] = useState(String(settings.requestHours));
  const approval = useApprovalReason("settings");
  const save = useSaveApprovalSettings();
  const parsed = approvalSettingsSchema.safeParse({ subjects: [...subjects], requestHours: Number(hours) });
  const isSame = String(settings.requestHours) === hours && settings.subjects.join() === parsed.data?.subjects.join();
  const isLocked = settings.subjects.length > 0 && settings.activeOwners < OWNERS_FOR_APPROVALS;
  const isAlone = subjects.length > 0 && settings.activeOwners < OWNERS_FOR_APPROVALS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.success || isSame || isAlone || !approval.ready) return;
    save.mutate(
      { settings: parsed.data, reason: approval.reason },
      { onSuccess: () => toastDone("Approvals saved"), onError: toastProblem },
    );
  };
  const toggle = (subject: ApprovalSubject) =>
    setSubjects(subjects.includes(subject) ? subjects.filter((each) => each !== subject) : [...subjects, subject]);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {isLocked ? <LockedOut /> : null}
      <SubjectChoices chosen={subjects} disabled={!allowed} onToggle={toggle} />
      {subjects.length > 0 && !subjects.includes("members") ? (
        <p className="text-kumo-subtle">
          Without {APPROVAL_SUBJECT_WORDS.members.label}, an owner can invite a second person alone, who then approves.
        </p>
      ) : null}
      <div className="max-w-sm">
        <Input
          label="A request waits for (hours)"
          type="number"
          inputMode="numeric"
          min={REQUEST_HOURS.least}
          max={REQUEST_HOURS.most}
          value={hours}
          disabled={!allowed}
          onChange={(event) => setHours(event.target.value)}
          {...(parsed.success
            ? {}
            : { error: `Enter a whole number from ${REQUEST_HOURS.least} to ${REQUEST_HOURS.most}.` })}
        />
      </div>
      {allowed && isAlone && !isLocked ? <TooFewOwners /> : null}
      {allowed && !isSame ? approval.field : null}
      {allowed ? (
        <div>
          <Button
            type="submit"
            variant="primary"
            loading={save.isPending}
            disabled={!parsed.success || isSame || isAlone || !approval.ready}
          >
            {approval.needed ? "Ask for approval" : "Save"}
          </Button>
        </div>
      ) : (
        <p className="text-kumo-subtle">An owner of this tenant can change this.</p>
      )}
    </form>
  );
}

interface SubjectChoicesProps {
  chosen: readonly ApprovalSubject[];
  disabled: boolean;
  onToggle: (subject: ApprovalSubject) => void;
}

function SubjectChoices({ chosen, disabled, onToggle }: SubjectChoicesProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">Needs another person&apos;s approval</legend>
      {APPROVAL_SUBJECTS.map((subject) => (
        <TickChoice
          key={subject}
          label={APPROVAL_SUBJECT_WORDS[subject].label}
          checked={chosen.includes(subject)}
          disabled={disabled}
          onChange={() => onToggle(subject)}
          description={APPROVAL_SUBJECT_WORDS[subject].summary}
        />
      ))}
    </fieldset>
  );
}

function TooFewOwners() {
  const { slug } = useTenant();
  return (
    <p role="status">
      Approvals take two owners who can sign in: one asks, the other decides.{" "}
      <TextLink to={PAGES.members} params={{ slug }}>
        Make another person an owner
      </TextLink>{" "}
      first.
    </p>
  );
}

function LockedOut() {
  return (
    <p role="status" className="rounded-md bg-kumo-warning-tint px-3 py-2">
      Fewer than two owners can sign in, so no one can decide. Ask a platform administrator to enable the other owner,
      or to lift the approvals of this tenant.
    </p>
  );
}
