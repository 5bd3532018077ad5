/** The component alone on a page, with the changes that the test put into the window. */
import { createRoot } from "react-dom/client";
import { z } from "zod";
import { servedChangeSchema } from "../../../src/contract/policy-diff.ts";
import { Section } from "../../../src/dashboard/components/page.tsx";
import { PolicyDiffView } from "../../../src/dashboard/policy-diff/policy-diff-view.tsx";
import "./styles.css";

const given = z
  .object({ changes: z.array(servedChangeSchema), dark: z.boolean() })
  .parse(Reflect.get(globalThis, "policyDiff"));

document.documentElement.dataset["mode"] = given.dark ? "dark" : "light";
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <main className="mx-auto max-w-5xl p-4">
    <h1 className="mb-4 text-xl font-semibold">Windows — Defender baseline</h1>
    <Section title="Differences" id="differences">
      <PolicyDiffView changes={given.changes} labels={{ before: "Backup", after: "Tenant now" }} />
    </Section>
  </main>,
);
