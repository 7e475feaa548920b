import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { explainError } from "../../_auth-api/explain.ts";
import type { ShownFailure } from "../../_ui/failure-notice.tsx";

/** A no of Auth's in words, where it stands beside answers of Nexus. */
class ToldRefusal extends Error implements ShownFailure {
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(error: unknown) {
    const refusal = authRefusalOf(error);
    super(explainError(refusal));
    this.code = refusal.code;
    this.requestId = refusal.requestId;
  }
}

/** An answer of Auth's, whose refusal says in words why. */
export const authInWords = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw new ToldRefusal(error);
  });
