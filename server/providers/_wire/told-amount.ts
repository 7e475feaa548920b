const amount = /^\d{1,9}(\.\d{1,9})?$/;

/** An amount that a header tells; undefined for what is none. */
export const toldAmount = (value: string | undefined): number | undefined =>
  value !== undefined && amount.test(value.trim()) ? Number(value) : undefined;
