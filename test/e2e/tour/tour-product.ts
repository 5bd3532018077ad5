/** The product of a tour: started on a state folder that is filled once. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureChromium } from "../../../scripts/test-tools.ts";
import { type Product, productHome } from "../../support/product.ts";
import { makeTourState, SETUP_CODE, type TourState } from "./tour-state.ts";

export interface Tour {
  product: Product;
  state: TourState;
  /** Stops the product. A state folder that the tour made for itself is removed. */
  end(): Promise<void>;
}

/**
 * @param folder of an earlier tour, or for later ones; one that is removed at the end where it is left out. A run that waits in an earlier
 *   tour's state goes on as Microsoft's answer told it to.
 */
export async function startTour(folder?: string): Promise<Tour> {
  process.env["CHROMIUM_PATH"] ??= ensureChromium();
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const home = await (folder === undefined
    ? productHome({ TENANTATLAS_SETUP_CODE: SETUP_CODE })
    : productHome({ TENANTATLAS_SETUP_CODE: SETUP_CODE }, path.resolve(folder)));
  const product = await home.start();
  const end = async (): Promise<void> => {
    await product.stop();
    if (folder === undefined) home.remove();
  };
  // Whoever stops the tour stops the product, which is a process group of its own.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void end().then(() => process.exit(1)));
  try {
    const kept = path.join(home.stateDirectory, "tour.json");
    const state: TourState = existsSync(kept)
      ? JSON.parse(readFileSync(kept, "utf8"))
      : await makeTourState(product.url, product.simulatorUrl);
    writeFileSync(kept, JSON.stringify(state));
    return { product, state, end };
  } catch (error) {
    await end();
    throw error;
  }
}
