/** Makes a channel, or changes one. The secret of a webhook is shown once. */
import { useState } from "react";
import {
  type Channel,
  CHANNEL_KINDS,
  changedChannelSchema,
  type ChannelKind,
  channelKindSchema,
  newChannelSchema,
} from "../../contract/news.ts";
import { Button } from "../components/button.tsx";
import { Choices } from "../components/choices.tsx";
import { CloseButton } from "../components/close-button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input, InputArea } from "../components/input.tsx";
import { ShownOnce } from "../components/shown-once.tsx";
import { useTried } from "../components/use-tried.ts";
import { useNewsPlace } from "./news-place.ts";
import { useAddChannel, useChangeChannel } from "./queries.ts";

const ADDRESS_HELP: Readonly<Record<"webhook" | "teams" | "slack", string>> = {
  webhook: "An https address that takes POST requests. Each message is signed.",
  teams: "In Teams: Workflows, “When a Teams webhook request is received”. Connectors of Office 365 are retired.",
  slack: "Of an incoming webhook: https://hooks.slack.com/services/…",
};

/** What the console is to a person's own news. */
export const OWN_BELL = "Your own notifications in the console: in each tenant what is of that tenant.";

function hasAddress(kind: ChannelKind): kind is keyof typeof ADDRESS_HELP {
  return kind === "webhook" || kind === "teams" || kind === "slack";
}

function recipientsOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

export function ChannelDialog({ mail }: { mail: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="New channel"
      description={<p>Its address is stored sealed, and never shown again in full.</p>}
      trigger={<Button variant="primary">New channel</Button>}
    >
      <ChannelForm mail={mail} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function ChannelForm({ mail, onDone }: { mail: boolean; onDone: () => void }) {
  const isOwn = useNewsPlace().kind === "own";
  const [kind, setKind] = useState<ChannelKind>("webhook");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [recipients, setRecipients] = useState("");
  const add = useAddChannel();
  const parsed = newChannelSchema.safeParse({
    kind,
    name,
    ...(hasAddress(kind) ? { url } : {}),
    ...(kind === "mail" ? { recipients: recipientsOf(recipients) } : {}),
  });
  const { setTried, isWrong } = useTried(parsed);
  if (add.data?.secret) {
    return (
      <ShownOnce what="secret" secret={add.data.secret} done={<CloseButton>Done</CloseButton>}>
        The secret is shown now and never again. The receiver verifies signatures with it.
      </ShownOnce>
    );
  }
  return (
    <DialogForm
      action="Make the channel"
      pending={add.isPending}
      error={add.error}
      onSubmit={() => {
        setTried();
        if (!parsed.success) return;
        add.mutate(parsed.data, { onSuccess: ({ secret }) => (secret === null ? onDone() : undefined) });
      }}
    >
      <Choices
        legend="Where to"
        value={kind}
        onChange={setKind}
        options={channelKindSchema.options.map((value) => ({
          value,
          label: CHANNEL_KINDS[value].label,
          description:
            value === "mail" && !mail
              ? "This deployment sends no mail."
              : value === "bell" && isOwn
                ? OWN_BELL
                : CHANNEL_KINDS[value].summary,
          disabled: value === "mail" && !mail,
        }))}
      />
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        description="What people know it by: On-call, Tickets."
        {...(isWrong("name") ? { error: "Enter a name." } : {})}
      />
      {hasAddress(kind) ? (
        <Input
          label="Address"
          type="url"
          value={url}
          maxLength={2_000}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setUrl(event.target.value)}
          description={ADDRESS_HELP[kind]}
          {...(isWrong("url") ? { error: "Enter the address." } : {})}
        />
      ) : null}
      {kind === "mail" ? (
        <Recipients value={recipients} onChange={setRecipients} wrong={isWrong("recipients")} />
      ) : null}
    </DialogForm>
  );
}

function Recipients({ value, onChange, wrong }: { value: string; onChange: (text: string) => void; wrong: boolean }) {
  return (
    <InputArea
      label="Addresses"
      rows={3}
      value={value}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      description="At most ten, with commas or blanks between them."
      {...(wrong ? { error: "Enter one to ten mail addresses." } : {})}
    />
  );
}

export function ChangeChannelDialog({ channel }: { channel: Channel }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={`Change ${channel.name}`}
      trigger={
        <Button size="sm" aria-label={`Change ${channel.name}`}>
          Change
        </Button>
      }
    >
      <ChangeForm channel={channel} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function ChangeForm({ channel, onDone }: { channel: Channel; onDone: () => void }) {
  const [name, setName] = useState(channel.name);
  const [url, setUrl] = useState("");
  const [recipients, setRecipients] = useState(channel.recipients.join("\n"));
  const change = useChangeChannel(channel);
  const chosen = {
    name,
    ...(url.trim() === "" ? {} : { url }),
    ...(channel.kind === "mail" ? { recipients: recipientsOf(recipients) } : {}),
  };
  const parsed = changedChannelSchema.safeParse({ ...chosen, version: channel.version });
  const { setTried, isWrong } = useTried(parsed);
  return (
    <DialogForm
      action="Save"
      pending={change.isPending}
      error={change.error}
      onSubmit={() => {
        setTried();
        if (parsed.success) change.mutate(chosen, { onSuccess: onDone });
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
      {hasAddress(channel.kind) ? (
        <Input
          label="Another address"
          type="url"
          required={false}
          value={url}
          maxLength={2_000}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setUrl(event.target.value)}
          description={`Now ${channel.addressHint ?? "none"}. Left empty, it stays.`}
        />
      ) : (
        <Recipients value={recipients} onChange={setRecipients} wrong={isWrong("recipients")} />
      )}
    </DialogForm>
  );
}
