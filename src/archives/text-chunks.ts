/** Text as bytes, in chunks that are worth compressing or hashing. */

/** Characters of a chunk, about. */
const CHUNK_LENGTH = 64 * 1024;

/** The texts one after another, in UTF-8. */
export async function* gathered(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = "";
  for await (const part of text) {
    waiting += part;
    if (waiting.length < CHUNK_LENGTH) continue;
    yield encoder.encode(waiting);
    waiting = "";
  }
  if (waiting !== "") yield encoder.encode(waiting);
}
