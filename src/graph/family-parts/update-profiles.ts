/** Windows update profiles: what the update service reports in them of releases, devices and drivers. */
export const UPDATE_PROFILE_SERVICE_OWNED = [
  "deployableContentDisplayName",
  "endOfSupportDate",
  "releaseDateDisplayName",
  "deviceReporting",
  "newUpdates",
  "inventorySyncStatus",
];
