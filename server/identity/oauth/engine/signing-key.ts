import { createPublicKey, type KeyObject } from "node:crypto";
import { ExternalSigningKey } from "oidc-provider";
import type { KeyRing } from "../../signing/key-ring.ts";

/** The kid named in the header of what is about to be signed. */
const kidOf = (data: Uint8Array): unknown => {
  const [header = ""] = Buffer.from(data).toString("latin1").split(".", 1);
  const parsed: unknown = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  return typeof parsed === "object" && parsed !== null && "kid" in parsed ? parsed.kid : undefined;
};

/** Whatever key of the ring is active at the moment, as the engine's only key: rotation reaches it at once. */
export class ActiveSigningKey extends ExternalSigningKey {
  readonly #ring: KeyRing;
  // A header may name the key that was active a moment before it is signed.
  #recent: { readonly kid: string; readonly privateKey: CryptoKey }[] = [];

  constructor(ring: KeyRing) {
    super();
    this.#ring = ring;
  }

  override get kid(): string {
    const active = this.#ring.active();
    if (this.#recent[0]?.kid !== active.kid) this.#recent = [active, ...this.#recent].slice(0, 2);
    return active.kid;
  }

  override get alg(): string {
    return "ES256";
  }

  override keyObject(): KeyObject {
    const { kid } = this.#ring.active();
    const jwk = this.#ring.publicJwks().find((key) => key.kid === kid);
    if (!jwk) throw new Error("the active signing key is not published");
    return createPublicKey({ key: { ...jwk }, format: "jwk" });
  }

  override async sign(data: Uint8Array): Promise<Uint8Array> {
    const kid = kidOf(data);
    const key = this.#recent.find((each) => each.kid === kid);
    if (!key) throw new Error("the header names a key that is not active");
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, Buffer.from(data));
    return new Uint8Array(signature);
  }
}
