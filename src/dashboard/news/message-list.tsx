/** What was sent, and what came back: each message with its tries, and a way to send it again. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Channel, Message, MessageState, MessageTry, NewsItem } from "../../contract/news.ts";
import { listedItems } from "../api/listed-items.ts";
import { describeProblem } from "../api/problem.ts";
import { AppLink } from "../components/app-link.tsx";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { CloseButton } from "../components/close-button.tsx";
import { counted, digits } from "../components/digits.ts";
import { DialogBody, FormDialog } from "../components/form-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { toastManager } from "../shell/toasts.tsx";
import { useNewsPlace } from "./news-place.ts";
import { messageQuery, messagesQuery, useReplay } from "./queries.ts";

const STATES: Readonly<Record<MessageState, { label: string; variant: "outline" | "success" | "error" | "warning" }>> =
  {
    waiting: { label: "Waiting", variant: "outline" },
    sending: { label: "Sending", variant: "outline" },
    delivered: { label: "Delivered", variant: "success" },
    failed: { label: "Failed", variant: "error" },
  };

interface MessageListProps {
  /** Undefined while they are not read. */
  channels: readonly Channel[] | undefined;
  mayManage: boolean;
}

export function MessageList({ channels, mayManage }: MessageListProps) {
  const [channelId, setChannelId] = useState("");
  const query = useInfiniteQuery(messagesQuery(useNewsPlace(), channelId));
  const messages = listedItems(query);
  return (
    <>
      {channels === undefined || channels.length < 2 ? null : (
        <div className="border-b border-kumo-line px-4 py-2">
          <SelectFilter
            label="Channel"
            value={channelId}
            options={[
              { value: "", label: "All channels" },
              ...channels.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={setChannelId}
          />
        </div>
      )}
      {messages === undefined ? (
        <NotLoaded lines={3} lineHeight="h-12" error={query.error} onRetry={() => void query.refetch()} />
      ) : messages.length === 0 ? (
        <EmptyState title="Nothing was told yet">Each message stands here, with what its receiver answered.</EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {messages.map((message) => (
            <MessageRow key={message.id} message={message} mayManage={mayManage} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load older messages" />
    </>
  );
}

/** With its tenant, where the message is over tenants. */
function lineOf({ tenant, subject }: NewsItem): string {
  return tenant === undefined ? subject : `${tenant.name}: ${subject}`;
}

function MessageRow({ message, mayManage }: { message: Message; mayManage: boolean }) {
  const { items, count, test, state, reason, channel, createdAt, nextTryAt, tries } = message;
  const [first] = items;
  const replay = useReplay(message);
  const subject =
    test || count === 1
      ? first === undefined
        ? ""
        : lineOf(first)
      : count === 0
        ? "Nothing that you may be told now"
        : counted(count, "news", "news");
  const { label, variant } = STATES[state];
  const ended = state === "delivered" || state === "failed";
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 [overflow-wrap:anywhere]">
          <bdi className="font-medium">{subject}</bdi>
          <Badge variant={variant}>{label}</Badge>
        </p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          <Time at={createdAt} /> to <bdi>{channel.name}</bdi>
          {tries > 1 ? ` · ${counted(tries, "try", "tries")}` : ""}
          {reason === null ? "" : ` · ${reason}`}
          {nextTryAt === null ? null : (
            <>
              {" "}
              · next try <AbsoluteTime at={nextTryAt} />
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <MessageDialog message={message} subject={subject} />
        {mayManage && ended ? (
          <Button
            size="sm"
            loading={replay.isPending}
            aria-label={`Send again: ${subject}`}
            onClick={() =>
              replay.mutate(undefined, {
                onError: (error) => {
                  const { title, advice } = describeProblem(error);
                  toastManager.add({ title, description: advice, variant: "error" });
                },
              })
            }
          >
            Send again
          </Button>
        ) : null}
      </div>
    </li>
  );
}

function MessageDialog({ message, subject }: { message: Message; subject: string }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={subject}
      description={
        <p>
          To {message.channel.name}. Its id is <code className="font-mono break-all">{message.id}</code>, at each try.
        </p>
      }
      trigger={
        <Button size="sm" aria-label={`Show: ${subject}`}>
          Show
        </Button>
      }
    >
      <MessageLog message={message} />
      <div className="flex justify-end border-t border-kumo-line px-6 py-4">
        <CloseButton>Close</CloseButton>
      </div>
    </FormDialog>
  );
}

function MessageLog({ message }: { message: Message }) {
  const query = useQuery(messageQuery(useNewsPlace(), message.id));
  const { items, count } = message;
  return (
    <DialogBody>
      <ul className="text-sm">
        {items.map((item) => (
          <li key={item.id} className="[overflow-wrap:anywhere]">
            {item.href === null ? <bdi>{lineOf(item)}</bdi> : <AppLink href={item.href}>{lineOf(item)}</AppLink>}
          </li>
        ))}
        {count > items.length ? <li>and {digits(count - items.length)} more</li> : null}
      </ul>
      {query.data === undefined ? (
        <NotLoaded lines={3} lineHeight="h-12" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.log.length === 0 ? (
        <p className="text-kumo-subtle">It was not tried yet.</p>
      ) : (
        query.data.log.map((each) => <Try key={each.number} of={each} />)
      )}
    </DialogBody>
  );
}

function Try({ of: { number, at, status, reason, tookMs, body, answer } }: { of: MessageTry }) {
  return (
    <section aria-label={`Try ${number}`} className="min-w-0 rounded-md bg-kumo-tint p-3 text-xs">
      <p className="font-medium">
        Try {digits(number)}, <AbsoluteTime at={at} />
        {status === null ? "" : `, status ${status}`}, {digits(tookMs)} ms
      </p>
      {reason === null ? null : <p>{reason}</p>}
      <Text label="What was sent" text={body} />
      <Text label="What came back" text={answer} />
    </section>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  if (text === "") return null;
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">{label}</summary>
      <pre className="mt-1 max-h-60 overflow-auto font-mono whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
    </details>
  );
}
