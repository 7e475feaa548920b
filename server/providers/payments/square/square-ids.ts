/*
 * A checkout is an order, and a link by which it is paid: the order shows what became of the money, and by the link alone it
 * can be paid and closed. The ids of both with a dash between them are one; a link's has capitals and figures.
 */

export const idOfLink = (orderId: string, linkId: string): string => `${orderId}-${linkId}`;

/** The ids of both; a link is undefined where an order was made without one. */
export const idsOfOrder = (objectId: string): { readonly order: string; readonly link: string | undefined } => {
  const [, order = objectId, link] = /^(.+)-([A-Z0-9]{8,})$/.exec(objectId) ?? [];
  return { order, link };
};
