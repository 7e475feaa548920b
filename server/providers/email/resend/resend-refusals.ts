import { isRecord, wordAt } from "../../_wire/json.ts";
import type { MailAnswer, MailRefusal } from "../_http/http-mail.ts";
import {
  badKey,
  badRequest,
  exhausted,
  tooFast,
  refusedHere,
  unknown,
  type MailVerdict,
} from "../_http/mail-verdicts.ts";

/**
 * What each error says by its name, https://resend.com/docs/api-reference/errors. An error that is not here says nothing
 * of whether the mail was sent.
 */
const byName: Readonly<Record<string, MailVerdict>> = {
  invalid_idempotency_key: badRequest,
  missing_api_key: badKey,
  invalid_api_key: badKey,
  restricted_api_key: badKey,
  // The domain is verified elsewhere, perhaps.
  invalid_from_address: refusedHere,
  invalid_to_address: refusedHere,
  invalid_access: refusedHere,
  not_found: refusedHere,
  method_not_allowed: refusedHere,
  invalid_idempotent_request: { ...badRequest, repeat: "mismatch" },
  concurrent_idempotent_requests: { ...unknown, repeat: "in_progress" },
  invalid_attachment: badRequest,
  invalid_parameter: badRequest,
  invalid_region: badRequest,
  invalid_scope: badRequest,
  missing_required_field: badRequest,
  monthly_quota_exceeded: exhausted,
  daily_quota_exceeded: exhausted,
  rate_limit_exceeded: tooFast,
  security_error: badRequest,
};

const toldBy = (name: string | undefined, status: number): MailVerdict => {
  if (status >= 500) return unknown;
  // Of a domain that is not verified it says this with 403, and of a field with 400 or 422.
  if (name === "validation_error") return status === 403 ? refusedHere : badRequest;
  return (name !== undefined && Object.hasOwn(byName, name) ? byName[name] : undefined) ?? unknown;
};

/** Resend's errors. Whoever answers in other words than Resend's was not Resend. */
export const resendRefusal = ({ status, document }: MailAnswer): MailRefusal | undefined => {
  if (status >= 200 && status <= 299) return undefined;
  const name = isRecord(document) ? wordAt(document, "name") : undefined;
  return { verdict: toldBy(name, status), word: name };
};
