/** What a restore asks beside its items: whether assignments come back as well, and in which state conditional access does. */
import type { RestorePreviewRequest } from "../../contract/restore.ts";
import { Choices } from "../components/choices.tsx";

export type ConditionalAccess = NonNullable<RestorePreviewRequest["conditionalAccess"]>;

interface ChoiceProps<T> {
  value: T;
  onChange: (value: T) => void;
}

export function AssignmentsChoice({ value, onChange }: ChoiceProps<boolean>) {
  return (
    <Choices
      legend="Assignments"
      value={value ? "yes" : "no"}
      onChange={(chosen) => onChange(chosen === "yes")}
      options={[
        {
          value: "no",
          label: "Leave assignments alone",
          description: "New policies have no assignments. Existing policies keep theirs.",
        },
        {
          value: "yes",
          label: "Restore assignments as well",
          description: "Policies then apply to the groups in the backup, as soon as they are written.",
        },
      ]}
    />
  );
}

/** @param holder what the policies come from */
export function ConditionalAccessChoice({
  value,
  onChange,
  holder = "backup",
}: ChoiceProps<ConditionalAccess> & { holder?: "backup" | "standard" }) {
  return (
    <Choices
      legend="Conditional access"
      value={value}
      onChange={onChange}
      options={[
        {
          value: "report-only",
          label: "As report-only",
          description:
            holder === "backup" ? "Restored policies lock out no one." : "Deployed policies lock out no one.",
        },
        { value: "as-is", label: `In the state that the ${holder} holds` },
      ]}
    />
  );
}
