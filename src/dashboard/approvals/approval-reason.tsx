/** Where a change needs another person's approval: says so before the change is asked for, and asks why. */
import { Input } from "../components/input.tsx";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type ApprovalSubject, MAX_REASON_LENGTH } from "../../contract/approvals.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { approvalSettingsQuery } from "./queries.ts";

/** Whether changes of the subject need another person's approval; `settings`: those of what needs one. False until it is known. */
export function useNeedsApproval(subject: ApprovalSubject | "settings"): boolean {
  const { data } = useQuery(approvalSettingsQuery(useTenant()));
  if (data === undefined) return false;
  const { subjects } = data;
  return subject === "settings" ? subjects.length > 0 : subjects.includes(subject);
}

interface ApprovalReason {
  needed: boolean;
  /** Whether the change may be sent: a reason is there where one is needed. */
  ready: boolean;
  /** What is sent; null where no approval is needed. */
  reason: string | null;
  /** For the dialog, above its buttons. */
  field: ReactNode;
}

export function useApprovalReason(subject: ApprovalSubject | "settings"): ApprovalReason {
  const needed = useNeedsApproval(subject);
  const [reason, setReason] = useState("");
  const given = reason.trim();
  return {
    needed,
    ready: !needed || given !== "",
    reason: needed ? given : null,
    field: needed ? <ReasonField value={reason} onChange={setReason} /> : null,
  };
}

function ReasonField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div className="flex flex-col gap-3 rounded-md border-l-2 border-kumo-brand bg-kumo-tint px-3 py-2.5">
      <p>Another person has to approve this. Until then nothing changes, and the request waits under Approvals.</p>
      <Input
        label="Why"
        description="For the person who decides, and for the audit log."
        value={value}
        maxLength={MAX_REASON_LENGTH}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
