import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Channel, isNewsKind, NEWS_KIND_KEYS, NEWS_KINDS } from "../../contract/news.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted, digits } from "../components/digits.ts";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Rows } from "../keys/rows.tsx";
import { type ShownRule, useNewsPlace } from "./news-place.ts";
import { rulesQuery, useRemoveRule } from "./queries.ts";
import { RuleDialog } from "./rule-dialog.tsx";

interface RuleListProps {
  /** Undefined while they are not read. */
  channels: readonly Channel[] | undefined;
  mayManage: boolean;
}

export function RuleList({ channels, mayManage }: RuleListProps) {
  const query = useQuery(rulesQuery(useNewsPlace()));
  return (
    <>
      {query.data === undefined ? (
        <NotLoaded lines={2} lineHeight="h-12" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="Nothing is told yet">
          {channels !== undefined && channels.length === 0
            ? "Make a channel first, and then a rule that says what is told there."
            : "Make a rule that says what is told, how bad it has to be, and when."}
        </EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {query.data.items.map((rule) => (
            <RuleRow key={rule.id} rule={rule} channels={channels} mayManage={mayManage} />
          ))}
        </Rows>
      )}
    </>
  );
}

const LABELS_SHOWN = 4;

function whatOf({ kinds }: ShownRule): string {
  if (kinds.length === NEWS_KIND_KEYS.length) return "Everything";
  const labels = kinds.map((kind) => (isNewsKind(kind) ? NEWS_KINDS[kind].label : kind));
  if (labels.length <= LABELS_SHOWN + 1) return labels.join(" · ");
  return `${labels.slice(0, LABELS_SHOWN).join(" · ")} · and ${digits(labels.length - LABELS_SHOWN)} more`;
}

function whenOf({ digest, quietHours, leastSeverity }: ShownRule): string {
  const when =
    digest.kind === "at_once"
      ? "At once"
      : digest.kind === "hourly"
        ? "Once an hour"
        : `Daily at ${digest.at} (${digest.timeZone})`;
  const least = leastSeverity === "info" ? "" : `, ${leastSeverity} and worse`;
  const quiet =
    quietHours === null
      ? ""
      : `, quiet from ${quietHours.from} to ${quietHours.to} (${quietHours.timeZone})${quietHours.criticalPasses ? " but for what is critical" : ""}`;
  return `${when}${least}${quiet}`;
}

function RuleRow({ rule, channels, mayManage }: RuleListProps & { rule: ShownRule }) {
  const [asked, setAsked] = useState(false);
  const remove = useRemoveRule(rule);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 font-medium [overflow-wrap:anywhere]">
          <bdi>{rule.name}</bdi>
          {rule.paused ? <Badge variant="outline">Paused</Badge> : null}
        </p>
        <p className="text-xs">{whatOf(rule)}</p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          {whenOf(rule)}
          {channels === undefined ? null : <Where rule={rule} channels={channels} />}
        </p>
        <WhichTenants rule={rule} />
      </div>
      {mayManage && channels !== undefined ? (
        <div className="flex flex-wrap items-center gap-2">
          <RuleDialog rule={rule} channels={channels} />
          <Button
            size="sm"
            loading={remove.isPending}
            aria-label={`Remove ${rule.name}`}
            onClick={() => setAsked(true)}
          >
            Remove
          </Button>
          <ConfirmDialog
            open={asked}
            onOpenChange={setAsked}
            title={`Remove ${rule.name}?`}
            confirmLabel="Remove"
            destructive
            onConfirm={() => remove.mutate()}
          >
            <p>What it has chosen already is told all the same.</p>
          </ConfirmDialog>
        </div>
      ) : null}
    </li>
  );
}

/** Of a rule over tenants: of how many it tells now, and why not of others. */
function WhichTenants({ rule: { tenants, listensIn, silentIn = 0, notYetIn = 0, paused } }: { rule: ShownRule }) {
  if (tenants === undefined || listensIn === undefined) return null;
  const many = counted(listensIn, "tenant", "tenants");
  const whole = tenants.kind === "all" ? `All your tenants: ${many} now` : `Of ${many}`;
  return (
    <>
      <p className="text-xs text-kumo-subtle">{paused ? `Would tell: ${whole}` : whole}</p>
      {silentIn === 0 ? null : (
        <p className="text-xs">
          Silent about {counted(silentIn, "chosen tenant", "chosen tenants")}: you may not be told its news now, or it
          is to be deleted.
        </p>
      )}
      {notYetIn === 0 ? null : (
        <p className="text-xs">
          Not heard yet in {counted(notYetIn, "tenant", "tenants")}: a database does not answer. It is tried each
          minute.
        </p>
      )}
    </>
  );
}

function Where({ rule: { channelIds }, channels }: { rule: ShownRule; channels: readonly Channel[] }) {
  const names = channels.filter(({ id }) => channelIds.includes(id)).map(({ name }) => name);
  const gone = channelIds.length - names.length;
  return (
    <>
      {names.length === 0 ? null : (
        <>
          {" "}
          · to <bdi>{names.join(", ")}</bdi>
        </>
      )}
      {gone === 0 ? null : ` · ${counted(gone, "channel is", "channels are")} removed`}
    </>
  );
}
