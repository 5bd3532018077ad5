/** Why a request may not pass. Every other error is a fault of the proxy itself. */
export class Refusal extends Error {}
