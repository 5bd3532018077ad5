/** `12,345`: as the page's language groups digits, and the same in every run. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
