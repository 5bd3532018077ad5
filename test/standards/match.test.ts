import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/policies/json-value.ts";
import { matchPolicies, type Present, type Wanted } from "../../src/standards/match.ts";
import { traitsOf } from "../../src/standards/traits.ts";

const catalog = (settings: Record<string, string>, more: JsonObject = {}): JsonObject => ({
  platforms: "windows10",
  technologies: "mdm",
  templateReference: { templateId: "", templateFamily: "none" },
  settings: Object.entries(settings).map(([settingDefinitionId, value], at) => ({
    id: String(at),
    settingInstance: {
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
      settingDefinitionId,
      choiceSettingValue: { value: `${settingDefinitionId}_${value}`, children: [] },
    },
  })),
  ...more,
});

const wanted = (key: string, name: string, document: JsonObject, knownId: string | null = null): Wanted => ({
  key,
  name,
  traits: traitsOf("settingsCatalog", { name, ...document }),
  knownId,
});
const present = (graphId: string, name: string, document: JsonObject): Present => ({
  graphId,
  name,
  traits: traitsOf("settingsCatalog", { name, ...document }),
});
const match = (one: Wanted[], other: Present[]) => Object.fromEntries(matchPolicies(one, other));

describe("Matching by what a policy sets", () => {
  const bitlocker = catalog({ bitlocker_require: "1", bitlocker_cipher: "7" });
  const firewall = catalog({ firewall_enable: "true", firewall_log: "4" });

  it("finds a policy under another name, id, order of settings, description, assignment and scope", () => {
    const other = catalog(
      { bitlocker_cipher: "7", bitlocker_require: "1" },
      { description: "Theirs", roleScopeTagIds: ["7"], assignments: [{ target: { groupId: "g" } }], settingCount: 2 },
    );
    expect(
      match(
        [wanted("b", "BitLocker", bitlocker), wanted("f", "Firewall", firewall)],
        [
          present("1", "Firewall", catalog({ something: "1" })),
          present("2", "Festplatten", other),
          present("3", "FW", firewall),
        ],
      ),
    ).toEqual({ b: { kind: "settings", graphId: "2" }, f: { kind: "settings", graphId: "3" } });
  });

  it("never takes a policy for its name: one that sets other things is another", () => {
    expect(match([wanted("b", "BitLocker", bitlocker)], [present("1", "BitLocker", firewall)])).toEqual({
      b: { kind: "none" },
    });
  });

  it("takes none of another kind, whatever it sets", () => {
    const mac = { ...bitlocker, platforms: "macOS" };
    const security = {
      ...bitlocker,
      templateReference: { templateId: "t", templateFamily: "endpointSecurityDiskEncryption" },
    };
    expect(match([wanted("b", "B", bitlocker)], [present("1", "B", mac), present("2", "B", security)])).toEqual({
      b: { kind: "none" },
    });
  });

  it("follows a policy by its known id after its settings have changed, before one that is alike", () => {
    const drifted = catalog({ firewall_enable: "false" });
    const copy = catalog({ bitlocker_require: "1", bitlocker_cipher: "6" });
    expect(
      match([wanted("b", "BitLocker", bitlocker, "1")], [present("1", "Renamed", drifted), present("2", "Copy", copy)]),
    ).toEqual({ b: { kind: "id", graphId: "1" } });
    expect(match([wanted("b", "BitLocker", bitlocker)], [present("2", "Copy", copy)])).toEqual({
      b: { kind: "alike", graphId: "2" },
    });
  });

  it("prefers the very same settings to the known id", () => {
    expect(
      match([wanted("b", "B", bitlocker, "1")], [present("1", "B", firewall), present("2", "Moved", bitlocker)]),
    ).toEqual({ b: { kind: "settings", graphId: "2" } });
  });

  it("chooses between equals by the known id, then by the name, and otherwise none", () => {
    const two = [present("1", "A", bitlocker), present("2", "B", bitlocker)];
    expect(match([wanted("b", "B", bitlocker)], two)).toEqual({ b: { kind: "settings", graphId: "2" } });
    expect(match([wanted("b", "B", bitlocker, "1")], two)).toEqual({ b: { kind: "settings", graphId: "1" } });
    expect(match([wanted("b", "C", bitlocker)], two)).toEqual({ b: { kind: "ambiguous", candidates: ["1", "2"] } });
  });

  it("never gives one policy to two: what two claim equally is nobody's", () => {
    expect(match([wanted("a", "A", bitlocker), wanted("b", "B", bitlocker)], [present("1", "C", bitlocker)])).toEqual({
      a: { kind: "ambiguous", candidates: ["1"] },
      b: { kind: "ambiguous", candidates: ["1"] },
    });
    expect(match([wanted("a", "A", bitlocker), wanted("b", "B", bitlocker)], [present("1", "A", bitlocker)])).toEqual({
      a: { kind: "settings", graphId: "1" },
      b: { kind: "none" },
    });
  });

  it("tells policies of common properties apart by their values", () => {
    const access = (name: string, conditions: JsonObject, grant: string): JsonObject => ({
      displayName: name,
      state: "enabled",
      conditions: {
        clientAppTypes: ["all"],
        users: { includeUsers: ["All"] },
        applications: { includeApplications: ["All"] },
        ...conditions,
      },
      grantControls: { operator: "OR", builtInControls: [grant] },
    });
    const legacy = traitsOf(
      "conditionalAccess",
      access("Block legacy", { clientAppTypes: ["exchangeActiveSync", "other"] }, "block"),
    );
    const mfa = traitsOf("conditionalAccess", access("MFA", {}, "mfa"));
    expect(
      match(
        [{ key: "l", name: "Block legacy", traits: legacy, knownId: null }],
        [{ graphId: "1", name: "Block legacy", traits: mfa }],
      ),
    ).toEqual({
      l: { kind: "none" },
    });
  });

  it("knows what is nothing but a name by it", () => {
    const tag = (displayName: string) => traitsOf("scopeTags", { displayName });
    expect(
      match(
        [{ key: "t", name: "Emea", traits: tag("Emea"), knownId: null }],
        [
          { graphId: "1", name: "Apac", traits: tag("Apac") },
          { graphId: "2", name: "Emea", traits: tag("Emea") },
        ],
      ),
    ).toEqual({ t: { kind: "settings", graphId: "2" } });
  });
});
