/** Makes a schedule, or changes one. What its times mean is asked of the server while they are chosen. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import {
  MAX_SPREAD_MINUTES,
  newScheduleSchema,
  type Schedule,
  STEP_WORDS,
  type StepType,
} from "../../contract/schedules.ts";
import { listedItems } from "../api/listed-items.ts";
import { describeProblem } from "../api/problem.ts";
import { baselinesQuery } from "../baselines/queries.ts";
import { Button } from "../components/button.tsx";
import { localZoneName } from "../components/clock.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input } from "../components/input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { TickChoice } from "../components/tick-choice.tsx";
import { useTried } from "../components/use-tried.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { KeepChoice, keepOfText, type KeepText, textOfKeep } from "./keep-choice.tsx";
import { stepText } from "./keep-words.ts";
import { timesQuery, useSaveSchedule } from "./queries.ts";
import { isPlain, READY_MADE, STEP_TYPES, stepsOf } from "./ready-made.ts";
import { TimeChoice } from "./time-choice.tsx";
import { FIRST_TIME, patternOf, usualTimeOf } from "./usual-times.ts";

/** Without a schedule it makes one. */
export function ScheduleDialog({ schedule = null }: { schedule?: Schedule | null }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={schedule === null ? "New schedule" : `Change ${schedule.name}`}
      description={
        <p>
          It works in your name: when your role does not allow its steps any more, it is paused.{" "}
          {schedule === null ? null : "What waits for its start by the earlier times does not begin."}
        </p>
      }
      trigger={
        <Button variant={schedule === null ? "primary" : "secondary"}>
          {schedule === null ? "New schedule" : "Change"}
        </Button>
      }
    >
      <ScheduleForm schedule={schedule} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

/** What a new schedule begins with. */
const NEW = { spreadMinutes: 0, tellAfter: 1 };

function ScheduleForm({ schedule, onDone }: { schedule: Schedule | null; onDone: () => void }) {
  const tenant = useTenant();
  const [name, setName] = useState(schedule?.name ?? "");
  const [types, setTypes] = useState<ReadonlySet<StepType>>(new Set(schedule?.steps.map(({ type }) => type)));
  const [baselineId, setBaselineId] = useState(
    schedule?.steps.flatMap((step) => (step.type === "baseline.compare" ? [step.baselineId] : []))[0] ?? "",
  );
  const mayDelete = useCan("backup.force-delete");
  const [keep, setKeep] = useState(
    textOfKeep(
      schedule?.steps.flatMap((step) => (step.type === "backup-set.add-policies" && step.keep ? [step.keep] : []))[0],
    ),
  );
  const [time, setTime] = useState(schedule === null ? FIRST_TIME : usualTimeOf(schedule.pattern));
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? localZoneName);
  const [spread, setSpread] = useState(String((schedule ?? NEW).spreadMinutes));
  const [makesUp, setMakesUp] = useState(schedule?.missed === "run_once");
  const [tellAfter, setTellAfter] = useState(String((schedule ?? NEW).tellAfter));
  const save = useSaveSchedule(schedule);
  const fixed = schedule !== null && !isPlain(schedule.steps) ? schedule.steps : null;
  const parsed = newScheduleSchema.safeParse({
    name,
    steps: fixed ?? stepsOf(types, { baselineId, keep: keep === null ? null : keepOfText(keep) }),
    pattern: patternOf(time),
    timeZone,
    spreadMinutes: Number(spread),
    missed: makesUp ? "run_once" : "skip",
    tellAfter: Number(tellAfter),
  });
  const { setTried, isWrong } = useTried(parsed);
  const begin = (key: string) => {
    const chosen = READY_MADE[key];
    if (chosen === undefined) return;
    setName(chosen.name);
    setTypes(new Set(chosen.steps));
    setTime(chosen.time);
    setMakesUp(chosen.makesUp);
    setKeep(mayDelete ? textOfKeep(chosen.keep) : null);
  };
  return (
    <DialogForm
      action={schedule === null ? "Make the schedule" : "Save"}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => {
        setTried();
        if (parsed.success) save.mutate(parsed.data, { onSuccess: onDone });
      }}
    >
      {schedule === null ? <ReadyMadeChoice onChoose={begin} /> : null}
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        {...(isWrong("name") ? { error: "Enter a name." } : {})}
      />
      {fixed === null ? (
        <StepChoices
          types={types}
          onTypes={setTypes}
          baselineId={baselineId}
          onBaseline={setBaselineId}
          keep={keep}
          onKeep={setKeep}
          mayDelete={mayDelete}
          wrong={isWrong("steps")}
        />
      ) : (
        <div>
          <p className="font-medium">What it does</p>
          <p className="text-kumo-subtle">
            {fixed.map(stepText).join(", then ")}. These steps were chosen by the API, and stay as they are.
          </p>
        </div>
      )}
      <TimeChoice
        time={time}
        onTime={setTime}
        timeZone={timeZone}
        onTimeZone={setTimeZone}
        timesOf={(chosen) => timesQuery(tenant, chosen)}
      />
      <TickChoice
        label="Make up for missed times"
        checked={makesUp}
        onChange={setMakesUp}
        description="Once, as soon as the product works again. Otherwise they are listed as missed."
      />
      <Input
        label="Spread starts over (minutes)"
        type="number"
        inputMode="numeric"
        min={0}
        max={MAX_SPREAD_MINUTES}
        value={spread}
        onChange={(event) => setSpread(event.target.value)}
        description="So that many tenants do not begin together. 0 starts on time."
        {...(isWrong("spreadMinutes") ? { error: `Enter a whole number from 0 to ${MAX_SPREAD_MINUTES}.` } : {})}
      />
      <Input
        label="Tell people after this many failures in a row"
        type="number"
        inputMode="numeric"
        min={1}
        max={20}
        value={tellAfter}
        onChange={(event) => setTellAfter(event.target.value)}
        {...(isWrong("tellAfter") ? { error: "Enter a whole number from 1 to 20." } : {})}
      />
    </DialogForm>
  );
}

function ReadyMadeChoice({ onChoose }: { onChoose: (key: string) => void }) {
  return (
    <div>
      <p className="mb-1 font-medium">Begin with</p>
      <div className="flex flex-wrap gap-2">
        {Object.entries(READY_MADE).map(([key, { name }]) => (
          <Button key={key} size="sm" onClick={() => onChoose(key)}>
            {name}
          </Button>
        ))}
      </div>
    </div>
  );
}

interface StepChoicesProps {
  types: ReadonlySet<StepType>;
  onTypes: (types: ReadonlySet<StepType>) => void;
  baselineId: string;
  onBaseline: (baselineId: string) => void;
  keep: KeepText | null;
  onKeep: (keep: KeepText | null) => void;
  mayDelete: boolean;
  wrong: boolean;
}

function StepChoices(props: StepChoicesProps) {
  const { types, onTypes, baselineId, onBaseline, keep, onKeep, mayDelete, wrong } = props;
  const toggle = (type: StepType) => {
    const next = new Set(types);
    if (!next.delete(type)) next.add(type);
    onTypes(next);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">What it does, in this order</legend>
      {STEP_TYPES.map((type) => (
        <Fragment key={type}>
          <TickChoice label={STEP_WORDS[type]} checked={types.has(type)} onChange={() => toggle(type)} />
          {type === "backup-set.add-policies" && types.has(type) ? (
            <KeepChoice keep={keep} onKeep={onKeep} mayDelete={mayDelete} />
          ) : null}
        </Fragment>
      ))}
      {types.has("baseline.compare") ? <BaselineChoice value={baselineId} onChange={onBaseline} /> : null}
      {wrong ? (
        <p role="alert" className="text-kumo-danger">
          Choose one to four things, and the baseline to compare with.
        </p>
      ) : null}
    </fieldset>
  );
}

function BaselineChoice({ value, onChange }: { value: string; onChange: (baselineId: string) => void }) {
  const query = useInfiniteQuery(baselinesQuery(useTenant()));
  const sealed = listedItems(query)?.filter(({ status, isStopped }) => status === "sealed" && !isStopped);
  if (sealed === undefined) {
    return (
      <p className="px-2 text-xs text-kumo-subtle" data-unknown>
        {query.error === null ? "Reading the baselines" : describeProblem(query.error).title}
      </p>
    );
  }
  if (sealed.length === 0) {
    return <p className="px-2 text-xs text-kumo-warning">There is no baseline yet. Capture one first.</p>;
  }
  return (
    <div className="px-2 pt-1">
      <SelectFilter
        label="Baseline"
        wide
        value={value}
        options={[
          { value: "", label: "Choose a baseline" },
          ...sealed.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={onChange}
      />
    </div>
  );
}
