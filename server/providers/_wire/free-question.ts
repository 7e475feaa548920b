import type { CredentialProbe, ProbeAnswer } from "../../contracts/credential-probe.ts";
import type { SignRequest } from "../../contracts/sign-request.ts";
import { ProviderError, type VendorIo, type WireRequest } from "../../contracts/vendor-call.ts";
import { collectBody } from "./collect-body.ts";
import { parseJson } from "./json.ts";
import type { Secrets } from "./safe-message.ts";
import { transportFailure } from "./transport-failure.ts";

/** An answer, its body as JSON where it is JSON. */
export interface FreeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly document: unknown;
}

type Credential = Readonly<Record<string, string>>;

interface FreeQuestion {
  readonly asks: string;
  readonly method?: WireRequest["method"];
  readonly path: string;
  readonly values?: (credential: Credential, baseUrl: string) => Readonly<Record<string, string>>;
  readonly headers: (credential: Credential) => Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sign?: (credential: Credential) => SignRequest;
  /** The vendor's own answer, in the shape that it documents: another server's success proves nothing. */
  readonly isAnswer: (answer: FreeAnswer) => boolean;
  /** An answer by which the vendor says that the credential may not do what it is stored for. */
  readonly isUnfit?: (answer: FreeAnswer) => boolean;
  /** A refusal that only somebody whom the vendor knows is given. */
  readonly isLimit?: (answer: FreeAnswer) => boolean;
  readonly failure: (answer: FreeAnswer, secrets: Secrets) => ProviderError;
}

/** A list of models may be long. */
const maxAnswerBytes = 4 * 1024 * 1024;

const refusedBy = (
  status: number,
  code: "PROVIDER_AUTH_FAILED" | "PROVIDER_BAD_RESPONSE",
  message: string,
): ProviderError =>
  new ProviderError({
    kind: "refused",
    code,
    about: "credential",
    status,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message,
  });

const sendOnce = async (question: FreeQuestion, { credential, baseUrl, send }: VendorIo): Promise<FreeAnswer> => {
  const { method = "GET", path, values, headers, body, sign } = question;
  const response = await send({
    method,
    path,
    ...(values === undefined ? {} : { values: values(credential, baseUrl) }),
    headers: { accept: "application/json", ...headers(credential) },
    ...(body === undefined ? {} : { body }),
    ...(sign === undefined ? {} : { sign: sign(credential) }),
  });
  const text = (await collectBody(response.body, { maxBytes: maxAnswerBytes })).toString("utf8");
  return { status: response.status, headers: response.headers, text, document: parseJson(text) };
};

const askFree = async (question: FreeQuestion, io: VendorIo): Promise<ProbeAnswer> => {
  try {
    const answer = await sendOnce(question, io);
    if (question.isUnfit?.(answer) === true)
      throw refusedBy(answer.status, "PROVIDER_AUTH_FAILED", "The credential may not do what it is stored for.");
    if (question.isAnswer(answer)) return { limited: false };
    if (question.isLimit?.(answer) === true) return { limited: true };
    if (answer.status >= 200 && answer.status <= 299)
      throw refusedBy(answer.status, "PROVIDER_BAD_RESPONSE", "The answer is not the vendor's.");
    throw question.failure(answer, { credential: io.credential, payload: question.body ?? "" });
  } catch (error) {
    throw transportFailure(error) ?? error;
  }
};

/** A probe that is one request over HTTP. */
export const freeQuestion = (question: FreeQuestion): CredentialProbe => ({
  asks: question.asks,
  ask: (io) => askFree(question, io),
});
