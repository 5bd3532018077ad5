/**
 * The version of the product that is at work: the commit that `npm run deploy` names as the tag, and Cloudflare's id of the upload. Local starts
 * have an id each and no tag.
 */
export function workerVersionOf({ VERSION: { id, tag } }: Pick<Env, "VERSION">): string {
  return tag === "" ? id : `${tag} (${id})`;
}
