import type { PoolClient } from "pg";
import { z } from "zod";
import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomBase62, randomSecret } from "../crypto/random-secret.ts";
import { accountExistsEmail, verifyEmailTemplate } from "../email/address-emails.ts";
import { findAccount } from "../email/store.ts";
import { verifyMs } from "../email/verify-email.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";
import { turnstileFields } from "../intake/pass-turnstile.ts";
import { reserveAttempt } from "../limits/store.ts";
import { linkTo, linkToken } from "../links/link-token.ts";
import { insertLink } from "../links/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { chosenPassword } from "../users/password.ts";
import { limitRegistrations } from "./limit-registrations.ts";
import { findOpenInvitation, insertAccount, isInvited } from "./store.ts";
import { displayName } from "../../platform/display-name.ts";

export const RegisterInput = z
  .strictObject({
    email: emailAddress,
    password: chosenPassword,
    name: displayName().default(""),
    developerWorkspace: z.boolean().default(false),
    createOrganization: z.boolean().default(false),
    organizationName: displayName().min(1).optional(),
    invitationToken: linkToken
      .optional()
      .describe("Of the invitation's mail, which proves the address: it needs no verification mail"),
    ...turnstileFields,
  })
  .refine(({ email, password }) => password.toLowerCase() !== email, {
    path: ["password"],
    error: "something else than the e-mail address",
  })
  .refine(({ developerWorkspace, createOrganization }) => developerWorkspace === createOrganization, {
    path: ["createOrganization"],
    error: "developerWorkspace and createOrganization together, or neither",
  })
  .refine(({ createOrganization, organizationName }) => createOrganization || organizationName === undefined, {
    path: ["organizationName"],
    error: "a name only where an organization is made",
  });

const hourMs = 3_600_000;
const perEmail = { limit: 5, blockMs: hourMs };
export type RegisterInput = z.infer<typeof RegisterInput>;

const slugOf = (name: string): string => {
  const stem = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return `${stem === "" ? "workspace" : stem}-${randomBase62(8).toLowerCase()}`;
};

/** To a new account the link that verifies its address; to the owner of a known one word that it exists. */
const putMail = async (
  context: IdentityContext,
  client: PoolClient,
  { email, userId, now }: { readonly email: string; readonly userId: string | undefined; readonly now: Date },
): Promise<void> => {
  const secret = randomSecret();
  const expiresAt = new Date(now.getTime() + verifyMs);
  const owner = userId === undefined ? undefined : { id: userId, email };
  const known = owner === undefined && (await findAccount(client, email)) !== undefined;
  await insertLink(client, { purpose: "verify", tokenHash: sha256(secret), owner, now, expiresAt });
  const welcome = verifyEmailTemplate(linkTo(context.issuer, "/verify-email", secret));
  await context.outbox.put(client, {
    kind: known ? "registration.known" : "registration.verify",
    to: email,
    template: known ? accountExistsEmail(context.issuer) : welcome,
    expiresAt,
    discard: owner === undefined && !known,
  });
};

/** The invitation behind the link, which reached nobody but the owner of the address it was written to. */
const provenInvitation = async (
  client: PoolClient,
  { email, invitationToken }: RegisterInput,
  now: Date,
): Promise<string | undefined> => {
  if (invitationToken === undefined) return undefined;
  const invitation = await findOpenInvitation(client, sha256(invitationToken), now);
  if (invitation === undefined) throw new AuthError("link_invalid");
  if (invitation.email !== email)
    throw new AuthError("invalid_request", { issues: [{ field: "email", expected: "the address that was invited" }] });
  return invitation.id;
};

/** Accepts a registration. A known address gets the same answer after the same work, and changes nothing. */
export const register = async (exchange: HttpExchange & { readonly input: RegisterInput }): Promise<HttpAnswer> => {
  const { context, request, input } = exchange;
  const now = new Date(context.clock.now());
  await limitRegistrations(exchange);
  const retryAfterMs = await reserveAttempt(context.db, {
    key: `register:${sha256(input.email).toString("hex")}`,
    ...perEmail,
    now,
  });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
  const passwordHash = await context.passwords.hash(input.password);
  const organizationName = input.organizationName ?? `${input.name === "" ? "My" : `${input.name}'s`} workspace`;
  const workspace = input.createOrganization ? { name: organizationName, slug: slugOf(organizationName) } : undefined;
  const origin = { ip: request.ip, requestId: request.requestId };
  const verified = await inTransaction(context.db.pool, async (client) => {
    const invitationId = await provenInvitation(client, input, now);
    const allowed =
      context.registration === "open" || invitationId !== undefined || (await isInvited(client, input.email, now));
    const registration = { email: input.email, name: input.name, passwordHash, workspace, invitationId, now };
    const made = await insertAccount(client, registration, allowed, origin);
    if (invitationId !== undefined && made !== undefined) return true;
    await putMail(context, client, { email: input.email, userId: made?.userId, now });
    return false;
  });
  context.outbox.flush();
  // Whoever holds the link knows whether the address has an account: its preview says so.
  return { status: 202, json: { accepted: true, ...(input.invitationToken === undefined ? {} : { verified }) } };
};
