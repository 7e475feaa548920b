import { createHash } from "node:crypto";
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { defineOperation } from "../../../server/contracts/operation.ts";
import { NexusError } from "../../../server/errors.ts";
import type { CredentialRef } from "../../../server/domain/credentials/index.ts";
import type { ActRequest, Family, Route } from "../../../server/families/family.ts";
import {
  cancelKey,
  decodeEffect,
  encodeEffect,
  findEffect,
  sendEffect,
  type ActingEffect,
  type KeptRequest,
} from "./acting-provider.ts";
import { actingVendorNames, actingVendors, type ActingVendorName } from "./acting-vendors.ts";

/** Where a process may be told to kill itself while it acts. */
export const killPoints = ["reserved", "connect", "request", "response", "commit"] as const;
export type KillPoint = (typeof killPoints)[number];

const isVendor = (name: string): name is ActingVendorName => Object.hasOwn(actingVendors, name);

export const ActInput = z.strictObject({
  vendors: z.array(z.enum(actingVendorNames)).min(1).max(5),
  amount: z.int().min(1).max(1_000_000),
  note: z.string().max(100).optional(),
});
export type ActInput = z.infer<typeof ActInput>;

/** Has something done by the first vendor that takes it. */
export const actOperation = defineOperation({
  id: "payments.act",
  family: "payments",
  effect: "act",
  permission: "srv_nexus.ai:invoke",
  summary: "Have a sandbox vendor do something",
  input: ActInput,
  output: z.object({ id: z.string() }),
});

/** What doing it costs. */
export const priceNanos = 1_000_000n;

interface ActingRequest extends ActRequest<ActingEffect> {
  readonly input: ActInput;
}

export const actingRequest = (input: ActInput, kill: KillSwitch): ActingRequest => ({
  operation: actOperation,
  input,
  step: "create",
  prepare: (_, { operationId, providerKey }) => {
    kill("reserved", input.note);
    const body = {
      reference: operationId,
      amount: input.amount,
      ...(input.note === undefined ? {} : { note: input.note }),
    };
    const kept: KeptRequest = { key: providerKey, body: JSON.stringify(body) };
    return Buffer.from(JSON.stringify(kept));
  },
  encode: encodeEffect,
  decode: decodeEffect,
});

/** Kills this process at a point, where a ticket for it lies in the folder: once, whoever takes it. */
export type KillSwitch = (point: KillPoint, note: string | undefined) => void;

export const ticketFile = (folder: string, point: KillPoint, note: string): string =>
  join(folder, `${point}-${createHash("sha256").update(note).digest("hex").slice(0, 24)}`);

export const killByTicket =
  (folder: string): KillSwitch =>
  (point, note) => {
    if (note === undefined) return;
    try {
      unlinkSync(ticketFile(folder, point, note));
    } catch {
      return;
    }
    process.kill(process.pid, "SIGKILL");
  };

const noteOf = (kept: Uint8Array): string | undefined => {
  const { body } = z.object({ body: z.string() }).parse(JSON.parse(Buffer.from(kept).toString()));
  return z.object({ note: z.string().optional() }).parse(JSON.parse(body)).note;
};

const routeTo = (vendor: ActingVendorName, credential: CredentialRef): Route => {
  const target = { vendor, model: "", credentialTier: credential.tier, credentialId: credential.id };
  return {
    target,
    credential,
    readsOn: false,
    heldFor: () => ({ ...target, credentialVersion: credential.version, priceIds: [] }),
    bound: () => priceNanos,
    settlement: () => ({ units: {}, costNanos: priceNanos, source: "provider", row: {} }),
    unitsSoFar: () => ({}),
    rowOf: ({ vendorRequestId }) => ({ vendorRequestId }),
    namesOf: () => ({ vendor, credentialTier: credential.tier }),
  };
};

interface ActingFamilyDeps {
  /** The platform's credential at a vendor. */
  readonly credentialOf: (vendor: string) => CredentialRef | undefined;
  readonly kill: KillSwitch;
}

/** A family of one operation that acts, as e-mail and payments will be: it is there in tests alone. */
export const createActingFamily = ({ credentialOf, kill }: ActingFamilyDeps): Family<ActingRequest> => ({
  rateCost: () => 0,
  rateUsed: () => 0,
  routes: async (_, { input }) =>
    input.vendors.map((vendor) => {
      const credential = credentialOf(vendor);
      if (credential === undefined) throw new NexusError("CREDENTIAL_MISSING");
      return routeTo(vendor, credential);
    }),
  identityOf: ({ input }) => input,
  acts: {
    rulesOf: ({ vendor }) => {
      if (isVendor(vendor)) return actingVendors[vendor].rules;
      throw new NexusError("INTERNAL", { cause: new Error(`no acting vendor ${vendor}`) });
    },
    send: async (_, kept, io) => {
      const note = noteOf(kept);
      kill("connect", note);
      const answer = sendEffect(kept, {
        ...io,
        send: async (request) => {
          const sending = io.send(request);
          // The request is on its way, and nothing has come back.
          setTimeout(() => kill("request", note), 3);
          const response = await sending;
          kill("response", note);
          return response;
        },
      });
      const done = await answer;
      kill("commit", note);
      return done;
    },
    lookUp: (_, io) => findEffect(io),
    cancel: (_, key, io) => cancelKey(key, io),
  },
});
