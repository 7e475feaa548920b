/*
 * Mollie keeps refunds below their payment and subscriptions below their customer, and finds them by both ids alone. Its ids
 * are letters and figures with a prefix, so that the two are one id with a dash between them.
 */

const separator = "-";

/** The id of what is below another object. */
export const idBelow = (above: string, id: string): string => `${above}${separator}${id}`;

/** The two ids of it again; the second is empty where there is none. */
export const idsOf = (objectId: string): { readonly above: string; readonly id: string } => {
  const at = objectId.indexOf(separator);
  return at < 0 ? { above: objectId, id: "" } : { above: objectId.slice(0, at), id: objectId.slice(at + 1) };
};
