/** As many days as one request may be about. The dashboard's own limits have the types of these. */
export const MAX_RECONCILED_DAYS = 31;
export const MAX_COMPARED_DAYS = 366;
