import type { CredentialProbe } from "../../../contracts/credential-probe.ts";
import { freeQuestion, type FreeAnswer } from "../../_wire/free-question.ts";
import { mailFailure, type HttpMail } from "./http-mail.ts";
import { unknown } from "./mail-verdicts.ts";

interface MailProbe extends Pick<HttpMail, "name" | "path" | "values" | "authorize" | "sign" | "refusal"> {
  readonly asks: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isAnswer: (answer: FreeAnswer) => boolean;
  readonly isUnfit?: (answer: FreeAnswer) => boolean;
  readonly isLimit?: (answer: FreeAnswer) => boolean;
}

/** Asks a vendor of mail something that sends none. Its refusals are read as those of a mail are. */
export const mailProbe = ({ name, authorize, refusal, headers = {}, ...question }: MailProbe): CredentialProbe =>
  freeQuestion({
    ...question,
    headers: (credential) => ({ ...headers, ...authorize(credential) }),
    failure: (answer, secrets) => mailFailure(name, refusal(answer) ?? { verdict: unknown }, answer, secrets),
  });
