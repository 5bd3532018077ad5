import { describe, expect, it } from "vitest";
import { CLOUDS, resolveCloud } from "../../../src/graph/clouds.ts";

const LOCAL = { localMode: true, localGraphUrl: "http://127.0.0.1:8788/" };

describe("Clouds", () => {
  it("have a login and a Graph of their own, over https", () => {
    expect(resolveCloud("china", LOCAL)).toEqual({
      loginUrl: "https://login.chinacloudapi.cn",
      graphUrl: "https://microsoftgraph.chinacloudapi.cn",
    });
    for (const cloud of Object.values(CLOUDS)) {
      expect(cloud.loginUrl).toMatch(/^https:\/\/[^/]+$/);
      expect(cloud.graphUrl).toMatch(/^https:\/\/[^/]+$/);
    }
    expect(new Set(Object.values(CLOUDS).map(({ graphUrl }) => graphUrl)).size).toBe(4);
  });

  it("are refused when unknown", () => {
    for (const cloud of ["", "Global", "toString", "__proto__"]) expect(resolveCloud(cloud, LOCAL)).toBeNull();
  });

  it("include the local one in local mode only, at its address", () => {
    expect(resolveCloud("local", LOCAL)).toEqual({
      loginUrl: "http://127.0.0.1:8788",
      graphUrl: "http://127.0.0.1:8788",
    });
    expect(resolveCloud("local", { ...LOCAL, localMode: false })).toBeNull();
    expect(resolveCloud("local", { ...LOCAL, localGraphUrl: null })).toBeNull();
  });
});
