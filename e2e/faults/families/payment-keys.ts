/** The key of a call by which a payment is made ready for a run, or a group of them. */
export const paymentKey = (step: string, name: string): string => `ready-${step}-${name}`;

/** The run, or the group, that such a payment is for. */
export const runOfPayment = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : /^ready-(?:order|authorize)-(.+)$/.exec(key)?.[1];
