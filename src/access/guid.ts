import { z } from "zod";
import { GUID } from "../policies/guid.ts";

/** An id of Microsoft's, in small letters. */
export const guidSchema = z.string().toLowerCase().regex(GUID, "must be a GUID");
