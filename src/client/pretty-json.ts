/**
 * Lays JSON out in lines without parsing it: a number that JavaScript cannot hold (a 64-bit id, say) must be shown as it is
 * stored. Takes valid JSON; the text of strings and numbers is never touched.
 */
export function prettyJson(json: string): string {
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- `match` tells "none" by null.
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const parts: string[] = [];
  let depth = 0;
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    switch (token) {
      case "{":
      case "[":
        depth += 1;
        // An empty object or list stays on one line.
        parts.push(next === "}" || next === "]" ? token : `${token}${lineBreak(depth)}`);
        break;
      case "}":
      case "]": {
        depth -= 1;
        const before = tokens[at - 1];
        parts.push(before === "{" || before === "[" ? token : `${lineBreak(depth)}${token}`);
        break;
      }
      case ",":
        parts.push(`,${lineBreak(depth)}`);
        break;
      case ":":
        parts.push(": ");
        break;
      default:
        parts.push(token);
    }
  });
  return parts.join("");
}

function lineBreak(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}
