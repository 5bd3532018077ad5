/** Microsoft's ids of directory objects, in letters of either case. */
export const GUID: RegExp = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
