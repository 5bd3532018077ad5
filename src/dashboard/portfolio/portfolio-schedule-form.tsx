/** Makes a schedule over tenants, or changes one: what is done, in which tenants, when. */
import { useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import {
  isForAnyTenant,
  PORTFOLIO_WORDS,
  type PortfolioType,
  portfolioTypeSchema,
  type TenantSelection,
} from "../../contract/portfolio.ts";
import { newPortfolioScheduleSchema, type PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { hasTag, tagsOfAll } from "../../contract/tags.ts";
import { Button } from "../components/button.tsx";
import { Choices } from "../components/choices.tsx";
import { localZoneName } from "../components/clock.ts";
import { compareNames } from "../components/compare-names.ts";
import { counted, digits } from "../components/digits.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input } from "../components/input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { TickChoice } from "../components/tick-choice.tsx";
import { useTried } from "../components/use-tried.ts";
import { TimeChoice } from "../schedules/time-choice.tsx";
import { FIRST_TIME, patternOf, usualTimeOf } from "../schedules/usual-times.ts";
import { stepText } from "./chosen-words.ts";
import { portfolioTimesQuery, useSavePortfolioSchedule } from "./schedule-queries.ts";

interface ScheduleDialogProps {
  tenants: readonly Tenant[];
  /** Without a schedule it makes one. */
  schedule?: PortfolioSchedule | null;
}

export function PortfolioScheduleDialog({ tenants, schedule = null }: ScheduleDialogProps) {
  const [open, setOpen] = useState(false);
  const isNew = schedule === null;
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={isNew ? "New schedule over tenants" : `Change ${schedule.name}`}
      description={
        <p>
          It works in your name, and only you see it. At each due time the tenants are looked up anew: of those chosen,
          the ones in which your role allows the operation then.{" "}
          {isNew ? null : "What waits for its start by the earlier times does not begin."}
        </p>
      }
      trigger={<Button variant={isNew ? "primary" : "secondary"}>{isNew ? "New schedule" : "Change"}</Button>}
    >
      <ScheduleForm tenants={tenants} schedule={schedule} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

const TYPES = portfolioTypeSchema.options.filter(isForAnyTenant);

/** What a new schedule begins with. */
const NEW = { tellAfter: 1 };

function ScheduleForm({ tenants, schedule, onDone }: Required<ScheduleDialogProps> & { onDone: () => void }) {
  const [name, setName] = useState(schedule?.name ?? "");
  const [types, setTypes] = useState<ReadonlySet<PortfolioType>>(new Set(schedule?.steps.map(({ type }) => type)));
  const [kind, setKind] = useState<TenantSelection["kind"]>(schedule?.chosen.kind ?? "all");
  const [tag, setTag] = useState(schedule?.chosen.kind === "tag" ? schedule.chosen.tag : "");
  const [listed, setListed] = useState<ReadonlySet<string>>(new Set(schedule?.listed));
  const [time, setTime] = useState(schedule === null ? FIRST_TIME : usualTimeOf(schedule.pattern));
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? localZoneName);
  const [makesUp, setMakesUp] = useState(schedule?.missed === "run_once");
  const [tellAfter, setTellAfter] = useState(String((schedule ?? NEW).tellAfter));
  const save = useSavePortfolioSchedule(schedule);
  // Ticks show each operation once, in one order, and no gold standard.
  const plain = TYPES.filter((type) => types.has(type)).map((type) => ({ type }));
  const isPlain =
    schedule === null ||
    (schedule.steps.every(({ standardId }) => standardId === undefined) &&
      schedule.steps.map(({ type }) => type).join() ===
        TYPES.filter((type) => schedule.steps.some((step) => step.type === type)).join());
  const selection: TenantSelection =
    kind === "list" ? { kind, tenants: [...listed] } : kind === "tag" ? { kind, tag } : { kind };
  const parsed = newPortfolioScheduleSchema.safeParse({
    name,
    steps: isPlain ? plain : schedule.steps,
    tenants: selection,
    pattern: patternOf(time),
    timeZone,
    missed: makesUp ? "run_once" : "skip",
    tellAfter: Number(tellAfter),
  });
  const { setTried, isWrong } = useTried(parsed);
  const toggle = <Item,>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> =>
    new Set(set.has(item) ? [...set].filter((other) => other !== item) : [...set, item]);
  const tags = tagsOfAll(tenants).toSorted((one, other) => compareNames(one.tag, other.tag));
  const known = tags.find((each) => hasTag([each.tag], tag))?.tag;
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
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        {...(isWrong("name") ? { error: "Enter a name." } : {})}
      />
      {isPlain ? (
        <fieldset className="min-w-0">
          <legend className="mb-1 font-medium">What it does in each tenant, in this order</legend>
          {TYPES.map((type) => (
            <TickChoice
              key={type}
              label={PORTFOLIO_WORDS[type]}
              checked={types.has(type)}
              onChange={() => setTypes((before) => toggle(before, type))}
            />
          ))}
          {isWrong("steps") ? (
            <p role="alert" className="text-kumo-danger">
              Choose one to four things.
            </p>
          ) : null}
        </fieldset>
      ) : (
        <div>
          <p className="font-medium">What it does in each tenant</p>
          <p className="text-kumo-subtle">
            {schedule.steps.map(stepText).join(", then ")}. These steps were chosen by the API, and stay as they are.
          </p>
        </div>
      )}
      <Choices
        legend="Tenants"
        value={kind}
        onChange={setKind}
        options={[
          { value: "all", label: "All your tenants" },
          {
            value: "tag",
            label: "Those with a tag",
            ...(tags.length === 0
              ? {
                  disabled: true,
                  description: "None of your tenants has a tag. Tags are given in a tenant's settings.",
                }
              : {}),
          },
          { value: "list", label: "A list" },
        ]}
      />
      {kind === "tag" ? (
        <SelectFilter
          label="Tag"
          wide
          value={known ?? tag}
          options={[
            ...(tag === "" ? [{ value: "", label: "Choose a tag" }] : []),
            ...(tag === "" || known !== undefined ? [] : [{ value: tag, label: `${tag} (no tenant of yours)` }]),
            ...tags.map((each) => ({ value: each.tag, label: `${each.tag} (${digits(each.tenants)})` })),
          ]}
          onChange={setTag}
        />
      ) : null}
      {kind === "list" ? (
        <fieldset className="max-h-64 min-w-0 shrink-0 overflow-y-auto rounded-md ring ring-kumo-line">
          <legend className="sr-only">Tenants of the list</legend>
          {tenants
            .toSorted((one, other) => compareNames(one.name, other.name))
            .map((tenant) => (
              <TickChoice
                key={tenant.id}
                label={tenant.name}
                checked={listed.has(tenant.id)}
                onChange={() => setListed((before) => toggle(before, tenant.id))}
              />
            ))}
        </fieldset>
      ) : null}
      {kind === "list" ? (
        <p className="text-xs text-kumo-subtle">{counted(listed.size, "tenant", "tenants")} ticked</p>
      ) : null}
      {isWrong("tenants") ? (
        <p role="alert" className="text-kumo-danger">
          {kind === "tag" ? "Choose a tag." : "Tick at least one tenant."}
        </p>
      ) : null}
      <TimeChoice
        time={time}
        onTime={setTime}
        timeZone={timeZone}
        onTimeZone={setTimeZone}
        timesOf={portfolioTimesQuery}
      />
      <TickChoice
        label="Make up for missed times"
        checked={makesUp}
        onChange={setMakesUp}
        description="Once, as soon as the product works again. Otherwise they are listed as missed."
      />
      <Input
        label="Tell me after this many failures in a row"
        type="number"
        inputMode="numeric"
        min={1}
        max={20}
        value={tellAfter}
        onChange={(event) => setTellAfter(event.target.value)}
        description="Failed: in every tenant, or not started. You are told of each operation in which some tenants failed."
        {...(isWrong("tellAfter") ? { error: "Enter a whole number from 1 to 20." } : {})}
      />
    </DialogForm>
  );
}
