/**
 * What a proof tells of deliveries: those whose claim was answered (settled, deferred, refused or given back), each claim once, with its
 * first answer that becomes durable. A claim that grants units writes nothing: its ticket travels with the holder, and the first durable
 * write that comes of any settle of it stores the claim's number and the sums (decisions/150).
 */
import { ClaimNumbers } from "./claim-numbers.ts";
import type { JournalEntry } from "./ledger.ts";
import type { ClaimTicket } from "./run-commands.ts";
import type { AnsweredRequest, RunPulse } from "./run-store.ts";

/**
 * Requests without verdicts that are remembered, the newest. A repetition follows its first attempt within about a second; with more
 * than so many others in between, it counts twice. Verdicts never do: they are a matter of ordinals, not of requests.
 */
export const ANSWERED_REQUESTS_KEPT = 64;

/** What a write adds: deliveries and duplicates, the number of the claim that it answers, the request that it remembers. */
export interface Telling {
  deliveries: number;
  suppressed: number;
  claim: number | null;
  request: AnsweredRequest | null;
}

export const NOTHING_TOLD: Telling = { deliveries: 0, suppressed: 0, claim: null, request: null };

export class DeliveryRecord {
  #deliveries: number;
  #suppressed: number;
  readonly #claims = new ClaimNumbers();
  #requests: readonly AnsweredRequest[];

  constructor({ deliveries, duplicatesSuppressed, claims, answered }: RunPulse) {
    this.#deliveries = deliveries;
    this.#suppressed = duplicatesSuppressed;
    this.#claims.addAll(claims);
    this.#requests = answered;
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  get duplicatesSuppressed(): number {
    return this.#suppressed;
  }

  /** What a claim has to tell that grants nothing, or what its ticket carries when it does. The same claim again adds only more duplicates. */
  ofClaim(id: string, deliveries: number, suppressed: number): Telling {
    const known = this.#requests.find((request) => request.id === id);
    return {
      deliveries: known === undefined ? deliveries : 0,
      suppressed: Math.max(0, suppressed - (known?.suppressed ?? 0)),
      claim: null,
      request: { id, suppressed: Math.max(suppressed, known?.suppressed ?? 0) },
    };
  }

  /** What a settle has to tell: its claim, when it is the first answer, and its duplicates, which count once under the settle's id. */
  ofSettle(ticket: ClaimTicket | null, settleId: string, duplicates: number): Telling {
    const of = ticket === null || this.#claims.has(ticket.number) ? null : ticket;
    const suppressed = this.#requests.some(({ id }) => id === settleId) ? 0 : duplicates;
    return {
      deliveries: of?.deliveries ?? 0,
      suppressed: suppressed + (of?.suppressed ?? 0),
      claim: of?.number ?? null,
      request: suppressed === 0 ? null : { id: settleId, suppressed },
    };
  }

  /** As the pulse stores it, with this told. */
  inPulse(telling: Telling): Pick<RunPulse, "deliveries" | "duplicatesSuppressed" | "claims" | "answered"> {
    const claims = new ClaimNumbers();
    claims.addAll(this.#claims.toRanges());
    if (telling.claim !== null) claims.add(telling.claim, telling.claim);
    return { ...this.#sums(telling), claims: claims.toRanges(), answered: [...this.#requestsWith(telling)] };
  }

  /** As an entry of the journal stores it, with this told. The entry remembers its request itself. */
  inJournal(telling: Telling): Pick<JournalEntry, "deliveries" | "duplicatesSuppressed" | "claims"> {
    const { claim } = telling;
    return { ...this.#sums(telling), ...(claim === null ? {} : { claims: [claim, claim] }) };
  }

  /** Takes into memory what has become durable in the pulse. */
  told(telling: Telling): void {
    const { deliveries, duplicatesSuppressed } = this.#sums(telling);
    this.#deliveries = deliveries;
    this.#suppressed = duplicatesSuppressed;
    this.#requests = this.#requestsWith(telling);
    if (telling.claim !== null) this.#claims.add(telling.claim, telling.claim);
  }

  /** Takes a durable entry of the journal into memory. Sums only grow, so of two the larger is the newer. */
  take({ deliveries = 0, duplicatesSuppressed = 0, claims = [] }: JournalEntry): void {
    this.#deliveries = Math.max(this.#deliveries, deliveries);
    this.#suppressed = Math.max(this.#suppressed, duplicatesSuppressed);
    this.#claims.addAll(claims);
  }

  #sums({ deliveries, suppressed }: Telling): { deliveries: number; duplicatesSuppressed: number } {
    return { deliveries: this.#deliveries + deliveries, duplicatesSuppressed: this.#suppressed + suppressed };
  }

  #requestsWith({ request }: Telling): readonly AnsweredRequest[] {
    if (request === null) return this.#requests;
    return [...this.#requests.filter(({ id }) => id !== request.id), request].slice(-ANSWERED_REQUESTS_KEPT);
  }
}
