import type { RestorePlanItem } from "../../../contract/restore.ts";
import type { restorePlanRoutes } from "../../../contract/routes/restore-plans.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, PLAN } from "./things.ts";

const ITEM: RestorePlanItem = {
  ordinal: 0,
  itemId: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11-0",
  family: "filters",
  familyLabel: "Assignment filters",
  graphId: "cff26530-37eb-416e-8186-36c9338f2f6f",
  name: "Corporate iPhones",
  action: "update",
  target: { graphId: "cff26530-37eb-416e-8186-36c9338f2f6f", name: "Corporate iPhones" },
  reason: null,
  changeCount: 1,
  missingCount: 0,
};

export const restorePlanExamples: ExamplesOf<typeof restorePlanRoutes> = {
  show: {
    params: { planId: IDS.plan },
    answer: PLAN,
  },
  items: {
    params: { planId: IDS.plan },
    answer: onePage(ITEM),
  },
  item: {
    params: { planId: IDS.plan, ordinal: "0" },
    answer: {
      ...ITEM,
      steps: [
        {
          label: "update",
          method: "PATCH",
          path: "/beta/deviceManagement/assignmentFilters/{id}",
          body: {
            displayName: "Corporate iPhones",
            roleScopeTagIds: ["0"],
            rule: '(device.deviceOwnership -eq "Corporate")',
          },
        },
      ],
      changes: [
        {
          kind: "changed",
          area: "content",
          path: [{ kind: "property", name: "rule" }],
          pathText: "rule",
          before: { form: "json", json: "(false)" },
          after: { form: "json", json: '(device.deviceOwnership -eq "Corporate")' },
        },
      ],
      candidates: [],
      references: [],
      notes: [],
    },
  },
};
