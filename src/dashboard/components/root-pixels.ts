/** The font size that lengths in this code are written for, in CSS pixels: what browsers begin with. */
const USUAL_FONT_PIXELS = 16;
let scale: number | null = null;

/**
 * A length for code that places rows itself, in CSS pixels at the usual font size: as many as it is at the reader's own, as `rem` is for style
 * sheets. Read once: a browser tells no page that the setting has changed.
 */
export function rootPixels(pixels: number): number {
  scale ??= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_FONT_PIXELS;
  return Math.round(pixels * scale);
}
