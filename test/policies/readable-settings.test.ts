import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReadableRow } from "../../src/contract/readable-policy.ts";
import { cutAround, matchingRows } from "../../src/http/reading/search-settings.ts";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/policies/json-value.ts";
import { wordsOf, wordsOfChoice } from "../../src/policies/plain-words.ts";
import { readableSettings } from "../../src/policies/readable-settings.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";

const CHOICE = "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance";
const BITLOCKER = "device_vendor_msft_bitlocker_requiredeviceencryption";

function rowsOf(document: JsonObject, family = "deviceConfiguration", names: Record<string, string> = {}) {
  return readableSettings(document, meaningRules(family), (id) => names[id] ?? null);
}

/** Rows as lines, indented as they are shown. */
function told(rows: readonly ReadableRow[]): string[] {
  return rows.map(
    ({ depth, label, state, value }) => `${"  ".repeat(depth)}${label}: ${state === "value" ? value : `(${state})`}`,
  );
}

const choice = (more: JsonObject = {}): JsonObject => ({
  id: "0",
  settingInstance: {
    "@odata.type": CHOICE,
    settingDefinitionId: BITLOCKER,
    choiceSettingValue: { value: `${BITLOCKER}_1`, children: [] },
  },
  ...more,
});

describe("Settings as people read them", () => {
  it("are words for properties, with the name, and parts below what they are parts of", () => {
    const rows = rowsOf({
      id: "1",
      displayName: "Laptops",
      description: "Of the staff",
      "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
      passwordRequired: true,
      passwordRequiredType: "deviceDefault",
      bitLockerEncryption: { requireTPM: false, pinLength: 6 },
      allowedUrls: ["https://a.example", "https://b.example"],
      rules: [{ id: "made", displayName: "Mail", blocked: true }, { blocked: false }],
      edgeHomepage: null,
      assignments: [{ target: { groupId: "g" } }],
    });
    expect(told(rows)).toEqual([
      "Password required: Yes",
      "Password required type: Device default",
      "BitLocker encryption: (group)",
      "  Require TPM: No",
      "  PIN length: 6",
      "Allowed URLs: https://a.example\nhttps://b.example",
      "Rules: (group)",
      "  Mail: (group)",
      "    Display name: Mail",
      "    Blocked: Yes",
      "  2: (group)",
      "    Blocked: No",
      "Edge homepage: (unset)",
    ]);
    expect(rows[1]).toMatchObject({ name: "passwordRequiredType", stored: "deviceDefault" });
  });

  it("of the catalog have Microsoft's names where the document tells them, and otherwise their ids", () => {
    const definition = {
      id: BITLOCKER,
      displayName: "Require Device Encryption",
      options: [{ itemId: `${BITLOCKER}_1`, displayName: "Enabled" }],
    };
    const rows = rowsOf({ name: "x", settings: [choice({ settingDefinitions: [definition] })] }, "settingsCatalog");
    expect(rows).toMatchObject([
      {
        label: "Require Device Encryption",
        labelIsName: false,
        name: BITLOCKER,
        value: "Enabled",
        stored: `${BITLOCKER}_1`,
      },
    ]);
    expect(rowsOf({ name: "x", settings: [choice()] }, "settingsCatalog")).toMatchObject([
      { label: BITLOCKER, labelIsName: true, name: BITLOCKER, value: "1", stored: `${BITLOCKER}_1` },
    ]);
  });

  it("never tell secrets", () => {
    const secret = "correct horse battery staple";
    const rows = rowsOf({
      preSharedKey: secret,
      omaSettings: [{ displayName: "Key", isEncrypted: true, value: secret }],
      settings: [
        {
          settingInstance: {
            settingDefinitionId: "wifi_password",
            simpleSettingValue: { valueState: "notEncrypted", value: secret },
          },
        },
      ],
    });
    expect(rows.filter(({ state }) => state === "hidden").map(({ name }) => name)).toEqual([
      "preSharedKey",
      "value",
      "wifi_password",
    ]);
    expect(JSON.stringify(rows)).not.toContain("horse");
  });

  it("name what ids refer to, and keep the id", () => {
    const [row] = rowsOf({ includeGroups: ["g-1", "g-2"] }, "conditionalAccess", { "g-1": "Staff" });
    expect(row).toMatchObject({ value: "Staff\ng-2", stored: "g-1\ng-2" });
  });

  it("show a script as it is written, and say how much of a long one is left out", () => {
    const [row] = rowsOf({ scriptContent: btoa(`Write-Host 'x'\n`.repeat(1_000)) }, "powershellScripts");
    expect(row).toMatchObject({ stored: "base64", omitted: 15_000 - 4_096 });
    expect(row?.value).toMatch(/^Write-Host 'x'\n/);
  });
});

describe("Names in words", () => {
  it.each([
    ["iosMinimumVersion", "iOS minimum version"],
    ["requireMFA", "Require MFA"],
    ["macOSFirewall", "macOS firewall"],
    ["smartScreenBlocked", "SmartScreen blocked"],
    ["displayName", "Display name"],
    ["", ""],
  ])("%s is %s", (name, words) => {
    expect(wordsOf(name)).toBe(words);
  });

  it("are not made of what is no name of a choice", () => {
    expect(["Contoso", "anna@contoso.example", "required", "10.0.1", "a b"].map(wordsOfChoice)).toEqual(
      Array(5).fill(null),
    );
  });
});

describe.runIf(HAS_REALDATA)("Policies exported from real tenants", () => {
  it("are told whole: no value of theirs is missing among the rows", () => {
    let documents = 0;
    for (const document of realDocuments()) {
      documents += 1;
      const text = JSON.stringify(rowsOf(document, "conditionalAccess"));
      const settings = { ...document, id: null, assignments: null, displayName: null, description: null };
      // Numbers and texts of a policy's own, below its root: each stands in a row, worded or stored.
      for (const leaf of leaves(settings, "member")) {
        if (!text.includes(JSON.stringify(leaf).slice(1, -1))) throw new Error(`${leaf} is in no row`);
      }
    }
    expect(documents).toBeGreaterThan(50);
  });
});

function* realDocuments(): Generator<JsonObject> {
  for (const entry of readdirSync(REALDATA_FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    const document: unknown = JSON.parse(new TextDecoder(encoding).decode(bytes));
    if (isJsonObject(document)) yield document;
  }
}

/** The property names that rows leave out on purpose; of lists' elements the ids as well. */
const LEFT_OUT =
  /@odata|DateTime$|^(version|supportsScopeTags|isAssigned|creationSource|settingCount|templateId|priorityMetaData)$/;
const SECRET = /(secret|password|token|key|credential)$/i;

function* leaves(value: JsonValue, place: "member" | "element"): Generator<string> {
  if (typeof value === "string" && value !== "" && value.length < 200 && !value.includes("\n")) yield value;
  else if (Array.isArray(value)) for (const each of value) yield* leaves(each, "element");
  else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (LEFT_OUT.test(name) || SECRET.test(name) || (name === "id" && place === "element")) continue;
      yield* leaves(member, "member");
    }
  }
}

describe("a search in a value that is longer than what is shown", () => {
  it("finds what stands far behind, and shows the part that holds it", () => {
    const script = `${"# nothing here\n".repeat(1_000)}Set-Proxy 10.0.0.1\n${"# nor here\n".repeat(1_000)}`;
    const document = { displayName: "Script", scriptContent: btoa(script) };
    const whole = readableSettings(document, meaningRules("powershellScripts"), () => null, Number.POSITIVE_INFINITY);
    const [match, ...others] = matchingRows(whole, "set-proxy 10.0.0.1");
    if (match === undefined) throw new Error("not found");
    expect(others).toEqual([]);
    const shown = cutAround(match, "set-proxy 10.0.0.1");
    expect(shown.value).toContain("Set-Proxy 10.0.0.1");
    expect((shown.value ?? "").length + shown.omitted).toBe(script.length);
  });
});
