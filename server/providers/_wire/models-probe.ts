import type { CredentialProbe } from "../../contracts/credential-probe.ts";
import type { ErrorRules } from "./error-rules.ts";
import { freeQuestion, type FreeAnswer } from "./free-question.ts";
import { isRecord } from "./json.ts";
import { refusalBodyOf } from "./vendor-error-body.ts";
import { vendorFailure } from "./vendor-failure.ts";

interface ModelsProbe {
  readonly asks?: string;
  /** Below the base URL; one that the vendor answers to nobody without a key. */
  readonly path: string;
  /** Where the answer has what was asked for. */
  readonly listed: string;
  readonly headers: (credential: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly errors: ErrorRules;
}

const saidBy = ({ document, text }: FreeAnswer, errors: ErrorRules): string =>
  refusalBodyOf(document ?? text, errors)?.message ?? "";

/** Asks a vendor of models for their list, which costs nothing. */
export const modelsProbe = ({
  asks = "lists the models",
  path,
  listed,
  headers,
  errors,
}: ModelsProbe): CredentialProbe =>
  freeQuestion({
    asks,
    path,
    headers,
    isAnswer: ({ status, document }) =>
      status === 200 && isRecord(document) && typeof document[listed] === "object" && document[listed] !== null,
    isLimit: (answer) =>
      (answer.status === 401 || answer.status === 403) && errors.lacksScope?.test(saidBy(answer, errors)) === true,
    failure: ({ status, headers: answered, document, text }, secrets) =>
      vendorFailure({ status, headers: answered, document: document ?? text }, secrets, errors),
  });
