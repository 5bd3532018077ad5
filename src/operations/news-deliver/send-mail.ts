/**
 * Mail by the platform's binding (https://developers.cloudflare.com/email-service/). A deployment has it when `EMAIL` is bound and
 * `TENANTATLAS_MAIL_FROM` names the sender. The local runtime writes mail to files and tells where in its log.
 */
import { z } from "zod";
import { readSettings } from "../../environment.ts";

export interface Mail {
  to: readonly string[];
  subject: string;
  /** Always text: what is told needs no markup. */
  text: string;
  messageId: string;
}

export type SentMail =
  | { kind: "sent"; id: string }
  | { kind: "off" }
  /** `again`: the service has no room for it now. */
  | { kind: "refused"; code: string; again: boolean };

type Mailer = Pick<SendEmail, "send">;

/** Whether this deployment can send mail. */
export function sendsMail(env: object): boolean {
  return mailerOf(env) !== null && readSettings(env).mailFrom !== null;
}

function mailerOf(env: object): Mailer | null {
  const binding: unknown = Reflect.get(env, "EMAIL");
  return isMailer(binding) ? binding : null;
}

function isMailer(binding: unknown): binding is Mailer {
  return typeof binding === "object" && binding !== null && "send" in binding;
}

const errorSchema = z.object({ code: z.string().max(100) });

/** What waiting helps against: the daily quota, the rate, an outage. All else is final. */
const PASSING = /rate|limit|quota|throttl|timeout|internal|unavailable/i;

/** Sends one mail to all recipients. Never rejects. */
export async function sendMail(env: object, { to, subject, text, messageId }: Mail): Promise<SentMail> {
  const mailer = mailerOf(env);
  const { mailFrom } = readSettings(env);
  if (mailer === null || mailFrom === null) return { kind: "off" };
  try {
    const sent: unknown = await mailer.send({
      to: [...to],
      from: { email: mailFrom, name: "TenantAtlas" },
      subject,
      text,
      headers: { "X-TenantAtlas-Message": messageId },
    });
    const id = z.object({ messageId: z.string() }).safeParse(sent);
    return { kind: "sent", id: id.success ? id.data.messageId : "" };
  } catch (error) {
    // The message of an error may repeat addresses: its code alone is told.
    const parsed = errorSchema.safeParse(error);
    const code = parsed.success ? parsed.data.code : "unknown";
    return { kind: "refused", code, again: !parsed.success || PASSING.test(code) };
  }
}
