/** Makes a rule, or changes one: what is told, how bad it has to be, when, and where. */
import { useState } from "react";
import {
  type Channel,
  CHANNEL_KINDS,
  isNewsKind,
  NEWS_KIND_KEYS,
  NEWS_KINDS,
  NEWS_SEVERITIES,
  type NewsKind,
  newOwnRuleSchema,
  newRuleSchema,
  type Rule,
  type RuleTenants,
} from "../../contract/news.ts";
import { Button } from "../components/button.tsx";
import { Check } from "./check.tsx";
import { localZoneName } from "../components/clock.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input } from "../components/input.tsx";
import { ZoneInput } from "../components/zone-input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { useTried } from "../components/use-tried.ts";
import { type ShownRule, useNewsPlace } from "./news-place.ts";
import { useSaveRule } from "./queries.ts";
import { TenantsFields } from "./tenants-fields.tsx";

const NEW: Pick<Rule, "backupDays" | "leastSeverity"> = { backupDays: 7, leastSeverity: "info" };
/** What a new rule begins with: what a person has to do something about. */
const FIRST_KINDS: readonly NewsKind[] = NEWS_KIND_KEYS.filter(
  (kind) => kind !== "run.succeeded" && kind !== "comparison.clean",
);
const LEAST = NEWS_SEVERITIES.map((value) => ({
  value,
  label: {
    critical: "Critical",
    high: "High and worse",
    medium: "Medium and worse",
    low: "Low and worse",
    info: "All",
  }[value],
}));
const DIGESTS = [
  { value: "at_once", label: "At once" },
  { value: "hourly", label: "Once an hour" },
  { value: "daily", label: "Once a day" },
];

/** Without a rule it makes one. */
export function RuleDialog({ rule = null, channels }: { rule?: ShownRule | null; channels: readonly Channel[] }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={rule === null ? "New rule" : `Change ${rule.name}`}
      trigger={
        rule === null ? (
          <Button variant="primary">New rule</Button>
        ) : (
          <Button size="sm" aria-label={`Change ${rule.name}`}>
            Change
          </Button>
        )
      }
    >
      <RuleForm rule={rule} channels={channels} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

/** The channels of a rule that are not removed. */
function stillThere(rule: ShownRule | null, channels: readonly Channel[]): readonly string[] {
  const chosen = new Set(rule?.channelIds);
  return channels.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
}

interface RuleFormProps {
  rule: ShownRule | null;
  channels: readonly Channel[];
  onDone: () => void;
}

function RuleForm({ rule, channels, onDone }: RuleFormProps) {
  const place = useNewsPlace();
  const [name, setName] = useState(rule?.name ?? "");
  const [kinds, setKinds] = useState<readonly string[]>(rule?.kinds.filter(isNewsKind) ?? FIRST_KINDS);
  const [least, setLeast] = useState<string>((rule ?? NEW).leastSeverity);
  const [days, setDays] = useState(String((rule ?? NEW).backupDays));
  const [digest, setDigest] = useState<string>(rule?.digest.kind ?? "at_once");
  const [dailyAt, setDailyAt] = useState(rule?.digest.kind === "daily" ? rule.digest.at : "08:00");
  const [isQuiet, setIsQuiet] = useState(rule !== null && rule.quietHours !== null);
  const [from, setFrom] = useState(rule?.quietHours?.from ?? "22:00");
  const [to, setTo] = useState(rule?.quietHours?.to ?? "07:00");
  const [passes, setPasses] = useState(rule?.quietHours?.criticalPasses ?? true);
  const [timeZone, setTimeZone] = useState(
    rule?.quietHours?.timeZone ?? (rule?.digest.kind === "daily" ? rule.digest.timeZone : localZoneName),
  );
  const [channelIds, setChannelIds] = useState(() => stillThere(rule, channels));
  const [paused, setPaused] = useState(rule?.paused ?? false);
  const [tenants, setTenants] = useState<RuleTenants>(rule?.tenants ?? { kind: "all" });
  const save = useSaveRule(rule);
  const chosen = {
    name,
    kinds,
    leastSeverity: least,
    backupDays: Number(days),
    quietHours: isQuiet ? { from, to, timeZone, criticalPasses: passes } : null,
    digest: digest === "daily" ? { kind: "daily", at: dailyAt, timeZone } : { kind: digest },
    channelIds,
    paused,
  };
  const parsed =
    place.kind === "own" ? newOwnRuleSchema.safeParse({ ...chosen, tenants }) : newRuleSchema.safeParse(chosen);
  const named = place.kind === "tenant" || tenants.kind === "all" || tenants.tenants.length > 0;
  const { tried, setTried, isWrong } = useTried(parsed);
  return (
    <DialogForm
      action={rule === null ? "Make the rule" : "Save"}
      pending={save.isPending}
      error={save.error}
      onSubmit={() => {
        setTried();
        if (parsed.success && named) save.mutate(parsed.data, { onSuccess: onDone });
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
      {place.kind === "own" ? (
        <TenantsFields value={tenants} onChange={setTenants} among={place.tenants} wrong={tried && !named} />
      ) : null}
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium">What is told</legend>
        {NEWS_KIND_KEYS.map((kind) => (
          <Check
            key={kind}
            label={NEWS_KINDS[kind].label}
            checked={kinds.includes(kind)}
            onChange={(checked) => setKinds(checked ? [...kinds, kind] : kinds.filter((each) => each !== kind))}
          />
        ))}
        {isWrong("kinds") ? <p className="text-kumo-danger">Choose what is told.</p> : null}
      </fieldset>
      {kinds.includes("backup.old") ? (
        <Input
          label="A backup is old after (days)"
          type="number"
          inputMode="numeric"
          min={1}
          max={365}
          value={days}
          onChange={(event) => setDays(event.target.value)}
          {...(isWrong("backupDays") ? { error: "Enter a whole number from 1 to 365." } : {})}
        />
      ) : null}
      <fieldset className="flex min-w-0 flex-wrap items-center gap-2">
        <legend className="mb-1 font-medium">How bad, and when</legend>
        <SelectFilter label="How bad" value={least} options={LEAST} onChange={setLeast} />
        <SelectFilter label="When" value={digest} options={DIGESTS} onChange={setDigest} />
        {digest === "daily" ? <Clock label="Time of the digest" value={dailyAt} onChange={setDailyAt} /> : null}
      </fieldset>
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium">Quiet hours</legend>
        <Check label="Hold what happens at night until they end" checked={isQuiet} onChange={setIsQuiet} />
        {isQuiet ? (
          <>
            <div className="flex flex-wrap items-center gap-2 px-2 py-1">
              From <Clock label="Quiet from" value={from} onChange={setFrom} /> to{" "}
              <Clock label="Quiet to" value={to} onChange={setTo} />
            </div>
            <Check label="Tell what is critical at once all the same" checked={passes} onChange={setPasses} />
          </>
        ) : null}
        {isWrong("quietHours") ? <p className="text-kumo-danger">Enter two different times.</p> : null}
      </fieldset>
      {isQuiet || digest === "daily" ? <ZoneInput value={timeZone} onChange={setTimeZone} /> : null}
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium">Where</legend>
        {channels.map(({ id, name: called, kind }) => (
          <Check
            key={id}
            label={`${called} (${CHANNEL_KINDS[kind].label})`}
            checked={channelIds.includes(id)}
            onChange={(checked) =>
              setChannelIds(checked ? [...channelIds, id] : channelIds.filter((each) => each !== id))
            }
          />
        ))}
        {isWrong("channelIds") ? <p className="text-kumo-danger">Choose a channel.</p> : null}
      </fieldset>
      {rule === null ? null : <Check label="Paused: nothing is chosen by it" checked={paused} onChange={setPaused} />}
    </DialogForm>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (time: string) => void }) {
  return (
    <input
      type="time"
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-8 rounded-md bg-kumo-base px-2 text-sm ring ring-kumo-line"
    />
  );
}
