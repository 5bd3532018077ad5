/** Templates of messages to users of noncompliant devices. Graph: notificationMessageTemplate, with its localizedNotificationMessage. */
import type { JsonObject } from "../../policies/json-value.ts";
import { idSegment } from "../restore/entries.ts";
import { objectsOf, only, textOf } from "../restore/document-members.ts";
import { adds, changes, POLICY_ID, removes, type RestoreStep } from "../restore/restore-step.ts";
import { block, NOT_ASSIGNED, type Subject, type UpdatedSubject } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const MESSAGES = "localizedNotificationMessages";

/** The language of the message that `isDefault` marks; refused in a write. */
const DEFAULT_LOCALE = ["defaultLocale"];

export const notifications = family({
  key: "notifications",
  label: "Notification templates",
  path: "/deviceManagement/notificationMessageTemplates",

  reading: {
    permission: "DeviceManagementServiceConfig.Read.All",
    children: [{ property: MESSAGES, path: "/localizedNotificationMessages", query: "", children: [] }],
  },

  meaning: { platform: NO_PLATFORM, serviceOwned: DEFAULT_LOCALE },

  inFiles: {
    type: "notificationMessageTemplate",
    folders: ["notifications", "messagetemplates"],
    looksLike: (document) => "brandingOptions" in document,
    otherNames: { localizedMessages: MESSAGES },
  },

  referenceKind: "notificationTemplate",

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    stage: 40,
    assign: NOT_ASSIGNED,
    readOnly: DEFAULT_LOCALE,
    apart: [MESSAGES],
    blocked: ({ wanted }) => {
      const messages = objectsOf(wanted[MESSAGES]);
      return new Set(messages.map(localeOf)).size === messages.length
        ? null
        : block("incomplete_document", "The stored template has two messages in one language.");
    },
    afterCreate: addedMessages,
    afterUpdate: changedMessages,
  },
});

/** Of a message that is there already. */
const CHANGEABLE = ["subject", "messageTemplate"];

function addedMessages({ collection, wanted }: Subject): RestoreStep[] {
  return objectsOf(wanted[MESSAGES]).map((message) => addedMessage(collection, message));
}

function changedMessages({ collection, wanted, target, isSameEntry }: UpdatedSubject): RestoreStep[] {
  const path = `${collection}/${POLICY_ID}/${MESSAGES}`;
  const present = new Map(objectsOf(target[MESSAGES]).map((message) => [localeOf(message), message]));
  const steps: RestoreStep[] = [];
  for (const message of objectsOf(wanted[MESSAGES])) {
    const locale = localeOf(message);
    const old = present.get(locale);
    present.delete(locale);
    if (!old) steps.push(addedMessage(collection, message));
    else if (message["isDefault"] === true && old["isDefault"] !== true) {
      // Graph takes the mark with a new message only, and takes it from the message that had it.
      steps.push(removes(`no message ${locale}`, `${path}/${idSegment(old)}`, MESSAGES));
      steps.push(addedMessage(collection, message));
    } else {
      const [body, present] = [only(message, CHANGEABLE), only(old, CHANGEABLE)];
      if (!isSameEntry(MESSAGES, body, present))
        steps.push(changes(`message ${locale}`, `${path}/${idSegment(old)}`, MESSAGES, body));
    }
  }
  for (const [locale, old] of present)
    steps.push(removes(`no message ${locale}`, `${path}/${idSegment(old)}`, MESSAGES));
  return steps;
}

function addedMessage(collection: string, message: JsonObject): RestoreStep {
  const body = only(message, ["locale", "subject", "messageTemplate", "isDefault"]);
  return adds(`message ${localeOf(message)}`, `${collection}/${POLICY_ID}/${MESSAGES}`, MESSAGES, body);
}

function localeOf(message: JsonObject): string {
  return (textOf(message["locale"]) ?? "").toLowerCase();
}
