/** Ids of directory objects; words stand where they do: "All", "Office365". */
export const GUID: RegExp = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
