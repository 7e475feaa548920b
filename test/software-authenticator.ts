import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** A passkey in memory that signs as a security key would: ES256, attestation `none`. */
export interface SoftwareAuthenticator {
  readonly credentialId: string;
  /** Answers creation options as `navigator.credentials.create()` does. */
  readonly create: (options: CreationOptions, changes?: Changes) => CreatedCredential;
  /** Answers request options as `navigator.credentials.get()` does. */
  readonly get: (options: RequestOptions, changes?: Changes) => ShownCredential;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
}

/** What a test lets the authenticator or the browser get wrong. */
interface Changes {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly counter?: number;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly crossOrigin?: boolean;
  readonly type?: string;
  readonly userHandle?: string | null;
  readonly attestationFormat?: string;
  readonly synced?: boolean;
}

interface Common {
  readonly id: string;
  readonly rawId: string;
  readonly type: "public-key";
  readonly clientExtensionResults: Record<string, unknown>;
}

interface CreatedCredential extends Common {
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports: string[];
  };
}

interface ShownCredential extends Common {
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string;
  };
}

interface CreateAuthenticator {
  /** Where its browser is. */
  readonly origin: string;
  /** Whether it knows its owner by a PIN or a finger. */
  readonly userVerified?: boolean;
  /** Synced passkeys keep no count and may be backed up. */
  readonly synced?: boolean;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const sha256 = (data: Uint8Array | string): Buffer => createHash("sha256").update(data).digest();

/** CBOR of the few shapes used here (RFC 8949): small integers, byte strings, text, maps. */
const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(2, value.byteLength), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (entries: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);

const coseKey = (publicKey: KeyObject): Buffer => {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return map([
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), bytes(Buffer.from(x, "base64url"))],
    [integer(-3), bytes(Buffer.from(y, "base64url"))],
  ]);
};

interface AuthenticatorData {
  readonly rpId: string;
  readonly counter: number;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly synced: boolean;
  readonly attested?: Buffer;
}

const authenticatorData = ({ rpId, counter, userPresent, userVerified, synced, attested }: AuthenticatorData) => {
  const flags = (userPresent ? 1 : 0) | (userVerified ? 4 : 0) | (synced ? 8 | 16 : 0) | (attested ? 64 : 0);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested ?? Buffer.alloc(0)]);
};

export const createSoftwareAuthenticator = ({
  origin,
  userVerified = true,
  synced = false,
}: CreateAuthenticator): SoftwareAuthenticator => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const credentialId = base64url(id);
  let count = 0;
  let userHandle: string | undefined;

  const clientData = (type: string, challenge: string, changes: Changes): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: changes.type ?? type,
        challenge: changes.challenge ?? challenge,
        origin: changes.origin ?? origin,
        crossOrigin: changes.crossOrigin ?? false,
      }),
    );
  const nextCount = (): number => (synced ? 0 : (count += 1));
  const dataFor = (rpId: string, changes: Changes, attested?: Buffer): Buffer =>
    authenticatorData({
      rpId: changes.rpId ?? rpId,
      counter: changes.counter ?? nextCount(),
      userPresent: changes.userPresent ?? true,
      userVerified: changes.userVerified ?? userVerified,
      synced: changes.synced ?? synced,
      ...(attested ? { attested } : {}),
    });
  const common: Common = { id: credentialId, rawId: credentialId, type: "public-key", clientExtensionResults: {} };

  return {
    credentialId,
    create: ({ challenge, rp, user }, changes = {}) => {
      userHandle = user.id;
      const length = Buffer.from([0, id.byteLength]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
      const attestationObject = map([
        [text("fmt"), text(changes.attestationFormat ?? "none")],
        [text("attStmt"), map([])],
        [text("authData"), bytes(dataFor(rp.id, changes, attested))],
      ]);
      return {
        ...common,
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", challenge, changes)),
          attestationObject: base64url(attestationObject),
          transports: ["internal", "hybrid"],
        },
      };
    },
    get: ({ challenge, rpId }, changes = {}) => {
      const client = clientData("webauthn.get", challenge, changes);
      const data = dataFor(rpId, changes);
      const handle = changes.userHandle === undefined ? userHandle : (changes.userHandle ?? undefined);
      return {
        ...common,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(sign("sha256", Buffer.concat([data, sha256(client)]), privateKey)),
          ...(handle === undefined ? {} : { userHandle: handle }),
        },
      };
    },
  };
};
