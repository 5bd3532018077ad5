/**
 * Terms of use that conditional access may demand. Graph: agreement. Graph keeps the PDF to itself: agreements are updated around
 * it, and created only from a document that has it.
 */
import { isJsonObject } from "../../policies/json-value.ts";
import { isEmptyValue, objectsOf } from "../restore/document-members.ts";
import { block, NOT_ASSIGNED, type Subject } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const termsOfUse = family({
  key: "termsOfUse",
  label: "Terms of use",
  path: "/identityGovernance/termsOfUse/agreements",

  reading: { permission: "Agreement.Read.All", isForPeopleAlone: true, listQuery: "?$expand=files" },

  // The bytes of a document cannot be read; what it is can.
  meaning: { platform: NO_PLATFORM, serviceOwned: ["files.fileData"] },

  inFiles: { type: "agreement", otherPaths: ["/agreements"], folders: ["termsofuse"] },

  referenceKind: "termsOfUse",

  restore: {
    permission: "Agreement.ReadWrite.All",
    // Only conditional access refers to agreements.
    stage: 110,
    assign: NOT_ASSIGNED,
    createOnly: ["files"],
    blocked: (subject) =>
      hasDocuments(subject)
        ? null
        : block(
            "document_file",
            "The agreement's PDF cannot be read from Microsoft Entra, so it has to be uploaded there again.",
          ),
  },
});

function hasDocuments(subject: Subject): boolean {
  const files = objectsOf(subject.wanted["files"]);
  if (subject.target !== null) return !subject.differs("files");
  return (
    files.length > 0 &&
    files.every(({ fileData }) => fileData !== undefined && isJsonObject(fileData) && !isEmptyValue(fileData["data"]))
  );
}
