import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomBase62 } from "../crypto/random-secret.ts";
import type { Answer, Exchange } from "../http/exchange.ts";
import { reserveAttempt } from "../limits/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { chosenPassword } from "../users/password.ts";
import { insertRegistration } from "./store.ts";

export const registerInput = z
  .strictObject({
    email: emailAddress,
    password: chosenPassword,
    name: z.string().trim().max(100).default(""),
    developerWorkspace: z.boolean().default(false),
    createOrganization: z.boolean().default(false),
    organizationName: z.string().trim().min(1).max(100).optional(),
  })
  .refine(({ developerWorkspace, createOrganization }) => developerWorkspace === createOrganization, {
    path: ["createOrganization"],
    error: "developerWorkspace and createOrganization together, or neither",
  })
  .refine(({ createOrganization, organizationName }) => createOrganization || organizationName === undefined, {
    path: ["organizationName"],
    error: "a name only where an organization is made",
  });

const perEmail = { limit: 5, blockMs: 3_600_000 };

const slugOf = (name: string): string => {
  const stem = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return `${stem === "" ? "workspace" : stem}-${randomBase62(8).toLowerCase()}`;
};

/** Accepts a registration. A known address gets the same answer after the same work, and changes nothing. */
export const register = async ({
  context,
  request,
  input,
}: Exchange & { readonly input: z.infer<typeof registerInput> }): Promise<Answer> => {
  const now = new Date(context.clock.now());
  const retryAfterMs = await reserveAttempt(context.db, {
    key: `register:${sha256(input.email).toString("hex")}`,
    ...perEmail,
    now,
  });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
  const passwordHash = await context.passwords.hash(input.password);
  const organizationName = input.organizationName ?? `${input.name === "" ? "My" : `${input.name}'s`} workspace`;
  const workspace = input.createOrganization ? { name: organizationName, slug: slugOf(organizationName) } : undefined;
  await insertRegistration(
    context.db,
    { email: input.email, name: input.name, passwordHash, workspace, now },
    { ip: request.ip, requestId: request.requestId },
  );
  return { status: 202, json: { accepted: true } };
};
