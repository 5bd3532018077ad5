import { describe, expect, it } from "vitest";
import { treeFiles } from "../../cli/src/tree/policy-tree.ts";

const policy = (id: string, name: string, family = "settingsCatalog") => ({
  id,
  family,
  graphId: `${id}${id}${id}-0000`,
  name,
});
const filesOf = (...policies: ReturnType<typeof policy>[]) => Object.fromEntries(treeFiles(policies));

describe("the files of a tenant's policies", () => {
  it("have the policies' names, in the folder of their family", () => {
    expect(filesOf(policy("aaa", "Edge"), policy("bbb", "Edge", "compliance"), policy("ccc", "管理者"))).toEqual({
      aaa: "settingsCatalog/Edge.json",
      bbb: "compliance/Edge.json",
      ccc: "settingsCatalog/管理者.json",
    });
  });

  it("tell policies apart whose names some system takes for one, whatever the order", () => {
    const names = [policy("aaa", "Edge"), policy("bbb", "EDGE"), policy("ccc", "Edge "), policy("ddd", "Chrome")];
    const files = filesOf(...names);
    expect(files).toEqual({
      aaa: "settingsCatalog/Edge~aaaaaaaa.json",
      bbb: "settingsCatalog/EDGE~bbbbbbbb.json",
      ccc: "settingsCatalog/Edge~cccccccc.json",
      ddd: "settingsCatalog/Chrome.json",
    });
    expect(filesOf(...names.toReversed())).toEqual(files);
    // é as one character and as two.
    expect(filesOf(policy("aaa", "Caf\u00E9"), policy("bbb", "Cafe\u0301"))).toEqual({
      aaa: "settingsCatalog/Caf\u00E9~aaaaaaaa.json",
      bbb: "settingsCatalog/Caf\u00E9~bbbbbbbb.json",
    });
    // Ids that begin alike stand whole.
    const alike = [
      { ...policy("a", "Edge"), graphId: "12345678-1" },
      { ...policy("b", "Edge"), graphId: "12345678-2" },
    ];
    expect(Object.fromEntries(treeFiles(alike))).toEqual({
      a: "settingsCatalog/Edge~12345678-1.json",
      b: "settingsCatalog/Edge~12345678-2.json",
    });
  });

  it.each(["../../etc/passwd", "..", "", "CON", "a/b", "a\\b", "x\u202Ey", "\u0000", "name.", "A".repeat(500)])(
    "stay in their folder, and can be written on every system: %j",
    (name) => {
      const file = filesOf(policy("aaa", name))["aaa"] ?? "";
      // oxlint-disable-next-line no-control-regex -- What must not be there.
      expect(file).toMatch(/^settingsCatalog\/[^/\\<>:"|?*\u0000-\u001F\u202E]+\.json$/);
      expect(file.slice("settingsCatalog/".length, -".json".length)).not.toMatch(/^(\.+|con)$|[. ]$/i);
      expect(Buffer.byteLength(file)).toBeLessThan(255);
    },
  );
});
