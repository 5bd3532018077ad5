/** The address of a console page is written in `contract/console-addresses.ts` and nowhere else. */
import { type Node, onTexts, type Rule } from "../syntax.ts";

const HOME = /[\\/]src[\\/]contract[\\/]console-addresses\.ts$/;
/** A text that begins with the tenants' frame, alone or after the hole of an origin (`${origin}/t/…`). */
const ADDRESS = /(^|\?)\/t(\/|$)/;

export const consoleAddresses: Rule = {
  create(context) {
    if (HOME.test(context.filename)) return {};
    return onTexts((text: string, node: Node) => {
      if (!ADDRESS.test(text)) return;
      context.report({ node, message: "Take the address of a console page from contract/console-addresses.ts." });
    });
  },
};
