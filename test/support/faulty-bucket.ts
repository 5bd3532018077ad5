/** A bucket that tells what is asked of it and may fail at each of these calls, before or after it took effect. */

export type BucketCall = "get" | "put" | "head" | "list" | "delete" | "create" | "part" | "complete" | "abort";

/** Called before a call takes effect, and again after it did. Throws to make it fail. */
export type BucketWatch = (
  call: BucketCall,
  moment: "before" | "after",
  detail: { uploadId?: string; key?: string },
) => void;

export function faultyBucket(bucket: R2Bucket, watch: BucketWatch): R2Bucket {
  const METHODS: Record<string, BucketCall> = { get: "get", put: "put", head: "head", list: "list", delete: "delete" };
  async function watched<T>(
    call: BucketCall,
    work: () => Promise<T>,
    detail: { uploadId?: string; key?: string } = {},
  ): Promise<T> {
    watch(call, "before", detail);
    const result = await work();
    watch(call, "after", detail);
    return result;
  }
  const upload = (real: R2MultipartUpload): R2MultipartUpload => {
    const detail = { uploadId: real.uploadId };
    return {
      key: real.key,
      uploadId: real.uploadId,
      uploadPart: (...parameters) => watched("part", () => real.uploadPart(...parameters), detail),
      complete: (parts) => watched("complete", () => real.complete(parts), detail),
      abort: () => watched("abort", () => real.abort(), detail),
    };
  };
  return new Proxy(bucket, {
    get(target, name) {
      if (name === "createMultipartUpload") {
        return async (...parameters: Parameters<R2Bucket["createMultipartUpload"]>) => {
          watch("create", "before", {});
          const made = await target.createMultipartUpload(...parameters);
          watch("create", "after", { uploadId: made.uploadId });
          return upload(made);
        };
      }
      if (name === "resumeMultipartUpload") {
        return (key: string, uploadId: string) => upload(target.resumeMultipartUpload(key, uploadId));
      }
      const call = METHODS[String(name)];
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const method = member.bind(target) as (...parameters: unknown[]) => Promise<unknown>;
      if (call === undefined) return method;
      return (...parameters: unknown[]) => {
        const [key] = parameters;
        return watched(call, () => method(...parameters), typeof key === "string" ? { key } : {});
      };
    },
  });
}
