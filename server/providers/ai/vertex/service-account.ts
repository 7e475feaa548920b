import { createPrivateKey } from "node:crypto";
import { z } from "zod";

const email = /^[a-z0-9][a-z0-9-]{0,62}@[a-z0-9.-]{1,100}\.gserviceaccount\.com$/;
const projectId = /^(?:[a-z][a-z0-9.-]{0,62}:)?[a-z][a-z0-9-]{4,61}[a-z0-9]$/;

const isKey = (pem: string): boolean => {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
  } catch {
    return false;
  }
};

/** A service account's key as Google Cloud hands it out: https://cloud.google.com/iam/docs/keys-create-delete */
const ServiceAccountKey = z.object({
  type: z.literal("service_account"),
  project_id: z.string().regex(projectId),
  private_key_id: z.string().regex(/^[0-9a-f]{8,64}$/),
  private_key: z.string().max(8_192).refine(isKey),
  client_email: z.string().regex(email),
});
export type ServiceAccountKey = z.infer<typeof ServiceAccountKey>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What is said of a key that is none: its members by name, and nothing of what stands in them. */
const wrongOf = (text: string): string | undefined => {
  const document = parsed(text);
  if (document === undefined) return "the JSON file of a service account's key, as a whole";
  const { error } = ServiceAccountKey.safeParse(document);
  const member = error?.issues[0]?.path[0];
  if (error === undefined) return undefined;
  return member === undefined
    ? "the JSON file of a service account's key, as a whole"
    : `the JSON file of a service account's key; its ${String(member)} is missing or not of its form`;
};

/** The key in a credential; the form has checked it. */
export const serviceAccountOf = (text: string | undefined): ServiceAccountKey | undefined =>
  ServiceAccountKey.safeParse(parsed(text ?? "")).data;

/** How a credential for Vertex is made up. */
export const vertexCredential = z.strictObject({
  serviceAccount: z
    .string()
    .min(1)
    .max(8_192)
    .superRefine((text, context) => {
      const wrong = wrongOf(text);
      if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
    })
    .describe("Key of a service account with the role Vertex AI User: its JSON file, pasted as a whole"),
  project: z
    .string()
    .max(63)
    .regex(projectId, { error: "a project id, such as acme-prod-1" })
    .optional()
    .describe("Project that pays, where it is not the service account's own"),
});
