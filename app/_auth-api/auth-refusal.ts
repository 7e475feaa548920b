/** One thing wrong with the input: the field and what was expected there. */
export interface RefusedField {
  readonly field: string;
  readonly expected: string;
}

interface RefusalDetails {
  readonly issues?: readonly RefusedField[];
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  /** Where whoever refused has said it in words for people. */
  readonly words?: string;
}

/** Auth's no, or its silence (`unreachable`), as the pages tell it. */
export class AuthRefusal extends Error {
  readonly code: string;
  readonly issues: readonly RefusedField[];
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly words: string | undefined;

  constructor(code: string, { issues = [], retryAfterMs, requestId, words }: RefusalDetails = {}) {
    super(code);
    this.name = "AuthRefusal";
    this.code = code;
    this.issues = issues;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
    this.words = words;
  }
}

/** Whatever was thrown, as a refusal. */
export const authRefusalOf = (error: unknown): AuthRefusal =>
  error instanceof AuthRefusal ? error : new AuthRefusal("internal");
