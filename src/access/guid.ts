import { z } from "zod";

/** An id of Microsoft's, in small letters. */
export const guidSchema = z
  .string()
  .toLowerCase()
  .regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "must be a GUID");
