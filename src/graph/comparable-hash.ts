/**
 * The hash that spares a reading of what is stored (decisions/073-one-notion-of-sameness.md). Equal hashes mean that two documents are the same
 * policy. Unequal ones may come of a rule that has changed since one was stored: then the contents decide.
 */
import { sha256Hex } from "../digests/sha256.ts";
import type { JsonObject } from "../policies/json-value.ts";
import { isSamePolicy, normalText } from "../policies/policy-normal-form.ts";
import { readPayload } from "../storage/payload-store.ts";
import { meaningRules } from "./policy-meaning.ts";
