/** Approving, rejecting and withdrawing, each with a question first. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useState } from "react";
import { type ApprovalRequest, MAX_REASON_LENGTH } from "../../contract/approvals.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { toastDone, toastManager } from "../shell/toasts.tsx";
import { requestTitle } from "./approval-words.ts";
import { useDecision } from "./queries.ts";

type Verb = "approve" | "reject" | "withdraw";

const WORDS: Readonly<
  Record<Verb, { button: string; title: string; text: string; done: string; destructive: boolean }>
> = {
  approve: {
    button: "Approve",
    title: "Approve this request?",
    text: "It is carried out at once, in the name of the person who asked. Your name is in the audit log.",
    done: "Approved and carried out",
    destructive: false,
  },
  reject: {
    button: "Reject",
    title: "Reject this request?",
    text: "Nothing changes. The person who asked reads your reason.",
    done: "Rejected",
    destructive: true,
  },
  withdraw: {
    button: "Withdraw",
    title: "Withdraw your request?",
    text: "Nothing changes. You can ask again.",
    done: "Request withdrawn",
    destructive: true,
  },
};

export function DecisionButtons({ request }: { request: ApprovalRequest }) {
  const verbs: Verb[] = [
    ...(request.mayDecide ? (["approve", "reject"] as const) : []),
    ...(request.own && request.state === "waiting" ? (["withdraw"] as const) : []),
  ];
  const [asked, setAsked] = useState<Verb | null>(null);
  if (verbs.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {verbs.map((verb) => (
        <Button
          key={verb}
          size="sm"
          variant={verb === "approve" ? "primary" : "secondary"}
          aria-haspopup="dialog"
          onClick={() => setAsked(verb)}
        >
          {WORDS[verb].button}
        </Button>
      ))}
      <FormDialog
        role="alertdialog"
        open={asked !== null}
        onOpenChange={() => setAsked(null)}
        title={asked === null ? "" : WORDS[asked].title}
        description={
          <>
            <p className="font-medium text-kumo-default [overflow-wrap:anywhere]">{requestTitle(request)}</p>
            <p>{asked === null ? "" : WORDS[asked].text}</p>
          </>
        }
      >
        {asked === null ? null : <DecisionForm request={request} verb={asked} onDone={() => setAsked(null)} />}
      </FormDialog>
    </div>
  );
}

function DecisionForm({ request, verb, onDone }: { request: ApprovalRequest; verb: Verb; onDone: () => void }) {
  const [reason, setReason] = useState("");
  const decide = useDecision(request);
  const { button, done, destructive } = WORDS[verb];
  const submit = () =>
    decide.mutate(verb === "withdraw" ? { verb } : { verb, reason: reason.trim() }, {
      onSuccess: ({ state, failure }) => {
        onDone();
        if (state !== "failed") return toastDone(done);
        toastManager.add({
          title: "Approved, and not carried out",
          description: failure?.message ?? "",
          variant: "warning",
          timeout: 10_000,
        });
      },
    });
  return (
    <DialogForm
      action={button}
      destructive={destructive}
      disabled={verb === "reject" && reason.trim() === ""}
      pending={decide.isPending}
      error={decide.error}
      onSubmit={submit}
    >
      {verb === "withdraw" ? null : (
        <Input
          label={verb === "reject" ? "Why" : "Why (optional)"}
          value={reason}
          maxLength={MAX_REASON_LENGTH}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      )}
    </DialogForm>
  );
}
