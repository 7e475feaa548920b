/** Why a vendor will not do a request, in its own words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** OpenAI names the field, and most of its errors have a code. */
  readonly param?: string | null;
  readonly code?: string | null;
}

/** One rule of a vendor: what it refuses, or undefined where the request keeps it. */
export type RefusalRule<Input> = (input: Input) => Refusal | undefined;

/** What the first broken rule says. */
export function firstRefusal<Input>(rules: readonly RefusalRule<Input>[], input: Input): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(input);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

export const invalid = (message: string, param: string | null = null, code: string | null = null): Refusal => ({
  status: 400,
  message,
  param,
  code,
});
