import type { ErrorRules } from "../../_wire/error-rules.ts";
import { isRecord, stringAt, type JsonRecord } from "../../_wire/json.ts";

/** An exception in place of an answer: its name stands in `code` where no header has it (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html). */
const exceptionIn = (document: unknown): JsonRecord | undefined =>
  isRecord(document) && document.output === undefined && stringAt(document, "code")?.endsWith("Exception") === true
    ? document
    : undefined;

/**
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html: the name of an exception stands in a header, and in a
 * stream in the message's own.
 */
export const bedrockErrors: ErrorRules = {
  badKey: {
    names:
      /^(UnrecognizedClientException|InvalidSignatureException|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|ExpiredToken(Exception)?|InvalidClientTokenId|NotAuthorized|OptInRequired|SignatureDoesNotMatch)$/,
    said: /^the security token included in the request is (invalid|expired)/i,
  },
  exhausted: { names: /^(ServiceQuotaExceededException|INVALID_PAYMENT_INSTRUMENT)$/ },
  deniedModel: {
    names: /^ResourceNotFoundException$/,
    said: /^(the provided model identifier is invalid|you don['’]t have access to the model|access denied\. this model is marked|invocation of model id [\w.:-]{1,128} with on-demand throughput isn|could not resolve the foundation model)/i,
  },
  tooLarge: /^(input is too long|the request is too large)/i,
  statuses: {
    ThrottlingException: 429,
    ServiceUnavailableException: 503,
    InternalServerException: 500,
    throttlingException: 429,
    modelStreamErrorException: 424,
    modelTimeoutException: 408,
    validationException: 400,
    internalServerException: 500,
    serviceUnavailableException: 503,
  },
  errorIn: exceptionIn,
  nameHeader: "x-amzn-errortype",
  requestIdHeader: "x-amzn-requestid",
};
