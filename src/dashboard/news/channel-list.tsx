import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { type Channel, CHANNEL_KINDS, type channelListSchema } from "../../contract/news.ts";
import { describeProblem } from "../api/problem.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { CloseButton } from "../components/close-button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { ShownOnce } from "../components/shown-once.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { toastManager } from "../shell/toasts.tsx";
import { ChangeChannelDialog, OWN_BELL } from "./channel-dialog.tsx";
import { useNewsPlace } from "./news-place.ts";
import { useRemoveChannel, useRotateSecret, useSwitch, useTestChannel } from "./queries.ts";

interface ChannelListProps {
  query: UseQueryResult<z.infer<typeof channelListSchema>>;
  mayManage: boolean;
}

export function ChannelList({ query, mayManage }: ChannelListProps) {
  return (
    <>
      {query.data === undefined ? (
        <NotLoaded lines={2} lineHeight="h-12" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="No channels yet">
          {mayManage
            ? "Make one for where it is looked at: a channel of Teams or Slack, a mailbox, a system of your own."
            : "Who may manage news makes them."}
        </EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {query.data.items.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} mayManage={mayManage} />
          ))}
        </Rows>
      )}
    </>
  );
}

function toastProblem(error: unknown): void {
  const { title, advice } = describeProblem(error);
  toastManager.add({ title, description: advice, variant: "error" });
}

function ChannelRow({ channel, mayManage }: { channel: Channel; mayManage: boolean }) {
  const { kind, name, addressHint, recipients, off, failingSince, lastDeliveredAt, earlierSecretUntil } = channel;
  const isOwn = useNewsPlace().kind === "own";
  const summary = isOwn && kind === "bell" ? OWN_BELL : CHANNEL_KINDS[kind].summary;
  const where = addressHint ?? (recipients.length > 0 ? recipients.join(", ") : summary);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 font-medium [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
          <Badge variant="outline">{CHANNEL_KINDS[kind].label}</Badge>
          {off === null ? null : <Badge variant="error">Off</Badge>}
          {off === null && failingSince !== null ? <Badge variant="warning">Failing</Badge> : null}
        </p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          <bdi>{where}</bdi>
        </p>
        <p className="text-xs text-kumo-subtle">
          {off !== null ? (
            <>
              Off since <Time at={off.at} />: {off.words}.
            </>
          ) : failingSince !== null ? (
            <>
              Nothing but failures since <Time at={failingSince} />
            </>
          ) : lastDeliveredAt !== null ? (
            <>
              Last delivered <Time at={lastDeliveredAt} />
            </>
          ) : (
            "Nothing delivered yet"
          )}
          {earlierSecretUntil === null ? null : (
            <>
              {" "}
              · signed with the earlier secret as well until <AbsoluteTime at={earlierSecretUntil} />
            </>
          )}
        </p>
      </div>
      {mayManage ? <ChannelActs channel={channel} /> : null}
    </li>
  );
}

function ChannelActs({ channel }: { channel: Channel }) {
  const [asked, setAsked] = useState(false);
  const test = useTestChannel(channel);
  const turn = useSwitch(channel);
  const remove = useRemoveChannel(channel);
  const { name, kind, off } = channel;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {off === null ? (
        <Button
          size="sm"
          loading={test.isPending}
          aria-label={`Test ${name}`}
          onClick={() =>
            test.mutate(undefined, {
              onSuccess: () => toastManager.add({ title: "The test message is on its way", variant: "info" }),
              onError: toastProblem,
            })
          }
        >
          Test
        </Button>
      ) : null}
      {kind === "bell" ? null : <ChangeChannelDialog channel={channel} />}
      {kind === "webhook" ? <RotateDialog channel={channel} /> : null}
      <Button
        size="sm"
        loading={turn.isPending}
        aria-label={off === null ? `Switch off ${name}` : `Switch on ${name}`}
        onClick={() => turn.mutate(undefined, { onError: toastProblem })}
      >
        {off === null ? "Switch off" : "Switch on"}
      </Button>
      <Button size="sm" loading={remove.isPending} aria-label={`Remove ${name}`} onClick={() => setAsked(true)}>
        Remove
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Remove ${name}?`}
        confirmLabel="Remove"
        destructive
        onConfirm={() => remove.mutate(undefined, { onError: toastProblem })}
      >
        <p>Its address and its secret are wiped. What waits for it is not told there. Its messages stay listed.</p>
      </ConfirmDialog>
    </div>
  );
}

function RotateDialog({ channel }: { channel: Channel }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={`Change the secret of ${channel.name}`}
      description={
        <p>For a day, messages are signed with both secrets, so that the receiver can change in its own time.</p>
      }
      trigger={
        <Button size="sm" aria-label={`New secret of ${channel.name}`}>
          New secret
        </Button>
      }
    >
      <Rotation channel={channel} />
    </FormDialog>
  );
}

function Rotation({ channel }: { channel: Channel }) {
  const rotate = useRotateSecret(channel);
  if (rotate.data?.secret) {
    return (
      <ShownOnce what="secret" secret={rotate.data.secret} done={<CloseButton>Done</CloseButton>}>
        The secret is shown now and never again. Enter it where the receiver verifies signatures.
      </ShownOnce>
    );
  }
  return (
    <DialogForm
      action="Change the secret"
      pending={rotate.isPending}
      error={rotate.error}
      onSubmit={() => rotate.mutate()}
    />
  );
}
