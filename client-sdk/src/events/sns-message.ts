import { X509Certificate, verify as verifySignature, type KeyObject } from "node:crypto";
import { EventVerificationError, unauthenticated, unreadableWebhook } from "./event-error.ts";
import { parseObject, jsonTextAt, type Json } from "./json-parts.ts";

/** What is signed of a message, in this order. */
const signedFields: Readonly<Record<string, readonly string[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

const digests: Readonly<Record<string, string>> = { "1": "sha1", "2": "sha256" };

/** SNS tries a message again for an hour, with the time it had. */
const defaultToleranceS = 2 * 3_600;
const certificateMs = 5_000;
const maxCertificateBytes = 64 * 1024;
const mostCertificates = 16;

/** Only these hosts have Amazon's keys: https://sns.<region>.amazonaws.com/….pem, and nothing else in the address. */
const isCertificateAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" &&
    /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?$/.test(url.hostname) &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "" &&
    /^\/[A-Za-z0-9_-]+\.pem$/.test(url.pathname)
  );
};

/** Amazon's address of a subscription's confirmation, by the same hosts. */
const isSnsAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" && url.port === "" && /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?$/.test(url.hostname)
  );
};

/** How a certificate is read from its address. */
export type ReadCertificate = (url: string) => Promise<string>;

const download: ReadCertificate = async (url) => {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(certificateMs) });
  if (!response.ok) throw new Error(`the certificate was not given: ${response.status}`);
  const text = await response.text();
  if (text.length > maxCertificateBytes) throw new Error("the certificate is too large");
  return text;
};

const keys = new Map<string, KeyObject>();

const keyAt = async (url: string, read: ReadCertificate): Promise<KeyObject> => {
  const known = keys.get(url);
  if (known !== undefined) return known;
  const key = new X509Certificate(await read(url)).publicKey;
  if (keys.size >= mostCertificates) keys.clear();
  if (read === download) keys.set(url, key);
  return key;
};

export interface SnsSecrets {
  /** The topics that the app has subscribed to: everybody's topics are signed by Amazon. */
  readonly topicArn: string | readonly string[];
  readonly toleranceSeconds?: number;
  /** Instead of a download from Amazon. */
  readonly readCertificate?: ReadCertificate;
}

/** A message of one of the app's topics. */
export interface SnsMessage {
  readonly type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subscribeUrl: string | undefined;
}

const signedTextOf = (message: Json, fields: readonly string[]): string =>
  fields
    .flatMap((field) => (jsonTextAt(message, field) === undefined ? [] : [`${field}\n${jsonTextAt(message, field)}\n`]))
    .join("");

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export const readSnsMessage = async (body: Uint8Array, secrets: SnsSecrets): Promise<SnsMessage> => {
  const { topicArn, toleranceSeconds = defaultToleranceS, readCertificate = download } = secrets;
  const message = parseObject(body);
  const type = jsonTextAt(message, "Type") ?? "";
  const fields = Object.hasOwn(signedFields, type) ? signedFields[type] : undefined;
  if (fields === undefined) throw unreadableWebhook("It is no message of SNS.");
  const topics = typeof topicArn === "string" ? [topicArn] : topicArn;
  const topic = jsonTextAt(message, "TopicArn") ?? "";
  if (!topics.includes(topic)) throw unauthenticated("The message is of another topic.");
  const address = jsonTextAt(message, "SigningCertURL") ?? "";
  if (!isCertificateAddress(address)) throw unauthenticated("The certificate is not at an address of Amazon's.");
  const digest = digests[jsonTextAt(message, "SignatureVersion") ?? ""];
  if (digest === undefined) throw unauthenticated("The version of the signature is unknown.");
  let key: KeyObject;
  try {
    key = await keyAt(address, readCertificate);
  } catch (error) {
    throw unauthenticated("The certificate cannot be read.", error);
  }
  const given = jsonTextAt(message, "Signature") ?? "";
  const signature = Buffer.from(given, "base64");
  const isGenuine =
    key.asymmetricKeyType === "rsa" &&
    signature.toString("base64") === given &&
    verifySignature(digest, Buffer.from(signedTextOf(message, fields)), key, signature);
  if (!isGenuine) throw unauthenticated("The message was not signed with Amazon's key.");
  const ageMs = Date.now() - Date.parse(jsonTextAt(message, "Timestamp") ?? "");
  if (!(Math.abs(ageMs) <= toleranceSeconds * 1_000))
    throw new EventVerificationError("stale", "The message was sent too long ago.");
  const subscribeUrl = jsonTextAt(message, "SubscribeURL");
  return {
    // Of the three that have fields to sign.
    type: type as SnsMessage["type"],
    messageId: jsonTextAt(message, "MessageId") ?? "",
    topicArn: topic,
    message: jsonTextAt(message, "Message") ?? "",
    subscribeUrl: subscribeUrl !== undefined && isSnsAddress(subscribeUrl) ? subscribeUrl : undefined,
  };
};
