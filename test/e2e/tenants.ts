/** The tenants of the files in this folder, by file. All have the demo people; the simulated tenants are of their own. */
import { sized } from "../support/thoroughness.ts";

/** Policies of all families. */
const LARGE = { policies: sized(80, 600), seed: "fabrikam" };
/** As contoso is generated: 40 policies. */
const SMALL = { policies: 40, seed: "contoso" };

export const TENANTS = {
  // Made anew by the one test that uses it, at its full size.
  approvals: { slug: "wingtip", name: "Wingtip", simulated: { policies: 0 } },
  backups: { slug: "adatum", name: "Adatum", simulated: LARGE },
  baselines: { slug: "fourthcoffee", name: "Fourth Coffee", simulated: LARGE },
  commandLine: {
    slug: "fabrikam-residences",
    name: "Fabrikam Residences",
    simulated: { ...SMALL, seed: "residences" },
  },
  evidence: { slug: "litware", name: "Litware", simulated: LARGE },
  neverRead: { slug: "lucerne", name: "Lucerne", simulated: SMALL },
  // Throttled as the demo is: what waits is a part of what these show.
  inventory: { slug: "northwind", name: "Northwind", simulated: { ...LARGE, throttling: "demo" } },
  smallInventory: { slug: "proseware", name: "Proseware", simulated: { ...SMALL, throttling: "demo" } },
  offBoarding: { slug: "margie", name: "Margie", simulated: SMALL },
  portfolio: { slug: "alpine", name: "Alpine Ski House", simulated: SMALL },
  portfolioToo: { slug: "coho", name: "Coho Winery", simulated: { ...SMALL, seed: "coho" } },
  restore: { slug: "tailspin", name: "Tailspin", simulated: LARGE },
  reviewPacks: { slug: "woodgrove", name: "Woodgrove", simulated: SMALL },
  standards: { slug: "tailwind", name: "Tailwind Traders", simulated: { ...SMALL, seed: "tailwind" } },
  // What is deployed into it is all that it has.
  standardsToo: { slug: "vanarsdel", name: "VanArsdel", simulated: { policies: 0 } },
  schedules: { slug: "relecloud", name: "Relecloud", simulated: SMALL },
} as const;
