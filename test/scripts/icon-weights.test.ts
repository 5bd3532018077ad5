/** Which drawings of an icon the console's build keeps. */
import { expect, it } from "vitest";
import { weightsOf } from "../../scripts/setup/icon-weights.ts";

it("keeps of an icon the weights that are named where it is imported, as written and as compiled", () => {
  const weights = weightsOf([
    {
      name: "menu.tsx",
      code: `import { DotsIcon } from "@phosphor-icons/react/Dots";\nexport const Dots = () => <DotsIcon weight="bold" />;`,
    },
    { name: "plain.tsx", code: `import { PlusIcon } from "@phosphor-icons/react/Plus";\n<PlusIcon /> && "bold";` },
    {
      name: "kumo.js",
      code: `import { XIcon, DotsIcon } from "@phosphor-icons/react";\nx(XIcon, { weight: a ? "fill" : "regular" })`,
    },
  ]);
  expect(weights.get("Dots")).toEqual(new Set(["bold", "fill"]));
  expect(weights.get("X")).toEqual(new Set(["fill"]));
  expect(weights.get("Plus")).toBeUndefined();
});

it("refuses a weight of which nobody can tell whose it is", () => {
  expect(() => weightsOf([{ name: "far.tsx", code: `<Icon weight="fill" />` }])).toThrow("far.tsx");
});
