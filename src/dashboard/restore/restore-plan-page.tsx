export function RestorePlanPage() {
  return null;
}
