/** Splits a text into blocks of whole lines, which a browser can lay out one by one. */
export function lineBlocks(text: string, linesPerBlock: number): string[] {
  const lines = text.split("\n");
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += linesPerBlock) blocks.push(lines.slice(at, at + linesPerBlock).join("\n"));
  return blocks;
}
