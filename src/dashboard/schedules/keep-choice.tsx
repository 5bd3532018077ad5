/** Which of its backups a schedule keeps. */
import { type Keep, keepSchema, MOST_KEPT } from "../../contract/schedules.ts";
import { Input } from "../components/input.tsx";
import { TickChoice } from "../components/tick-choice.tsx";

/** As it is typed. Null: all are kept. */
export type KeepText = Readonly<Record<keyof Keep, string>>;

/** "Daily 30, monthly 12". */
export const FIRST_KEEP: KeepText = { days: "30", weeks: "0", months: "12" };

const SPANS = [
  { key: "days", label: "Days" },
  { key: "weeks", label: "Weeks" },
  { key: "months", label: "Months" },
] as const;

export function textOfKeep(keep: Keep | undefined): KeepText | null {
  return keep === undefined
    ? null
    : { days: String(keep.days), weeks: String(keep.weeks), months: String(keep.months) };
}

/** What is typed; as it is, so that the form says what is wrong with it. */
export function keepOfText({ days, weeks, months }: KeepText): Keep {
  return { days: Number(days), weeks: Number(weeks), months: Number(months) };
}

interface KeepChoiceProps {
  keep: KeepText | null;
  onKeep: (keep: KeepText | null) => void;
  /** Whether the person may delete sets for good: in their name the schedule does so. */
  mayDelete: boolean;
}

export function KeepChoice({ keep, onKeep, mayDelete }: KeepChoiceProps) {
  const isWrong = keep !== null && !keepSchema.safeParse(keepOfText(keep)).success;
  return (
    <div className="pl-6">
      <TickChoice
        label="Keep the newest of each of so many days, weeks and months"
        checked={keep !== null}
        disabled={!mayDelete}
        onChange={(checked) => onKeep(checked ? FIRST_KEEP : null)}
        description={
          mayDelete
            ? "Of the backups that this schedule makes. Others are archived, and deleted for good a week later."
            : "Only those who may delete backup sets for good can choose this. All backups are kept."
        }
      />
      {keep === null ? null : (
        <div className="grid grid-cols-3 gap-2 px-2 pt-1 pb-2">
          {SPANS.map(({ key, label }) => (
            <Input
              key={key}
              label={label}
              type="number"
              inputMode="numeric"
              min={0}
              max={MOST_KEPT[key]}
              value={keep[key]}
              onChange={(event) => onKeep({ ...keep, [key]: event.target.value })}
            />
          ))}
        </div>
      )}
      {isWrong ? (
        <p role="alert" className="px-2 text-kumo-danger">
          Enter whole numbers, not all of them 0: at most {MOST_KEPT.days} days, {MOST_KEPT.weeks} weeks and{" "}
          {MOST_KEPT.months} months.
        </p>
      ) : null}
    </div>
  );
}
