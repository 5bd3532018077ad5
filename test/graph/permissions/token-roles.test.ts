import { describe, expect, it } from "vitest";
import { rolesInToken } from "../../../src/graph/permissions/token-roles.ts";

function jwt(payload: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ typ: "JWT", alg: "RS256" })}.${part(payload)}.signature`;
}

describe("A token", () => {
  it("names the permissions in its roles, whatever else it holds", () => {
    const roles = ["Policy.Read.All", "DeviceManagementApps.Read.All"];
    expect(rolesInToken(jwt({ idtyp: "app", app_displayname: "Prüfer – 監査", roles }))).toEqual(roles);
  });

  it.each([
    ["no roles", jwt({ scp: "User.Read" })],
    ["an empty list of roles", jwt({ roles: [] })],
    ["roles that are no list of names", jwt({ roles: [1] })],
    ["a payload that is no object", jwt("roles")],
    ["a payload that is not base64url", "a.%%%.c"],
    ["a payload that is no JSON", `a.${Buffer.from("{").toString("base64url")}.c`],
    [
      "fewer parts than a JWT",
      jwt({ roles: ["Policy.Read.All"] })
        .split(".")
        .slice(0, 2)
        .join("."),
    ],
    ["the form of a token for another audience", "EwBwA8l6BAAU"],
    ["nothing", ""],
  ])("with %s says nothing of what is granted", (_what, token) => {
    expect(rolesInToken(token)).toBeNull();
  });
});
